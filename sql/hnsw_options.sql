-- Settings and storage parameters: ranges and messages.
LOAD 'vectorext';
CREATE TABLE items (v vector(3));
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (m = 1);
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (m = 101);
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (ef_construction = 3);
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (ef_construction = 1001);
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (m = 16, ef_construction = 31);
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (lists = 100);

CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops) WITH (m = 2, ef_construction = 4);
SELECT reloptions FROM pg_class WHERE relname = 'items_v';
SELECT m, ef_construction FROM hnsw_index_info('items_v');
ALTER INDEX items_v SET (ef_construction = 100);
SELECT m, ef_construction FROM hnsw_index_info('items_v');
ALTER INDEX items_v SET (ef_construction = 1001);
-- m is a property of the pages: it changes with the next REINDEX.
ALTER INDEX items_v SET (m = 5);
SELECT m, ef_construction FROM hnsw_index_info('items_v');
INSERT INTO items VALUES ('[1,2,3]');
SELECT * FROM hnsw_check('items_v');
REINDEX INDEX items_v;
SELECT m, ef_construction FROM hnsw_index_info('items_v');
ALTER INDEX items_v RESET (m, ef_construction);
REINDEX INDEX items_v;
SELECT m, ef_construction FROM hnsw_index_info('items_v');

SHOW hnsw.ef_search;
SET hnsw.ef_search = 0;
SET hnsw.ef_search = 1001;
SHOW hnsw.iterative_scan;
SET hnsw.iterative_scan = 'relaxed_order';
SET hnsw.iterative_scan = 'strict_order';
SET hnsw.iterative_scan = 'on';
SHOW hnsw.max_scan_tuples;
SET hnsw.max_scan_tuples = 0;
SHOW hnsw.scan_mem_multiplier;
SET hnsw.scan_mem_multiplier = 0.5;
SET hnsw.scan_mem_multiplier = 1001;
SET hnsw.nothing = 1;

DROP TABLE items;
