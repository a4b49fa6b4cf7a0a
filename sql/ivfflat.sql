-- The access method ivfflat: pgvector's name, options and messages, answered by the graph.
LOAD 'vectorext';
CREATE TABLE items (id int, v vector(3), u vector);
CREATE INDEX ON items USING ivfflat (v) WITH (lists = 0);
CREATE INDEX ON items USING ivfflat (v) WITH (lists = 32769);
CREATE INDEX ON items USING ivfflat (v) WITH (m = 16);
CREATE INDEX ON items USING ivfflat (u);
CREATE INDEX ON items USING ivfflat (id vector_l2_ops);
CREATE INDEX ON items USING ivfflat (v vector_l1_ops);

-- The operator class for Euclidean distance is the default one, as in pgvector.
CREATE INDEX items_l2 ON items USING ivfflat (v) WITH (lists = 5);
CREATE INDEX items_ip ON items USING ivfflat (v vector_ip_ops);
CREATE INDEX items_cosine ON items USING ivfflat (v vector_cosine_ops) WITH (lists = 1);
SELECT indexdef FROM pg_indexes WHERE tablename = 'items' ORDER BY indexname;
SELECT c.relname, i.metric, i.storage, i.m, i.ef_construction
  FROM pg_class c, vectorext_index_info(c.oid) i WHERE c.relname LIKE 'items\_%' ORDER BY c.relname;
SELECT opcname, opcdefault, amvalidate(c.oid)
  FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
 WHERE amname = 'ivfflat' ORDER BY opcname;

SHOW ivfflat.probes;
SET ivfflat.probes = 0;
SET ivfflat.probes = 32769;
SHOW ivfflat.iterative_scan;
SET ivfflat.iterative_scan = 'relaxed_order';
SET ivfflat.iterative_scan = 'strict_order';
SHOW ivfflat.max_probes;
SET ivfflat.max_probes = 0;
SET ivfflat.nothing = 1;

INSERT INTO items SELECT i, ARRAY[i % 10, i / 10 % 10, i / 100] FROM generate_series(0, 999) i;
INSERT INTO items VALUES (1000, NULL), (1001, '[0,0,0]');
INSERT INTO items VALUES (1002, '[1,2]');
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY v <-> '[1,2,3]' LIMIT 3;
SELECT id, v <-> '[1,2,3.1]' AS distance FROM items ORDER BY v <-> '[1,2,3.1]', id LIMIT 1;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY v <#> '[1,2,3]' LIMIT 3;
SELECT id FROM items ORDER BY v <#> '[1,2,3]' LIMIT 1;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY v <=> '[1,2,3]' LIMIT 3;
SELECT id FROM items ORDER BY v <=> '[1,2,3.1]' LIMIT 1;
SELECT id FROM items ORDER BY v <-> '[1,2]' LIMIT 3;

-- Complete, as scans of hnsw are: no probe too few cuts a LIMIT short.
SELECT count(*) FROM (SELECT FROM items ORDER BY v <-> '[1,2,3]' LIMIT 2000) AS f;
-- With all lists probed the answer is exact, and in exact order.
SET ivfflat.probes = 5;
SELECT count(*) AS rows, count(*) FILTER (WHERE d < before) AS out_of_order
  FROM (SELECT d, lag(d) OVER () AS before
          FROM (SELECT v <-> '[1,2,3]' AS d FROM items ORDER BY v <-> '[1,2,3]' LIMIT 1000) AS f) AS g;
-- Without a LIMIT that costs as much as a sort, so the planner sorts.
RESET enable_seqscan;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY v <-> '[1,2,3]';
SELECT c.relname, f.* FROM pg_class c, vectorext_check(c.oid) f WHERE c.relname LIKE 'items\_%';

DELETE FROM items WHERE id % 2 = 0;
VACUUM items;
SELECT c.relname, f.* FROM pg_class c, vectorext_check(c.oid) f WHERE c.relname LIKE 'items\_%';
ALTER INDEX items_l2 SET (lists = 7);
REINDEX INDEX items_l2;
SELECT c.relname, f.* FROM pg_class c, vectorext_check(c.oid) f WHERE c.relname LIKE 'items\_%';
DROP TABLE items;

-- halfvec and bit
CREATE TABLE items AS
    SELECT i AS id, ARRAY[i % 10, i / 10 % 10, i / 100]::halfvec(3) AS h, i::bit(10) AS b
      FROM generate_series(0, 999) AS i;
CREATE INDEX ON items USING ivfflat (h);
CREATE INDEX ON items USING ivfflat ((b::varbit(10)) bit_hamming_ops);
CREATE INDEX items_h ON items USING ivfflat (h halfvec_l2_ops) WITH (lists = 4);
CREATE INDEX items_b ON items USING ivfflat (b bit_hamming_ops) WITH (lists = 4);
SELECT c.relname, i.metric, i.storage FROM pg_class c, vectorext_index_info(c.oid) i
 WHERE c.relname IN ('items_h', 'items_b') ORDER BY c.relname;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY h <-> '[1,2,3]' LIMIT 1;
SELECT id FROM items ORDER BY h <-> '[1,2,3]' LIMIT 1;
EXPLAIN (COSTS OFF) SELECT id FROM items ORDER BY b <~> B'0101000001' LIMIT 1;
SELECT id, b <~> B'0101000001' AS distance FROM items ORDER BY b <~> B'0101000001' LIMIT 1;
SELECT c.relname, f.* FROM pg_class c, vectorext_check(c.oid) f WHERE c.relname IN ('items_h', 'items_b');
DROP TABLE items;
