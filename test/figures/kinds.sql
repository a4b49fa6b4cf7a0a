-- The build of sql/hnsw_kinds.sql that leaves its memory, with one seed: of 3,500 rows that are equally far
-- from each other one in seven is asked for, and one by itself.
SET vectorext.seed = :seed;
SET max_parallel_maintenance_workers = 0;
SET enable_seqscan = off;
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.made(i int, dims int) RETURNS vector LANGUAGE SQL IMMUTABLE AS
    'SELECT array_agg(sin(i * (1 + g * 0.37)) ORDER BY g)::float4[]::vector
       FROM generate_series(1, dims) g';
CREATE TEMP TABLE items (id int, v vector(64));
INSERT INTO items SELECT i, pg_temp.made(i, 64) FROM generate_series(1, 3500) i;
SET maintenance_work_mem = '1MB';
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
CREATE FUNCTION pg_temp.report(ef_search int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    lost text;
    missed text;
BEGIN
    PERFORM set_config('hnsw.ef_search', ef_search::text, false);
    SELECT count(*) FILTER (WHERE found.id <> items.id),
           count(*) FILTER (WHERE found.id <> items.id AND items.id = 3477)
      INTO lost, missed
      FROM items, LATERAL (
          SELECT id FROM items other ORDER BY other.v <-> items.v LIMIT 1) found
     WHERE items.id % 7 = 0 OR items.id = 3477;
    RETURN NEXT concat('500 rows, ef_search ', ef_search, '|', lost::int - missed::int);
    RETURN NEXT concat('row 3477, ef_search ', ef_search, '|', missed);
END $$;
SELECT pg_temp.report(40);
SELECT pg_temp.report(100);
