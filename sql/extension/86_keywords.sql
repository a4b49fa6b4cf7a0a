
-- Keyword search: how many documents have each term, and BM25 by that.

CREATE TYPE bm25_statistics;

CREATE FUNCTION bm25_statistics_in(cstring) RETURNS bm25_statistics
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION bm25_statistics_in(cstring) IS 'I/O';

CREATE FUNCTION bm25_statistics_out(bm25_statistics) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION bm25_statistics_out(bm25_statistics) IS 'I/O';

CREATE FUNCTION bm25_statistics_recv(internal) RETURNS bm25_statistics
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION bm25_statistics_recv(internal) IS 'I/O';

CREATE FUNCTION bm25_statistics_send(bm25_statistics) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION bm25_statistics_send(bm25_statistics) IS 'I/O';

-- Not compressed: a query reads it, and decompressing takes longer than reading more.
CREATE TYPE bm25_statistics (
    INPUT = bm25_statistics_in,
    OUTPUT = bm25_statistics_out,
    RECEIVE = bm25_statistics_recv,
    SEND = bm25_statistics_send,
    ALIGNMENT = double,
    STORAGE = external
);

COMMENT ON TYPE bm25_statistics IS 'how many documents have each term, and how long they are';

CREATE FUNCTION bm25_statistics_accum(internal, tsvector) RETURNS internal
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

CREATE FUNCTION bm25_statistics_combine(internal, internal) RETURNS internal
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

CREATE FUNCTION bm25_statistics_serialize(internal) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION bm25_statistics_deserialize(bytea, internal) RETURNS internal
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION bm25_statistics_final(internal) RETURNS bm25_statistics
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

CREATE AGGREGATE bm25_statistics(document tsvector) (
    SFUNC = bm25_statistics_accum, STYPE = internal, COMBINEFUNC = bm25_statistics_combine,
    SERIALFUNC = bm25_statistics_serialize, DESERIALFUNC = bm25_statistics_deserialize,
    FINALFUNC = bm25_statistics_final, FINALFUNC_MODIFY = SHAREABLE, PARALLEL = SAFE
);

COMMENT ON AGGREGATE bm25_statistics(tsvector) IS 'how many documents have each term, and how long they are';

CREATE FUNCTION bm25_summary(
    statistics bm25_statistics, OUT documents bigint, OUT average_length double precision, OUT terms integer)
    RETURNS record
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION bm25_summary(bm25_statistics) IS
    'number of documents, their average length, and number of terms';

CREATE FUNCTION bm25_terms(statistics bm25_statistics)
    RETURNS TABLE (number integer, term text, documents bigint)
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10000;

COMMENT ON FUNCTION bm25_terms(bm25_statistics) IS 'the terms, each with the number of its documents';

CREATE FUNCTION bm25(
    document tsvector, query tsquery, statistics bm25_statistics,
    k1 double precision DEFAULT 1.2, b double precision DEFAULT 0.75, idf text DEFAULT 'lucene')
    RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION bm25(tsvector, tsquery, bm25_statistics, double precision, double precision, text) IS
    'the score BM25 of a document for a query';

CREATE FUNCTION bm25(
    document tsvector, query text[], statistics bm25_statistics,
    k1 double precision DEFAULT 1.2, b double precision DEFAULT 0.75, idf text DEFAULT 'lucene')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'bm25_of_terms' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION bm25(tsvector, text[], bm25_statistics, double precision, double precision, text) IS
    'the score BM25 of a document for terms';

CREATE FUNCTION bm25_vector(
    document tsvector, statistics bm25_statistics,
    k1 double precision DEFAULT 1.2, b double precision DEFAULT 0.75)
    RETURNS sparsevec
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION bm25_vector(tsvector, bm25_statistics, double precision, double precision) IS
    'a document as a vector whose inner product with that of bm25_query is its score';

CREATE FUNCTION bm25_query(query tsquery, statistics bm25_statistics, idf text DEFAULT 'lucene')
    RETURNS sparsevec
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION bm25_query(tsquery, bm25_statistics, text) IS
    'a query as a vector whose inner product with that of bm25_vector is a score';

CREATE FUNCTION bm25_query(query text[], statistics bm25_statistics, idf text DEFAULT 'lucene')
    RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'bm25_query_of_terms' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION bm25_query(text[], bm25_statistics, text) IS
    'terms as a vector whose inner product with that of bm25_vector is a score';
