-- What the dense types have beside pgvector, after more.sql: a number times a vector, and jsonb.

SELECT '[1,-2,0]':::type * 2, 0.5 * '[1,-2,0]':::type, '[1,2]':::type * 0.25::real,
       2::bigint * '[3]':::type, '[1,2]':::type * 0;
SELECT statement, pg_temp.error_of(statement, :'type')
  FROM unnest(ARRAY[$$SELECT '[6e4]'::<T> * 3e38::real$$,
                    $$SELECT '[1e-6]'::<T> * 1e-45::real$$,
                    $$SELECT '[1]'::<T> * 'NaN'::real$$,
                    $$SELECT 'Infinity'::real * '[1]'::<T>$$,
                    $$SELECT 'Infinity'::real * '[0]'::<T>$$,
                    $$SELECT '[1]'::<T> * 1::float8$$,
                    $$SELECT '[1]'::<T> * 'x'$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;
-- A literal is still a vector.
SELECT '[1,2]':::type * '[3,4]' AS product, pg_typeof('[1,2]':::type * '[3,4]') = :'type'::regtype
       AS same_type, '[3,4]' * '[1,2]':::type AS commuted;
PREPARE by_parameter AS SELECT '[1,2]':::type * $1;
SELECT parameter_types = ARRAY[:'type'::regtype] AS vector FROM pg_prepared_statements;
DEALLOCATE by_parameter;

-- jsonb: an array of numbers, on assignment or by an explicit cast.
SELECT '[1,2.5,-0.1,1e-5]':::type::jsonb, jsonb_typeof('[1]':::type::jsonb),
       '[1, 2.5, -3e2]'::jsonb:::type(3), to_jsonb('[1,2]':::type) AS unchanged;
SELECT count(*) AS checked, count(*) FILTER (WHERE v::jsonb:::type = v) AS same
  FROM (SELECT ARRAY[i / 7.0, 1 / i::float8, -i]:::type AS v FROM generate_series(1, 1000) i) AS t;
CREATE TABLE converted (v :type(2), j jsonb);
INSERT INTO converted (v, j) VALUES ('[1, 2]'::jsonb, '[3,4]':::type);
SELECT * FROM converted;
DROP TABLE converted;
SELECT statement, pg_temp.error_of(statement, :'type')
  FROM unnest(ARRAY[$$SELECT 'null'::jsonb::<T>$$,
                    $$SELECT '1'::jsonb::<T>$$,
                    $$SELECT '[]'::jsonb::<T>$$,
                    $$SELECT '{"a": 1}'::jsonb::<T>$$,
                    $$SELECT '["1"]'::jsonb::<T>$$,
                    $$SELECT '[null]'::jsonb::<T>$$,
                    $$SELECT '[[1]]'::jsonb::<T>$$,
                    $$SELECT '[1e39]'::jsonb::<T>$$,
                    $$SELECT '[1,2]'::jsonb::<T>(3)$$,
                    $$SELECT '"[1]"'::jsonb::<T>$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;
