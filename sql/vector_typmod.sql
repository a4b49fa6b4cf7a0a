-- The declared number of dimensions, and what the catalogs say about the type.

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

SELECT '[1,2,3]'::vector(3);
SELECT ('[1,2,3]'::vector)::vector(3);
SELECT statement, pg_temp.error_of(statement)
  FROM unnest(ARRAY[$$SELECT '[1,2,3]'::vector(2)$$,
                    $$SELECT '[1,2,3]'::vector::vector(4)$$,
                    $$SELECT '[1,2,3]'::vector(3, 2)$$,
                    $$SELECT '[1,2,3]'::vector('a')$$,
                    $$SELECT '[1,2,3]'::vector(0)$$,
                    $$SELECT '[1,2,3]'::vector(-1)$$,
                    $$SELECT '[1,2,3]'::vector(16001)$$,
                    $$SELECT '{"[1,2,3]"}'::vector(2)[]$$,
                    $$CREATE TABLE too_wide (v vector(16001))$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;

CREATE TABLE declared (a vector(3), b vector, c vector(16000), d vector(2)[]);
SELECT attname, atttypmod, format_type(atttypid, atttypmod), attstorage, attalign, attlen
  FROM pg_attribute WHERE attrelid = 'declared'::regclass AND attnum > 0 ORDER BY attnum;
SELECT column_name, data_type, udt_name, character_maximum_length
  FROM information_schema.columns WHERE table_name = 'declared' ORDER BY ordinal_position;

INSERT INTO declared (a, b) VALUES ('[1,2,3]', '[1]'), ('[4,5,6]', '[1,2,3,4]'), (NULL, NULL);
SELECT statement, pg_temp.error_of(statement)
  FROM unnest(ARRAY[$$INSERT INTO declared (a) VALUES ('[1,2]')$$,
                    $$INSERT INTO declared (a) SELECT b FROM declared$$,
                    $$UPDATE declared SET a = a || a$$,
                    $$INSERT INTO declared (d) VALUES ('{"[1]"}')$$,
                    $$ALTER TABLE declared ALTER b TYPE vector(4)$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;
SELECT a, b FROM declared ORDER BY a;
DROP TABLE declared;

SELECT unnest('{"[1,2,3]","[4,5,6]"}'::vector[]);

SELECT typname, typlen, typbyval, typtype, typcategory, typdelim, typalign, typstorage,
       typmodin <> 0 AS modifier_in, typmodout <> 0 AS modifier_out,
       typreceive <> 0 AS receive, typsend <> 0 AS send
  FROM pg_type WHERE typname IN ('vector', '_vector') ORDER BY typname;

-- Values of all sizes survive storage: short header, plain, out of line and compressed.
CREATE TABLE stored (dims int, v vector);
INSERT INTO stored SELECT d, array_agg(i % 7)::vector
  FROM unnest(ARRAY[1, 2, 29, 30, 31, 500, 2000, 16000]) d, generate_series(1, d) i GROUP BY d;
ALTER TABLE stored ALTER v SET STORAGE extended;
INSERT INTO stored SELECT d, array_agg(1)::vector
  FROM unnest(ARRAY[3000, 15999]) d, generate_series(1, d) i GROUP BY d;
SELECT dims, vector_dims(v) = dims AS same, round(vector_norm(v)::numeric, 3) AS norm,
       pg_column_size(v) < 4 * dims AS compressed
  FROM stored ORDER BY dims;
DROP TABLE stored;
