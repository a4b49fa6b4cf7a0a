-- test/tap/churn.pl with one seed: rows of table `source` (id, v) without self-recall@1.
SET vectorext.seed = :seed;
SET max_parallel_maintenance_workers = 0;
SET enable_seqscan = off;
SET enable_sort = off;
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.report(figure text, ef_search int, step int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    lost bigint;
BEGIN
    PERFORM set_config('hnsw.ef_search', ef_search::text, false);
    SELECT count(*) INTO lost FROM words w
     WHERE id % step = 0 AND id <> (SELECT f.id FROM words f ORDER BY f.v <-> w.v LIMIT 1);
    RETURN concat_ws('|', figure, lost);
END $$;
DROP TABLE IF EXISTS words;
CREATE TABLE words (id int PRIMARY KEY, v vector(100));
CREATE INDEX words_idx ON words USING hnsw (v vector_l2_ops) WITH (storage = :storage);
INSERT INTO words SELECT id, v FROM source ORDER BY id;
SELECT pg_temp.report('inserted, ef_search 100', 100, 1);
SELECT pg_temp.report('inserted, ef_search 200', 200, 1);
\set round 1
\ir churn_round.sql
\set round 2
\ir churn_round.sql
\set round 3
\ir churn_round.sql
SELECT pg_temp.report('after the rounds, a fifth, ef_search 400', 400, 5);
DELETE FROM words;
VACUUM words;
SELECT pg_current_xact_id() IS NULL AS next \gset
VACUUM words;
INSERT INTO words SELECT id, v FROM source WHERE id <= 2000 ORDER BY id;
SELECT pg_temp.report('refilled, ef_search 40', 40, 1);
SELECT pg_temp.report('refilled, ef_search 200', 200, 1);
