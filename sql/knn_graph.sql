-- The nearest rows of every row, and all pairs within a distance, by the graph of an index.
\pset null NULL
SET extra_float_digits = 0;
SET vectorext.seed = 1;
SET max_parallel_maintenance_workers = 0;

-- 2,000 rows in 40 groups; some equal, one NULL.
SELECT setseed(0.5);
CREATE TABLE items (id integer PRIMARY KEY, v vector(8), h halfvec(8), note text);
INSERT INTO items (id, v)
SELECT i, (SELECT array_agg(center[g] + random()) FROM generate_series(1, 8) AS g)::vector
  FROM generate_series(1, 2000) AS i
  JOIN (SELECT c, array_agg(random() * 10) AS center FROM generate_series(0, 39) AS c, generate_series(1, 8) GROUP BY c) AS centers
    ON c = i % 40;
INSERT INTO items (id, v) SELECT 2000 + i, v FROM items, generate_series(1, 3) AS i WHERE id = 7;
INSERT INTO items (id) VALUES (3000);
UPDATE items SET h = v;
CREATE INDEX items_l2 ON items USING hnsw (v vector_l2_ops);
CREATE INDEX items_ip ON items USING hnsw (v vector_ip_ops);
CREATE INDEX items_cosine ON items USING hnsw (v vector_cosine_ops);
CREATE INDEX items_l1 ON items USING hnsw (v vector_l1_ops);
CREATE INDEX items_half ON items USING hnsw (h halfvec_l2_ops);
CREATE INDEX items_compact ON items USING hnsw (v vector_l2_ops) WITH (storage = compact);
CREATE INDEX items_fast ON items USING hnsw (v vector_l2_ops) WITH (storage = fast);
CREATE INDEX items_expression ON items USING hnsw (((v + v)::vector(8)) vector_l2_ops);

-- Against the distance of every pair: as many, in order, as near, and nearly all of the nearest.
CREATE TABLE pairs AS
SELECT a.ctid AS tid, b.ctid AS neighbor, a.v <-> b.v AS l2, a.v <#> b.v AS ip, a.v <=> b.v AS cosine, a.v <+> b.v AS l1,
       a.h <-> b.h AS half, (a.v + a.v) <-> (b.v + b.v) AS expression
  FROM items AS a, items AS b WHERE a.ctid <> b.ctid AND a.v IS NOT NULL AND b.v IS NOT NULL;
CREATE INDEX ON pairs (tid, neighbor);
ANALYZE pairs;
CREATE TABLE limits AS
SELECT tid, (array_agg(l2 ORDER BY l2))[5] AS l2, (array_agg(ip ORDER BY ip))[5] AS ip, (array_agg(cosine ORDER BY cosine))[5] AS cosine,
       (array_agg(l1 ORDER BY l1))[5] AS l1, (array_agg(half ORDER BY half))[5] AS half,
       (array_agg(expression ORDER BY expression))[5] AS expression
  FROM pairs GROUP BY tid;
CREATE VIEW graphs AS
SELECT name, g.* FROM unnest(ARRAY['l2', 'ip', 'cosine', 'l1', 'half', 'compact', 'fast', 'expression']) AS name,
       LATERAL knn_graph(('items_' || name)::regclass, 5) AS g;
CREATE TABLE graph AS SELECT name, tid, neighbor, distance FROM graphs;
SELECT name, count(*) AS rows, bool_and(abs(distance - exact) < 1e-5 * greatest(1, abs(exact))) AS exact,
       avg((distance <= bound + 1e-5 * greatest(1, abs(bound)))::int) > 0.97 AS nearest
  FROM (SELECT name, distance,
               CASE name WHEN 'ip' THEN p.ip WHEN 'cosine' THEN p.cosine WHEN 'l1' THEN p.l1 WHEN 'half' THEN p.half
                         WHEN 'expression' THEN p.expression ELSE p.l2 END AS exact,
               CASE name WHEN 'ip' THEN l.ip WHEN 'cosine' THEN l.cosine WHEN 'l1' THEN l.l1 WHEN 'half' THEN l.half
                         WHEN 'expression' THEN l.expression ELSE l.l2 END AS bound
          FROM graph JOIN pairs AS p USING (tid, neighbor) JOIN limits AS l USING (tid)) AS compared
 GROUP BY name ORDER BY name;
SELECT name, count(DISTINCT (tid, neighbor)) AS different, count(*) FILTER (WHERE tid = neighbor) AS own FROM graph GROUP BY name ORDER BY name;
-- Equal rows are each other's neighbors.
SELECT a.id, array_agg(b.id ORDER BY b.id) AS equal
  FROM graph AS g JOIN items AS a ON a.ctid = g.tid JOIN items AS b ON b.ctid = g.neighbor
 WHERE name = 'l2' AND distance = 0 GROUP BY a.id ORDER BY a.id;

-- Pairs within a distance, each once.
SELECT index, radius, count(*) AS pairs, count(DISTINCT (least(p.tid, p.neighbor), greatest(p.tid, p.neighbor))) AS different,
       bool_and(p.distance < radius) AS near, count(*) >= 0.99 * (SELECT count(*) / 2 FROM pairs AS x WHERE x.l2 < radius) AS all_found
  FROM unnest(ARRAY['items_l2', 'items_fast']) AS index, unnest(ARRAY[1e-9, 0.3, 0.5, 1]) AS radius,
       LATERAL near_pairs(index::regclass, radius) AS p
 GROUP BY index, radius ORDER BY index, radius;
SELECT count(*) FROM near_pairs('items_l2', 0);
SELECT count(*) FROM near_pairs('items_l2', -1);
SELECT count(*) = (SELECT count(*) / 2 FROM pairs WHERE cosine < 0.001) AS cosine FROM near_pairs('items_cosine', 0.001);

-- Rows that the snapshot does not see are not there: deleted, by other versions, with and without vacuum.
DELETE FROM items WHERE id % 3 = 0;
UPDATE items SET v = v + '[100,0,0,0,0,0,0,0]' WHERE id BETWEEN 2001 AND 2003;
SELECT count(DISTINCT g.tid) AS rows, count(*) FILTER (WHERE a.id IS NULL OR b.id IS NULL) AS unknown,
       count(*) FILTER (WHERE a.id > 2000 AND b.id > 2000 AND distance = 0) AS moved
  FROM knn_graph('items_l2', 5) AS g LEFT JOIN items AS a ON a.ctid = g.tid LEFT JOIN items AS b ON b.ctid = g.neighbor;
VACUUM items;
SELECT count(DISTINCT g.tid) AS rows, count(*) FILTER (WHERE a.id IS NULL OR b.id IS NULL) AS unknown
  FROM knn_graph('items_l2', 5) AS g LEFT JOIN items AS a ON a.ctid = g.tid LEFT JOIN items AS b ON b.ctid = g.neighbor;
SELECT count(v) FROM items;
-- Where a row is now, when the index names an older version of it.
UPDATE items SET note = 'changed' WHERE id % 10 = 1;
SELECT count(DISTINCT g.tid) AS rows, count(*) FILTER (WHERE a.id IS NULL OR b.id IS NULL) AS unknown
  FROM knn_graph('items_l2', 5) AS g LEFT JOIN items AS a ON a.ctid = g.tid LEFT JOIN items AS b ON b.ctid = g.neighbor;

-- Who may ask: whoever may read the column, unless row-level security stands between.
CREATE ROLE regress_knn_reader;
SET ROLE regress_knn_reader;
SELECT count(*) FROM knn_graph('items_l2', 1);
RESET ROLE;
GRANT SELECT (id) ON items TO regress_knn_reader;
SET ROLE regress_knn_reader;
SELECT count(*) FROM near_pairs('items_l2', 1);
RESET ROLE;
GRANT SELECT (v) ON items TO regress_knn_reader;
SET ROLE regress_knn_reader;
SELECT count(*) > 0 AS allowed FROM knn_graph('items_l2', 1);
SELECT count(*) FROM knn_graph('items_expression', 1);
SELECT current_user;
RESET ROLE;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
SET ROLE regress_knn_reader;
SELECT count(*) FROM knn_graph('items_l2', 1);
SELECT count(*) FROM near_pairs('items_l2', 1);
RESET ROLE;
SELECT count(*) > 0 AS owner FROM knn_graph('items_l2', 1);
ALTER TABLE items DISABLE ROW LEVEL SECURITY;

-- A few rows, and none.
CREATE TABLE few (v vector(2));
CREATE INDEX few_v ON few USING hnsw (v vector_l2_ops);
SELECT * FROM knn_graph('few_v', 3);
SELECT * FROM near_pairs('few_v', 3);
INSERT INTO few VALUES ('[1,1]');
SELECT * FROM knn_graph('few_v', 3);
INSERT INTO few VALUES ('[1,2]'), ('[4,6]');
SELECT * FROM knn_graph('few_v', 1) ORDER BY tid;
SELECT * FROM near_pairs('few_v', 5) ORDER BY tid, neighbor;
-- Rows without a direction have no neighbors by cosine.
INSERT INTO few VALUES ('[0,0]');
CREATE INDEX few_cosine ON few USING hnsw (v vector_cosine_ops);
SELECT count(*) FROM knn_graph('few_cosine', 10);

-- NULLs, and what cannot be.
SELECT * FROM knn_graph(NULL, 3);
SELECT * FROM knn_graph('few_v', NULL);
SELECT * FROM knn_graph('few_v', 0);
SELECT * FROM knn_graph('few_v', 1001);
SELECT * FROM near_pairs('few_v', 'nan');
SELECT * FROM near_pairs('few_v', 'inf');
SELECT * FROM knn_graph('items', 3);
SELECT * FROM knn_graph('items_pkey', 3);
CREATE TABLE bits (b bit(8));
CREATE INDEX bits_b ON bits USING hnsw (b bit_hamming_ops);
SELECT * FROM knn_graph('bits_b', 3);
SET maintenance_work_mem = '1MB';
SELECT count(*) FROM near_pairs('items_l2', 1000);
INSERT INTO items (id, v) SELECT 10000 + i, ARRAY[i,0,0,0,0,0,0,0]::vector FROM generate_series(1, 8000) AS i;
\set VERBOSITY terse
SELECT count(*) FROM knn_graph('items_l2', 3);
RESET maintenance_work_mem;
\set VERBOSITY default
DROP VIEW graphs;
DROP TABLE items, pairs, limits, graph, few, bits;
DROP ROLE regress_knn_reader;
