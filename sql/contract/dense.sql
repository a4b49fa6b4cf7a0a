-- The contract of the dense types, after common.sql.  All of it holds for pgvector.

-- What an input provokes.
CREATE FUNCTION pg_temp.input_error(literal text, type text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.error_of(format('SELECT %L::<T>', literal), type)
$$;
SELECT '[1,2,3]':::type, '[-1,-2,-3]':::type(3), '[1.,.5,+2,-0,0]':::type;
SELECT ' [ 1,  2 ,    3  ] ':::type, E'\t[\n1\r,\x0b2\f]\n':::type;
SELECT '[1e3,1E+3,1.5e0,0x10,0X1.8p1]':::type, '[0001.5,1e-99999,-1e-46]':::type;
SELECT unnest('{"[1,2,3]","[4,5,6]"}':::type[]);
SELECT literal, pg_temp.input_error(literal, :'type')
  FROM unnest(ARRAY['', ' ', '1,2,3', '{1}', '[', '[ ', '[,', '[]', '[ ]', ' [  ] ', '[,]', '[1',
                    '[1,', '[1,]', '[1,2,3', '[1,,3]', '[1, ,3]', '[1 2]', '[1,2,3]9',
                    '[1,2,3] ]', '[[1]]', '[1;2]', '[1a]', '[hello,1]', '[e5]', '[1e]', '[1e+]',
                    '[.]', '[+]', '[-]', '[--1]', '[+-1]', '[- 1]', '[0x]', '[1_000]', '["1"]',
                    '[null]', '[NaN,1]', '[nan]', '[-NaN]', '[Infinity,1]', '[-Infinity,1]',
                    '[inf]', '[+INF]', '[4e38,1]', '[-4e38,1]', '[1,1e400]', '[1e39x]'])
       WITH ORDINALITY AS t (literal, place)
 ORDER BY place;
SELECT vector_dims(('[' || repeat('1,', 15999) || '1]')::text:::type);
SELECT pg_temp.input_error('[' || repeat('1,', 16000) || '1]', :'type');
SELECT pg_temp.error_of('SELECT ''[1,2,3]''::<T>(2)', :'type'),
       pg_temp.error_of('SELECT ''[1,2,3]''::<T>(16001)', :'type');

-- The binary form.
SELECT pg_temp.receive(field)
  FROM (VALUES (1, ''), (2, '0002'), (3, '00000000'), (4, '00020000'), (5, '3e8100003f800000'),
               (6, 'ffff0000'), (7, '000200013f80000040200000'), (8, '0001000000000000')) AS t (i, field)
 ORDER BY i;
DROP TABLE received;

-- Arithmetic.
SELECT '[1,2,3]':::type + '[4,5,6]', '[1,2,3]':::type - '[4,5,6]', '[1,2,3]':::type * '[4,5,6]',
       '[1,2,3]':::type || '[4,5]', '[0]':::type * '[1e-7]';
SELECT statement, pg_temp.error_of(statement, :'type')
  FROM unnest(ARRAY[$$SELECT '[1,2]'::<T> + '[3]'$$,
                    $$SELECT '[1,2]'::<T> - '[3]'$$,
                    $$SELECT '[1,2]'::<T> * '[3]'$$,
                    $$SELECT '[1,2]'::<T> <-> ARRAY[1,2]$$,
                    $$SELECT vector_dims(ARRAY[1,2])$$,
                    $$SELECT array_fill(0, ARRAY[16000])::<T> || '[1]'$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;

SELECT vector_dims('[1,2,3]':::type);
SELECT binary_quantize('[1,0,-1]':::type), binary_quantize('[-0,1e-7]':::type),
       binary_quantize('[0,0.1,-0.2,-0.3,0.4,0.5,0.6,-0.7,0.8,-0.9,1]':::type);
SELECT start, count, subvector('[1,2,3,4,5]':::type, start, count)
  FROM (VALUES (1, 3), (3, 2), (-1, 3), (3, 9), (5, 1), (0, 2), (3, 2147483647),
               (-2147483644, 2147483647)) AS t (start, count);
SELECT statement, pg_temp.error_of(statement, :'type')
  FROM unnest(ARRAY[$$SELECT subvector('[1,2,3,4,5]'::<T>, 1, 0)$$,
                    $$SELECT subvector('[1,2,3,4,5]'::<T>, 3, -1)$$,
                    $$SELECT subvector('[1,2,3,4,5]'::<T>, -1, 2)$$,
                    $$SELECT subvector('[1,2,3,4,5]'::<T>, 6, 1)$$,
                    $$SELECT subvector('[1,2,3,4,5]'::<T>, 2147483647, 10)$$,
                    $$SELECT subvector('[1,2,3,4,5]'::<T>, -2147483648, 2147483647)$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;

-- Aggregates.
SELECT avg(v), sum(v) FROM unnest(ARRAY['[1,2,3]':::type, NULL, '[3,5,7]']) v;
SELECT avg(v), sum(v) FROM unnest(ARRAY[]:::type[]) v;
SELECT avg(v), sum(v) FROM unnest(ARRAY[NULL, NULL]:::type[]) v;
SELECT g % 3 AS grp, avg(ARRAY[g, -g]:::type), sum(ARRAY[g, -g]:::type)
  FROM generate_series(1, 9) g GROUP BY g % 3 ORDER BY g % 3;
SELECT g, avg(ARRAY[g]:::type) OVER (ORDER BY g), sum(ARRAY[g]:::type) OVER (ORDER BY g)
  FROM generate_series(1, 4) g;
SELECT statement, pg_temp.error_of(statement, :'type')
  FROM unnest(ARRAY[$$SELECT avg(v) FROM unnest(ARRAY['[1,2]'::<T>, '[3]']) v$$,
                    $$SELECT sum(v) FROM unnest(ARRAY['[1,2]'::<T>, '[3]']) v$$,
                    $$SELECT <T>_accum('{{0}}', '[1,2,3]')$$,
                    $$SELECT <T>_accum('{NULL}', '[1,2,3]')$$,
                    $$SELECT <T>_accum('{}', '[1,2,3]')$$,
                    $$SELECT <T>_accum('{0,0}', '[1,2,3]')$$,
                    $$SELECT <T>_combine('{1,2}', '{3,4,5}')$$,
                    $$SELECT <T>_combine('{{1,2}}', '{3,4}')$$,
                    $$SELECT <T>_avg('{1}')$$,
                    $$SELECT <T>_avg('{}')$$,
                    $$SELECT <T>_avg('{1,NaN}')$$,
                    $$SELECT <T>_avg('{1,1e300}')$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;
CREATE TABLE averaged AS
SELECT i, ARRAY[i % 10, i % 7, 1]:::type AS v FROM generate_series(1, 5000) i;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SELECT avg(v) FROM averaged;
SELECT avg(v), sum(v) FROM averaged WHERE i = 7;
SELECT avg(v), sum(v) FROM averaged WHERE i < 0;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
DROP TABLE averaged;
