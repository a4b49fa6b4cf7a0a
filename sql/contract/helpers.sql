-- What the contract's scripts share.  The including script has set `type` (the type's SQL name).

\set body 'SELECT $1::' :type
CREATE FUNCTION pg_temp.val(VARIADIC real[]) RETURNS :type LANGUAGE sql IMMUTABLE AS :'body';
CREATE FUNCTION pg_temp.elements(:type) RETURNS real[] LANGUAGE sql IMMUTABLE
    AS 'SELECT $1::vector::real[]';

-- SQLSTATE and message of what a statement provokes; <T> in it stands for the type, <V> for
-- pg_temp.val.
CREATE FUNCTION pg_temp.error_of(statement text, type text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    code text;
    message text;
    detail text;
BEGIN
    EXECUTE replace(replace(statement, '<V>', 'pg_temp.val'), '<T>', type);
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' | ', code, message, nullif(detail, ''));
END $$;
