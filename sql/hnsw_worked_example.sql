-- Three points, one query, through an index of each operator class: each metric has its winner
-- (worked_example.sql has the numbers).
CREATE TABLE points (name text, x vector(3));
INSERT INTO points VALUES ('x1', '[1,2,3]'), ('x2', '[4,5,6]'), ('x3', '[7,8,9]');
CREATE INDEX by_angle ON points USING hnsw (x vector_cosine_ops);
CREATE INDEX by_distance ON points USING hnsw (x vector_l2_ops);
CREATE INDEX by_inner_product ON points USING hnsw (x vector_ip_ops);
CREATE INDEX by_taxicab ON points USING hnsw (x vector_l1_ops);
SET enable_seqscan = off;

EXPLAIN (COSTS OFF) SELECT name FROM points ORDER BY x <=> '[2,3,4]' LIMIT 1;
EXPLAIN (COSTS OFF) SELECT name FROM points ORDER BY x <-> '[2,3,4]' LIMIT 1;
EXPLAIN (COSTS OFF) SELECT name FROM points ORDER BY x <#> '[2,3,4]' LIMIT 1;
EXPLAIN (COSTS OFF) SELECT name FROM points ORDER BY x <+> '[2,3,4]' LIMIT 1;

SELECT name AS nearest_by_angle FROM points ORDER BY x <=> '[2,3,4]' LIMIT 1;
SELECT name AS nearest_by_distance FROM points ORDER BY x <-> '[2,3,4]' LIMIT 1;
SELECT name AS nearest_by_inner_product FROM points ORDER BY x <#> '[2,3,4]' LIMIT 1;
SELECT name AS nearest_by_taxicab FROM points ORDER BY x <+> '[2,3,4]' LIMIT 1;

SELECT c.relname, f.*
  FROM pg_class c, vectorext_check(c.oid) f
 WHERE c.relname IN ('by_angle', 'by_distance', 'by_inner_product', 'by_taxicab');

SELECT c.relname, i.metric, i.storage, i.dims, i.m, i.ef_construction, i.live_nodes
  FROM pg_class c, vectorext_index_info(c.oid) i
 WHERE c.relname IN ('by_angle', 'by_distance', 'by_inner_product', 'by_taxicab')
 ORDER BY c.relname;

DROP TABLE points;
