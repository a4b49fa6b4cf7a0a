
-- Several answers made one.  A NULL array is an empty one, so these are not strict.  A function for each number
-- of lists, so that weights and ranks have as many.

CREATE FUNCTION reciprocal_rank_fusion(
    list1 anycompatiblearray, list2 anycompatiblearray,
    k integer DEFAULT 60, weights double precision[] DEFAULT NULL)
    RETURNS TABLE (id anycompatible, score double precision, ranks integer[])
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION reciprocal_rank_fusion(anycompatiblearray, anycompatiblearray, integer, double precision[]) IS
    'two rankings made one: the sum of weight / (k + rank)';

CREATE FUNCTION reciprocal_rank_fusion(
    list1 anycompatiblearray, list2 anycompatiblearray, list3 anycompatiblearray,
    k integer DEFAULT 60, weights double precision[] DEFAULT NULL)
    RETURNS TABLE (id anycompatible, score double precision, ranks integer[])
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION reciprocal_rank_fusion(
    anycompatiblearray, anycompatiblearray, anycompatiblearray, integer, double precision[]) IS
    'three rankings made one: the sum of weight / (k + rank)';

CREATE FUNCTION reciprocal_rank_fusion(
    list1 anycompatiblearray, list2 anycompatiblearray, list3 anycompatiblearray, list4 anycompatiblearray,
    k integer DEFAULT 60, weights double precision[] DEFAULT NULL)
    RETURNS TABLE (id anycompatible, score double precision, ranks integer[])
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION reciprocal_rank_fusion(
    anycompatiblearray, anycompatiblearray, anycompatiblearray, anycompatiblearray, integer, double precision[]) IS
    'four rankings made one: the sum of weight / (k + rank)';

CREATE FUNCTION relative_score_fusion(
    ids1 anycompatiblearray, scores1 double precision[],
    ids2 anycompatiblearray, scores2 double precision[],
    weights double precision[] DEFAULT NULL)
    RETURNS TABLE (id anycompatible, score double precision, scores double precision[])
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION relative_score_fusion(
    anycompatiblearray, double precision[], anycompatiblearray, double precision[], double precision[]) IS
    'scores scaled to 0 to 1 by the least and the greatest of each list, and added up';

CREATE FUNCTION relative_score_fusion(
    ids1 anycompatiblearray, scores1 double precision[],
    ids2 anycompatiblearray, scores2 double precision[],
    ids3 anycompatiblearray, scores3 double precision[],
    weights double precision[] DEFAULT NULL)
    RETURNS TABLE (id anycompatible, score double precision, scores double precision[])
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION relative_score_fusion(
    anycompatiblearray, double precision[], anycompatiblearray, double precision[],
    anycompatiblearray, double precision[], double precision[]) IS
    'scores scaled to 0 to 1 by the least and the greatest of each list, and added up';

CREATE FUNCTION relative_score_fusion(
    ids1 anycompatiblearray, scores1 double precision[],
    ids2 anycompatiblearray, scores2 double precision[],
    ids3 anycompatiblearray, scores3 double precision[],
    ids4 anycompatiblearray, scores4 double precision[],
    weights double precision[] DEFAULT NULL)
    RETURNS TABLE (id anycompatible, score double precision, scores double precision[])
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION relative_score_fusion(
    anycompatiblearray, double precision[], anycompatiblearray, double precision[],
    anycompatiblearray, double precision[], anycompatiblearray, double precision[], double precision[]) IS
    'scores scaled to 0 to 1 by the least and the greatest of each list, and added up';

CREATE FUNCTION distribution_fusion(
    ids1 anycompatiblearray, scores1 double precision[],
    ids2 anycompatiblearray, scores2 double precision[],
    weights double precision[] DEFAULT NULL)
    RETURNS TABLE (id anycompatible, score double precision, scores double precision[])
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION distribution_fusion(
    anycompatiblearray, double precision[], anycompatiblearray, double precision[], double precision[]) IS
    'scores scaled by mean and standard deviation of each list, and added up';

CREATE FUNCTION distribution_fusion(
    ids1 anycompatiblearray, scores1 double precision[],
    ids2 anycompatiblearray, scores2 double precision[],
    ids3 anycompatiblearray, scores3 double precision[],
    weights double precision[] DEFAULT NULL)
    RETURNS TABLE (id anycompatible, score double precision, scores double precision[])
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION distribution_fusion(
    anycompatiblearray, double precision[], anycompatiblearray, double precision[],
    anycompatiblearray, double precision[], double precision[]) IS
    'scores scaled by mean and standard deviation of each list, and added up';

CREATE FUNCTION distribution_fusion(
    ids1 anycompatiblearray, scores1 double precision[],
    ids2 anycompatiblearray, scores2 double precision[],
    ids3 anycompatiblearray, scores3 double precision[],
    ids4 anycompatiblearray, scores4 double precision[],
    weights double precision[] DEFAULT NULL)
    RETURNS TABLE (id anycompatible, score double precision, scores double precision[])
    AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION distribution_fusion(
    anycompatiblearray, double precision[], anycompatiblearray, double precision[],
    anycompatiblearray, double precision[], anycompatiblearray, double precision[], double precision[]) IS
    'scores scaled by mean and standard deviation of each list, and added up';
