-- vectorext_erase(): what VACUUM leaves of deleted rows, who may call it, and what it says.
-- That the bytes are gone from the file is proven by test/tap/erase.pl.
\getenv storage VX_STORAGE
SET client_min_messages = warning;
CREATE SCHEMA erase;
SET search_path = erase, public;
SET vectorext.seed = 1;

-- For VACUUM of a temporary table no other session counts.
CREATE TEMPORARY TABLE items (id int PRIMARY KEY, owner text DEFAULT 'a', v vector(3));
INSERT INTO items SELECT i, 'a', ARRAY[i, i % 7, 1]::vector FROM generate_series(1, 200) i;
CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops, owner) WITH (storage = :storage);
VACUUM items;
SELECT vectorext_erase('items_v') AS nothing_to_do;

-- VACUUM takes nodes out of the graph, and frees them when nobody can know them any more.
DELETE FROM items WHERE id % 10 = 0;
VACUUM items;
SELECT live_nodes, dead_nodes + free_nodes AS gone FROM vectorext_index_info('items_v');
SELECT vectorext_erase('items_v') BETWEEN 1 AND 20 AS erased;
SELECT live_nodes, dead_nodes, free_nodes FROM vectorext_index_info('items_v');
SELECT vectorext_erase('items_v');
SELECT * FROM vectorext_check('items_v');

-- In a transaction, whose end does not matter, and after its own query of the index.
DELETE FROM items WHERE id % 10 = 1;
VACUUM items;
SET enable_seqscan = off;
BEGIN;
SELECT array_agg(id) FROM (SELECT id FROM items ORDER BY v <-> '[1,1,1]' LIMIT 3) nearest;
SELECT vectorext_erase('items_v') > 0 AS erased;
ROLLBACK;
SELECT dead_nodes FROM vectorext_index_info('items_v');
SELECT array_agg(id) FROM (SELECT id FROM items ORDER BY v <-> '[1,1,1]' LIMIT 3) nearest;

-- A cursor of the same session stands in the graph.
BEGIN;
DECLARE near CURSOR FOR SELECT id FROM items ORDER BY v <-> '[1,1,1]';
FETCH 2 FROM near;
SELECT vectorext_erase('items_v');
ROLLBACK;

-- Rows that share a vector count once, when the last of them is gone.
INSERT INTO items SELECT i, 'a', '[5,5,5]' FROM generate_series(1001, 1040) i;
DELETE FROM items WHERE id BETWEEN 1001 AND 1039;
VACUUM items;
SELECT vectorext_erase('items_v');
DELETE FROM items WHERE id = 1040;
VACUUM (INDEX_CLEANUP ON) items;
SELECT vectorext_erase('items_v');
SELECT * FROM vectorext_check('items_v');

-- What was deleted and not vacuumed is still in the index.
DELETE FROM items WHERE id = 2;
SELECT vectorext_erase('items_v');
VACUUM items;
SELECT vectorext_erase('items_v');
CREATE TABLE kept AS SELECT * FROM items;
CREATE INDEX kept_v ON kept USING hnsw (v vector_l2_ops);
DELETE FROM kept WHERE id = 3;
SET client_min_messages = notice;
SELECT vectorext_erase('kept_v');
SET client_min_messages = warning;

-- Free places are used again.
INSERT INTO items SELECT i, 'b', ARRAY[i % 50, i % 3, 2]::vector FROM generate_series(2001, 2060) i;
SELECT * FROM vectorext_check('items_v');
SELECT count(*) FROM (SELECT id FROM items ORDER BY v <-> '[1,1,1]') found;

-- All rows, and none.
DELETE FROM items;
VACUUM items;
SELECT vectorext_erase('items_v') > 100 AS erased;
SELECT * FROM vectorext_check('items_v');
CREATE TABLE empty (v halfvec(3));
CREATE INDEX empty_v ON empty USING hnsw (v halfvec_l2_ops);
SELECT vectorext_erase('empty_v');

-- Unlogged tables, and sparse vectors.
CREATE UNLOGGED TABLE unlogged (id int, s sparsevec(20));
INSERT INTO unlogged SELECT i, format('{1:%s,%s:1}/20', i, 2 + i % 19)::sparsevec FROM generate_series(1, 50) i;
CREATE INDEX unlogged_s ON unlogged USING hnsw (s sparsevec_l2_ops);
DELETE FROM unlogged WHERE id > 40;
VACUUM unlogged;
SELECT vectorext_erase('unlogged_s') <= 10 AS erased;
SELECT * FROM vectorext_check('unlogged_s');
CREATE TEMPORARY TABLE passing AS SELECT i AS id, i::bit(8) AS b FROM generate_series(1, 50) i;
CREATE INDEX passing_b ON passing USING hnsw (b bit_hamming_ops);
DELETE FROM passing WHERE id > 45;
VACUUM passing;
SELECT vectorext_erase('passing_b');

-- Who may: who may VACUUM the table.
CREATE ROLE regress_eraser;
GRANT USAGE ON SCHEMA erase TO regress_eraser;
GRANT SELECT, INSERT, UPDATE, DELETE ON kept TO regress_eraser;
SET ROLE regress_eraser;
SELECT vectorext_erase('kept_v');
RESET ROLE;
ALTER TABLE kept OWNER TO regress_eraser;
SET ROLE regress_eraser;
SELECT vectorext_erase('kept_v');
RESET ROLE;

-- What is refused.
\set VERBOSITY terse
SELECT vectorext_erase(NULL);
SELECT vectorext_erase('items');
SELECT vectorext_erase('items_pkey');
SELECT vectorext_erase(4294967295);
\set VERBOSITY default
CREATE TABLE parted (v vector(3)) PARTITION BY HASH (v);
CREATE INDEX parted_v ON parted USING hnsw (v vector_l2_ops);
SELECT vectorext_erase('parted_v');
BEGIN READ ONLY;
SELECT vectorext_erase('kept_v');
ROLLBACK;

RESET search_path;
DROP TABLE items, passing;
DROP SCHEMA erase CASCADE;
DROP ROLE regress_eraser;
RESET client_min_messages;
RESET vectorext.seed;
