-- What COPY BINARY makes of a message, put into table `received`.

-- A stream with one field, as the octal escapes that printf understands.
CREATE FUNCTION pg_temp.stream(field text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg('\' || b / 64 || b / 8 % 8 || b % 8, '' ORDER BY i)
      FROM (SELECT i, get_byte(bytes, i) AS b
              FROM (SELECT '\x5047434f50590aff0d0a00'::bytea || '\x0000000000000000'::bytea
                           || '\x0001'::bytea || int4send(length(decode(field, 'hex')))
                           || decode(field, 'hex') || '\xffff'::bytea AS bytes) AS whole,
                   generate_series(0, length(bytes) - 1) i) AS single
$$;
CREATE FUNCTION pg_temp.receive(field text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    code text;
    message text;
BEGIN
    EXECUTE format('COPY received FROM PROGRAM %L (FORMAT binary)',
                   format('printf "%s"', pg_temp.stream(field)));
    RETURN 'received';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
    RETURN code || ' | ' || message;
END $$;
