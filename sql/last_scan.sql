-- What the latest scan did: counts of which one knows what they must be, or between what.
SET jit = off;
SET vectorext.seed = 1;
SET max_parallel_maintenance_workers = 0;
SET enable_seqscan = off;
SET enable_sort = off;
-- Before there was one.
SELECT * FROM vectorext_last_scan();

CREATE TABLE items (id integer, tenant integer, v vector(16));
INSERT INTO items
SELECT i, CASE WHEN i % 400 = 0 THEN 99 ELSE i % 4 END, array_agg(hashint8extended(i, j) / 9e18 ORDER BY j)
  FROM generate_series(1, 6000) i, generate_series(1, 16) j GROUP BY i;
INSERT INTO items SELECT i, 0, NULL FROM generate_series(6001, 6003) i;
CREATE INDEX items_plain ON items USING hnsw (v vector_l2_ops, tenant) WITH (storage = plain, m = 8);
CREATE INDEX items_codes ON items USING hnsw (v vector_ip_ops) WITH (storage = compact, m = 8);
VACUUM ANALYZE items;
-- Builds are no scans.
SELECT * FROM vectorext_last_scan();

\set q '''[1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0]'''

-- A search: it expands at least as many nodes as it returns, and few of all; where vectors are stored as they are it ranks no rows.
SELECT count(*) FROM (SELECT FROM items ORDER BY v <-> :q LIMIT 10) s;
SELECT index, strategy, nodes_expanded BETWEEN 40 AND 1000 AS few_nodes, nodes_compared, nodes_filtered,
       pages_read > nodes_expanded AS pages, rows_ranked, rows_returned
  FROM vectorext_last_scan();
-- Codes alone do not tell which of some near ones is the nearest.
SELECT count(*) FROM (SELECT FROM items ORDER BY v <#> :q LIMIT 10) s;
SELECT index, strategy, nodes_expanded BETWEEN 40 AND 1000 AS few_nodes, nodes_compared, nodes_filtered, rows_ranked BETWEEN 1 AND 1000 AS ranked,
       rows_returned
  FROM vectorext_last_scan();

-- With a filter that three in four pass: some of what the search finds is turned away.
SELECT count(*) FROM (SELECT FROM items WHERE tenant <= 2 ORDER BY v <-> :q LIMIT 10) s;
SELECT strategy, nodes_filtered BETWEEN 1 AND nodes_expanded AS turned_away, nodes_compared, rows_returned FROM vectorext_last_scan();
-- With one that 15 pass, those are compared; the others are not looked at.
SELECT count(*) FROM (SELECT FROM items WHERE tenant = 99 ORDER BY v <-> :q LIMIT 10) s;
SELECT strategy, nodes_expanded, nodes_compared, nodes_filtered, rows_returned FROM vectorext_last_scan();
-- All rows that pass: the search turns into the sweep.  What it has returned before is not compared again.
SELECT count(*) FROM (SELECT FROM items WHERE tenant <= 2 ORDER BY v <-> :q) s;
SELECT strategy, nodes_filtered > 0 AS turned_away, nodes_compared BETWEEN 1 AND 4500 AS compared, rows_returned FROM vectorext_last_scan();

-- All rows compared: where the order must be certain, at any depth; and where so many are wanted that a search is no less work.
SET hnsw.iterative_scan = strict_order;
SELECT count(*) FROM (SELECT FROM items WHERE id > 5 ORDER BY v <-> :q LIMIT 10) s;
SELECT strategy, nodes_expanded, nodes_compared, rows_returned BETWEEN 10 AND 15 AS few_rows FROM vectorext_last_scan();
RESET hnsw.iterative_scan;
SELECT count(*) FROM (SELECT FROM items ORDER BY v <-> :q) s;
SELECT strategy, nodes_expanded > 0 AS searched, nodes_compared BETWEEN 1 AND 6000 AS compared, rows_returned FROM vectorext_last_scan();
-- As many of these that no search would be less work.
SELECT count(*) FROM (SELECT FROM items ORDER BY v <-> :q LIMIT 5000) s;
SELECT strategy, nodes_expanded, nodes_compared, rows_returned FROM vectorext_last_scan();
-- Without a query all rows tie.
SELECT count(*) FROM (SELECT FROM items ORDER BY v <-> (SELECT NULL::vector)) s;
SELECT strategy, nodes_expanded, nodes_compared, rows_returned FROM vectorext_last_scan();
-- A condition that nothing can meet.
SELECT count(*) FROM (SELECT FROM items WHERE tenant = NULL::integer ORDER BY v <-> :q LIMIT 10) s;

-- Of several scans of one statement, the last; a scan that has not ended is none yet, and one that an error ends never is.
SELECT count(*) FROM generate_series(1, 3) n, LATERAL (SELECT FROM items ORDER BY v <-> :q LIMIT n) s;
SELECT rows_returned FROM vectorext_last_scan();
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM items ORDER BY v <-> :q LIMIT 100;
MOVE 7 IN c;
SELECT rows_returned FROM vectorext_last_scan();
CLOSE c;
SELECT rows_returned FROM vectorext_last_scan();
COMMIT;
SELECT count(1 / (id - id)) FROM (SELECT id FROM items ORDER BY v <-> :q LIMIT 20) s;
SELECT rows_returned FROM vectorext_last_scan();

-- Another session knows nothing of this one.
\c -
SELECT * FROM vectorext_last_scan();
DROP TABLE items;
