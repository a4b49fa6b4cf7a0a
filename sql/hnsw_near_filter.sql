-- A filter that has to do with the distance: where what is near passes, a search finds it; where that is far, what passes is compared.
\getenv storage VX_STORAGE
SET jit = off;
SET vectorext.seed = 1;
SET max_parallel_maintenance_workers = 0;
SET hnsw.default_storage = :storage;
CREATE TABLE items (id integer, kind integer, v vector(8));
-- Twelve kinds of 2,500 rows, each about a point of its own.
INSERT INTO items
SELECT kind * 2500 + i, kind,
       array_agg(hashint8extended(kind, j) / 9e18 + hashint8extended(kind * 2500 + i, j + 8) / 9e19 ORDER BY j)
  FROM generate_series(0, 11) kind, generate_series(1, 2500) i, generate_series(1, 8) j GROUP BY kind, i ORDER BY i, kind;
CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops, kind);
VACUUM ANALYZE items;
CREATE FUNCTION ask(asked integer, condition text, OUT answered bigint, OUT missed bigint, OUT strategy text, OUT expanded bigint) LANGUAGE plpgsql AS $$
DECLARE
    query vector := (SELECT v FROM items WHERE id = asked);
    nearest text := format('SELECT id FROM items WHERE %s ORDER BY v <-> %L LIMIT 10', condition, query);
    exact integer[];
BEGIN
    SET LOCAL enable_indexscan = off;
    EXECUTE format('SELECT array_agg(id) FROM (%s) s', nearest) INTO exact;
    SET LOCAL enable_indexscan = on;
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_sort = off;
    EXECUTE format('SELECT count(*), count(*) FILTER (WHERE NOT id = ANY (%L)) FROM (%s) s', exact, nearest) INTO answered, missed;
    SELECT s.strategy, s.nodes_expanded INTO strategy, expanded FROM vectorext_last_scan() s;
END $$;
-- Each of 24 rows asks among its own kind, and among another.  By codes alone comparing 2,500 rows at once may be less work.
CREATE VIEW asked AS SELECT i * 1249 % 30000 AS id, i * 1249 % 30000 / 2500 AS kind FROM generate_series(1, 24) i;
SELECT sum(answered) AS answered, sum(missed) <= 2 AS found, max(expanded) < 250 AS few,
       strategy = 'filtered search' OR :'storage' <> 'fast' AS as_expected
  FROM asked, ask(id, 'kind = ' || kind) GROUP BY as_expected;
SELECT sum(answered) AS answered, sum(missed) <= 2 AS found, max(expanded) < 250 AS few, strategy LIKE '%sweep of what passes' AS as_expected
  FROM asked, ask(id, 'kind = ' || (kind + 5) % 12) GROUP BY as_expected;
-- Its own kind and a third of the others.
SELECT sum(answered) AS answered, sum(missed) <= 2 AS found, max(expanded) < 250 AS few
  FROM asked, ask(id, format('kind IN (%s, %s, %s)', kind, (kind + 1) % 12, (kind + 2) % 12));
DROP VIEW asked;
DROP FUNCTION ask;
DROP TABLE items;
