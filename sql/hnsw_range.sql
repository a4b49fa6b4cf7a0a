-- Vectors whose squares leave single precision: an index finds and orders them as a sequential scan does.
SET jit = off;
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
  FROM unnest(ARRAY[1e-36, 1e-25, 1e-20, 1e-17, 1, 1e20, 3e38]::float8[]) size, unnest(ARRAY['<->', '<#>', '<=>', '<+>']) operator,
       filled(operator, 'vector', size, :'storage') f
 ORDER BY size, operator;
