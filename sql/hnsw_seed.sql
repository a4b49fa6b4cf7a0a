-- What a seed decides, and that nothing else does: indexes built and filled with the same one have the
-- same bytes.
\getenv storage VX_STORAGE
SET max_parallel_maintenance_workers = 0;
SET client_min_messages = warning;

-- All pages of an index but for what the server writes into their headers: position in the log, checksum.
CREATE FUNCTION content(index regclass) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
    size int := current_setting('block_size');
    file bytea;
BEGIN
    CHECKPOINT;
    file := pg_read_binary_file(pg_relation_filepath(index));
    RETURN (SELECT string_agg(substr(file, at + 11, size - 10), '' ORDER BY at)
              FROM generate_series(0, length(file) - size, size) at);
END $$;
-- Makes a table with two indexes from a seed, one build of which may leave its memory, and inserts more
-- rows, some of them equal ones. `graph` is the first index but for its first page, which has the seed.
CREATE FUNCTION build(seed int, memory text, storage text)
RETURNS TABLE (dense text, sparse text, graph text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vectorext.seed', seed::text, true),
            set_config('maintenance_work_mem', memory, true);
    CREATE TABLE items (id int, v vector(24), s sparsevec(24));
    INSERT INTO items
    SELECT i, made, made::sparsevec
      FROM generate_series(1, 3000) i, LATERAL (
          SELECT array_agg(sin((i % 2900) * (1 + g * 0.37)) ORDER BY g)::real[]::vector AS made
            FROM generate_series(1, 24) g) rows;
    INSERT INTO items VALUES (-1, NULL, NULL), (-2, array_fill(0, ARRAY[24]), '{}/24');
    EXECUTE format('CREATE INDEX items_v ON items USING hnsw (v vector_cosine_ops)
                      WITH (storage = %s)', storage);
    CREATE INDEX items_s ON items USING hnsw (s sparsevec_l2_ops);
    PERFORM set_config('vectorext.seed', '-1', true);
    INSERT INTO items SELECT id + 10000, v * -1, s FROM items WHERE id % 7 = 0 OR id < 0;
    dense := md5(content('items_v'));
    sparse := md5(content('items_s'));
    graph := md5(substr(content('items_v'), current_setting('block_size')::int - 9));
    DROP TABLE items;
    RETURN NEXT;
END $$;
CREATE TABLE made AS
SELECT n, memory, built.*
  FROM (VALUES (1, 1, '64MB'), (2, 1, '64MB'), (3, 2, '64MB'), (4, -1, '64MB'), (5, -1, '64MB'),
               (6, 1, '1MB'), (7, 1, '1MB')) given (n, seed, memory),
       build(seed, memory, :'storage') built;
SELECT a.n, b.n AS other, a.dense = b.dense AS dense, a.sparse = b.sparse AS sparse,
       a.graph = b.graph AS graph
  FROM made a JOIN made b ON a.n < b.n AND a.memory = b.memory ORDER BY a.n, b.n;

-- What it may be; nobody else has settings of that prefix.
SET vectorext.seed = -1;
SET vectorext.seed = -2;
SHOW vectorext.seed;
SET vectorext.seed = 2147483647;
SHOW vectorext.seed;
SELECT count(*) FROM pg_settings WHERE name LIKE 'vectorext.seed';
SET vectorext.sead = 1;
DROP TABLE made;
DROP FUNCTION build, content;
