-- What an index refuses.
CREATE TABLE items (id int, v vector(3), u vector);
CREATE INDEX ON items USING hnsw (u vector_l2_ops);
CREATE INDEX ON items USING hnsw (v);
CREATE INDEX ON items USING hnsw (id vector_l2_ops);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, v vector_l2_ops);
CREATE INDEX ON items USING hnsw (v vector_l2_ops) INCLUDE (id);
CREATE UNIQUE INDEX ON items USING hnsw (v vector_l2_ops);
CREATE INDEX ON items USING hnsw (v vector_l2_ops DESC);
ALTER TABLE items ADD EXCLUDE USING hnsw (v WITH =);

CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops);
CREATE INDEX items_u ON items USING hnsw ((u::vector(3)) vector_l2_ops);
INSERT INTO items VALUES (1, '[1,2]', NULL);
INSERT INTO items VALUES (1, NULL, '[1,2]');
INSERT INTO items VALUES (1, '[1,2,3]', '[1,2,3]');
SET enable_seqscan = off;
SELECT id FROM items ORDER BY v <-> '[1,2]' LIMIT 1;
SELECT id FROM items ORDER BY u::vector(3) <-> '[1,2]'::vector LIMIT 1;
\set VERBOSITY sqlstate
SELECT id FROM items ORDER BY v <-> '[1,2]' LIMIT 1;
INSERT INTO items VALUES (1, '[1,2]', NULL);
CREATE INDEX ON items USING hnsw (u vector_l2_ops);
CREATE INDEX ON items USING hnsw (v);
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (m = 16, ef_construction = 31);
\set VERBOSITY default
SELECT * FROM vectorext_check('items_v') UNION ALL SELECT * FROM vectorext_check('items_u');

-- Only hnsw indexes can be checked, and not by everybody.
CREATE INDEX items_id ON items (id);
SELECT * FROM vectorext_check('items_id');
SELECT * FROM vectorext_check('items');
SELECT * FROM vectorext_index_info('items_id');
SELECT * FROM vectorext_check(1);
CREATE ROLE regress_vx_owner;
CREATE ROLE regress_vx_other;
CREATE ROLE regress_vx_monitor IN ROLE pg_monitor;
CREATE TABLE owned (v vector(3));
CREATE INDEX owned_v ON owned USING hnsw (v vector_l2_ops);
ALTER TABLE owned OWNER TO regress_vx_owner;
SET ROLE regress_vx_owner;
SELECT * FROM vectorext_check('owned_v');
SELECT dims FROM vectorext_index_info('owned_v');
SELECT * FROM vectorext_check('items_v');
SELECT dims FROM vectorext_index_info('items_v');
SET ROLE regress_vx_other;
SELECT * FROM vectorext_check('owned_v');
SELECT dims FROM vectorext_index_info('owned_v');
SET ROLE regress_vx_monitor;
SELECT * FROM vectorext_check('owned_v');
SELECT dims FROM vectorext_index_info('owned_v');
RESET ROLE;
DROP TABLE owned;
DROP ROLE regress_vx_owner, regress_vx_other, regress_vx_monitor;

-- A partitioned index is a name for those of the partitions.
CREATE TABLE parted (id int, v vector(3)) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE INDEX parted_v ON parted USING hnsw (v vector_l2_ops);
CREATE INDEX parted_id ON parted (id);
SELECT * FROM vectorext_check('parted_v');
SELECT * FROM vectorext_index_info('parted_v');
SELECT * FROM vectorext_index_info('parted_id');
SELECT i.dims FROM pg_partition_tree('parted_v') t, vectorext_index_info(t.relid) i WHERE t.isleaf;
DROP TABLE parted;

SELECT opcname, opcdefault, amvalidate(c.oid)
  FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
 WHERE amname = 'hnsw' ORDER BY opcname;

-- No statement leaves an index that cannot be built again: not one that takes dimensions away, which
-- changes no row and builds nothing, nor one that sets options that do not go together.
CREATE TABLE shaped (id int, v vector(3), h halfvec(3), s sparsevec(3), w vector(3), u vector);
INSERT INTO shaped SELECT i, ARRAY[i, 1, 2]::vector, ARRAY[i, 1, 2]::vector, ARRAY[i, 1, 2]::vector::sparsevec,
                          ARRAY[i, 1, 2]::vector, ARRAY[i, 1, 2]::vector FROM generate_series(1, 100) i;
CREATE INDEX shaped_v ON shaped USING hnsw (v vector_l2_ops);
CREATE INDEX shaped_h ON shaped USING hnsw (h halfvec_l2_ops);
CREATE INDEX shaped_s ON shaped USING hnsw (s sparsevec_l2_ops);
CREATE INDEX shaped_w ON shaped USING ivfflat (w vector_cosine_ops) WITH (lists = 1);
CREATE INDEX shaped_u ON shaped USING hnsw ((u::vector(3)) vector_l2_ops);
ALTER TABLE shaped ALTER v TYPE vector;
ALTER TABLE shaped ALTER h TYPE halfvec;
ALTER TABLE shaped ALTER s TYPE sparsevec;
ALTER TABLE shaped ALTER w TYPE vector;
CREATE DOMAIN shapeless AS vector;
ALTER TABLE shaped ALTER v TYPE shapeless;
ALTER INDEX shaped_v SET (ef_construction = 20);
REINDEX TABLE shaped;
ALTER TABLE shaped ALTER u TYPE vector(3);
ALTER TABLE shaped ALTER u TYPE vector;
DROP INDEX shaped_v;
ALTER TABLE shaped ALTER v TYPE vector;
REINDEX TABLE shaped;
DROP TABLE shaped;
DROP DOMAIN shapeless;
CREATE TABLE shaped (id int, v vector(3)) PARTITION BY RANGE (id);
CREATE INDEX shaped_v ON shaped USING hnsw (v vector_l2_ops);
ALTER TABLE shaped ALTER v TYPE vector;
CREATE TABLE shaped_1 PARTITION OF shaped FOR VALUES FROM (0) TO (10);
ALTER TABLE shaped ALTER v TYPE vector;
REINDEX TABLE shaped;
DROP TABLE shaped;
CREATE TABLE shaped (id int, v vector) PARTITION BY RANGE (id);
CREATE INDEX ON shaped USING hnsw (v vector_l2_ops);
DROP TABLE shaped;

-- An operator class of somebody else's has no distance function that the index knows.
CREATE OPERATOR CLASS other_ops FOR TYPE vector USING hnsw AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 l2_distance(vector, vector);
CREATE INDEX ON items USING hnsw (v other_ops);
DROP OPERATOR CLASS other_ops USING hnsw;

DROP TABLE items;
