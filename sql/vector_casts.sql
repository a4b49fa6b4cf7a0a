-- Casts between arrays and vectors, and what is not cast on its own.

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

SELECT ARRAY[1,2,3]::vector, ARRAY[1.5,2,3.25]::vector, ARRAY[1,2,3]::real[]::vector(3),
       ARRAY[1e-3,2,3]::float8[]::vector(3);
SELECT ARRAY[1.1,12345678901234567890,0.00000000001,-7,0]::numeric[]::vector;
SELECT array_fill(1.5, ARRAY[6])::numeric[]::vector;
SELECT '{2147483647,-2147483648,16777217}'::int[]::vector;
SELECT '{1e-300,-1e-300,0.1,3.4028235677973e38}'::float8[]::vector;
-- The lower bound of an array does not matter, nor does a null bitmap without nulls.
SELECT '[5:7]={1,2,3}'::int[]::vector;
SELECT ((ARRAY[NULL,1,2,3]::real[])[2:4])::vector;

SELECT '[1,2,3]'::vector::real[], pg_typeof('[1,2,3]'::vector::real[]);
SELECT '[1.5,-0,1e-45]'::vector::real[] = '{1.5,-0,1e-45}'::real[] AS same;
SELECT array_lower(v::real[], 1), array_upper(v::real[], 1), array_ndims(v::real[]),
       cardinality(v::real[]), (v::real[])[2:3]
  FROM (SELECT '[1,2,3]'::vector AS v) AS one;
-- The cast to real[] is implicit, so a function of real[] takes a vector.
CREATE FUNCTION pg_temp.last_of(real[]) RETURNS real LANGUAGE sql
    AS 'SELECT $1[array_upper($1, 1)]';
SELECT pg_temp.last_of('[1,2,3]'::vector);
SELECT unnest('[4,5]'::vector::real[]);

SELECT statement, pg_temp.error_of(statement)
  FROM unnest(ARRAY[$$SELECT '{NULL}'::real[]::vector$$,
                    $$SELECT '{1,NULL,3}'::int[]::vector$$,
                    $$SELECT '{NaN}'::real[]::vector$$,
                    $$SELECT '{NaN}'::float8[]::vector$$,
                    $$SELECT '{NaN}'::numeric[]::vector$$,
                    $$SELECT '{Infinity}'::real[]::vector$$,
                    $$SELECT '{-Infinity}'::float8[]::vector$$,
                    $$SELECT '{1e300}'::float8[]::vector$$,
                    $$SELECT '{1e39}'::numeric[]::vector$$,
                    $$SELECT '{}'::real[]::vector$$,
                    $$SELECT '{{1}}'::real[]::vector$$,
                    $$SELECT '{{1,2},{3,4}}'::int[]::vector$$,
                    $$SELECT '{1,2,3}'::real[]::vector(2)$$,
                    $$SELECT '{a}'::text[]::vector$$,
                    $$SELECT '{1}'::bigint[]::vector$$,
                    $$SELECT 1::vector$$,
                    $$SELECT array_agg(n)::vector FROM generate_series(1, 16001) n$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;

-- Assignment casts arrays to vectors, an operator or a function argument does not.
CREATE TABLE assigned (v vector(2));
INSERT INTO assigned VALUES (ARRAY[1,2]), (ARRAY[1.5,2.5]), ('{3,4}'::real[]), ('{5,6}'::float8[]);
SELECT v FROM assigned ORDER BY v;
SELECT pg_temp.error_of($$SELECT vector_dims(ARRAY[1,2])$$);
SELECT pg_temp.error_of($$SELECT '[1,2]'::vector <-> ARRAY[1,2]$$);
DROP TABLE assigned;

SELECT castsource::regtype, casttarget::regtype, castcontext, castmethod
  FROM pg_cast WHERE 'vector'::regtype IN (castsource, casttarget)
   AND castsource::regtype::text IN ('integer[]', 'real[]', 'double precision[]', 'numeric[]',
                                     'vector')
   AND casttarget::regtype::text IN ('vector', 'real[]')
 ORDER BY castsource::regtype::text, casttarget::regtype::text;
