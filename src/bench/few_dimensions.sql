-- Recall and time of small tables of few dimensions, where coarse codes would show:
--
--   psql -X -v dims=16 -v storage=fast -f src/bench/few_dimensions.sql
--
-- 5,000 rows of five kinds; 200 queries of the same kind and 200 rows.  A line for each kind and LIMIT:
-- the share of the nearest rows that is found, of the queries and of the rows, and microseconds a
-- query, planning included.  With storage=default, and for pgvector, the index has no options.
\set QUIET on
\pset footer off
SET client_min_messages = warning;
SELECT CASE :'storage' WHEN 'default' THEN '' ELSE 'WITH (storage = ' || :'storage' || ')' END AS options
\gset
SELECT setseed(0.5) \g /dev/null
CREATE TEMP TABLE answers (kind text, wanted int, ef int, of_rows bool, recall float8, micros float8);
CREATE FUNCTION pg_temp.normal() RETURNS float8 LANGUAGE SQL VOLATILE AS
    'SELECT sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())';

-- Near 50 centers at a tenth of their distance; in a subspace of a quarter of the dimensions; along a
-- curve.
CREATE FUNCTION pg_temp.made(kind text, i int, dims int) RETURNS float8[] LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    result float8[] := array_fill(0::float8, ARRAY[dims]);
    axes int := greatest(1, dims / 4);
    along float8;
BEGIN
    IF kind = 'subspace' THEN
        FOR a IN 1..axes LOOP
            along := pg_temp.normal();
            FOR d IN 1..dims LOOP
                result[d] := result[d] + along * sin(a * 12.9898 + d * 78.233 + a * d * 1.7);
            END LOOP;
        END LOOP;
    END IF;
    FOR d IN 1..dims LOOP
        result[d] := CASE kind
            WHEN 'uniform' THEN random()
            WHEN 'normal' THEN pg_temp.normal()
            WHEN 'clusters' THEN 1.4 * sin((i % 50) * (1 + d * 3.7)) + 0.1 * pg_temp.normal()
            WHEN 'subspace' THEN result[d] + 0.01 * pg_temp.normal()
            WHEN 'curve' THEN sin(i * (1 + d * 0.37)) END;
    END LOOP;
    RETURN result;
END $$;

-- Asks for the `wanted` nearest of each query by the index and by the table.
CREATE FUNCTION pg_temp.measure(kind text, wanted int, ef int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    asked record;
    by_index float8[];
    exact float8[];
    query text;
    started timestamptz;
    micros float8;
BEGIN
    PERFORM set_config('hnsw.ef_search', ef::text, true);
    FOR asked IN SELECT id, v FROM queries LOOP
        query := format('SELECT array_agg(v <-> %L ORDER BY v <-> %L) FROM (SELECT v FROM items
                         ORDER BY v <-> %L LIMIT %s) found', asked.v, asked.v, asked.v, wanted);
        PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'on', true);
        started := clock_timestamp();
        EXECUTE query INTO by_index;
        micros := extract(epoch FROM clock_timestamp() - started) * 1e6;
        PERFORM set_config('enable_seqscan', 'on', true), set_config('enable_indexscan', 'off', true);
        EXECUTE query INTO exact;
        INSERT INTO answers
        SELECT kind, wanted, ef, asked.id <= 5000,
               count(*) FILTER (WHERE d <= exact[wanted] * (1 + 1e-6) + 1e-6) / wanted::float8, micros
          FROM unnest(by_index) d;
    END LOOP;
END $$;

CREATE TEMP TABLE kinds (kind text, bytes float8);
CREATE TEMP TABLE items (id int, v vector(:dims));
CREATE TEMP TABLE queries (id int, v vector(:dims));
CREATE FUNCTION pg_temp.run(kind text, dims int, options text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE items, queries;
    DROP INDEX IF EXISTS items_v;
    INSERT INTO items SELECT i, pg_temp.made(kind, i, dims)::vector FROM generate_series(1, 5000) i;
    INSERT INTO queries
    SELECT i, pg_temp.made(kind, i, dims)::vector FROM generate_series(5001, 5200) i
     UNION ALL SELECT id, v FROM items WHERE id % 25 = 0;
    EXECUTE 'CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops) ' || options;
    INSERT INTO kinds SELECT kind, pg_relation_size('items_v') / 5000.0;
    PERFORM pg_temp.measure(kind, wanted, greatest(40, wanted)) FROM unnest(ARRAY[10, 20, 40, 100]) wanted;
END $$;
SELECT pg_temp.run(kind, :dims, :'options')
  FROM unnest(ARRAY['uniform', 'normal', 'clusters', 'subspace', 'curve']) kind \g /dev/null

SELECT :'storage' AS storage, :dims AS dims, kind, bytes::int, wanted AS "limit", ef AS ef_search,
       round(avg(recall) FILTER (WHERE NOT of_rows)::numeric, 4) AS of_queries,
       round(avg(recall) FILTER (WHERE of_rows)::numeric, 4) AS of_rows,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY micros)::int AS micros
  FROM answers JOIN kinds USING (kind)
 GROUP BY kind, bytes, wanted, ef ORDER BY kind, wanted;
