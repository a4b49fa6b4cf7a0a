-- Rows within a distance, without ORDER BY and LIMIT: which plan finds them, and which rows.
SET jit = off;
SET enable_bitmapscan = off;
SET max_parallel_maintenance_workers = 0;
SET max_parallel_workers_per_gather = 0;
\getenv storage VX_STORAGE
SET vectorext.seed = 1;
\getenv srcdir PG_ABS_SRCDIR
\set all_kinds :srcdir '/sql/contract/all_kinds.sql'
\set rows 4000
\i :all_kinds

CREATE FUNCTION index_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
    RETURN coalesce(jsonb_path_query_first(plan, '$.**."Index Name"')->>0, 'none');
END $$;
CREATE FUNCTION cost_of(statement text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
    RETURN plan;
END $$;
CREATE FUNCTION ids(statement text, by_index bool) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE found int[];
BEGIN
    PERFORM set_config('enable_indexscan', by_index::text, true),
            set_config('enable_seqscan', (NOT by_index)::text, true);
    EXECUTE format('SELECT coalesce(array_agg(id ORDER BY id), ''{}'') FROM (%s) found', statement) INTO found;
    RETURN found;
END $$;
-- What a condition finds by the index, beside what is there: rows missed when nothing is promised, and whether the
-- exact way finds the same rows.
CREATE FUNCTION within(operand text, operator text, query text, form text, wanted int,
                       OUT rows int, OUT missed int, OUT exact bool, OUT index text) LANGUAGE plpgsql AS $$
DECLARE
    d text := format('(%s %s %L)', operand, operator, query);
    threshold float8;
    statement text;
    passing int[];
    found int[];
BEGIN
    PERFORM set_config('enable_indexscan', 'off', true);
    EXECUTE format('SELECT max(d) FROM (SELECT %s AS d FROM items WHERE id > 0 ORDER BY d LIMIT %s) near', d, wanted)
       INTO threshold;
    statement := format('SELECT id FROM items WHERE ' || form, d, threshold);
    passing := ids(statement, false);
    rows := cardinality(passing);
    PERFORM set_config('vectorext.range_scan', 'exact', true);
    exact := ids(statement, true) = passing;
    PERFORM set_config('vectorext.range_scan', 'approximate', true);
    found := ids(statement, true);
    IF NOT passing @> found THEN RAISE EXCEPTION 'too many rows by %', statement; END IF;
    missed := rows - cardinality(found);
    index := index_of(statement);
    PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_seqscan', 'on', true);
END $$;
SELECT operand, operator, wanted, sum(missed) <= sum(rows) * 0.001 AS complete, bool_and(exact) AS exact,
       min(index) AS index, count(DISTINCT index) AS plans
  FROM (VALUES ('v', '<->'), ('v', '<#>'), ('v', '<=>'), ('v', '<+>'), ('h', '<=>'), ('s', '<=>'), ('b', '<~>'),
               ('b', '<%>')) kinds (operand, operator),
       unnest(ARRAY[1, 30, 400]) wanted, generate_series(1, 5) query,
       unnest(ARRAY['%1$s <= %2$s', '%1$s < %2$s', '-%1$s >= -(%2$s)', '%2$s >= %1$s AND id > 0']) form,
       within(operand, operator,
              (SELECT CASE operand WHEN 'v' THEN v::text WHEN 'h' THEN h::text WHEN 's' THEN s::text ELSE b::text END
                 FROM items WHERE id = query * 700), form, wanted)
 GROUP BY operand, operator, wanted ORDER BY operand, operator, wanted;

-- The index is used where that is less work, and left where most rows pass.
SELECT index_of(format('SELECT id FROM items WHERE v <-> %L < %s', v, bound)) AS by, bound
  FROM items, unnest(ARRAY[0.5, 2.5, 1000]) bound WHERE id = 7 ORDER BY bound;
-- A query in order has two plans by the index, and the nodes are measured for one of them: no more pages are read to
-- plan it, once what is cached is cached.
CREATE FUNCTION pages_of_planning(statement text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (BUFFERS, FORMAT JSON) ' || statement INTO plan;
    EXECUTE 'EXPLAIN (BUFFERS, FORMAT JSON) ' || statement INTO plan;
    RETURN (plan->0->'Planning'->>'Shared Hit Blocks')::int + (plan->0->'Planning'->>'Shared Read Blocks')::int;
END $$;
BEGIN;
DROP INDEX items_v_ip, items_v_cosine, items_v_l1;
SELECT pages_of_planning(format('SELECT id FROM items WHERE v <-> %1$L < 2.5', v)) >= 64 AS measured,
       pages_of_planning(format('SELECT id FROM items WHERE v <-> %1$L < 2.5 ORDER BY v <-> %1$L', v)) -
       pages_of_planning(format('SELECT id FROM items WHERE v <-> %1$L < 2.5', v)) < 32 AS once
  FROM items WHERE id = 7;
ROLLBACK;
DROP FUNCTION pages_of_planning;
-- Bounds that nothing, or anything, can meet; a query that is NULL, or has no direction.
SELECT cardinality(ids(format('SELECT id FROM items WHERE v <-> %L < %L', v, bound), true)) AS rows, bound
  FROM items, unnest(ARRAY['-1', '-Infinity', '0', 'Infinity', 'NaN']::float8[]) bound WHERE id = 7 ORDER BY bound;
SELECT cardinality(ids(format('SELECT id FROM items WHERE v <-> %L < NULL::float8', v), true)) AS by_null FROM items WHERE id = 7;
SELECT cardinality(ids('SELECT id FROM items WHERE v <=> NULL < 0.5', true)) AS to_null;
SELECT cardinality(ids(format('SELECT id FROM items WHERE v <=> %L < 0.5', v), true)) AS to_zero FROM items WHERE id = -1;
SELECT ids(format('SELECT id FROM items WHERE v <=> %L >= 1.6', v), true) =
       ids(format('SELECT id FROM items WHERE v <=> %L >= 1.6', v), false) AS beyond FROM items WHERE id = 7;
SELECT id FROM items WHERE v <-> '[1,2]' < 1;
-- Between two distances.
SELECT ids(statement, true) = ids(statement, false) AS same, cardinality(ids(statement, true)) > 20 AS some
  FROM items, format('SELECT id FROM items WHERE v <-> %L BETWEEN 2 AND 3', v) statement WHERE id = 7;

-- Joins: each row asks for those within the bound of it.
SET enable_seqscan = off;
SET enable_material = off;
EXPLAIN (COSTS OFF) SELECT a.id, b.id FROM items a JOIN items b ON a.v <-> b.v < 1 AND a.id < b.id WHERE a.id BETWEEN 1 AND 40;
RESET enable_seqscan;
RESET enable_material;
CREATE FUNCTION pairs(by_index bool) RETURNS text LANGUAGE SQL
    BEGIN ATOMIC
    SELECT set_config('enable_indexscan', by_index::text, true);
    SELECT string_agg(a.id || '-' || coalesce(b.id::text, ''), ' ' ORDER BY a.id, b.id)
      FROM items a LEFT JOIN items b ON a.v <-> b.v < 3 AND a.id <> b.id AND b.id > 0
     WHERE a.id BETWEEN 1 AND 20 OR a.id IN (-1, -4);
    END;
SELECT length(pairs(true)) > 100 AS some, pairs(true) = pairs(false) AS same;
SELECT count(*) FROM items a WHERE a.id BETWEEN 1 AND 40 AND EXISTS (SELECT FROM items b WHERE b.v <-> a.v < 1e-6 AND b.id <> a.id);

-- A partial index and one of an expression.
CREATE TABLE halves AS SELECT id, v AS e FROM items WHERE id > 0;
CREATE INDEX halves_even ON halves USING hnsw (e vector_l2_ops) WHERE id % 2 = 0;
CREATE INDEX halves_cast ON halves USING hnsw ((e::halfvec(24)) halfvec_l2_ops);
ANALYZE halves;
SELECT index_of(format('SELECT id FROM halves WHERE e <-> %L < 1 AND id %% 2 = 0', e)),
       index_of(format('SELECT id FROM halves WHERE e <-> %L < 1', e)),
       index_of(format('SELECT id FROM halves WHERE e::halfvec(24) <-> %L < 1', e)) FROM halves WHERE id = 8;

-- Under a policy the plan says nothing of rows that it hides, and the rows are those that it shows.
CREATE ROLE regress_within;
GRANT SELECT ON items TO regress_within;
UPDATE items SET owner = 'regress_within' WHERE id % 10 = 0;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON items TO regress_within USING (owner = current_user);
SET ROLE regress_within;
SELECT count(*), bool_and(id % 10 = 0) FROM items WHERE v <-> (SELECT v FROM items WHERE id = 70) < 3;
SELECT count(DISTINCT (plan->0->'Plan'->>'Total Cost')) AS costs
  FROM (SELECT v FROM items WHERE id = 70) q, unnest(ARRAY[0.1, 3, 30]) bound,
       LATERAL (SELECT cost_of(format('SELECT id FROM items WHERE v <-> %L < %s', q.v, bound)) AS plan) p;
RESET ROLE;
ALTER TABLE items DISABLE ROW LEVEL SECURITY;
DROP OWNED BY regress_within;
DROP ROLE regress_within;
DROP FUNCTION pairs;
DROP TABLE items, halves;
-- Rows that the search finds late are no less within: with an order they would come too late for it.
CREATE TABLE clusters (id int, v vector(24)) WITH (autovacuum_enabled = off);
INSERT INTO clusters
SELECT i, array_agg((sin(i % 8 * 13 * g) + 0.3 * sin(i * (1 + g * 0.7317)))::real ORDER BY g)::vector
  FROM generate_series(1, 3000) i, generate_series(1, 24) g GROUP BY i;
CREATE INDEX clusters_v ON clusters USING hnsw (v vector_l2_ops) WITH (m = 4, ef_construction = 24, storage = :storage);
SET hnsw.ef_search = 10;
CREATE FUNCTION within_all(query int, OUT rows int, OUT missed int) LANGUAGE plpgsql AS $$
DECLARE
    q vector;
    threshold float8;
    statement text;
BEGIN
    -- Between two clusters.
    SELECT array_agg((sin(query % 8 * 13 * g) / 2 + sin((query + 1 + query / 8) % 8 * 13 * g) / 2 + 0.3 * sin(query * g))::real ORDER BY g)::vector
      INTO q FROM generate_series(1, 24) g;
    PERFORM set_config('enable_indexscan', 'off', true);
    EXECUTE 'SELECT v <-> $1 FROM clusters ORDER BY 1 OFFSET 8 LIMIT 1' INTO threshold USING q;
    statement := format('SELECT id FROM clusters WHERE v <-> %L < %L', q, threshold);
    rows := cardinality(ids(statement, false));
    missed := rows - cardinality(ids(statement, true));
    PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_seqscan', 'on', true);
END $$;
SELECT sum(missed) <= sum(rows) * 0.001 AS complete FROM generate_series(1, 200) query, within_all(query);
RESET hnsw.ef_search;
DROP TABLE clusters;
DROP FUNCTION within_all;
DROP FUNCTION within, ids, cost_of, index_of, made, made_sparse, made_bits;
