-- Damaged values raise an error wherever they are used; nothing is read past their end.
--
-- A cast without a function makes any bytes a "vector": two of dimensions, two unused, elements.
CREATE CAST (bytea AS vector) WITHOUT FUNCTION;

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

-- The dimensions read the same in both byte orders: 0, -1, 257 and 32639.
CREATE TABLE damaged (name text, value bytea);
INSERT INTO damaged VALUES
    ('nothing at all', ''),
    ('half a header', '\x0000'),
    ('no dimension', '\x00000000'),
    ('no dimension but an element', '\x0000000000000000'),
    ('negative dimensions', '\xffff000000000000'),
    ('elements missing', '\x0101000000000000'),
    ('all elements missing', '\x01010000'),
    ('dimensions beyond the limit', '\x7f7f0000'),
    ('one byte too many', '\x01010000'::bytea || decode(repeat('00', 4 * 257 + 1), 'hex')),
    ('one byte too few', '\x01010000'::bytea || decode(repeat('00', 4 * 257 - 1), 'hex'));

-- The control: the right length passes.
SELECT vector_dims(('\x01010000'::bytea || decode(repeat('00', 4 * 257), 'hex'))::vector);

-- Every function that takes a vector, with each damaged value, says so.
CREATE TABLE calls AS
SELECT d.name, c.call, pg_temp.error_of('SELECT ' || c.call) AS error
  FROM damaged d,
       LATERAL (SELECT p.proname || '(' || string_agg(
                           CASE a.type
                               WHEN 'vector'::regtype THEN format('%L::bytea::vector', d.value)
                               WHEN 'vector[]'::regtype THEN format('ARRAY[%L::bytea::vector]', d.value)
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
                   AND ('vector'::regtype = ANY (p.proargtypes) OR 'vector[]'::regtype = ANY (p.proargtypes))
                   AND p.prosrc <> 'vectorext_within'  -- looks at no value
                 GROUP BY p.oid, p.proname) AS c;
SELECT name, count(*) >= 30 AS all_functions, count(DISTINCT error) AS errors, min(error)
  FROM calls GROUP BY name ORDER BY name;

DROP TABLE calls;
DROP TABLE damaged;
DROP CAST (bytea AS vector);
