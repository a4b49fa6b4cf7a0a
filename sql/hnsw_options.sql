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
SELECT m, ef_construction FROM vectorext_index_info('items_v');
ALTER INDEX items_v SET (ef_construction = 100);
SELECT m, ef_construction FROM vectorext_index_info('items_v');
ALTER INDEX items_v SET (ef_construction = 1001);
-- m is a property of the pages: it changes with the next REINDEX.
ALTER INDEX items_v SET (m = 5);
SELECT m, ef_construction FROM vectorext_index_info('items_v');
INSERT INTO items VALUES ('[1,2,3]');
SELECT * FROM vectorext_check('items_v');
REINDEX INDEX items_v;
SELECT m, ef_construction FROM vectorext_index_info('items_v');
ALTER INDEX items_v RESET (m, ef_construction);
REINDEX INDEX items_v;
SELECT m, ef_construction FROM vectorext_index_info('items_v');

-- storage: what is kept of a vector; codes know no taxicab distance.
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (storage = tiny);
CREATE INDEX ON items USING hnsw (v vector_l1_ops) WITH (storage = compact);
CREATE INDEX ON items USING hnsw (v vector_l1_ops) WITH (storage = fast);
CREATE INDEX items_plain ON items USING hnsw (v vector_l2_ops) WITH (storage = plain);
CREATE INDEX items_compact ON items USING hnsw (v vector_ip_ops) WITH (storage = compact);
CREATE INDEX items_fast ON items USING hnsw (v vector_cosine_ops) WITH (storage = fast);
CREATE INDEX items_taxicab ON items USING hnsw (v vector_l1_ops);
SELECT c.relname, i.storage FROM pg_class c, vectorext_index_info(c.oid) i
 WHERE c.relname IN ('items_plain', 'items_compact', 'items_fast', 'items_taxicab')
 ORDER BY c.relname;
ALTER INDEX items_plain SET (storage = tiny);
ALTER INDEX items_plain SET (storage = compact);
SELECT storage FROM vectorext_index_info('items_plain');
REINDEX INDEX items_plain;
SELECT storage FROM vectorext_index_info('items_plain');
ALTER INDEX items_taxicab SET (storage = compact);
REINDEX INDEX items_taxicab;
SELECT c.relname, f.* FROM pg_class c, vectorext_check(c.oid) f WHERE c.relname LIKE 'items\_%';

SHOW hnsw.ef_search;
SET hnsw.ef_search = 0;
SET hnsw.ef_search = 10001;
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

-- The storage that nobody asked for depends on what there is to store.
CREATE TABLE kinds (a vector(8), b vector(9), c halfvec(8), d halfvec(9), e sparsevec(9), f bit(9));
CREATE INDEX few ON kinds USING hnsw (a vector_l2_ops);
CREATE INDEX few_chosen ON kinds USING hnsw (a vector_l2_ops) WITH (storage = fast);
CREATE INDEX more ON kinds USING hnsw (b vector_l2_ops);
CREATE INDEX more_taxicab ON kinds USING hnsw (b vector_l1_ops);
CREATE INDEX half_few ON kinds USING hnsw (c halfvec_ip_ops);
CREATE INDEX half_more ON kinds USING hnsw (d halfvec_cosine_ops);
CREATE INDEX sparse ON kinds USING hnsw (e sparsevec_l2_ops);
CREATE INDEX bits ON kinds USING hnsw (f bit_hamming_ops);
SELECT c.relname, i.storage FROM pg_class c, vectorext_index_info(c.oid) i
 WHERE c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'kinds'::regclass)
 ORDER BY c.relname;
DROP TABLE kinds;

DROP TABLE items;
