-- vectorext_advise: what keeps an index away from a query, form by form, and the statement that would use it.
SET jit = off;
SET max_parallel_maintenance_workers = 0;
SET max_parallel_workers_per_gather = 0;
SET vectorext.seed = 1;
CREATE TABLE items (id int PRIMARY KEY, category int NOT NULL, score float8, e vector(3), h halfvec(3), loose vector,
                    n vector(3) NOT NULL, b bit(8)) WITH (autovacuum_enabled = off);
INSERT INTO items SELECT i, i % 10, i, v, v, v, v, (i % 256)::bit(8)
  FROM (SELECT i, ARRAY[sin(i), cos(i), sin(i * 3)]::vector AS v FROM generate_series(1, 2000) i OFFSET 0) made;
CREATE TABLE queries (id int PRIMARY KEY, q vector(3)) WITH (autovacuum_enabled = off);
INSERT INTO queries SELECT i, ARRAY[1, i, 2] FROM generate_series(1, 20) i;
CREATE INDEX items_e ON items USING hnsw (e vector_cosine_ops);
CREATE INDEX items_n ON items USING hnsw (n vector_ip_ops);
CREATE INDEX items_h ON items USING hnsw ((h::vector(3)) vector_l2_ops);
CREATE INDEX items_part ON items USING hnsw (e vector_l1_ops) WHERE category = 3;
VACUUM ANALYZE items, queries;

-- A suggested SELECT is planned again, another statement executed first, and taken back: the plan must have the index.
-- Of a SELECT that says nothing else than its text, the form is what matters, so sequential scans are off meanwhile.
CREATE FUNCTION keeps_promise(query text, suggestion text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
    served bool;
BEGIN
    IF suggestion IS NULL THEN RETURN NULL; END IF;
    BEGIN
        PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true),
                set_config('plan_cache_mode', 'force_generic_plan', true);
        IF NOT suggestion ILIKE 'SELECT%' THEN
            EXECUTE suggestion;
            suggestion := query;
        END IF;
        EXECUTE 'PREPARE suggested AS ' || suggestion;
        EXECUTE 'EXPLAIN (FORMAT JSON) EXECUTE suggested'
                || CASE WHEN suggestion LIKE '%$1%' THEN '(''[1,2,3]'')' ELSE '' END INTO plan;
        DEALLOCATE suggested;
        served := jsonb_path_exists(plan, '$.** ? (@."Node Type" == "Index Scan" && exists (@."Order By") || @."Index Cond" like_regex "@<@")');
        RAISE EXCEPTION 'taken back' USING ERRCODE = 'XX123';
    EXCEPTION WHEN SQLSTATE 'XX123' THEN
        RETURN served;
    END;
END $$;
CREATE FUNCTION advise(query text, OUT advice text) RETURNS SETOF text LANGUAGE SQL AS $$
    SELECT concat_ws(E'\n    ', concat_ws(' ', coalesce(relation::text, '-'), coalesce(index::text, '-'),
                                          CASE WHEN used THEN 'USED' END),
                     reason, regexp_replace(suggestion, '\s+', ' ', 'g'),
                     CASE keeps_promise(query, suggestion) WHEN false THEN 'BUT THIS DOES NOT USE IT' END)
      FROM vectorext_advise(query) $$;
\pset format unaligned
\pset tuples_only on

-- Served.
SELECT advise($$SELECT id FROM items ORDER BY e <=> '[1,2,3]' LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY 1 - (e <=> $1) DESC NULLS LAST LIMIT 5$$);
SELECT advise($$SELECT id, inner_product(n, $1) AS similarity FROM items ORDER BY similarity DESC LIMIT 5$$);
SELECT advise($$SELECT id FROM items WHERE category = 4 ORDER BY category, e <=> '[1,2,3]', id LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY e <=> (SELECT q FROM queries WHERE id = 1) LIMIT 5$$);
SELECT advise($$SELECT i.id FROM queries q, LATERAL (SELECT id FROM items ORDER BY e <=> q.q LIMIT 3) i$$);
SELECT advise($$SELECT * FROM (SELECT * FROM items ORDER BY e <=> '[1,2,3]') s WHERE category = 2 LIMIT 5$$);
SELECT advise($$SELECT min(e <=> '[1,2,3]') FROM items$$);
SELECT advise($$WITH near AS (SELECT id, e <=> $1 AS d FROM items ORDER BY d LIMIT 50) SELECT id FROM near ORDER BY id$$);
SET enable_seqscan = off;
SELECT advise($$SELECT id FROM items WHERE e <=> '[1,2,3]' < 0.001$$);
RESET enable_seqscan;

-- The order.
SELECT advise($$SELECT id FROM items ORDER BY 1 - (e <=> '[1,2,3]') DESC LIMIT 5$$);
SELECT advise($$SELECT id, 1 - (e <=> $1) AS similarity FROM items ORDER BY similarity DESC$$);
SELECT advise($$SELECT * FROM (SELECT id, 1 - (e <=> $1) AS s FROM items) near ORDER BY s DESC LIMIT 3$$);
SELECT advise($$SELECT id FROM items ORDER BY e <=> '[1,2,3]' NULLS FIRST LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY e <=> '[1,2,3]' DESC LIMIT 5$$);
SELECT advise($$SELECT id, 1 - (e <=> $1) AS similarity FROM items ORDER BY 2 LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY (e <=> '[1,2,3]')::real LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY 1 / (1 + (e <=> $1)) DESC LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY (e <=> $1) * $2::float8 LIMIT 5$$);
SELECT reason, suggestion FROM vectorext_advise($$SELECT id FROM items ORDER BY $1::float8 * (e <=> $2) LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY (e <=> '[1,2,3]') + score LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY category, e <=> '[1,2,3]' LIMIT 5$$);
SELECT advise($$SELECT id, e <=> '[1,2,3]' FROM items LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY e <=> '[1,2,3]'$$);

-- What is around it.
SELECT advise($$SELECT DISTINCT id, e <=> '[1,2,3]' AS d FROM items ORDER BY d LIMIT 5$$);
SELECT advise($$SELECT category FROM items GROUP BY category ORDER BY min(e <=> '[1,2,3]') LIMIT 5$$);
SELECT advise($$SELECT id, rank() OVER (ORDER BY score) FROM items ORDER BY e <=> '[1,2,3]' LIMIT 5$$);
SELECT advise($$SELECT * FROM (SELECT DISTINCT id, e <=> '[1,2,3]' AS d FROM items) s ORDER BY d LIMIT 5$$);

-- The query vector.
SELECT advise($$SELECT i.id FROM items i, queries q ORDER BY i.e <=> q.q LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY e <=> (SELECT q FROM queries WHERE id = items.id) LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY e <=> ARRAY[random(), 1, 2]::vector LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY e <=> n LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY e <=> '[1,2]' LIMIT 5$$);

-- The index.
SELECT advise($$SELECT id FROM items ORDER BY e <-> '[1,2,3]' LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY e::halfvec(3) <=> '[1,2,3]' LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY h <-> '[1,2,3]' LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY subvector(e, 1, 2) <=> '[1,2]' LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY loose <-> '[1,2,3]' LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY loose::vector(3) <-> '[1,2,3]' LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY b <~> '11110000' LIMIT 5$$);
SELECT advise($$SELECT id FROM items ORDER BY binary_quantize(e)::bit(3) <~> '111' LIMIT 5$$);
SELECT advise($$SELECT id FROM items WHERE score > 5 OR score < 2 ORDER BY e <+> '[1,2,3]'$$);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'items_n'::regclass;
SELECT advise($$SELECT id FROM items ORDER BY n <#> '[1,2,3]' LIMIT 5$$);
UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'items_n'::regclass;
SET enable_indexscan = off;
SELECT advise($$SELECT id FROM items ORDER BY e <=> '[1,2,3]' LIMIT 5$$);
RESET enable_indexscan;
SELECT advise($$SELECT id FROM items WHERE id < 10 ORDER BY e <=> '[1,2,3]' LIMIT 5$$);

-- Ranges.
SELECT advise($$SELECT id FROM items WHERE e <=> '[1,2,3]' > 0.001$$);
SELECT advise($$SELECT id FROM items WHERE round((e <=> '[1,2,3]')::numeric, 2) < 0.01$$);
SELECT advise($$SELECT id FROM items WHERE e <=> '[1,2,3]' < score$$);
SELECT advise($$SELECT id FROM items WHERE e <-> '[1,2,3]' < 0.1$$);

-- Partitions, views, UNION ALL.
CREATE TABLE parts (id int, part int, e vector(3)) PARTITION BY LIST (part);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE parts_2 (e vector(3), part int, id int);
ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES IN (2);
INSERT INTO parts SELECT id, 1 + id % 2, e FROM items;
ANALYZE parts;
SELECT advise($$SELECT id FROM parts ORDER BY e <=> '[1,2,3]' LIMIT 5$$);
CREATE INDEX parts_e ON parts USING hnsw (e vector_cosine_ops);
SELECT advise($$SELECT id FROM parts ORDER BY e <=> '[1,2,3]' LIMIT 5$$);
SELECT advise($$SELECT id FROM parts ORDER BY 1 - (e <=> '[1,2,3]') DESC LIMIT 5$$);
CREATE VIEW similar_items AS SELECT id, 1 - (e <=> '[1,2,3]') AS similarity FROM items;
SELECT advise($$SELECT id FROM similar_items ORDER BY similarity DESC LIMIT 5$$);
SELECT advise($$SELECT id, e <=> '[1,2,3]' AS d FROM items UNION ALL SELECT id, e <=> '[1,2,3]' FROM parts_1 ORDER BY d LIMIT 5$$);

-- A function that is evaluated to make the plan makes plans of its own.
CREATE FUNCTION a_query() RETURNS vector LANGUAGE plpgsql IMMUTABLE AS
    'BEGIN RETURN (SELECT i.n FROM items i WHERE id < 1000 ORDER BY 1 - (i.e <=> ''[1,2,3]'') DESC LIMIT 1); END';
SELECT advise($$SELECT id FROM items ORDER BY n <#> a_query() LIMIT 5$$);

-- It agrees with EXPLAIN: distances in expressions in queries, each way to write one with each other.
CREATE FUNCTION index_of(query text) RETURNS regclass LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    RETURN jsonb_path_query_first(plan, '$.** ? (exists (@."Order By") || @."Index Cond" like_regex "@<@")."Index Name"')->>0;
END $$;
SELECT count(*), count(index) > 20 AS some, count(*) FILTER (WHERE index IS DISTINCT FROM advised) AS differing,
       min(query) FILTER (WHERE index IS DISTINCT FROM advised)
  FROM unnest(ARRAY['e <=> ''[1,2,3]''', 'inner_product(n, ''[1,2,3]'')', 'e <-> ''[1,2,3]''', 'e <=> n',
                    'e <=> (SELECT q FROM queries WHERE id = 3)', '''[1,2,3]'' <+> e']) distance,
       unnest(ARRAY['%s', '1 - (%s)', '(%s) + score', '2 * (%s) + 1', 'exp(-(%s))']) expression,
       unnest(ARRAY['SELECT FROM items ORDER BY %1$s LIMIT 5',
                    'SELECT FROM items ORDER BY %1$s DESC NULLS LAST LIMIT 5',
                    'SELECT FROM items WHERE category = 3 ORDER BY %1$s DESC, id LIMIT 5',
                    'SELECT FROM items WHERE %1$s < 0.01',
                    'SELECT id, %1$s AS d FROM items UNION ALL SELECT id, score FROM items ORDER BY d LIMIT 4',
                    'SELECT (SELECT id FROM items ORDER BY %1$s LIMIT 1) FROM queries',
                    'SELECT max(%1$s) FROM items',
                    'SELECT FROM items i JOIN queries USING (id) WHERE %1$s < 0.1 ORDER BY %1$s LIMIT 3']) form,
       format(form, '(' || format(expression, distance) || ')') query,
       LATERAL (SELECT index_of(query) AS index,
                       (SELECT min(a.index::oid)::regclass FROM vectorext_advise(query) a WHERE used) AS advised) answers;

-- What a policy hides stays hidden: a plan is all there is.
CREATE ROLE regress_advise_few;
GRANT SELECT ON items TO regress_advise_few;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON items TO regress_advise_few USING (category = 3);
SET ROLE regress_advise_few;
SELECT relation, used, suggestion FROM vectorext_advise('SELECT id FROM items ORDER BY 1 - (e <=> $1) DESC LIMIT 5');
RESET ROLE;
DROP OWNED BY regress_advise_few;
DROP ROLE regress_advise_few;
ALTER TABLE items DISABLE ROW LEVEL SECURITY;

-- Nothing to say, and what is refused.
\set VERBOSITY terse
SELECT advise('SELECT 1');
SELECT advise('SELECT id FROM items ORDER BY score LIMIT 1');
SELECT count(*) FROM vectorext_advise(NULL);
SELECT advise('');
SELECT advise('SELECT 1; SELECT 2');
SELECT advise('DELETE FROM items');
SELECT advise('WITH gone AS (DELETE FROM items RETURNING *) SELECT * FROM gone');
SELECT advise('EXPLAIN SELECT 1');
SELECT advise('SELECT 1 INTO x');
SELECT advise('SELECT $2::int');
\set VERBOSITY default
SELECT advise('SELECT id FROM items ORDER BY e <=> LIMIT 5');
SELECT advise('SELECT none FROM items');
-- Nothing is executed.
CREATE FUNCTION effect() RETURNS int LANGUAGE plpgsql VOLATILE AS 'BEGIN RAISE EXCEPTION ''executed''; END';
SELECT advise('SELECT effect() FROM items ORDER BY e <=> $1 LIMIT 1');

-- Whoever may read the table may ask; a view's owner may read what is behind it.
CREATE ROLE regress_advise;
GRANT SELECT ON similar_items TO regress_advise;
SET ROLE regress_advise;
SELECT vectorext_advise('SELECT id FROM items ORDER BY e <=> $1 LIMIT 5');
SELECT vectorext_advise('SELECT 1 WHERE EXISTS (SELECT id FROM items ORDER BY e <=> $1 LIMIT 5)');
SELECT vectorext_advise('WITH near AS (SELECT id FROM items ORDER BY e <=> $1 LIMIT 5) SELECT FROM near');
SELECT count(*) FROM vectorext_advise('SELECT id FROM similar_items ORDER BY similarity DESC NULLS LAST LIMIT 5');
RESET ROLE;
DROP OWNED BY regress_advise;
DROP ROLE regress_advise;
DROP VIEW similar_items;
DROP TABLE items, queries, parts;
DROP FUNCTION advise, keeps_promise, index_of, a_query, effect;
