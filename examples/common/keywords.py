"""SQL that the examples share for search by words."""

# A text search query of all words of a text with OR between them; plainto_tsquery would put AND.
ANY_WORD = """
    CREATE FUNCTION any_word(body text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT AS $$
        SELECT coalesce(string_agg(quote_literal(lexeme), ' | '), '')::tsquery FROM unnest(to_tsvector('english', body)) $$"""
