-- Text input and output of vectors: what is accepted, how it is rounded, what is refused and how.

-- SQLSTATE, message and detail of what a literal provokes.
CREATE FUNCTION pg_temp.input_error(literal text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    code text;
    message text;
    detail text;
BEGIN
    RETURN 'accepted: ' || literal::vector::text;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' | ', code, message, nullif(detail, ''));
END $$;

SELECT '[1,2,3]'::vector;
SELECT '[-1,-2,-3]'::vector;
SELECT '[1.,.5,+2,-0,0]'::vector;
SELECT ' [ 1,  2 ,    3  ] '::vector;
SELECT E'\t[\n1\r,\x0b2\f]\n'::vector;
SELECT '[1e3,1E+3,1e-3,1.5e0]'::vector;
SELECT '[0x10,0X1.8p1,-0x.8]'::vector;
SELECT '[01,007,0000000000000000000000000000000000000001.5]'::vector;

-- The shortest digits that read back as the same number; scientific form from a million on.
SELECT '[1e-45,3.4028235e+38,-0,0.1,1e+20,1.2345679e+08,1e-05,1e14,1e15,1e6,0.0001]'::vector;
SELECT '[1.5e38,-1.5e38,1.5e-38,-1.5e-38]'::vector;
SELECT '[0.333333333333333333333333333333333333333333,16777217,16777219]'::vector;

-- Too small a number becomes a signed zero; the border is half the smallest one.
SELECT '[1e-46,-1e-46,7.006492321624085e-46,7.006492321624086e-46]'::vector;
-- The border of the largest number lies half a unit above it.
SELECT '[340282356779733661637539395458142568447]'::vector;
SELECT pg_temp.input_error('[340282356779733661637539395458142568448]');
-- Ties go to the even neighbor, and one digit far behind tips the balance.
SELECT '[1.00000005960464477539062500,1.00000017881393432617187500]'::vector;
SELECT ('[1.000000059604644775390625' || repeat('0', 500) || '1]')::vector;
SELECT ('[' || repeat('0', 500) || '1' || repeat('0', 500) || 'e-500]')::vector;
SELECT ('[0.' || repeat('0', 500) || '25e501]')::vector;

-- Every float4 that passes through its text comes back the same.
SELECT count(*) AS checked, count(*) FILTER (WHERE same) AS same
  FROM (SELECT float4send(f) = float4send((ARRAY[f]::vector::text::vector::real[])[1]) AS same
          FROM (SELECT ((i * 7919 % 20011 - 10000)::float8 * 10 ^ (i % 77 - 42))::real AS f
                  FROM generate_series(1, 20000) i) AS numbers
         WHERE abs(f) < 'Infinity') AS checks;

-- Our parser and the server's own agree on every number.
SELECT count(*) AS checked, count(*) FILTER (WHERE same) AS same
  FROM (SELECT float4send((('[' || t || ']')::vector::real[])[1])
               = float4send(t::real) AS same
          FROM (SELECT (i * 104729::bigint % 1000003)::text || '.'
                       || (i * 15485863::bigint % 999983)::text || 'e' || (i % 61 - 36) AS t
                  FROM generate_series(1, 20000) i) AS numbers) AS checks;

-- What is refused.
SELECT literal, pg_temp.input_error(literal)
  FROM unnest(ARRAY['', ' ', '1,2,3', '{1}', '[', '[ ', '[,', '[]', '[ ]', ' [  ] ', '[,]', '[1',
                    '[1,', '[1,]', '[1,2,3', '[1,,3]', '[1, ,3]', '[1 2]', '[1,2,3]9',
                    '[1,2,3] ]', '[[1]]', '[1;2]', '[1a]', '[hello,1]', '[e5]', '[1e]', '[1e+]',
                    '[.]', '[+]', '[-]', '[--1]', '[+-1]', '[- 1]', '[0x]', '[0x.]', '[1_000]',
                    '["1"]', '[null]', '[1,5e]']) WITH ORDINALITY AS t (literal, place)
 ORDER BY place;
SELECT literal, pg_temp.input_error(literal)
  FROM unnest(ARRAY['[NaN,1]', '[nan]', '[-NaN]', '[nan(1)]', '[Infinity,1]', '[-Infinity,1]',
                    '[inf]', '[+INF]', '[4e38,1]', '[-4e38,1]', '[1,1e400]', '[1e39x]',
                    '[1e99999999999999999999]', '[1e-99999999999999999999]', '[0e99999999999]'])
       WITH ORDINALITY AS t (literal, place)
 ORDER BY place;

-- The limit of dimensions; an earlier fault is reported first.
SELECT vector_dims(('[' || repeat('1,', 15999) || '1]')::vector);
SELECT pg_temp.input_error('[' || repeat('1,', 16000) || '1]');
SELECT pg_temp.input_error('[' || repeat('1,', 16000) || ']');
SELECT left(pg_temp.input_error('[x' || repeat('1,', 16000) || '1]'), 60);
SELECT pg_temp.input_error('[NaN' || repeat(',1', 16000) || ']');

-- A failed statement leaves nothing behind.
CREATE TABLE inputs (v vector(3));
INSERT INTO inputs VALUES ('[1,2,3]'), ('[1,2,NaN]');
INSERT INTO inputs VALUES ('[1,2,3]'), ('[1,2]');
SELECT count(*) FROM inputs;
DROP TABLE inputs;

-- Where the server can ask without provoking an error (PostgreSQL 16 on), it hears the same.
DO $$
DECLARE
    input text;
    answer text;
BEGIN
    IF current_setting('server_version_num')::int < 160000 THEN
        RETURN;
    END IF;
    FOREACH input IN ARRAY ARRAY['', '[', '[]', '[1', '[1,]', '[1]x', '[nan]', '[-inf]', '[1e39]',
                                 '[' || repeat('1,', 16000) || '1]'] LOOP
        EXECUTE $query$
            SELECT concat_ws(' | ', sql_error_code, message, detail)
              FROM pg_input_error_info($1, 'vector')$query$ INTO answer USING input;
        ASSERT answer = pg_temp.input_error(input), answer;
    END LOOP;
    EXECUTE $query$
        SELECT message FROM pg_input_error_info('[1,2]', 'vector(3)')$query$ INTO answer;
    ASSERT answer = 'expected 3 dimensions, not 2', answer;
END $$;
