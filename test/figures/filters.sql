-- The figures of docs/measurements/filters.md: ten nearest of the rows that a filter lets pass, by an index and without
-- it.  Needs a table glove (id integer, embedding vector(100)), as vectorext_bench load makes it, and after it:
--     psql -v columns=', half, ten, cent, mil, dmil, cluster, day, labels' -f test/figures/filters.sql
-- and with pgvector, which has no filter columns, -v columns=''.
SET maintenance_work_mem = '1500MB';
SET max_parallel_maintenance_workers = 0;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SELECT setseed(0.1);
DROP TABLE IF EXISTS filtered;
CREATE TABLE filtered AS
SELECT id, embedding, floor(random() * 2)::int AS half, floor(random() * 10)::int AS ten,
       floor(random() * 100)::int AS cent, floor(random() * 1000)::int AS mil, floor(random() * 10000)::int AS dmil,
       0 AS cluster, date '2020-01-01' + floor(random() * 1000)::int AS day,
       ARRAY[floor(random() * 100)::int, floor(random() * 100)::int] AS labels
FROM glove ORDER BY id;
-- The 1 % of the rows around a word.
UPDATE filtered SET cluster = 1 WHERE id IN (
    SELECT id FROM filtered ORDER BY embedding <=> (SELECT embedding FROM filtered WHERE id = 4001)
    LIMIT (SELECT count(*) / 100 FROM filtered));
VACUUM FULL filtered;
ANALYZE filtered;
CREATE INDEX filtered_idx ON filtered USING hnsw (embedding vector_cosine_ops :columns)
    WITH (m = 16, ef_construction = 200);

CREATE FUNCTION pg_temp.nearest(condition text, query vector, OUT ids int[], OUT ms float8) LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
BEGIN
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM filtered WHERE %s ORDER BY embedding <=> $1 LIMIT 10) n',
                   condition) INTO ids USING query;
    ms := extract(epoch FROM clock_timestamp() - began) * 1000;
END $$;

-- Queries are words and, for the filter that matches far ones only, words outside the cluster.
CREATE TEMP TABLE answers AS
SELECT c.condition, q.id, q.embedding, NULL::int[] AS exact, NULL::int[] AS found, NULL::float8 AS ms
FROM unnest(ARRAY['half = 1', 'ten = 3', 'cent = 7', 'mil = 11', 'dmil = 77', 'cluster = 1', 'ten = 3 AND half = 1',
                  'cent IN (1, 2, 3, 4, 5)', 'day BETWEEN ''2021-01-01'' AND ''2021-01-10''', 'labels && ARRAY[7]',
                  'true']) AS c (condition),
     (SELECT id, embedding FROM filtered WHERE cluster = 0 ORDER BY md5(id::text) LIMIT 50) AS q;
SET enable_indexscan = off;
UPDATE answers SET exact = (SELECT ids FROM pg_temp.nearest(condition, embedding));
RESET enable_indexscan;
SET hnsw.ef_search = 40;
-- Twice, so that the second finds everything in memory.
UPDATE answers a SET found = n.ids, ms = n.ms
FROM (SELECT condition, id, n.* FROM answers, LATERAL pg_temp.nearest(condition, embedding) n) n
WHERE a.condition = n.condition AND a.id = n.id;
UPDATE answers a SET found = n.ids, ms = n.ms
FROM (SELECT condition, id, n.* FROM answers, LATERAL pg_temp.nearest(condition, embedding) n) n
WHERE a.condition = n.condition AND a.id = n.id;
SELECT condition, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric(8, 2) AS median_ms,
       avg(ms)::numeric(8, 2) AS mean_ms, sum(coalesce(cardinality(found), 0)) AS found, sum(cardinality(exact)) AS there,
       (sum((SELECT count(*) FROM unnest(found) f WHERE f = ANY (exact))) / sum(cardinality(exact)))::numeric(4, 3)
           AS recall
FROM answers GROUP BY condition ORDER BY condition;
