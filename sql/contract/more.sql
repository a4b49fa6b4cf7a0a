-- What every vector type has beside pgvector, after common.sql: hashes, element access, sum and avg.

-- A hash index, hash joins and grouping, and partitions; equal values hash equally.
CREATE TABLE hashed (id int, v :type);
INSERT INTO hashed SELECT i, pg_temp.val(i % 5, i % 3, i % 2) FROM generate_series(1, 600) i;
INSERT INTO hashed VALUES (601, NULL), (602, pg_temp.val(0, 0)), (603, pg_temp.val(0, 0, 0, 0));
CREATE INDEX hashed_hash ON hashed USING hash (v);
ANALYZE hashed;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM hashed WHERE v = pg_temp.val(1, 1, 1);
SELECT count(*) FROM hashed WHERE v = pg_temp.val(1, 1, 1);
SELECT count(*) FROM hashed WHERE v = pg_temp.val(1, 1);
RESET enable_seqscan;
RESET enable_bitmapscan;
SET enable_sort = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM hashed a JOIN hashed b ON a.v = b.v;
SELECT count(*) FROM hashed a JOIN hashed b ON a.v = b.v;
RESET enable_sort;
SET enable_hashjoin = off;
SELECT count(*) FROM hashed a JOIN hashed b ON a.v = b.v;
SET enable_mergejoin = off;
SELECT count(*) FROM hashed a JOIN hashed b ON a.v = b.v;
RESET enable_hashjoin;
RESET enable_mergejoin;
SELECT count(*) FROM (SELECT DISTINCT v FROM hashed) AS groups;
DROP TABLE hashed;
CREATE TABLE keyed (v :type PRIMARY KEY) PARTITION BY HASH (v);
CREATE TABLE keyed_0 PARTITION OF keyed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE keyed_1 PARTITION OF keyed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO keyed SELECT pg_temp.val(i, -i) FROM generate_series(1, 100) i;
INSERT INTO keyed VALUES (pg_temp.val(7, -7)) ON CONFLICT DO NOTHING;
SELECT count(*), count(DISTINCT tableoid) AS partitions FROM keyed;
DROP TABLE keyed;

-- The element at a position; NULL where there is none, as with arrays.
\set element :type '_element'
SELECT i, :element(pg_temp.val(1.5, 0, -3), i)
  FROM unnest(ARRAY[-2147483648, -1, 0, 1, 2, 3, 4, 2147483647]) i ORDER BY i;

-- sum and avg, and the functions behind them called with states of our own making.
SELECT pg_temp.elements(avg(v)), pg_temp.elements(sum(v))
  FROM unnest(ARRAY[pg_temp.val(1, 0, 3), NULL, pg_temp.val(3, 5, -3)]) v;
SELECT avg(v), sum(v) FROM unnest(ARRAY[NULL, NULL]:::type[]) v;
SELECT g, pg_temp.elements(avg(pg_temp.val(g, 1)) OVER (ORDER BY g)),
       pg_temp.elements(sum(pg_temp.val(g, 1)) OVER (ORDER BY g))
  FROM generate_series(1, 4) g;
CREATE TABLE averaged AS
SELECT i, pg_temp.val(i % 10, i % 7, 0, 1) AS v FROM generate_series(1, 5000) i;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT avg(v), sum(v) FROM averaged;
SELECT pg_temp.elements(avg(v)) FROM averaged;
SELECT avg(v), sum(v) FROM averaged WHERE i < 0;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
DROP TABLE averaged;
SELECT statement, pg_temp.error_of(statement, :'type')
  FROM unnest(ARRAY[$$SELECT avg(v) FROM unnest(ARRAY[<V>(1,2), <V>(3)]) v$$,
                    $$SELECT sum(v) FROM unnest(ARRAY[<V>(1,2), <V>(3)]) v$$,
                    $$SELECT <T>_accum('{{0}}', <V>(1))$$,
                    $$SELECT <T>_accum('{NULL}', <V>(1))$$,
                    $$SELECT <T>_accum('{}', <V>(1))$$,
                    $$SELECT <T>_accum('{1,2,3,4,5,6}', <V>(1))$$,
                    $$SELECT <T>_combine('{{1,2}}', '{0}')$$,
                    $$SELECT <T>_combine('{0}', '{NULL}')$$,
                    $$SELECT <T>_combine('{1,7,2,3}', '{1,8,4,5,6,7}')$$,
                    $$SELECT <T>_avg('{}')$$,
                    $$SELECT <T>_avg('{1,NaN}')$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;

-- Damaged values raise an error wherever they are used; nothing is read past their end.
CREATE CAST (bytea AS :type) WITHOUT FUNCTION;
CREATE TABLE damaged (name text, value bytea);
INSERT INTO damaged VALUES
    ('nothing at all', ''), ('half a header', '\x0000'), ('no dimension', '\x00000000'),
    ('no dimension but more', '\x000000000000000000000000'),
    ('negative dimensions', '\xffffffff0000000000000000'),
    ('elements missing', '\x01010101000000000000000000'),
    ('count missing', '\x0101010101010101000000000000'),
    ('negative count', '\x01010101ffffffff000000000000'),
    ('dimensions beyond the limit', '\x7f7f7f7f7f7f7f7f00000000');
CREATE TABLE calls AS
SELECT d.name, c.call,
       pg_temp.error_of('SELECT ' || c.call, :'type') AS error
  FROM damaged d,
       LATERAL (SELECT p.proname || '(' || string_agg(
                           CASE a.type
                               WHEN :'type'::regtype THEN format('%L::bytea::%s', d.value, :'type')
                               WHEN (:'type' || '[]')::regtype THEN format('ARRAY[%L::bytea::%s]', d.value, :'type')
                               WHEN 'double precision[]'::regtype THEN '''{0}''::float8[]'
                               WHEN 'anyarray'::regtype THEN '''{1}''::int[]'
                               WHEN 'jsonb'::regtype THEN '''{}'''
                               WHEN 'bytea'::regtype THEN '''\\x01'''
                               WHEN 'text'::regtype THEN
                                   CASE WHEN p.proargnames[a.place] = 'metric' THEN '''l2'''
                                        WHEN p.proname = 'recommend' THEN '''average'''
                                        ELSE '''best_score''' END
                               WHEN 'boolean'::regtype THEN 'false'
                               ELSE '1'
                           END, ', ' ORDER BY a.place) || ')' AS call
                  FROM pg_proc p, unnest(p.proargtypes) WITH ORDINALITY AS a (type, place)
                 WHERE p.probin LIKE '%vectorext%'
                   AND (:'type'::regtype = ANY (p.proargtypes) OR (:'type' || '[]')::regtype = ANY (p.proargtypes))
                   AND p.prosrc <> 'vectorext_within'  -- looks at no value
                 GROUP BY p.oid, p.proname) AS c;
SELECT name, count(*) >= 25 AS all_functions, count(DISTINCT error) AS errors, min(error)
  FROM calls GROUP BY name ORDER BY name;
DROP TABLE calls;
DROP TABLE damaged;
