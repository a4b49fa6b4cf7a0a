-- Vectors whose squares leave single precision: an index finds and orders them as a sequential scan does.
SET jit = off;
SET enable_bitmapscan = off;
SET max_parallel_maintenance_workers = 0;
\getenv storage VX_STORAGE
SELECT setseed(0.7) \g /dev/null
CREATE TABLE items (id int, v vector(12)) WITH (autovacuum_enabled = off);
CREATE FUNCTION drawn(kept int, size float8) RETURNS vector LANGUAGE sql AS
    'SELECT array_agg(((random() - 0.5) * 2 * size)::real + 0 * kept)::vector FROM generate_series(1, 12)';

-- Of the ten nearest to each of 20 queries: does the index find 98 in 100, and each in its place, distances less than a
-- part in a million apart aside?  Those of `cosine` are compared with 1.
CREATE FUNCTION tried(operator text, type text, size float8, OUT recalled bool, OUT sorted bool) LANGUAGE plpgsql AS $$
DECLARE
    query vector;
    nearest text;
    exact float8[];
    got float8[];
    least float8 := CASE WHEN operator = '<=>' THEN 1 ELSE 0 END;
    hits int := 0;
BEGIN
    sorted := true;
    FOR i IN 1..20 LOOP
        query := CASE WHEN i % 2 = 0 THEN (SELECT v FROM items WHERE id = 13 * i) ELSE drawn(i, size) END;
        nearest := format('SELECT array_agg(d) FROM (SELECT v::%2$s(12) %1$s %3$L::vector::%2$s AS d FROM items ORDER BY d LIMIT 10) n',
                          operator, type, query);
        PERFORM set_config('enable_indexscan', 'off', true), set_config('enable_seqscan', 'on', true);
        EXECUTE nearest INTO exact;
        PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_seqscan', 'off', true);
        EXECUTE nearest INTO got;
        hits := hits + (SELECT count(*) FROM unnest(got) d WHERE d <= exact[10] + greatest(abs(exact[10]), least) * 1e-6);
        sorted := sorted AND NOT EXISTS (SELECT FROM generate_series(2, 10) n
            WHERE got[n] < got[n - 1] - greatest(abs(got[n]), least) * 1e-6);
    END LOOP;
    recalled := hits >= 196;
END $$;
CREATE FUNCTION indexed(operator text, type text, storage text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DROP INDEX IF EXISTS items_v;
    EXECUTE format('CREATE INDEX items_v ON items USING hnsw ((v::%s(12)) %1$s_%s_ops) WITH (storage = %s)', type,
        CASE operator WHEN '<->' THEN 'l2' WHEN '<#>' THEN 'ip' WHEN '<=>' THEN 'cosine' ELSE 'l1' END, storage);
END $$;
-- What is stored as codes has no operator class for taxicab distance, and sparse vectors are always stored as they are.
CREATE FUNCTION storage_of(operator text, type text, storage text) RETURNS text LANGUAGE sql AS
    $$ SELECT CASE WHEN operator = '<+>' OR type = 'sparsevec' THEN 'plain' ELSE storage END $$;
CREATE FUNCTION filled(operator text, type text, size float8, storage text, OUT recalled bool, OUT sorted bool) LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE items;
    INSERT INTO items SELECT i, drawn(i, size) FROM generate_series(1, 300) i;
    PERFORM indexed(operator, type, storage_of(operator, type, storage));
    INSERT INTO items SELECT i, drawn(i, size) FROM generate_series(301, 400) i;
    SELECT * INTO recalled, sorted FROM tried(operator, type, size);
END $$;
SET client_min_messages = warning;

SELECT to_char(size, '9EEEE') AS size, operator, f.*
  FROM unnest(ARRAY[1e-36, 1e-25, 1e-20, 1e-17, 1, 1e20, 3e38]::float8[]) WITH ORDINALITY s (size, n),
       unnest(ARRAY['<->', '<#>', '<=>', '<+>']) WITH ORDINALITY o (operator, m),
       filled(operator, 'vector', size, :'storage') f
 ORDER BY n, m;

-- Halves never leave it, but theirs is short; sparse vectors of any size.
SELECT to_char(size, '9EEEE') AS size, operator, f.*
  FROM unnest(ARRAY[1e-6, 6e4]::float8[]) WITH ORDINALITY s (size, n),
       unnest(ARRAY['<->', '<#>', '<=>', '<+>']) WITH ORDINALITY o (operator, m),
       filled(operator, 'halfvec', size, :'storage') f
 ORDER BY n, m;
SELECT to_char(size, '9EEEE') AS size, operator, f.*
  FROM unnest(ARRAY[1e-25, 1e-20, 1e20, 3e38]::float8[]) WITH ORDINALITY s (size, n),
       unnest(ARRAY['<->', '<#>', '<=>', '<+>']) WITH ORDINALITY o (operator, m),
       filled(operator, 'sparsevec', size, :'storage') f
 ORDER BY n, m;

-- A threshold among distances whose squares are no floats.
SELECT filled('<->', 'vector', 1e-25, :'storage');
SET enable_seqscan = off;
SELECT v AS asked FROM items WHERE id = 1 \gset
SELECT count(*) AS within, max(d) <= 4e-25 AS all_within,
    count(*) = (SELECT count(*) FROM items WHERE vector_l2_squared_distance(v, :'asked') < 16e-50) AS complete
FROM (SELECT v <-> :'asked' AS d FROM items WHERE v <-> :'asked' < 4e-25 ORDER BY v <-> :'asked') n \gset
SELECT :within > 1 AS some, :'all_within' AS all_within, :'complete' AS complete;
-- A sum loses what is small beside its addend: 1 + 1e-25 is 1.
SELECT count(*) FILTER (WHERE (v <-> :'asked') + 1 <= 1) = count(*) AS complete FROM items;
SELECT count(*) = (SELECT count(*) FROM items) AS complete FROM items WHERE (v <-> :'asked') + 1 <= 1;
SELECT count(*) = (SELECT count(*) FROM items) AS complete FROM items WHERE 1 - (v <-> :'asked') >= 1;
PREPARE within(float8, float8) AS SELECT count(*) = (SELECT count(*) FROM items) AS complete FROM items WHERE 1 - ($1 - 1 + (v <-> :'asked')) >= $2;
SET plan_cache_mode = force_generic_plan;
EXECUTE within(1, 1);
RESET plan_cache_mode;
DEALLOCATE within;

-- Rows of another size among all others, and an index that was made before its rows.
CREATE FUNCTION mixed(operator text, size float8, other float8, storage text, OUT recalled bool, OUT sorted bool) LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE items;
    INSERT INTO items SELECT i, drawn(i, CASE WHEN i % 26 = 0 THEN other ELSE size END) FROM generate_series(1, 300) i;
    PERFORM indexed(operator, 'vector', storage);
    SELECT * INTO recalled, sorted FROM tried(operator, 'vector', size);
END $$;
CREATE FUNCTION filled_later(operator text, size float8, storage text, OUT recalled bool, OUT sorted bool) LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE items;
    PERFORM indexed(operator, 'vector', storage);
    INSERT INTO items SELECT i, drawn(i, size) FROM generate_series(1, 300) i;
    SELECT * INTO recalled, sorted FROM tried(operator, 'vector', size);
END $$;
SELECT to_char(size, '9EEEE') AS size, to_char(other, '9EEEE') AS other, m.*
  FROM (VALUES (1, 1e-20), (1, 1e20), (1e-20, 1e-36), (1e-20, 1), (1e20, 1), (1e20, 3e38)) s (size, other), mixed('<->', size, other, :'storage') m;
SELECT to_char(size, '9EEEE') AS size, operator, f.*
  FROM unnest(ARRAY[1e-25, 1e20]::float8[]) size, unnest(ARRAY['<->', '<#>']) operator, filled_later(operator, size, :'storage') f;
SELECT * FROM vectorext_check('items_v');
DROP TABLE items;
DROP FUNCTION drawn, tried, indexed, storage_of, filled, mixed, filled_later;
