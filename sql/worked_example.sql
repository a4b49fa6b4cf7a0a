-- Three points, one query, three metrics: each metric has a different winner.
--
--              cosine similarity   Euclidean distance   inner product
--   x1         .992583             1.732051             20
--   x2         .994612             3.464102             47
--   x3         .986579             8.660254             74
CREATE TABLE points (name text, x vector(3));
INSERT INTO points VALUES ('x1', '[1,2,3]'), ('x2', '[4,5,6]'), ('x3', '[7,8,9]');

SELECT name,
       round((1 - (x <=> '[2,3,4]'))::numeric, 6) AS cosine_similarity,
       round((x <-> '[2,3,4]')::numeric, 6) AS euclidean_distance,
       -(x <#> '[2,3,4]') AS inner_product
  FROM points ORDER BY name;

-- A scan in the order of each operator, nearest first.
SELECT name AS nearest_by_angle FROM points ORDER BY x <=> '[2,3,4]';
SELECT name AS nearest_by_distance FROM points ORDER BY x <-> '[2,3,4]';
SELECT name AS nearest_by_inner_product FROM points ORDER BY x <#> '[2,3,4]';
SELECT name AS nearest_by_taxicab, x <+> '[2,3,4]' AS distance
  FROM points ORDER BY x <+> '[2,3,4]';

-- The functions behind the operators agree with them.
SELECT name,
       cosine_distance(x, '[2,3,4]') = x <=> '[2,3,4]' AS cosine,
       l2_distance(x, '[2,3,4]') = x <-> '[2,3,4]' AS l2,
       inner_product(x, '[2,3,4]') = -(x <#> '[2,3,4]') AS inner_product,
       l1_distance(x, '[2,3,4]') = x <+> '[2,3,4]' AS l1
  FROM points ORDER BY name;

DROP TABLE points;
