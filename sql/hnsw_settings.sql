-- What an index has of its own, what a session chooses, and which of them counts.
CREATE TABLE items (id int, v vector(9), u vector(8), b bit(9));
INSERT INTO items SELECT i, array_fill(i, ARRAY[9]), array_fill(i, ARRAY[8]), i::bit(9)
  FROM generate_series(1, 4000) i;
ANALYZE items;
CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops);

-- What a search costs tells how many candidates it keeps.
SET enable_seqscan = off;
SET enable_sort = off;
CREATE FUNCTION cost() RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) SELECT id FROM items ORDER BY v <-> ''[1,2,3,4,5,6,7,8,9]'''
        || ' LIMIT 10' INTO plan;
    RETURN (plan -> 0 -> 'Plan' ->> 'Total Cost')::float8;
END $$;
CREATE TABLE costs (ef int PRIMARY KEY, cost float8);
SET hnsw.ef_search = 40;
INSERT INTO costs VALUES (40, cost());
SET hnsw.ef_search = 56;
INSERT INTO costs VALUES (56, cost());
SET hnsw.ef_search = 80;
INSERT INTO costs VALUES (80, cost());
RESET hnsw.ef_search;
SELECT count(DISTINCT cost) FROM costs;
CREATE FUNCTION ef_in_use() RETURNS int LANGUAGE sql AS 'SELECT ef FROM costs WHERE cost = cost()';

-- The index's own number is its default; whatever is chosen for a session is for all indexes, even
-- where it is the setting's default.
SELECT ef_in_use();
ALTER INDEX items_v SET (ef_search = 56);
SELECT ef_in_use();
SET hnsw.ef_search = 80;
SELECT ef_in_use();
SET hnsw.ef_search = 40;
SELECT ef_in_use();
RESET hnsw.ef_search;
SELECT ef_in_use();
BEGIN;
SET LOCAL hnsw.ef_search = 80;
SELECT ef_in_use();
SAVEPOINT before;
SET LOCAL hnsw.ef_search = 40;
SELECT ef_in_use();
ROLLBACK TO before;
SELECT ef_in_use();
COMMIT;
SELECT ef_in_use();
SET hnsw.ef_search = 40;
SET hnsw.ef_search TO DEFAULT;
SELECT ef_in_use();
ALTER FUNCTION ef_in_use() SET hnsw.ef_search = 80;
SELECT ef_in_use();
ALTER FUNCTION ef_in_use() RESET hnsw.ef_search;
SELECT ef_in_use();
ALTER INDEX items_v RESET (ef_search);
SELECT ef_in_use();
ALTER INDEX items_v SET (ef_search = 0);
ALTER INDEX items_v SET (ef_search = 10001);
DROP INDEX items_v;
CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops) WITH (ef_search = 80);
SELECT ef_in_use();
SELECT reloptions FROM pg_class WHERE relname = 'items_v';
DROP INDEX items_v;

-- The same for ivfflat: 2 probes stand for an ef_search of 56, 4 for one of 80.
CREATE INDEX items_v ON items USING ivfflat (v vector_l2_ops) WITH (probes = 2);
SELECT ef_in_use();
SET ivfflat.probes = 4;
SELECT ef_in_use();
SET ivfflat.probes = 1;
SELECT ef_in_use();
RESET ivfflat.probes;
SELECT ef_in_use();
ALTER INDEX items_v RESET (probes);
SELECT ef_in_use();
ALTER INDEX items_v SET (probes = 0);
ALTER INDEX items_v SET (ef_search = 100);
DROP INDEX items_v;

-- The storage of indexes that name none.
SHOW hnsw.default_storage;
SET hnsw.default_storage = compact;
CREATE INDEX given ON items USING hnsw (v vector_l2_ops) WITH (storage = plain);
CREATE INDEX few ON items USING hnsw (u vector_l2_ops);
CREATE INDEX more ON items USING hnsw (v vector_cosine_ops);
CREATE INDEX taxicab ON items USING hnsw (v vector_l1_ops);
CREATE INDEX bits ON items USING hnsw (b bit_hamming_ops);
CREATE INDEX probed ON items USING ivfflat (v vector_l2_ops);
SELECT c.relname, i.storage FROM pg_class c, vectorext_index_info(c.oid) i
 WHERE c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'items'::regclass)
 ORDER BY c.relname;
SET hnsw.default_storage = tiny;
RESET hnsw.default_storage;
REINDEX INDEX more;
SELECT storage FROM vectorext_index_info('more');

-- Options that wait for REINDEX are told of; those that do not, and other changes, are not.
ALTER INDEX given SET (ef_construction = 100, ef_search = 100);
ALTER INDEX given RENAME TO named;
ALTER INDEX named SET (m = 20, storage = fast);
ALTER INDEX named SET (m = 20, storage = fast);
ALTER INDEX named SET (m = 60);
ALTER INDEX named RESET (m);
ALTER INDEX named RESET (storage);
ALTER INDEX bits SET (storage = compact);
ALTER INDEX probed SET (lists = 10);
SELECT reloptions FROM pg_class WHERE relname = 'named';

-- EXPLAIN (SETTINGS) tells of whatever decides about plans and scans; what is for builds alone it leaves out.
SELECT name, 'EXPLAIN' = ANY (pg_settings_get_flags(name)) AS explained
  FROM pg_settings WHERE name ~ '^(hnsw|ivfflat|vectorext)\.' ORDER BY name COLLATE "C";
SET hnsw.ef_search = 77;
SET vectorext.range_scan = exact;
CREATE FUNCTION shown(OUT name text, OUT value text) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (SETTINGS, FORMAT JSON) SELECT FROM items' INTO plan;
    RETURN QUERY SELECT key, s.value FROM json_each_text(plan->0->'Settings') s WHERE key ~ '^(hnsw|vectorext)';
END $$;
SELECT * FROM shown();
RESET hnsw.ef_search;
RESET vectorext.range_scan;

DROP TABLE items, costs;
DROP FUNCTION cost, ef_in_use, shown;
