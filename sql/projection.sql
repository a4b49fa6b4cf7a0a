-- Centers, projections and principal directions.
\pset null NULL
SET extra_float_digits = 0;

-- Minus a center, scaled to norm 1; nothing left is the zero vector.
SELECT vector_center('[4,6]'::vector, '[1,2]'), vector_center('[1,2]'::vector, '[1,2]') AS zero,
       vector_center('[4,6]'::halfvec, '[1,2]') AS half;
SELECT vector_center(v, c) <-> l2_normalize(v - c) < 1e-6 AS alike
  FROM (SELECT '[0.3,-2,5]'::vector AS v, '[1,0.5,7]'::vector AS c) AS x;
-- Two kinds of rows, each around a center of its own, meet when both centers are taken off.
SELECT setseed(0.5);
CREATE TABLE kinds AS
SELECT i, (ARRAY[10 + a, b, c])::vector(3) AS image, (ARRAY[a / 2, 10 + b / 2, c / 2 - 10])::vector(3) AS caption
  FROM (SELECT i, random() AS a, random() AS b, random() AS c FROM generate_series(1, 100) AS i) AS r;
SELECT count(*) FILTER (WHERE i = before) AS found_before, count(*) FILTER (WHERE i = after) AS found_after
  FROM (SELECT k.i, (SELECT o.i FROM kinds AS o ORDER BY o.image <-> k.caption LIMIT 1) AS before,
               (SELECT o.i FROM kinds AS o ORDER BY vector_center(o.image, images) <-> vector_center(k.caption, captions) LIMIT 1) AS after
          FROM kinds AS k, (SELECT avg(image) AS images, avg(caption) AS captions FROM kinds) AS centers) AS found;

-- A matrix by its rows.
SELECT project('[1,2,3]'::vector, ARRAY['[1,0,0]', '[1,1,1]', '[0,2,-1]', '[3,2,1]']::vector[]),
       project('[1,2,3]'::halfvec, ARRAY['[1,0,0]', '[1,1,1]']::halfvec[]);

-- Principal directions against numpy 1.24 or later:
--   i = np.arange(1, 201)[:, None]; j = np.arange(1, 7)[None, :]
--   x = (np.sin(i * j * 0.7) * (7 - j) + 100 + 2 * j * np.cos(i * 1.3)).astype(np.float32).astype(np.float64)
--   w, v = np.linalg.eigh(np.cov(x.T, bias=True)); v = v[:, ::-1][:, :3].T    # then signs
CREATE TABLE waves AS
SELECT i, array_agg(sin(i * j * 0.7::float8) * (7 - j) + 100 + 2 * j * cos(i * 1.3::float8) ORDER BY j)::vector(6) AS v
  FROM generate_series(1, 200) AS i, generate_series(1, 6) AS j GROUP BY i;
CREATE TABLE numpy AS SELECT * FROM (VALUES
    (1, '[0.1128904,0.2288844,0.3256070,0.4212131,0.5190511,0.6180722]'::vector),
    (2, '[0.9930714,-0.0467916,-0.0578115,-0.0479702,-0.0514216,-0.0577254]'),
    (3, '[0.0191977,0.9692015,-0.1458720,-0.1208720,-0.1102720,-0.1105951]')
) AS r (n, direction);
CREATE TABLE directions AS SELECT ARRAY(SELECT unnest(d)) AS d FROM (SELECT pca(v, 3) AS d FROM waves) AS p;
SELECT n, direction <-> d[n] < 1e-5 AS as_numpy FROM numpy, directions ORDER BY n;
SELECT n, direction <-> h[n]::vector < 2e-3 AS halves
  FROM numpy, (SELECT pca((v - array_fill(100, ARRAY[6])::vector)::halfvec, 3) AS h FROM waves) AS p ORDER BY n;

-- What defines them: orthonormal, uncorrelated, of falling variance, all of it when k is all; the greatest element positive.
SELECT max(abs(-(d[a] <#> d[b]) - (a = b)::int)) < 1e-6 AS orthonormal
  FROM (SELECT pca(v, 6) AS d FROM waves) AS p, generate_series(1, 6) AS a, generate_series(1, 6) AS b;
CREATE TABLE coordinates AS
SELECT i, project(v, d)::real[]::float8[] AS x, v FROM waves, (SELECT pca(v, 6) AS d FROM waves) AS p;
SELECT a, b, abs(corr(x[a], x[b])) < 1e-4 AS uncorrelated FROM coordinates, generate_series(1, 6) AS a, generate_series(1, 6) AS b
 WHERE a < b GROUP BY a, b HAVING NOT abs(corr(x[a], x[b])) < 1e-4;
SELECT bool_and(before IS NULL OR variance <= before) AS falling
  FROM (SELECT variance, lag(variance) OVER (ORDER BY a) AS before
          FROM (SELECT a, var_pop(x[a]) AS variance FROM coordinates, generate_series(1, 6) AS a GROUP BY a) AS v) AS w;
SELECT abs(sum(v1) / sum(v2) - 1) < 1e-5 AS all_variance
  FROM (SELECT a, var_pop(x[a]) AS v1, var_pop(vector_element(v, a)) AS v2 FROM coordinates, generate_series(1, 6) AS a GROUP BY a) AS v;
SELECT bool_and((SELECT max(e) = max(abs(e)) FROM unnest(u::real[]) AS e)) AS signs FROM directions, unnest(d) AS u;

-- Put together from several processes.
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT pca(v, 3) FROM waves;
SELECT n, direction <-> d[n] < 1e-5 AS as_numpy FROM numpy, (SELECT pca(v, 3) AS d FROM waves) AS p ORDER BY n;
RESET max_parallel_workers_per_gather;
-- The combining function by itself, also with a side that has seen no row.
CREATE AGGREGATE pca_of_states(float8[]) (SFUNC = vectorext_pca_combine, STYPE = float8[], INITCOND = '{0}', FINALFUNC = vector_pca_final);
CREATE AGGREGATE pca_state(vector, integer) (SFUNC = vector_pca_accum, STYPE = float8[], INITCOND = '{0}');
SELECT n, direction <-> d[n] < 1e-5 AS as_numpy
  FROM numpy, (SELECT pca_of_states(s) AS d FROM (SELECT pca_state(v, 3) AS s FROM waves GROUP BY i % 7 UNION ALL SELECT '{0}') AS parts) AS p
 ORDER BY n;

-- More dimensions than rows, one row, equal rows: of the directions without variance any will do.
SELECT cardinality(d) AS k, max(abs(-(d[a] <#> d[b]) - (a = b)::int)) < 1e-6 AS orthonormal
  FROM (SELECT pca(v, 50) AS d
          FROM (SELECT i, array_agg(random())::vector AS v FROM generate_series(1, 10) AS i, generate_series(1, 100) GROUP BY i) AS r) AS p,
       generate_series(1, 50) AS a, generate_series(1, 50) AS b GROUP BY d;
SELECT pca(v, 1) FROM (VALUES ('[1,2]'::vector)) AS r (v);
SELECT pca(v, 2) FROM (VALUES ('[1,2]'::vector), ('[1,2]'), (NULL)) AS r (v);
SELECT pca(v, 1) FROM (VALUES ('[1,1]'::vector), ('[-1,-1]'), ('[3,3]')) AS r (v);
SELECT pca(v, 1) FROM (VALUES ('[5]'::halfvec), ('[6]')) AS r (v);
SELECT pca(v, 1) FROM (VALUES (NULL::vector)) AS r (v);
SELECT pca(v, 1) FROM waves WHERE false;
SELECT vector_dims(d[1]) FROM (SELECT pca(v, 1) AS d FROM (SELECT array_fill(i, ARRAY[300])::vector AS v FROM generate_series(1, 3) AS i) AS r) AS p;

-- NULLs, and what cannot be.
SELECT vector_center(NULL::vector, '[1]'), project('[1]'::vector, NULL), project(NULL::halfvec, ARRAY['[1]']::halfvec[]);
SELECT vector_center('[1,2]'::vector, '[1]');
SELECT vector_center('[1,2]'::halfvec, '[1]');
SELECT project('[1,2]'::vector, '{}'::vector[]);
SELECT project('[1,2]'::vector, ARRAY['[1,2]', NULL]::vector[]);
SELECT project('[1,2]'::vector, ARRAY['[1,2]', '[1]']::vector[]);
SELECT project('[1,2]'::vector, ARRAY[ARRAY['[1,2]', '[1,2]']]::vector[]);
SELECT project('[3e38,3e38]'::vector, ARRAY['[1,1]']::vector[]);
SELECT project('[60000,60000]'::halfvec, ARRAY['[1,1]']::halfvec[]);
SELECT pca(v, 0) FROM waves;
SELECT pca(v, 7) FROM waves;
SELECT pca(v, i) FROM waves WHERE i < 3;
SELECT pca(v, 1) FROM (VALUES ('[1,2]'::vector), ('[1]')) AS r (v);
SELECT pca(array_fill(1, ARRAY[2001])::vector, 1);
SELECT vector_pca_accum('{1,2}', '[1]', 1);
SELECT vectorext_pca_combine('{1,2}', '{0}');
SELECT vectorext_pca_combine('{0}', '{{0}}');
SELECT vector_pca_final('{1,2,3}');
SELECT vector_pca_final('{3,2,0,0}');
DROP AGGREGATE pca_of_states(float8[]);
DROP AGGREGATE pca_state(vector, integer);
DROP TABLE kinds, waves, numpy, directions, coordinates;
