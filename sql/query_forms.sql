-- Which ways to write an order by distance, and a threshold beside it, the index serves; and that the
-- answers are those of a sequential scan, NULLs, zero vectors, ties and all.
SET jit = off;
SET enable_bitmapscan = off;
\getenv storage VX_STORAGE
SET hnsw.ef_search = 1000;
CREATE FUNCTION made(i int) RETURNS text LANGUAGE SQL IMMUTABLE AS
    'SELECT format(''[%s,%s,%s,%s]'', round(sin(i)::numeric, 3), round(cos(i * 1.3)::numeric, 3),
                   round(sin(i * 2.7)::numeric, 3), round(cos(i * 0.7)::numeric, 3))';
CREATE TABLE items (id int, v vector(4), n vector(4) NOT NULL, h halfvec(4), s sparsevec(4),
                    b bit(16)) WITH (autovacuum_enabled = off);
INSERT INTO items
SELECT i, made(i % 250)::vector, made(i % 250)::vector, made(i % 250)::halfvec,
       made(i % 250)::vector::sparsevec, (i * 131 % 65536)::bit(16)
  FROM generate_series(1, 300) i;
INSERT INTO items VALUES
    (-1, NULL, '[0,0,0,0]', NULL, NULL, NULL), (-2, NULL, '[1,2,3,4]', NULL, NULL, NULL),
    (-3, '[0,0,0,0]', '[0,0,0,0]', '[0,0,0,0]', '{}/4', '0000000000000000'),
    (-4, '[0,0,0,0]', '[4,3,2,1]', '[0,0,0,0]', '{}/4', '0000000000000000');
CREATE INDEX ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
CREATE INDEX ON items USING hnsw (v vector_ip_ops) WITH (storage = :storage);
CREATE INDEX ON items USING hnsw (v vector_cosine_ops) WITH (storage = :storage);
CREATE INDEX ON items USING hnsw (v vector_l1_ops);
CREATE INDEX ON items USING hnsw (n vector_cosine_ops) WITH (storage = :storage);
CREATE INDEX ON items USING hnsw (h halfvec_l2_ops) WITH (storage = :storage);
CREATE INDEX ON items USING hnsw (h halfvec_ip_ops) WITH (storage = :storage);
CREATE INDEX ON items USING hnsw (h halfvec_cosine_ops) WITH (storage = :storage);
CREATE INDEX ON items USING hnsw (h halfvec_l1_ops);
CREATE INDEX ON items USING hnsw (s sparsevec_l2_ops);
CREATE INDEX ON items USING hnsw (s sparsevec_ip_ops);
CREATE INDEX ON items USING hnsw (s sparsevec_cosine_ops);
CREATE INDEX ON items USING hnsw (s sparsevec_l1_ops);
CREATE INDEX ON items USING hnsw (b bit_hamming_ops);
CREATE INDEX ON items USING hnsw (b bit_jaccard_ops);
ANALYZE items;

-- How a query uses the index: conditions, orders, sorts above; and whether its answer is that of a
-- sequential scan, which the order decides and, if no LIMIT chooses among equal ones, the rows.
CREATE FUNCTION plan_of(query text, OUT orders text, OUT bound text, OUT sorts text)
LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        orders := coalesce(orders, substring(line FROM '^ *Order By: (.*)'));
        bound := coalesce(bound, substring(line FROM '^ *Index Cond: (.*)'));
        sorts := coalesce(sorts, substring(line FROM '^ *(?:-> *)?(Incremental Sort|Sort)$'));
    END LOOP;
    bound := replace(bound, '::double precision', '');
END $$;
CREATE FUNCTION answer(query text, by_index bool, OUT keys text[], OUT ids int[])
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('enable_seqscan', CASE WHEN by_index THEN 'off' ELSE 'on' END, true),
            set_config('enable_indexscan', CASE WHEN by_index THEN 'on' ELSE 'off' END, true),
            set_config('enable_sort', CASE WHEN by_index THEN 'off' ELSE 'on' END, true);
    EXECUTE format('SELECT array_agg(key::text ORDER BY place), array_agg(id ORDER BY id)
                      FROM (SELECT *, row_number() OVER () AS place
                              FROM (%s) AS answered (id, key)) numbered', query) INTO keys, ids;
END $$;
-- `key` is what is ordered by, q in it the query.
CREATE FUNCTION form(key text, conditions text, ordering text,
                     query text DEFAULT '''[1,2,3,4]''::vector',
                     OUT orders text, OUT bound text, OUT sorts text, OUT same bool, OUT rows int)
LANGUAGE plpgsql AS $$
DECLARE
    statement text := regexp_replace(format('SELECT id, %1$s FROM items %2$s ORDER BY %1$s %3$s', key,
                                            conditions, ordering), '\mq\M', query, 'g');
    with_index record;
    without_index record;
BEGIN
    with_index := answer(statement, true);
    SELECT * INTO orders, bound, sorts FROM plan_of(statement);
    orders := replace(orders, query, 'q');
    without_index := answer(statement, false);
    rows := coalesce(cardinality(without_index.ids), 0);
    same := with_index.keys IS NOT DISTINCT FROM without_index.keys
            AND (ordering LIKE '%LIMIT%' OR with_index.ids IS NOT DISTINCT FROM without_index.ids);
END $$;

-- Thresholds beside the order by the distance itself.
SELECT clause, f.bound, f.same, f.rows
  FROM unnest(ARRAY[
    'v <=> q < 0.5', 'v <=> q <= 0.5', '0.5 > v <=> q', '0.5 >= v <=> q', 'q <=> v < 0.5',
    'cosine_distance(v, q) < 0.5', 'cosine_distance(q, v) < 0.5',
    'v <=> q < 0.5::real', '0.5::real > v <=> q', 'v <=> q < 1', 'v <=> q < 0.5::numeric',
    '1 - (v <=> q) > 0.9', '1 - (v <=> q) >= 0.9', '0.9 < 1 - (v <=> q)',
    '1 - (v <=> q) > 0.75::real', '2.5 - (v <=> q) >= 2', '1::real - (v <=> q) > 0.9',
    '-(v <=> q) > -0.25', '+(v <=> q) < 0.25', '(2 - (v <=> q)) / 2 >= 0.9',
    '(v <=> q) * -1 > -0.25', '-1 * (v <=> q) > -0.25', '1 + (v <=> q) < 1.25',
    '(v <=> q) - 1 < -0.75', '100 * (1 - (v <=> q)) > 90', '1 - (1 - (v <=> q)) / 2 < 0.625',
    'v <=> q BETWEEN 0.25 AND 0.5', '1 - (v <=> q) BETWEEN 0.5 AND 0.75',
    'v <=> q < 0.5 AND 1 - (v <=> q) > 0.75', 'NOT (v <=> q >= 0.5)', 'v <=> q < sqrt(0.25)',
    -- nothing, everything, and what is no number
    'v <=> q < -1', 'v <=> q < 0', 'v <=> q <= 2', 'v <=> q < 1e308', 'v <=> q < ''Infinity''',
    'v <=> q < ''-Infinity''', 'v <=> q < ''NaN''', 'v <=> q <= ''NaN''', 'v <=> q < NULL',
    '1 - (v <=> q) > -5', '1 - (v <=> q) > 5', '1 - (v <=> q) > ''NaN''',
    '1 - (v <=> q) >= ''NaN''', '1 - (v <=> q) > ''Infinity''', '1 - (v <=> q) > ''-Infinity''',
    '(2 - (v <=> q)) / 2 >= ''-1e308''',
    -- of no use to the index
    'v <=> q > 0.5', '1 - (v <=> q) < 0.9', 'v <=> ''[4,3,2,1]'' < 0.5', 'v <-> q < 5',
    '(v <=> q)::real < 0.5', 'round((1 - (v <=> q))::numeric, 2) > 0.9', '2 / (0.5 + (v <=> q)) > 2',
    '(v <=> q) * 0 <= 0', '(v <=> q) + 1e20 <= 1e20', 'v <=> q < 0.5 OR id = 7',
    'v <=> q < random() * 0 + 0.5', 'v <=> q < id', '1 - abs(v <=> q) > 0.9'])
           WITH ORDINALITY AS clauses (clause, place),
       LATERAL form('v <=> q', 'WHERE ' || clause, '') f
 ORDER BY place;

-- Orders that are the distance's; the first of several keys; and orders that are not.
SELECT key, ordering, f.orders, f.sorts, f.same, f.rows
  FROM (VALUES
    (1, 'v <=> q', ''), (2, 'q <=> v', ''), (3, 'cosine_distance(v, q)', ''),
    (4, '1 + (v <=> q)', ''), (5, '(v <=> q) / 2 - 1', ''), (6, '-(1 - (v <=> q))', ''),
    (7, '1 - (v <=> q)', 'DESC NULLS LAST'), (8, '(2 - (v <=> q)) / 2', 'DESC NULLS LAST'),
    (9, '-(v <=> q)', 'DESC NULLS LAST'), (10, '(v <=> q) * -1', 'DESC NULLS LAST'),
    (11, '1 - (v <=> q)', 'DESC NULLS LAST LIMIT 7'), (12, 'l2_distance(v, q)', ''),
    (13, '-(v <-> q)', 'DESC NULLS LAST'), (14, '1 + (v <#> q)', ''),
    (15, '-(v <#> q)', 'DESC NULLS LAST'), (16, '(v <#> q) * -1', 'DESC NULLS LAST'),
    (17, 'inner_product(v, q)', 'DESC NULLS LAST'), (18, 'inner_product(q, v)', 'DESC NULLS LAST'),
    (19, '-inner_product(v, q)', ''), (20, 'vector_negative_inner_product(v, q)', ''),
    (21, 'l1_distance(v, q)', ''), (22, '1 - (v <+> q)', 'DESC NULLS LAST'),
    (23, '1 - (n <=> q)', 'DESC'), (24, 'n <=> q', 'NULLS FIRST'),
    (25, 'cosine_distance(n, q)', 'NULLS FIRST'),
    (31, 'v <=> q', ', id'), (32, 'v <=> q', ', id DESC LIMIT 9'),
    (33, '1 - (v <=> q)', 'DESC NULLS LAST, id'), (34, '1 - (n <=> q)', 'DESC, id LIMIT 20'),
    (35, 'inner_product(v, q)', 'DESC NULLS LAST, id'),
    (36, 'cosine_distance(v, q)', ', n <=> q, id'),
    (37, '1 - (v <=> q)', 'DESC NULLS LAST, (v <=> q) + id'),
    (41, '1 - (v <=> q)', 'DESC'), (42, 'v <=> q', 'NULLS FIRST'), (43, 'v <=> q', 'DESC'),
    (44, '1 - (v <=> q)', ''), (45, 'round((v <=> q)::numeric, 2)', ''),
    (46, '(v <=> q)::real', ''), (47, 'abs(v <=> q)', ''), (48, '(v <=> q) * 0', ''),
    (49, '(v <=> q) + id', ''), (50, '1 / (1 + (v <=> q))', 'DESC NULLS LAST'),
    (51, 'inner_product(v, q)', ''), (52, 'v <-> v', ''))
           AS orders (place, key, ordering),
       LATERAL form(key, CASE WHEN key LIKE 'round%' THEN 'WHERE id > 0' ELSE '' END, ordering) f
 ORDER BY place;

-- Both: a threshold that no NULL passes lets NULLs first be; one that NaN fails lets the plain order
-- be.
SELECT clause, key, ordering, f.orders, f.bound, f.sorts, f.same, f.rows
  FROM (VALUES
    (1, 'v <=> q < 0.5', '1 - (v <=> q)', 'DESC'), (2, 'v <=> q <= 0.5', '1 - (v <=> q)', 'DESC'),
    (3, '1 - (v <=> q) > 0.5', '1 - (v <=> q)', 'DESC'),
    (4, '1 - (v <=> q) > 0.5', 'v <=> q', 'NULLS FIRST'),
    (5, 'v <=> q > 0.5', '1 - (v <=> q)', 'DESC'), (6, 'v IS NOT NULL', '1 - (v <=> q)', 'DESC'),
    (7, '(v <=> q) IS NOT NULL', '1 - (v <=> q)', 'DESC'), (8, 'v IS NULL', '1 - (v <=> q)', 'DESC'),
    (9, 'inner_product(v, q) >= 2', 'inner_product(v, q)', 'DESC'),
    (10, 'inner_product(v, q) >= 2', 'v <#> q', ''),
    (11, 'v <#> q < -2', 'inner_product(v, q)', 'DESC, id'),
    (12, '(2 - (v <=> q)) / 2 >= 0.8', '(2 - (v <=> q)) / 2', 'DESC, id LIMIT 20'),
    (13, '1 - (v <=> q) > 0.5 AND id > 0', 'v <=> q', 'LIMIT 5'),
    (14, '1 - (v <=> q) > 0.5 AND id % 10 = 3', '1 - (v <=> q)', 'DESC LIMIT 5'),
    (15, 'v <-> q < 4', 'l2_distance(q, v)', ''), (16, 'l2_distance(v, q) < 4', 'v <-> q', ''),
    (17, 'v <+> q < 8', 'v <+> q', ''), (18, 'l1_distance(v, q) < 8', '2 * (v <+> q)', ''))
           AS both_at_once (place, clause, key, ordering),
       LATERAL form(key, 'WHERE ' || clause, ordering) f
 ORDER BY place;

-- The other types and operators.
SELECT clause, key, ordering, f.orders, f.bound, f.sorts, f.same, f.rows
  FROM (VALUES
    (1, 'l2_distance(h, q) < 4', 'h <-> q', ''), (2, 'inner_product(h, q) > 2', 'h <#> q', ''),
    (3, '1 - (h <=> q) > 0.5', 'h <=> q', ''), (4, 'l1_distance(h, q) < 8', 'h <+> q', ''),
    (5, 'true', '1 - (h <=> q)', 'DESC NULLS LAST'),
    (6, 'true', 'inner_product(h, q)', 'DESC NULLS LAST'), (7, 'true', 'l2_distance(h, q)', ', id'),
    (8, 'l2_distance(s, q) < 2', 's <-> q', ''), (9, 'inner_product(s, q) > 1', 's <#> q', ''),
    (10, '1 - (s <=> q) > 0.5', 's <=> q', ''), (11, 'l1_distance(s, q) < 4', 's <+> q', ''),
    (12, 'true', '1 - (s <=> q)', 'DESC NULLS LAST'),
    (13, 'true', 'inner_product(s, q)', 'DESC NULLS LAST'), (14, 'true', 'l1_distance(s, q)', ', id'),
    (15, 'hamming_distance(b, q) <= 6', 'b <~> q', ''), (16, '1 - (b <%> q) > 0.25', 'b <%> q', ''),
    (17, 'true', 'hamming_distance(b, q)', ''), (18, 'true', '1 - (b <%> q)', 'DESC NULLS LAST, id'))
           AS others (place, clause, key, ordering),
       LATERAL form(key, 'WHERE ' || clause, ordering,
                    CASE WHEN place <= 7 THEN '''[1,2,3,4]''::halfvec'
                         WHEN place <= 14 THEN '''{1:1,2:2}/4''::sparsevec'
                         ELSE '''0101001101110001''::"bit"' END) f
 ORDER BY place;

-- Zero vectors have no direction: NaN is greater than all numbers, so they pass `1 - d > c`, and come
-- first where that is large.
SET enable_seqscan = off;
SELECT id FROM items WHERE 1 - (v <=> '[1,2,3,4]') > 0.99 ORDER BY v <=> '[1,2,3,4]', id;
SELECT id FROM items WHERE v <=> '[1,2,3,4]' < 0.01 ORDER BY v <=> '[1,2,3,4]', id;
SELECT id FROM items ORDER BY 1 - (v <=> '[1,2,3,4]') DESC NULLS LAST, id LIMIT 2;
SELECT max(1 - (v <=> '[1,2,3,4]')), min(v <=> '[1,2,3,4]') < 0.1 AS near FROM items;
-- To a query without direction all rows are NaN; to NULL, NULL.
SELECT count(*) FROM (SELECT FROM items WHERE 1 - (v <=> '[0,0,0,0]') > 0.5
                      ORDER BY v <=> '[0,0,0,0]' LIMIT 1000) found;
SELECT count(*) FROM (SELECT FROM items WHERE v <=> '[0,0,0,0]' < 0.5
                      ORDER BY v <=> '[0,0,0,0]' LIMIT 1000) found;
SELECT count(*) FROM (SELECT FROM items, (SELECT NULL::vector AS q OFFSET 0) none
                       WHERE v <=> q < 0.5 ORDER BY v <=> q LIMIT 1000) found;

-- Parameters, of any type that a client may send; plans that know no values.
SET plan_cache_mode = force_generic_plan;
PREPARE near(vector, float8, real, numeric, int) AS
    SELECT id, v <=> $1 AS d FROM items
     WHERE 1 - (v <=> $1) > $2 AND v <=> $1 < $3 AND v <=> $1 <= $4 AND $5 - (v <=> $1) >= 0
     ORDER BY v <=> $1 LIMIT 10;
EXPLAIN (COSTS OFF) EXECUTE near('[1,2,3,4]', 0.9, 1, 1, 1);
CREATE TEMP TABLE near_by_index AS EXECUTE near('[1,2,3,4]', 0.9, 1, 1, 1);
EXECUTE near('[1,2,3,4]', NULL, 1, 1, 1);
EXECUTE near('[1,2,3,4]', 0.9, 1, 'NaN', -1);
PREPARE score(vector, float8, int) AS
    WITH temp AS (SELECT (2 - (v <=> $1)) / 2 AS score, id FROM items)
    SELECT * FROM temp WHERE score >= $2 ORDER BY score DESC LIMIT $3;
EXPLAIN (COSTS OFF) EXECUTE score('[1,2,3,4]', 0.9, 10);
CREATE TEMP TABLE score_by_index AS EXECUTE score('[1,2,3,4]', 0.9, 10);
-- A factor of unknown sign.
PREPARE product(vector, float8) AS
    SELECT id FROM items WHERE $2 * (v <=> $1) < 1 ORDER BY $2 * (v <=> $1);
SELECT * FROM plan_of('EXECUTE product(''[1,2,3,4]'', 1)');
RESET plan_cache_mode;
SET enable_indexscan = off;
RESET enable_seqscan;
SELECT count(*), array_agg(d) = (SELECT array_agg(d) FROM near_by_index) AS same FROM (
    SELECT v <=> '[1,2,3,4]' AS d FROM items WHERE 1 - (v <=> '[1,2,3,4]') > 0.9
       AND v <=> '[1,2,3,4]' <= 1 ORDER BY d LIMIT 10) found;
SELECT count(*), array_agg(score) = (SELECT array_agg(score) FROM score_by_index) AS same FROM (
    SELECT (2 - (v <=> '[1,2,3,4]')) / 2 AS score FROM items
     WHERE (2 - (v <=> '[1,2,3,4]')) / 2 >= 0.9 ORDER BY score DESC LIMIT 10) found;
RESET enable_indexscan;
SET enable_seqscan = off;

-- Functions of SQL, inlined, and of PL/pgSQL.
CREATE FUNCTION match_items(query vector, threshold float8, most int)
RETURNS TABLE (id int, similarity float8) LANGUAGE sql STABLE AS $$
    SELECT items.id, 1 - (items.v <=> query) AS similarity FROM items
     WHERE 1 - (items.v <=> query) > threshold ORDER BY similarity DESC LIMIT most;
$$;
EXPLAIN (COSTS OFF) SELECT * FROM match_items('[1,2,3,4]', 0.9, 10);
SELECT count(*), min(similarity) > 0.9 AS above FROM match_items('[1,2,3,4]', 0.9, 10);
CREATE FUNCTION match_in_plpgsql(query vector, threshold float8, most int) RETURNS SETOF int
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT items.id FROM items WHERE items.v <=> query < 1 - threshold
                  ORDER BY items.v <=> query LIMIT most;
END $$;
SELECT count(*) FROM match_in_plpgsql('[1,2,3,4]', 0.9, 10);
-- A query for each row of another table, and a threshold.
EXPLAIN (COSTS OFF)
SELECT q.id, near.id FROM (VALUES (0.9, '[1,2,3,4]'::vector), (0.8, '[4,3,2,1]')) q (id, v), LATERAL (
    SELECT id FROM items WHERE 1 - (v <=> q.v) > q.id ORDER BY v <=> q.v LIMIT 3) near;
SELECT count(*), count(DISTINCT q.id) FROM items q, LATERAL (
    SELECT id FROM items WHERE 1 - (v <=> q.n) > 0.9 + q.id * 0.001 AND id > 0
     ORDER BY v <=> q.n LIMIT 3) near
 WHERE q.id BETWEEN 1 AND 10;

-- Behind a policy: the bound sees no row, and the clause waits behind the policy.
CREATE ROLE regress_query_forms;
GRANT SELECT ON items TO regress_query_forms;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY odd ON items USING (id % 2 = 1);
SET ROLE regress_query_forms;
EXPLAIN (COSTS OFF)
SELECT id FROM items WHERE v <=> '[1,2,3,4]' < 0.1 ORDER BY v <=> '[1,2,3,4]' LIMIT 3;
SELECT bool_and(id % 2 = 1), count(*) FROM (
    SELECT id FROM items WHERE v <=> '[1,2,3,4]' < 0.1 ORDER BY v <=> '[1,2,3,4]' LIMIT 3) found;
RESET ROLE;
ALTER TABLE items DISABLE ROW LEVEL SECURITY;
REVOKE SELECT ON items FROM regress_query_forms;
DROP ROLE regress_query_forms;

-- Partitions, expressions, partial indexes, materialized views.
CREATE TABLE parts (id int, v vector(4)) PARTITION BY HASH (id);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parts SELECT id, v FROM items;
CREATE INDEX ON parts USING hnsw (v vector_cosine_ops) WITH (storage = :storage);
ANALYZE parts;
EXPLAIN (COSTS OFF)
SELECT id FROM parts WHERE 1 - (v <=> '[1,2,3,4]') > 0.9
 ORDER BY 1 - (v <=> '[1,2,3,4]') DESC LIMIT 5;
SELECT array_agg(id) = (SELECT array_agg(id) FROM (
           SELECT id FROM items WHERE 1 - (v <=> '[1,2,3,4]') > 0.9
            ORDER BY (1 - (v <=> '[1,2,3,4]'))::numeric(10, 9) DESC, id LIMIT 7) found) AS same
  FROM (SELECT id FROM parts WHERE 1 - (v <=> '[1,2,3,4]') > 0.9
         ORDER BY 1 - (v <=> '[1,2,3,4]') DESC, id LIMIT 7) found;
CREATE MATERIALIZED VIEW mixed AS SELECT id, v, id % 2 AS odd FROM items;
CREATE INDEX ON mixed USING hnsw ((v::halfvec(4)) halfvec_cosine_ops) WITH (storage = :storage);
CREATE INDEX ON mixed USING hnsw ((binary_quantize(v)::bit(4)) bit_hamming_ops);
CREATE INDEX ON mixed USING hnsw (v vector_l2_ops) WITH (storage = :storage) WHERE odd = 1;
EXPLAIN (COSTS OFF) SELECT id FROM mixed WHERE 1 - (v::halfvec(4) <=> '[1,2,3,4]') > 0.9
 ORDER BY 1 - (v::halfvec(4) <=> '[1,2,3,4]') DESC LIMIT 5;
EXPLAIN (COSTS OFF) SELECT id FROM mixed WHERE hamming_distance(binary_quantize(v)::bit(4), B'1111') <= 2
 ORDER BY binary_quantize(v)::bit(4) <~> B'1111' LIMIT 5;
SET enable_sort = off;
EXPLAIN (COSTS OFF) SELECT id FROM mixed WHERE odd = 1 AND v <-> '[1,2,3,4]' < 4
 ORDER BY l2_distance(v, '[1,2,3,4]') LIMIT 5;
RESET enable_sort;
-- Not without the predicate.
SELECT * FROM plan_of($$SELECT id FROM mixed WHERE v <-> '[1,2,3,4]' < 4
                         ORDER BY l2_distance(v, '[1,2,3,4]') LIMIT 5$$);

-- What the planner uses is of no use in statements.
SELECT id FROM items WHERE v @< 0.5;
SELECT '[1,2]'::vector <=>~ '[0,0]', '[1,2]'::vector <=>~ '[2,4]', '[1,2]'::halfvec <=>~ '[0,0]',
       '{}/2'::sparsevec <=>~ '{1:1}/2';
SELECT vectorext_bound(0.75, -1, 1), vectorext_bound(-1e308, -0.5, 1),
       vectorext_bound('Infinity', 1, 'Infinity'), vectorext_bound(1e20, 1, 1e20) > 1e4,
       vectorext_bound(0, -1, 0), vectorext_bound(NULL, 1, 0);
DROP MATERIALIZED VIEW mixed;
DROP TABLE parts;
DROP TABLE items;
DROP FUNCTION plan_of, answer, form, match_items, match_in_plpgsql, made;
