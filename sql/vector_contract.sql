-- The contract of vector; the scripts named vector_* say more.
\getenv srcdir PG_ABS_SRCDIR
\set helpers :srcdir '/sql/contract/helpers.sql'
\set receive :srcdir '/sql/contract/receive.sql'
\set common :srcdir '/sql/contract/common.sql'
\set dense :srcdir '/sql/contract/dense.sql'
\set type vector
\set dims 16000
\set norm vector_norm
\i :helpers
\i :receive
\i :common
\i :dense
