-- Element-wise arithmetic, concatenation and comparisons.

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

SELECT '[1,2,3]'::vector + '[4,5,6]', '[1,2,3]'::vector - '[4,5,6]', '[1,2,3]'::vector * '[4,5,6]';
SELECT '[1,2,3]'::vector || '[4,5]';
SELECT '[1e-45]'::vector - '[1e-45]', '[0]'::vector * '[1e-45]', '[1e-30]'::vector * '[0]';
SELECT vector_dims(array_fill(0, ARRAY[8000])::vector || array_fill(0, ARRAY[8000])::vector);

SELECT statement, pg_temp.error_of(statement)
  FROM unnest(ARRAY[$$SELECT '[3e38]'::vector + '[3e38]'$$,
                    $$SELECT '[-3e38]'::vector - '[3e38]'$$,
                    $$SELECT '[1e37]'::vector * '[1e37]'$$,
                    $$SELECT '[1e-37]'::vector * '[1e-37]'$$,
                    $$SELECT '[1,2]'::vector + '[3]'$$,
                    $$SELECT '[1,2]'::vector - '[3]'$$,
                    $$SELECT '[1,2]'::vector * '[3]'$$,
                    $$SELECT array_fill(0, ARRAY[16000])::vector || '[1]'$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;

-- Elements decide first, then the number of dimensions; 0 and -0 are equal.
SELECT a, b, a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a >= b AS ge, a > b AS gt,
       vector_cmp(a, b) AS cmp
  FROM (VALUES ('[1,2,3]'::vector, '[1,2,3]'::vector), ('[1,2,3]', '[1,2]'), ('[1,2]', '[1,2,3]'),
               ('[1,2]', '[2,3,4]'), ('[2,3]', '[1,2,3]'), ('[0,0,0]', '[1,2,3]'),
               ('[-1]', '[-2]'), ('[0]', '[-0]'), ('[1e-45]', '[0]')) AS t (a, b);
-- The result does not depend on which side is which.
SELECT bool_and((a < b) = (b > a) AND (a <= b) = (b >= a) AND (a = b) = (b = a)
                AND (a < b) = NOT (a >= b) AND (a = b) = NOT (a <> b)
                AND vector_cmp(a, b) = -vector_cmp(b, a)) AS consistent
  FROM (SELECT ARRAY[i % 3, i % 2]::vector AS a FROM generate_series(1, 6) i) AS x,
       (SELECT ARRAY[i % 3 - 1, i % 2]::vector AS b FROM generate_series(1, 6) i) AS y;

SELECT oprname, oprcode, oprcom::regoperator, oprnegate::regoperator, oprcanmerge, oprcanhash,
       oprrest, oprjoin
  FROM pg_operator
 WHERE oprleft = 'vector'::regtype AND oprright = 'vector'::regtype
 ORDER BY oprname COLLATE "C";
