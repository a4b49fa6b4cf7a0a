-- The rows of a query as one text, by an index scan or without it.
CREATE FUNCTION pg_temp.answers(query text, by_index bool) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    PERFORM set_config('enable_seqscan', (NOT by_index)::text, true),
            set_config('enable_sort', (NOT by_index)::text, true),
            set_config('enable_indexscan', by_index::text, true);
    EXECUTE format('SELECT string_agg(found::text, '' '') FROM (%s) found', query) INTO result;
    RETURN result;
END $$;
