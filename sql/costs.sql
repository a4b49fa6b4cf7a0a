-- What distances cost the planner: by their dimensions, and by where the values lie.
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;

CREATE FUNCTION plan_of(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    RETURN plan->0->'Plan';
END $$;
CREATE FUNCTION plan_cost(query text) RETURNS float8 LANGUAGE sql
    RETURN (plan_of(query)->>'Total Cost')::float8;
-- In operators, so that 1 is what the server charges for the simplest function.
CREATE FUNCTION cost_of(expression text, relation text) RETURNS numeric LANGUAGE sql
    RETURN round(((plan_cost(format('SELECT %s FROM %s', expression, relation)) -
                   plan_cost(format('SELECT id FROM %s', relation))) /
                  (plan_of(format('SELECT id FROM %s', relation))->>'Plan Rows')::float8 /
                  current_setting('cpu_operator_cost')::float8)::numeric, 1);
CREATE FUNCTION numbers(dims int, seed int) RETURNS real[] LANGUAGE sql
    RETURN (SELECT array_agg(sin(i * 1.7 + seed * 3.1)) FROM generate_series(1, dims) AS i);
-- A table of 100 values of a type, with this storage, without statistics.
CREATE FUNCTION make(name text, type text, dims int, storage text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I (id int, v %s) WITH (autovacuum_enabled = off)', name, type);
    EXECUTE format('ALTER TABLE %I ALTER v SET STORAGE %s', name, storage);
    EXECUTE format('INSERT INTO %I SELECT i, numbers(%s, i) FROM generate_series(1, 100) AS i', name, dims);
END $$;
SELECT make('v3', 'vector(3)', 3, 'external'), make('v100', 'vector(100)', 100, 'external'),
       make('v384', 'vector(384)', 384, 'external'), make('v1536', 'vector(1536)', 1536, 'external'),
       make('v4000', 'vector(4000)', 4000, 'external'), make('plain', 'vector(1536)', 1536, 'plain'),
       make('main', 'vector(1536)', 1536, 'main'), make('undeclared', 'vector', 1536, 'external'),
       make('half', 'halfvec(1536)', 1536, 'external');

-- Before ANALYZE: by what is declared. Values of more than 2,000 bytes lie out of line.
CREATE VIEW by_table AS
    SELECT name, cost_of('v <-> v', name) / 2 AS "<->"
      FROM unnest('{v3,v100,v384,v1536,v4000,plain,main,undeclared,half}'::text[]) AS name;
CREATE TABLE before AS SELECT * FROM by_table;
SELECT bool_and(a."<->" > b."<->") AS grows
  FROM unnest('{v3,v100,v384,v1536}'::text[], '{v100,v384,v1536,v4000}'::text[]) AS pair(less, more)
  JOIN before AS b ON b.name = less JOIN before AS a ON a.name = more;
SELECT a.name, a."<->" > 20 * b."<->" AS fetched FROM before AS a, before AS b WHERE b.name = 'v384' ORDER BY 1;
ANALYZE v3, v100, v384, v1536, v4000, plain, main, undeclared, half;
-- After it: by where they are.
SELECT name, t."<->" BETWEEN 0.98 * b."<->" AND 1.02 * b."<->" AS same, t."<->" > 200 AS fetched
  FROM by_table AS t JOIN before AS b USING (name) ORDER BY 1;

-- Dimensions that are not declared are those of the value beside.
SELECT cost_of(format('v <-> %L', numbers(1536, 1)::vector), 'undeclared') =
       cost_of(format('v <-> %L', numbers(1536, 1)::vector), 'v1536') AS same;
-- All distances, in every form, and the functions behind them.
SELECT expression, cost_of(format(expression, numbers(1536, 1)::vector), 'v1536') > 200 AS fetched
  FROM unnest(ARRAY['v <-> %L', '%L <-> v', 'v <#> %L', 'v <=> %L', 'v <+> %L', 'l2_distance(v, %L)',
                    'inner_product(v, %L)', 'cosine_distance(v, %L)', 'l1_distance(v, %L)',
                    'vector_negative_inner_product(v, %L)', 'v::halfvec(1536) <-> %L',
                    'v::vector(1536) <-> %L', 'v <-> (SELECT v FROM v1536 WHERE id = 1)']) AS expression;
SELECT cost_of('binary_quantize(v)::bit(1536) <~> binary_quantize(v)::bit(1536)', 'v1536') >
       cost_of('binary_quantize(v)::bit(100) <~> binary_quantize(v)::bit(100)', 'v100') * 20 AS fetched;
SELECT cost_of('v::sparsevec <-> v::sparsevec', 'v1536') > 200 AS fetched;
-- Halves have half the bytes, bits have few, and sparse vectors as many as they have elements.
CREATE TABLE bits AS SELECT id, binary_quantize(v)::bit(1536) AS v FROM v1536;
CREATE TABLE sparse (id int, v sparsevec(1536));
INSERT INTO sparse SELECT id, ('{' || id || ':1,1000:2,1500:3}/1536')::sparsevec FROM v100;
ANALYZE bits, sparse;
SELECT cost_of('v <-> v', 'half') BETWEEN 0.5 * cost_of('v <-> v', 'v1536')
                                      AND 0.9 * cost_of('v <-> v', 'v1536') AS half,
       cost_of('v <~> v', 'bits') < 10 AS bits, cost_of('v <%> v', 'bits') < 10 AS bits_jaccard,
       cost_of('v <-> v', 'sparse') < 10 AS sparse;
-- What no table has is not fetched.
SELECT cost_of('v <-> ''[1,2,3]''', '(VALUES (1, ''[1,2,3]''::vector), (2, ''[3,4,5]'')) AS f (id, v)') < 10 AS values;
SELECT cost_of('f <-> f', 'generate_series(1, 10) AS id, LATERAL (SELECT ARRAY[id]::vector AS f OFFSET 0) AS x') < 10
    AS expression;
SELECT cost_of('v <-> NULL', 'v1536') < 10 AS "NULL";
-- A cost that somebody sets counts.
ALTER FUNCTION l1_distance(vector, vector) COST 3;
SELECT cost_of('v <+> v', 'v1536');
ALTER FUNCTION l1_distance(vector, vector) COST 1;
SELECT cost_of('v <+> v', 'v1536') > 200 AS fetched;

-- A filter by distance is evaluated after the others.
EXPLAIN (COSTS OFF) SELECT id FROM v3 WHERE v <-> '[1,2,3]' < 1 AND id + 1 = 2;

-- What it is for: the index is used where the table is small but its vectors are long.
CREATE TABLE long (id int, v vector(1536));
INSERT INTO long SELECT i, ARRAY(SELECT sin(i * 3.1 + d * (1 + i % 7)) FROM generate_series(1, 1536) AS d)
  FROM generate_series(1, 2000) AS i;
CREATE INDEX ON long USING hnsw (v vector_l2_ops);
VACUUM ANALYZE long;
CREATE FUNCTION nearest(rows int) RETURNS text LANGUAGE sql
    RETURN format('SELECT id FROM long ORDER BY v <-> %L LIMIT %s', numbers(1536, 5)::vector, rows);
SELECT n, plan_of(nearest(n))->'Plans'->0->>'Node Type' AS scan FROM unnest('{1,10,100}'::int[]) AS n;
SET enable_indexscan = off;
SELECT plan_of(nearest(10))->'Plans'->0->>'Node Type' AS node, plan_cost(nearest(10)) > 2000 AS costly;
RESET enable_indexscan;
SELECT plan_of('SELECT id FROM long ORDER BY v <-> v')->>'Node Type' AS node;

DROP VIEW by_table;
DROP TABLE v3, v100, v384, v1536, v4000, plain, main, undeclared, half, before, bits, sparse, long;
DROP FUNCTION nearest(int), make(text, text, int, text), numbers(int, int), cost_of(text, text),
    plan_cost(text), plan_of(text);
