-- Several vectors per thing.  Costs are those of some thousand pairs, or of some columns.

CREATE FUNCTION max_sim(query vector[], document vector[], metric text DEFAULT 'inner_product')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_max_sim' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION max_sim(vector[], vector[], text) IS
    'sum over the vectors of a query of the greatest similarity to one of a document';

CREATE FUNCTION max_sim_distance(vector[], vector[]) RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_max_sim_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION max_sim_distance(vector[], vector[]) IS 'implementation of @# operator';

CREATE OPERATOR @# (LEFTARG = vector[], RIGHTARG = vector[], FUNCTION = max_sim_distance);

COMMENT ON OPERATOR @# (vector[], vector[]) IS 'negative max_sim by inner products';

CREATE FUNCTION multi_distance(
    a vector[], b vector[], weights double precision[], metric text DEFAULT 'cosine')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_multi_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION multi_distance(vector[], vector[], double precision[], text) IS
    'weighted sum of the distances of several columns';

CREATE FUNCTION max_sim(query halfvec[], document halfvec[], metric text DEFAULT 'inner_product')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_max_sim' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION max_sim(halfvec[], halfvec[], text) IS
    'sum over the vectors of a query of the greatest similarity to one of a document';

CREATE FUNCTION max_sim_distance(halfvec[], halfvec[]) RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_max_sim_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION max_sim_distance(halfvec[], halfvec[]) IS 'implementation of @# operator';

CREATE OPERATOR @# (LEFTARG = halfvec[], RIGHTARG = halfvec[], FUNCTION = max_sim_distance);

COMMENT ON OPERATOR @# (halfvec[], halfvec[]) IS 'negative max_sim by inner products';

CREATE FUNCTION multi_distance(
    a halfvec[], b halfvec[], weights double precision[], metric text DEFAULT 'cosine')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_multi_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION multi_distance(halfvec[], halfvec[], double precision[], text) IS
    'weighted sum of the distances of several columns';

CREATE FUNCTION max_sim(query sparsevec[], document sparsevec[], metric text DEFAULT 'inner_product')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'sparsevec_max_sim' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION max_sim(sparsevec[], sparsevec[], text) IS
    'sum over the vectors of a query of the greatest similarity to one of a document';

CREATE FUNCTION max_sim_distance(sparsevec[], sparsevec[]) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sparsevec_max_sim_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;

COMMENT ON FUNCTION max_sim_distance(sparsevec[], sparsevec[]) IS 'implementation of @# operator';

CREATE OPERATOR @# (LEFTARG = sparsevec[], RIGHTARG = sparsevec[], FUNCTION = max_sim_distance);

COMMENT ON OPERATOR @# (sparsevec[], sparsevec[]) IS 'negative max_sim by inner products';

CREATE FUNCTION multi_distance(
    a sparsevec[], b sparsevec[], weights double precision[], metric text DEFAULT 'cosine')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'sparsevec_multi_distance'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;

COMMENT ON FUNCTION multi_distance(sparsevec[], sparsevec[], double precision[], text) IS
    'weighted sum of the distances of several columns';
