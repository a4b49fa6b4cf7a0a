
-- What answers are worth.  A NULL array is an empty one, so these are not strict.

CREATE FUNCTION vectorext_evaluate(
    retrieved anycompatiblearray, relevant anycompatiblearray, k integer,
    OUT "precision" double precision, OUT recall double precision, OUT f1 double precision,
    OUT average_precision double precision, OUT reciprocal_rank double precision,
    OUT ndcg double precision)
    RETURNS record
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_evaluate(anycompatiblearray, anycompatiblearray, integer) IS
    'precision, recall and the like of the first k ids retrieved';

CREATE FUNCTION vectorext_evaluate(
    retrieved anycompatiblearray, relevant anycompatiblearray, k integer, gains double precision[],
    OUT "precision" double precision, OUT recall double precision, OUT f1 double precision,
    OUT average_precision double precision, OUT reciprocal_rank double precision,
    OUT ndcg double precision)
    RETURNS record
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

COMMENT ON FUNCTION
    vectorext_evaluate(anycompatiblearray, anycompatiblearray, integer, double precision[]) IS
    'the same where some ids are more relevant than others';

CREATE FUNCTION vectorext_evaluate_range(
    retrieved anycompatiblearray, relevant anycompatiblearray,
    OUT "precision" double precision, OUT recall double precision, OUT f1 double precision)
    RETURNS record
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_evaluate_range(anycompatiblearray, anycompatiblearray) IS
    'precision, recall and F1 of ids retrieved without an order';

CREATE TYPE vectorext_evaluation AS (
    queries bigint, "precision" double precision, recall double precision, f1 double precision,
    average_precision double precision, reciprocal_rank double precision, ndcg double precision
);

COMMENT ON TYPE vectorext_evaluation IS 'means of measures over queries';

CREATE FUNCTION vectorext_evaluate_accum(
    double precision[], anycompatiblearray, anycompatiblearray, integer)
    RETURNS double precision[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

CREATE FUNCTION vectorext_evaluate_accum(
    double precision[], anycompatiblearray, anycompatiblearray, integer, double precision[])
    RETURNS double precision[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;

CREATE FUNCTION vectorext_evaluate_combine(double precision[], double precision[])
    RETURNS double precision[]
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION vectorext_evaluate_final(double precision[]) RETURNS vectorext_evaluation
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE vectorext_evaluate_mean(
    retrieved anycompatiblearray, relevant anycompatiblearray, k integer) (
    SFUNC = vectorext_evaluate_accum, STYPE = double precision[],
    INITCOND = '{0,0,0,0,0,0,0,0,0,0,0,0,0}', COMBINEFUNC = vectorext_evaluate_combine,
    FINALFUNC = vectorext_evaluate_final, PARALLEL = SAFE
);

COMMENT ON AGGREGATE vectorext_evaluate_mean(anycompatiblearray, anycompatiblearray, integer) IS
    'means of vectorext_evaluate over queries';

CREATE AGGREGATE vectorext_evaluate_mean(
    retrieved anycompatiblearray, relevant anycompatiblearray, k integer,
    gains double precision[]) (
    SFUNC = vectorext_evaluate_accum, STYPE = double precision[],
    INITCOND = '{0,0,0,0,0,0,0,0,0,0,0,0,0}', COMBINEFUNC = vectorext_evaluate_combine,
    FINALFUNC = vectorext_evaluate_final, PARALLEL = SAFE
);

COMMENT ON AGGREGATE
    vectorext_evaluate_mean(anycompatiblearray, anycompatiblearray, integer, double precision[]) IS
    'means of vectorext_evaluate over queries';

-- What an index finds.  These ask the table with the rights of whoever calls.

CREATE FUNCTION vectorext_recall(
    index regclass, k integer DEFAULT 10, queries integer DEFAULT 100, filter text DEFAULT NULL,
    ef_search integer DEFAULT NULL, query_vectors text[] DEFAULT NULL, seed bigint DEFAULT 0,
    OUT queries integer, OUT ef_search integer, OUT recall double precision,
    OUT mean_ms double precision, OUT p50_ms double precision, OUT p95_ms double precision,
    OUT exact_ms double precision, OUT buffers double precision, OUT rows_read double precision)
    RETURNS record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE;

COMMENT ON FUNCTION vectorext_recall(regclass, integer, integer, text, integer, text[], bigint) IS
    'how much of the true nearest neighbors an index finds, and how fast';

CREATE FUNCTION vectorext_tune(
    index regclass, target_recall double precision DEFAULT 0.95, k integer DEFAULT 10,
    queries integer DEFAULT 100, filter text DEFAULT NULL, query_vectors text[] DEFAULT NULL,
    seed bigint DEFAULT 0, store boolean DEFAULT false,
    OUT ef_search integer, OUT recall double precision, OUT mean_ms double precision,
    OUT p95_ms double precision, OUT chosen boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE;

COMMENT ON FUNCTION vectorext_tune(
    regclass, double precision, integer, integer, text, text[], bigint, boolean) IS
    'recall and time of an index by ef_search';
