-- Inserting into an index: nothing, equal vectors, NULLs, vectors without a direction.
\getenv storage VX_STORAGE
CREATE TABLE items (id int, v vector(3)) WITH (autovacuum_enabled = off);
CREATE INDEX items_l2 ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
CREATE INDEX items_cosine ON items USING hnsw (v vector_cosine_ops) WITH (storage = :storage);
SET enable_seqscan = off;
SELECT * FROM vectorext_check('items_l2');
SELECT live_nodes, levels FROM vectorext_index_info('items_l2');
SELECT id FROM items ORDER BY v <-> '[1,2,3]' LIMIT 1;

INSERT INTO items VALUES (1, '[0.1,0.2,0.3]');
SELECT id FROM items ORDER BY v <-> '[1,2,3]' LIMIT 1;
INSERT INTO items SELECT i, ARRAY[sin(i), cos(i * 1.3), sin(i * 2.7)]::float4[]::vector
  FROM generate_series(2, 400) i;
SELECT * FROM vectorext_check('items_l2') UNION ALL SELECT * FROM vectorext_check('items_cosine');
SELECT count(*), count(DISTINCT id) FROM (
    SELECT id FROM items ORDER BY v <-> '[1,2,3]' LIMIT 1000) found;
SET hnsw.ef_search = 200;
SELECT count(*) AS asked, sum((found.id <> items.id)::int)
       <= CASE WHEN :'storage' <> 'plain' THEN count(*) / 200 ELSE 0 END AS found
  FROM items, LATERAL (
      SELECT id FROM items other ORDER BY other.v <-> items.v LIMIT 1) found;
RESET hnsw.ef_search;

-- A hundred equal vectors are one node.
INSERT INTO items SELECT 1000 + i, '[9,9,9]' FROM generate_series(1, 100) i;
SELECT live_nodes FROM vectorext_index_info('items_l2');
SELECT count(*), count(DISTINCT id), min(id), max(id) FROM (
    SELECT id FROM items ORDER BY v <-> '[9,9,9]' LIMIT 100) found;
SELECT * FROM vectorext_check('items_l2') UNION ALL SELECT * FROM vectorext_check('items_cosine');

INSERT INTO items SELECT -i, NULL FROM generate_series(1, 40) i;
INSERT INTO items SELECT -100 - i, '[0,0,0]' FROM generate_series(1, 40) i;
SELECT live_nodes FROM vectorext_index_info('items_l2');
SELECT live_nodes FROM vectorext_index_info('items_cosine');
SELECT * FROM vectorext_check('items_l2') UNION ALL SELECT * FROM vectorext_check('items_cosine');
SELECT count(*), count(DISTINCT id) FROM (
    SELECT id FROM items ORDER BY v <=> '[1,2,3]' LIMIT 1000) found;

-- Updates put the new version in; the old one stays until vacuum.
UPDATE items SET v = '[7,7,8]' WHERE id = 5;
SELECT id FROM items ORDER BY v <-> '[7,7,8]' LIMIT 1;
SELECT * FROM vectorext_check('items_l2') UNION ALL SELECT * FROM vectorext_check('items_cosine');

DROP TABLE items;
