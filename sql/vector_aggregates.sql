-- avg and sum, alone, over groups, as window functions and in parallel.

CREATE FUNCTION pg_temp.error_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    code text;
    message text;
BEGIN
    EXECUTE statement;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
    RETURN code || ' | ' || message;
END $$;

SELECT avg(v), sum(v) FROM unnest(ARRAY['[1,2,3]'::vector, '[3,5,7]']) v;
SELECT avg(v), sum(v) FROM unnest(ARRAY['[1,2,3]'::vector, NULL, '[3,5,7]', NULL]) v;
SELECT avg(v), sum(v) FROM unnest(ARRAY[]::vector[]) v;
SELECT avg(v), sum(v) FROM unnest(ARRAY[NULL, NULL]::vector[]) v;
-- avg adds in double precision: what overflows a sum does not overflow an average.
SELECT avg(v) FROM unnest(ARRAY['[3e38]'::vector, '[3e38]']) v;
SELECT avg(v) FROM unnest(ARRAY['[16777216]'::vector, '[1]', '[1]']) v;

SELECT g % 3 AS grp, avg(ARRAY[g, -g]::vector), sum(ARRAY[g, -g]::vector)
  FROM generate_series(1, 9) g GROUP BY g % 3 ORDER BY g % 3;
-- Groups of different dimensions are nobody's concern but their own.
SELECT d, avg(v)
  FROM (VALUES (1, '[2]'::vector), (2, '[1,2]'), (1, '[4]'), (2, '[3,4]')) AS t (d, v)
 GROUP BY d ORDER BY d;
-- Updating the state in place must not show in a value already returned.
SELECT g, avg(ARRAY[g]::vector) OVER (ORDER BY g), sum(ARRAY[g]::vector) OVER (ORDER BY g)
  FROM generate_series(1, 4) g;
SELECT g, avg(ARRAY[g]::vector) OVER (ORDER BY g ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
  FROM generate_series(1, 4) g;

SELECT statement, pg_temp.error_of(statement)
  FROM unnest(ARRAY[$$SELECT avg(v) FROM unnest(ARRAY['[1,2]'::vector, '[3]']) v$$,
                    $$SELECT sum(v) FROM unnest(ARRAY['[1,2]'::vector, '[3]']) v$$,
                    $$SELECT sum(v) FROM unnest(ARRAY['[3e38]'::vector, '[3e38]']) v$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;

-- The functions behind avg, called with states of our own making.
SELECT vector_accum('{0}', '[1,2,3]'), vector_accum('{0,0,0,0}', '[1,2,3]'),
       vector_accum('{2,4,6}', '[1,-1]');
SELECT vector_combine('{1,2}', '{3,4}'), vector_combine('{0}', '{2,3,4}'),
       vector_combine('{2,3,4}', '{0}'), vector_combine('{0}', '{0}');
SELECT vector_avg('{2,2,4,6}'), vector_avg('{0}') IS NULL AS of_nothing;
SELECT s AS untouched, vector_accum(s, '[1]') AS accumulated, vector_combine(s, s) AS combined
  FROM (SELECT '{1,2}'::float8[] AS s) AS state;
SELECT statement, pg_temp.error_of(statement)
  FROM unnest(ARRAY[$$SELECT vector_accum('{{0}}', '[1,2,3]')$$,
                    $$SELECT vector_accum('{NULL}', '[1,2,3]')$$,
                    $$SELECT vector_accum('{}', '[1,2,3]')$$,
                    $$SELECT vector_accum('{0,0}', '[1,2,3]')$$,
                    $$SELECT vector_accum('{1,Infinity}', '[1]')$$,
                    $$SELECT vector_combine('{1,2}', '{3,4,5}')$$,
                    $$SELECT vector_combine('{{1,2}}', '{3,4}')$$,
                    $$SELECT vector_combine('{1,2}', '{{3,4}}')$$,
                    $$SELECT vector_combine('{NULL,2}', '{3,4}')$$,
                    $$SELECT vector_combine('{1,2}', '{3,NULL}')$$,
                    $$SELECT vector_combine('{}', '{0}')$$,
                    $$SELECT vector_combine('{0}', '{}')$$,
                    $$SELECT vector_combine('{1,1.7e308}', '{1,1.7e308}')$$,
                    $$SELECT vector_combine('{0}', array_agg(n)) FROM generate_series(1, 16002) n$$,
                    $$SELECT vector_combine(array_agg(n), '{0}') FROM generate_series(1, 16002) n$$,
                    $$SELECT vector_avg('{1}')$$,
                    $$SELECT vector_avg('{}')$$,
                    $$SELECT vector_avg('{{2,2,4,6}}')$$,
                    $$SELECT vector_avg('{NULL,2,4,6}')$$,
                    $$SELECT vector_avg('{1,NaN}')$$,
                    $$SELECT vector_avg('{1,1e300}')$$,
                    $$SELECT vector_avg(array_agg(n)) FROM generate_series(1, 16002) n$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;

-- In parallel; workers that see no row must not disturb the others.
CREATE TABLE averaged AS
SELECT i, ARRAY[i % 10, i % 7, 1]::vector AS v FROM generate_series(1, 20000) i;
ANALYZE averaged;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT avg(v), sum(v) FROM averaged;
SELECT avg(v), sum(v) FROM averaged;
SELECT avg(v), sum(v) FROM averaged WHERE i = 7;
SELECT avg(v), sum(v) FROM averaged WHERE i < 0;
SET max_parallel_workers_per_gather = 0;
SELECT avg(v), sum(v) FROM averaged;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
DROP TABLE averaged;
