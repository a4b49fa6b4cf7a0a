-- What hidden rows tell by time (docs/privacy.md): time, buffers and rows of a query whose policy shows 1,000 of 101,000 rows: nothing hidden near the query, and 1,000 hidden rows
-- nearer than all that is seen.
\set QUIET 1
\set ON_ERROR_STOP 1
CREATE EXTENSION vectorext;
CREATE ROLE sees_part;
CREATE TABLE notes (id int, tenant int, v vector(100));
SELECT setseed(0.5) \gset
INSERT INTO notes SELECT i, CASE WHEN i <= 1000 THEN 1 ELSE 2 + i % 99 END,
    (SELECT array_agg(random() + i * 0 ORDER BY j) FROM generate_series(1, 100) j)::real[]::vector FROM generate_series(1, 101000) i;
CREATE TABLE asked (what text, q vector(100));
INSERT INTO asked SELECT 'none near', (SELECT array_agg((j % 2)::real ORDER BY j) FROM generate_series(1, 100) j)::vector;
INSERT INTO asked SELECT '1,000 near', (SELECT array_agg((j / 50)::real ORDER BY j) FROM generate_series(1, 100) j)::vector;
UPDATE notes SET v = (SELECT q FROM asked WHERE what = '1,000 near') + v * (SELECT array_agg(0.1::real) FROM generate_series(1, 100))::vector
 WHERE id BETWEEN 50001 AND 51000;
CREATE INDEX notes_v ON notes USING hnsw (v vector_l2_ops);
VACUUM (FULL, ANALYZE) notes;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes TO sees_part USING (tenant = current_setting('app.tenant')::int);
GRANT SELECT ON notes, asked TO sees_part;
SET app.tenant = 1;
CREATE FUNCTION measure(asked_what text) RETURNS TABLE (asked text, ms numeric, buffers bigint, removed bigint) LANGUAGE plpgsql AS $$
DECLARE plan jsonb; times numeric[]; target vector;
BEGIN
    SELECT q INTO target FROM asked a WHERE a.what = asked_what;
    FOR n IN 1 .. 31 LOOP
        EXECUTE format('EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT id FROM notes ORDER BY v <-> %L LIMIT 10', target) INTO plan;
        times := times || (plan->0->>'Execution Time')::numeric;
    END LOOP;
    RETURN QUERY SELECT asked_what, (SELECT round((percentile_cont(0.5) WITHIN GROUP (ORDER BY t))::numeric, 2) FROM unnest(times) t),
        (plan->0->'Plan'->>'Shared Hit Blocks')::bigint, (plan->0->'Plan'->'Plans'->0->>'Rows Removed by Filter')::bigint;
END $$;
SET enable_seqscan = off;
SET max_parallel_workers_per_gather = 0;
SET ROLE sees_part;
\echo without a filter column
SELECT m.* FROM asked, measure(what) m ORDER BY 1 DESC;
RESET ROLE;
DROP INDEX notes_v;
CREATE INDEX notes_v ON notes USING hnsw (v vector_l2_ops, tenant);
VACUUM ANALYZE notes;
SET ROLE sees_part;
\echo tenant as a filter column
SELECT m.* FROM asked, measure(what) m ORDER BY 1 DESC;
RESET ROLE;
DROP INDEX notes_v;
CREATE INDEX notes_v ON notes USING hnsw (v vector_l2_ops) WHERE tenant = 1;
DROP POLICY own ON notes;
CREATE POLICY own ON notes TO sees_part USING (tenant = 1);
VACUUM ANALYZE notes;
SET ROLE sees_part;
\echo an index of the rows of this tenant alone (a partition is that)
SELECT m.* FROM asked, measure(what) m ORDER BY 1 DESC;
RESET ROLE;
DROP FUNCTION measure;
DROP TABLE notes, asked;
DROP ROLE sees_part;
