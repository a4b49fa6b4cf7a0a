-- Fusion of ranked lists.

-- Names of its own: scripts share a database.
CREATE SCHEMA fusion_test;
SET search_path = fusion_test, public;

-- By hand: 1 / 61 and the like.
SELECT id, round(score::numeric, 8) AS score, ranks FROM reciprocal_rank_fusion('{1,2,3}'::int[], '{3,4}');
SELECT id, round(score::numeric, 8) AS score, ranks FROM reciprocal_rank_fusion('{1,2,3}'::int[], '{3,4}', '{4,5}');
SELECT id, round(score::numeric, 8) AS score, ranks
  FROM reciprocal_rank_fusion('{1,2,3}'::int[], '{3,4}', '{4,5}', '{5}', k => 1, weights => '{1,0.5,2,0}');

-- Against the same in SQL: lists of random ids, some of them more than once, some NULL.
SELECT setseed(0.5);
CREATE TABLE lists AS
SELECT q, l, CASE WHEN random() < 0.9 THEN array_agg(CASE WHEN random() < 0.95 THEN (20 * random())::int END ORDER BY i) END AS ids,
       array_agg((random() * 10)::numeric(6, 2)::float8 ORDER BY i) AS scores
  FROM generate_series(1, 200) q, generate_series(1, 4) l, generate_series(1, 15) i GROUP BY q, l;
UPDATE lists SET scores = NULL WHERE ids IS NULL;
CREATE VIEW quadruples AS
SELECT q, max(ids) FILTER (WHERE l = 1) AS ids1, max(ids) FILTER (WHERE l = 2) AS ids2,
       max(ids) FILTER (WHERE l = 3) AS ids3, max(ids) FILTER (WHERE l = 4) AS ids4,
       max(scores) FILTER (WHERE l = 1) AS scores1, max(scores) FILTER (WHERE l = 2) AS scores2,
       max(scores) FILTER (WHERE l = 3) AS scores3, max(scores) FILTER (WHERE l = 4) AS scores4
  FROM lists GROUP BY q;
CREATE TABLE places AS
SELECT q, l, id, min(place) AS rank, max(score) AS score
  FROM lists, unnest(ids, scores) WITH ORDINALITY AS u(id, score, place) WHERE id IS NOT NULL GROUP BY q, l, id;
CREATE UNIQUE INDEX ON places (q, l, id);
ANALYZE places;
CREATE FUNCTION fused(lists int, weights float8[], k int)
RETURNS TABLE (q int, id int, score float8, ranks int[], place bigint) LANGUAGE sql AS $$
    SELECT q, id, sum(weights[l] / (k + rank)),
           ARRAY(SELECT p.rank::int FROM generate_series(1, lists) n LEFT JOIN places p ON (p.q, p.l, p.id) = (x.q, n, x.id) ORDER BY n),
           row_number() OVER (PARTITION BY q ORDER BY round(sum(weights[l] / (k + rank))::numeric, 12) DESC, min(l * 100 + rank))
      FROM places x WHERE l <= lists GROUP BY q, id
$$;
CREATE FUNCTION equal(a float8, b float8) RETURNS boolean LANGUAGE sql AS 'SELECT abs(a - b) < 1e-12';
SELECT count(*) AS ids, count(*) FILTER (WHERE equal(a.score, b.score) AND a.ranks = b.ranks AND a.place = b.place) AS same
  FROM (SELECT q, f.* FROM quadruples, reciprocal_rank_fusion(ids1, ids2) WITH ORDINALITY AS f(id, score, ranks, place)) a
       FULL JOIN fused(2, '{1,1}', 60) b USING (q, id);
SELECT count(*) AS ids, count(*) FILTER (WHERE equal(a.score, b.score) AND a.ranks = b.ranks AND a.place = b.place) AS same
  FROM (SELECT q, f.* FROM quadruples, reciprocal_rank_fusion(ids1, ids2, ids3, k => 7, weights => '{1,0.2371,2.913}')
                                       WITH ORDINALITY AS f(id, score, ranks, place)) a
       FULL JOIN fused(3, '{1,0.2371,2.913}', 7) b USING (q, id);
SELECT count(*) AS ids, count(*) FILTER (WHERE equal(a.score, b.score) AND a.ranks = b.ranks AND a.place = b.place) AS same
  FROM (SELECT q, f.* FROM quadruples, reciprocal_rank_fusion(ids1, ids2, ids3, ids4, 60, '{1,1,1,1}')
                                       WITH ORDINALITY AS f(id, score, ranks, place)) a
       FULL JOIN fused(4, '{1,1,1,1}', 60) b USING (q, id);

-- Scores, each list scaled by its extremes, or by mean and deviation.
CREATE FUNCTION fused_scores(lists int, weights float8[], by_deviation boolean)
RETURNS TABLE (q int, id int, score float8, scores float8[]) LANGUAGE sql AS $$
    WITH facts AS (
        SELECT q, l, min(score) AS low, max(score) AS high, avg(score) AS mean, stddev_samp(score) AS deviation
          FROM places GROUP BY q, l
    ), scaled AS MATERIALIZED (
        SELECT q, l, id, CASE WHEN by_deviation THEN coalesce((score - mean + 3 * deviation) / nullif(6 * deviation, 0), 0.5)
                              ELSE coalesce((score - low) / nullif(high - low, 0), 1) END AS score
          FROM places JOIN facts USING (q, l) WHERE l <= lists
    )
    SELECT q, id, sum(weights[n] * score), array_agg(score ORDER BY n)
      FROM (SELECT DISTINCT q, id FROM scaled) ids CROSS JOIN generate_series(1, lists) n LEFT JOIN (SELECT q, l AS n, id, score FROM scaled) s USING (q, n, id)
     GROUP BY q, id
$$;
CREATE FUNCTION equal(a float8[], b float8[]) RETURNS boolean LANGUAGE sql AS $$
    SELECT bool_and((x IS NULL) = (y IS NULL) AND (x IS NULL OR abs(x - y) < 1e-12)) FROM unnest(a, b) AS u(x, y)
$$;
SELECT count(*) AS ids, count(*) FILTER (WHERE equal(a.score, b.score) AND equal(a.scores, b.scores)) AS same
  FROM (SELECT q, f.* FROM quadruples, relative_score_fusion(ids1, scores1, ids2, scores2) f) a
       FULL JOIN fused_scores(2, '{1,1}', false) b USING (q, id);
SELECT count(*) AS ids, count(*) FILTER (WHERE equal(a.score, b.score) AND equal(a.scores, b.scores)) AS same
  FROM (SELECT q, f.* FROM quadruples, relative_score_fusion(ids1, scores1, ids2, scores2, ids3, scores3, weights => '{3,0,0.5}') f) a
       FULL JOIN fused_scores(3, '{3,0,0.5}', false) b USING (q, id);
SELECT count(*) AS ids, count(*) FILTER (WHERE equal(a.score, b.score) AND equal(a.scores, b.scores)) AS same
  FROM (SELECT q, f.* FROM quadruples, relative_score_fusion(ids1, scores1, ids2, scores2, ids3, scores3, ids4, scores4) f) a
       FULL JOIN fused_scores(4, '{1,1,1,1}', false) b USING (q, id);
SELECT count(*) AS ids, count(*) FILTER (WHERE equal(a.score, b.score) AND equal(a.scores, b.scores)) AS same
  FROM (SELECT q, f.* FROM quadruples, distribution_fusion(ids1, scores1, ids2, scores2) f) a
       FULL JOIN fused_scores(2, '{1,1}', true) b USING (q, id);
SELECT count(*) AS ids, count(*) FILTER (WHERE equal(a.score, b.score) AND equal(a.scores, b.scores)) AS same
  FROM (SELECT q, f.* FROM quadruples, distribution_fusion(ids1, scores1, ids2, scores2, ids3, scores3, weights => '{3,0,0.5}') f) a
       FULL JOIN fused_scores(3, '{3,0,0.5}', true) b USING (q, id);
SELECT count(*) AS ids, count(*) FILTER (WHERE equal(a.score, b.score) AND equal(a.scores, b.scores)) AS same
  FROM (SELECT q, f.* FROM quadruples, distribution_fusion(ids1, scores1, ids2, scores2, ids3, scores3, ids4, scores4) f) a
       FULL JOIN fused_scores(4, '{1,1,1,1}', true) b USING (q, id);
-- Best first.
SELECT count(*) AS out_of_order
  FROM (SELECT score, lag(score) OVER (PARTITION BY q ORDER BY place) AS before
          FROM quadruples, distribution_fusion(ids1, scores1, ids2, scores2) WITH ORDINALITY AS f(id, score, scores, place)) s
 WHERE score > before;

-- The example of Weaviate's source, where all equal scores are 1 as well; and qdrant_client's test of its fusion
-- (deviations of a sample; 0.5 where all scores are equal; nothing is cut off).
SELECT * FROM relative_score_fusion('{a,b,c,d}'::text[], '{1,8,6,11}', '{}', '{}');
SELECT * FROM relative_score_fusion('{0,1,2}'::int[], '{0.5,0.5,0}', '{0,1,2}', '{0,0.01,0.001}', weights => '{0.75,0.25}');
SELECT * FROM relative_score_fusion('{1}'::int[], '{7}', '{2,3}', '{0,0}', weights => '{0.75,0.25}');
SELECT id, round(score::numeric, 8) AS score FROM distribution_fusion('{1,0,5}'::int[], '{85,76,68}', '{1,0,4,3,2}', '{62,61,57,51,44}');
SELECT * FROM distribution_fusion('{1}'::int[], '{7}', '{2,3}', '{4,4}');
SELECT max(scores[1]) > 1 AS farther_out
  FROM distribution_fusion((SELECT array_agg(i) FROM generate_series(1, 100) i), (SELECT array_agg((i = 7)::int) FROM generate_series(1, 100) i),
                           NULL, NULL);
-- Distances: the nearest is the best.
SELECT * FROM relative_score_fusion('{1,2,3}'::int[], ARRAY(SELECT -d FROM unnest('{0.1,0.2,0.5}'::float8[]) d), '{3}', '{1}');
-- An id that is twice in a list, in any order, counts by its greater score.
SELECT * FROM relative_score_fusion('{1,2,1,3}'::int[], '{1,2,3,0}', '{}', '{}');
SELECT * FROM relative_score_fusion('{1,2}'::int[], '{-1.7e308,1.7e308}', '{3}', '{0}');

-- Lists without rows, ties in the order in which they come, NULLs.
SELECT * FROM reciprocal_rank_fusion('{}'::int[], '{}');
SELECT * FROM reciprocal_rank_fusion(NULL::int[], NULL);
SELECT * FROM reciprocal_rank_fusion(NULL, NULL);
SELECT * FROM reciprocal_rank_fusion(NULL, '{7}'::int[], NULL);
SELECT * FROM relative_score_fusion(NULL::int[], NULL, '{1}', '{2}');
SELECT * FROM distribution_fusion(NULL::int[], NULL, NULL, NULL);
SELECT * FROM reciprocal_rank_fusion('{1,2}'::int[], '{3,4}', '{5,6}', '{7,8}');
SELECT * FROM reciprocal_rank_fusion('{1,NULL,2,1}'::int[], '{NULL,NULL}');
SELECT * FROM reciprocal_rank_fusion('{1,2}'::int[], '{3}', weights => '{0,1}');

-- Ids of any type with a hash, and two types that have one in common.
SELECT * FROM reciprocal_rank_fusion('{a,b}'::text[], '{b}');
SELECT pg_typeof(id), id FROM reciprocal_rank_fusion('{1,2}'::int[], '{2,3}'::bigint[]);
SELECT pg_typeof(id), id FROM reciprocal_rank_fusion('{1,2}'::int[], '{2.0,3}'::numeric[]);
SELECT id FROM reciprocal_rank_fusion(ARRAY['00000000-0000-0000-0000-000000000001'::uuid], '{00000000-0000-0000-0000-000000000001}');
SELECT id FROM reciprocal_rank_fusion(ARRAY[ROW(1, 'a'::text), ROW(2, 'b'::text)], ARRAY[ROW(2, 'b'::text)]) AS f;
SELECT id FROM relative_score_fusion('{a,b}'::text[], ARRAY[0.1, 0.2], '{b}', ARRAY[1::real]);
SELECT count(*), max(score) = 2 / 61.0::float8 AS top
  FROM reciprocal_rank_fusion((SELECT array_agg(i) FROM generate_series(1, 100000) i), (SELECT array_agg(i) FROM generate_series(1, 50000) i));
-- As a part of a query: one row for each, columns by name.
SELECT q, id, round(score::numeric, 6) AS score FROM quadruples, LATERAL (SELECT * FROM reciprocal_rank_fusion(ids1, ids2, k => q) LIMIT 1) f
 WHERE q < 4 ORDER BY q;
PREPARE fuse AS SELECT id FROM reciprocal_rank_fusion($1::int[], $2, k => $3, weights => $4);
EXECUTE fuse('{1,2}', '{2}', 10, '{1,1}');

-- Errors.
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{1}', k => 0);
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{1}', k => -1);
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{1}', k => NULL);
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{1}', weights => '{1}');
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{1}', NULL, weights => '{1,2}');
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{1}', weights => '{1,-1}');
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{1}', weights => '{1,NaN}');
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{1}', weights => '{Infinity,1}');
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{1}', weights => '{1.7e308,1.7e308}');
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{1}', weights => '{1,NULL}');
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{1}', weights => '{{1,1}}');
SELECT * FROM reciprocal_rank_fusion('{{1},{2}}'::int[], '{1}');
SELECT * FROM reciprocal_rank_fusion('{1}'::int[], '{a}'::text[]);
SELECT * FROM reciprocal_rank_fusion(ARRAY['(1,2)'::point], ARRAY['(1,2)'::point]);
SELECT * FROM relative_score_fusion('{1,2}'::int[], '{1}', '{}', '{}');
SELECT * FROM relative_score_fusion('{1,2}'::int[], NULL, '{}', '{}');
SELECT * FROM relative_score_fusion('{1,2}'::int[], '{1,NULL}', '{}', '{}');
SELECT * FROM relative_score_fusion('{1,2}'::int[], '{1,NaN}', '{}', '{}');
SELECT * FROM distribution_fusion('{1,2}'::int[], '{1,-Infinity}', '{}', '{}');
SELECT * FROM distribution_fusion('{1,2}'::int[], '{1,2}', '{1}', '{1}', weights => '{1}');

SET client_min_messages = warning;
DROP SCHEMA fusion_test CASCADE;
