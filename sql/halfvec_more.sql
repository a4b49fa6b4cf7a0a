-- What halfvec has beside pgvector.
\getenv srcdir PG_ABS_SRCDIR
\set helpers :srcdir '/sql/contract/helpers.sql'
\set more :srcdir '/sql/contract/more.sql'
\set more_dense :srcdir '/sql/contract/more_dense.sql'
\set type halfvec
\i :helpers
\i :more
\i :more_dense
