
-- Operator classes of hnsw for filter columns, the key columns after the vector.  Strategies are those
-- of B-trees, 1 < 2 <= 3 = 4 >= 5 >, and 6 && 7 @> for arrays.  There are no support functions: what the
-- index keeps of a value follows from its type (src/pg/filter/columns.h).

-- Types of fixed size: what the index keeps is in the order of the values.

CREATE OPERATOR CLASS vectorext_bool_ops
    DEFAULT FOR TYPE boolean USING hnsw AS
    OPERATOR 1 pg_catalog.< (boolean, boolean),
    OPERATOR 2 pg_catalog.<= (boolean, boolean),
    OPERATOR 3 pg_catalog.= (boolean, boolean),
    OPERATOR 4 pg_catalog.>= (boolean, boolean),
    OPERATOR 5 pg_catalog.> (boolean, boolean);

CREATE OPERATOR CLASS vectorext_char_ops
    DEFAULT FOR TYPE "char" USING hnsw AS
    OPERATOR 1 pg_catalog.< ("char", "char"),
    OPERATOR 2 pg_catalog.<= ("char", "char"),
    OPERATOR 3 pg_catalog.= ("char", "char"),
    OPERATOR 4 pg_catalog.>= ("char", "char"),
    OPERATOR 5 pg_catalog.> ("char", "char");

CREATE OPERATOR FAMILY vectorext_integer_ops USING hnsw;

CREATE OPERATOR CLASS vectorext_int2_ops
    DEFAULT FOR TYPE smallint USING hnsw FAMILY vectorext_integer_ops AS
    OPERATOR 1 pg_catalog.< (smallint, smallint),
    OPERATOR 2 pg_catalog.<= (smallint, smallint),
    OPERATOR 3 pg_catalog.= (smallint, smallint),
    OPERATOR 4 pg_catalog.>= (smallint, smallint),
    OPERATOR 5 pg_catalog.> (smallint, smallint);

CREATE OPERATOR CLASS vectorext_int4_ops
    DEFAULT FOR TYPE integer USING hnsw FAMILY vectorext_integer_ops AS
    OPERATOR 1 pg_catalog.< (integer, integer),
    OPERATOR 2 pg_catalog.<= (integer, integer),
    OPERATOR 3 pg_catalog.= (integer, integer),
    OPERATOR 4 pg_catalog.>= (integer, integer),
    OPERATOR 5 pg_catalog.> (integer, integer);

CREATE OPERATOR CLASS vectorext_int8_ops
    DEFAULT FOR TYPE bigint USING hnsw FAMILY vectorext_integer_ops AS
    OPERATOR 1 pg_catalog.< (bigint, bigint),
    OPERATOR 2 pg_catalog.<= (bigint, bigint),
    OPERATOR 3 pg_catalog.= (bigint, bigint),
    OPERATOR 4 pg_catalog.>= (bigint, bigint),
    OPERATOR 5 pg_catalog.> (bigint, bigint);

ALTER OPERATOR FAMILY vectorext_integer_ops USING hnsw ADD
    OPERATOR 1 pg_catalog.< (smallint, integer),
    OPERATOR 2 pg_catalog.<= (smallint, integer),
    OPERATOR 3 pg_catalog.= (smallint, integer),
    OPERATOR 4 pg_catalog.>= (smallint, integer),
    OPERATOR 5 pg_catalog.> (smallint, integer),
    OPERATOR 1 pg_catalog.< (smallint, bigint),
    OPERATOR 2 pg_catalog.<= (smallint, bigint),
    OPERATOR 3 pg_catalog.= (smallint, bigint),
    OPERATOR 4 pg_catalog.>= (smallint, bigint),
    OPERATOR 5 pg_catalog.> (smallint, bigint),
    OPERATOR 1 pg_catalog.< (integer, smallint),
    OPERATOR 2 pg_catalog.<= (integer, smallint),
    OPERATOR 3 pg_catalog.= (integer, smallint),
    OPERATOR 4 pg_catalog.>= (integer, smallint),
    OPERATOR 5 pg_catalog.> (integer, smallint),
    OPERATOR 1 pg_catalog.< (integer, bigint),
    OPERATOR 2 pg_catalog.<= (integer, bigint),
    OPERATOR 3 pg_catalog.= (integer, bigint),
    OPERATOR 4 pg_catalog.>= (integer, bigint),
    OPERATOR 5 pg_catalog.> (integer, bigint),
    OPERATOR 1 pg_catalog.< (bigint, smallint),
    OPERATOR 2 pg_catalog.<= (bigint, smallint),
    OPERATOR 3 pg_catalog.= (bigint, smallint),
    OPERATOR 4 pg_catalog.>= (bigint, smallint),
    OPERATOR 5 pg_catalog.> (bigint, smallint),
    OPERATOR 1 pg_catalog.< (bigint, integer),
    OPERATOR 2 pg_catalog.<= (bigint, integer),
    OPERATOR 3 pg_catalog.= (bigint, integer),
    OPERATOR 4 pg_catalog.>= (bigint, integer),
    OPERATOR 5 pg_catalog.> (bigint, integer);

CREATE OPERATOR FAMILY vectorext_float_ops USING hnsw;

CREATE OPERATOR CLASS vectorext_float4_ops
    DEFAULT FOR TYPE real USING hnsw FAMILY vectorext_float_ops AS
    OPERATOR 1 pg_catalog.< (real, real),
    OPERATOR 2 pg_catalog.<= (real, real),
    OPERATOR 3 pg_catalog.= (real, real),
    OPERATOR 4 pg_catalog.>= (real, real),
    OPERATOR 5 pg_catalog.> (real, real);

CREATE OPERATOR CLASS vectorext_float8_ops
    DEFAULT FOR TYPE double precision USING hnsw FAMILY vectorext_float_ops AS
    OPERATOR 1 pg_catalog.< (double precision, double precision),
    OPERATOR 2 pg_catalog.<= (double precision, double precision),
    OPERATOR 3 pg_catalog.= (double precision, double precision),
    OPERATOR 4 pg_catalog.>= (double precision, double precision),
    OPERATOR 5 pg_catalog.> (double precision, double precision);

ALTER OPERATOR FAMILY vectorext_float_ops USING hnsw ADD
    OPERATOR 1 pg_catalog.< (real, double precision),
    OPERATOR 2 pg_catalog.<= (real, double precision),
    OPERATOR 3 pg_catalog.= (real, double precision),
    OPERATOR 4 pg_catalog.>= (real, double precision),
    OPERATOR 5 pg_catalog.> (real, double precision),
    OPERATOR 1 pg_catalog.< (double precision, real),
    OPERATOR 2 pg_catalog.<= (double precision, real),
    OPERATOR 3 pg_catalog.= (double precision, real),
    OPERATOR 4 pg_catalog.>= (double precision, real),
    OPERATOR 5 pg_catalog.> (double precision, real);

CREATE OPERATOR FAMILY vectorext_datetime_ops USING hnsw;

CREATE OPERATOR CLASS vectorext_date_ops
    DEFAULT FOR TYPE date USING hnsw FAMILY vectorext_datetime_ops AS
    OPERATOR 1 pg_catalog.< (date, date),
    OPERATOR 2 pg_catalog.<= (date, date),
    OPERATOR 3 pg_catalog.= (date, date),
    OPERATOR 4 pg_catalog.>= (date, date),
    OPERATOR 5 pg_catalog.> (date, date);

CREATE OPERATOR CLASS vectorext_timestamp_ops
    DEFAULT FOR TYPE timestamp USING hnsw FAMILY vectorext_datetime_ops AS
    OPERATOR 1 pg_catalog.< (timestamp, timestamp),
    OPERATOR 2 pg_catalog.<= (timestamp, timestamp),
    OPERATOR 3 pg_catalog.= (timestamp, timestamp),
    OPERATOR 4 pg_catalog.>= (timestamp, timestamp),
    OPERATOR 5 pg_catalog.> (timestamp, timestamp);

CREATE OPERATOR CLASS vectorext_timestamptz_ops
    DEFAULT FOR TYPE timestamptz USING hnsw FAMILY vectorext_datetime_ops AS
    OPERATOR 1 pg_catalog.< (timestamptz, timestamptz),
    OPERATOR 2 pg_catalog.<= (timestamptz, timestamptz),
    OPERATOR 3 pg_catalog.= (timestamptz, timestamptz),
    OPERATOR 4 pg_catalog.>= (timestamptz, timestamptz),
    OPERATOR 5 pg_catalog.> (timestamptz, timestamptz);

ALTER OPERATOR FAMILY vectorext_datetime_ops USING hnsw ADD
    OPERATOR 1 pg_catalog.< (date, timestamp),
    OPERATOR 2 pg_catalog.<= (date, timestamp),
    OPERATOR 3 pg_catalog.= (date, timestamp),
    OPERATOR 4 pg_catalog.>= (date, timestamp),
    OPERATOR 5 pg_catalog.> (date, timestamp),
    OPERATOR 1 pg_catalog.< (date, timestamptz),
    OPERATOR 2 pg_catalog.<= (date, timestamptz),
    OPERATOR 3 pg_catalog.= (date, timestamptz),
    OPERATOR 4 pg_catalog.>= (date, timestamptz),
    OPERATOR 5 pg_catalog.> (date, timestamptz),
    OPERATOR 1 pg_catalog.< (timestamp, date),
    OPERATOR 2 pg_catalog.<= (timestamp, date),
    OPERATOR 3 pg_catalog.= (timestamp, date),
    OPERATOR 4 pg_catalog.>= (timestamp, date),
    OPERATOR 5 pg_catalog.> (timestamp, date),
    OPERATOR 1 pg_catalog.< (timestamp, timestamptz),
    OPERATOR 2 pg_catalog.<= (timestamp, timestamptz),
    OPERATOR 3 pg_catalog.= (timestamp, timestamptz),
    OPERATOR 4 pg_catalog.>= (timestamp, timestamptz),
    OPERATOR 5 pg_catalog.> (timestamp, timestamptz),
    OPERATOR 1 pg_catalog.< (timestamptz, date),
    OPERATOR 2 pg_catalog.<= (timestamptz, date),
    OPERATOR 3 pg_catalog.= (timestamptz, date),
    OPERATOR 4 pg_catalog.>= (timestamptz, date),
    OPERATOR 5 pg_catalog.> (timestamptz, date),
    OPERATOR 1 pg_catalog.< (timestamptz, timestamp),
    OPERATOR 2 pg_catalog.<= (timestamptz, timestamp),
    OPERATOR 3 pg_catalog.= (timestamptz, timestamp),
    OPERATOR 4 pg_catalog.>= (timestamptz, timestamp),
    OPERATOR 5 pg_catalog.> (timestamptz, timestamp);

CREATE OPERATOR CLASS vectorext_time_ops
    DEFAULT FOR TYPE time USING hnsw AS
    OPERATOR 1 pg_catalog.< (time, time),
    OPERATOR 2 pg_catalog.<= (time, time),
    OPERATOR 3 pg_catalog.= (time, time),
    OPERATOR 4 pg_catalog.>= (time, time),
    OPERATOR 5 pg_catalog.> (time, time);

CREATE OPERATOR CLASS vectorext_money_ops
    DEFAULT FOR TYPE money USING hnsw AS
    OPERATOR 1 pg_catalog.< (money, money),
    OPERATOR 2 pg_catalog.<= (money, money),
    OPERATOR 3 pg_catalog.= (money, money),
    OPERATOR 4 pg_catalog.>= (money, money),
    OPERATOR 5 pg_catalog.> (money, money);

CREATE OPERATOR CLASS vectorext_oid_ops
    DEFAULT FOR TYPE oid USING hnsw AS
    OPERATOR 1 pg_catalog.< (oid, oid),
    OPERATOR 2 pg_catalog.<= (oid, oid),
    OPERATOR 3 pg_catalog.= (oid, oid),
    OPERATOR 4 pg_catalog.>= (oid, oid),
    OPERATOR 5 pg_catalog.> (oid, oid);

CREATE OPERATOR CLASS vectorext_xid8_ops
    DEFAULT FOR TYPE xid8 USING hnsw AS
    OPERATOR 1 pg_catalog.< (xid8, xid8),
    OPERATOR 2 pg_catalog.<= (xid8, xid8),
    OPERATOR 3 pg_catalog.= (xid8, xid8),
    OPERATOR 4 pg_catalog.>= (xid8, xid8),
    OPERATOR 5 pg_catalog.> (xid8, xid8);

CREATE OPERATOR CLASS vectorext_pg_lsn_ops
    DEFAULT FOR TYPE pg_lsn USING hnsw AS
    OPERATOR 1 pg_catalog.< (pg_lsn, pg_lsn),
    OPERATOR 2 pg_catalog.<= (pg_lsn, pg_lsn),
    OPERATOR 3 pg_catalog.= (pg_lsn, pg_lsn),
    OPERATOR 4 pg_catalog.>= (pg_lsn, pg_lsn),
    OPERATOR 5 pg_catalog.> (pg_lsn, pg_lsn);

-- Enums: what the index keeps names the label, and a scan asks the catalog for their order.

CREATE OPERATOR CLASS vectorext_enum_ops
    DEFAULT FOR TYPE anyenum USING hnsw AS
    OPERATOR 1 pg_catalog.< (anyenum, anyenum),
    OPERATOR 2 pg_catalog.<= (anyenum, anyenum),
    OPERATOR 3 pg_catalog.= (anyenum, anyenum),
    OPERATOR 4 pg_catalog.>= (anyenum, anyenum),
    OPERATOR 5 pg_catalog.> (anyenum, anyenum);

-- Types of any size: the index keeps a hash.

CREATE OPERATOR CLASS vectorext_text_ops
    DEFAULT FOR TYPE text USING hnsw AS
    OPERATOR 3 pg_catalog.= (text, text);

CREATE OPERATOR CLASS vectorext_bpchar_ops
    DEFAULT FOR TYPE bpchar USING hnsw AS
    OPERATOR 3 pg_catalog.= (bpchar, bpchar);

CREATE OPERATOR CLASS vectorext_name_ops
    DEFAULT FOR TYPE name USING hnsw AS
    OPERATOR 3 pg_catalog.= (name, name);

CREATE OPERATOR CLASS vectorext_bytea_ops
    DEFAULT FOR TYPE bytea USING hnsw AS
    OPERATOR 3 pg_catalog.= (bytea, bytea);

CREATE OPERATOR CLASS vectorext_uuid_ops
    DEFAULT FOR TYPE uuid USING hnsw AS
    OPERATOR 3 pg_catalog.= (uuid, uuid);

CREATE OPERATOR CLASS vectorext_numeric_ops
    DEFAULT FOR TYPE numeric USING hnsw AS
    OPERATOR 3 pg_catalog.= (numeric, numeric);

CREATE OPERATOR CLASS vectorext_inet_ops
    DEFAULT FOR TYPE inet USING hnsw AS
    OPERATOR 3 pg_catalog.= (inet, inet);

CREATE OPERATOR CLASS vectorext_macaddr_ops
    DEFAULT FOR TYPE macaddr USING hnsw AS
    OPERATOR 3 pg_catalog.= (macaddr, macaddr);

CREATE OPERATOR CLASS vectorext_macaddr8_ops
    DEFAULT FOR TYPE macaddr8 USING hnsw AS
    OPERATOR 3 pg_catalog.= (macaddr8, macaddr8);

CREATE OPERATOR CLASS vectorext_interval_ops
    DEFAULT FOR TYPE interval USING hnsw AS
    OPERATOR 3 pg_catalog.= (interval, interval);

CREATE OPERATOR CLASS vectorext_timetz_ops
    DEFAULT FOR TYPE timetz USING hnsw AS
    OPERATOR 3 pg_catalog.= (timetz, timetz);

CREATE OPERATOR CLASS vectorext_jsonb_ops
    DEFAULT FOR TYPE jsonb USING hnsw AS
    OPERATOR 3 pg_catalog.= (jsonb, jsonb);

CREATE OPERATOR CLASS vectorext_range_ops
    DEFAULT FOR TYPE anyrange USING hnsw AS
    OPERATOR 3 pg_catalog.= (anyrange, anyrange);

CREATE OPERATOR CLASS vectorext_multirange_ops
    DEFAULT FOR TYPE anymultirange USING hnsw AS
    OPERATOR 3 pg_catalog.= (anymultirange, anymultirange);

CREATE OPERATOR CLASS vectorext_record_ops
    DEFAULT FOR TYPE record USING hnsw AS
    OPERATOR 3 pg_catalog.= (record, record);

-- Arrays: the index keeps a bit for each element, one of 64.

CREATE OPERATOR CLASS vectorext_array_ops
    DEFAULT FOR TYPE anyarray USING hnsw AS
    OPERATOR 3 pg_catalog.= (anyarray, anyarray),
    OPERATOR 6 pg_catalog.&& (anyarray, anyarray),
    OPERATOR 7 pg_catalog.@> (anyarray, anyarray);
