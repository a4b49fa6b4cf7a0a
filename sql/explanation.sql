-- Where a distance comes from: explain_distance, explain_distance_groups.
\pset null NULL
SET extra_float_digits = 0;
SET jit = off;

-- By hand.
SELECT * FROM explain_distance('[1,2,3]'::vector, '[1,4,4]');
SELECT * FROM explain_distance('[1,2,3]'::vector, '[1,-4,2]', 'inner_product');
SELECT * FROM explain_distance('[3,4]'::halfvec, '[4,3]', 'cosine');
SELECT * FROM explain_distance('{1:1,7:2}/9'::sparsevec, '{2:-2,7:5}/9', 'l1');

-- Contributions sum to the squared distance, the inner product, the cosine, the taxicab distance, shares to 1, and the largest
-- share comes first: for random vectors, types and metrics.
SELECT setseed(0.5);
CREATE TABLE pairs AS
SELECT id, ARRAY(SELECT CASE WHEN random() < 0.3 THEN 0 ELSE (random() * 64 - 32)::int / 4.0 END FROM generate_series(1, 1 + id % 40))::vector AS a,
       ARRAY(SELECT CASE WHEN random() < 0.3 THEN 0 ELSE (random() * 64 - 32)::int / 4.0 END FROM generate_series(1, 1 + id % 40))::vector AS b
  FROM generate_series(1, 200) AS id;
CREATE VIEW totals AS
SELECT id, metric, a, b,
       CASE metric WHEN 'l2' THEN (a <-> b) ^ 2 WHEN 'l1' THEN a <+> b WHEN 'ip' THEN inner_product(a, b)
                   ELSE coalesce(nullif(1 - (a <=> b), 'NaN'), 0) END AS total
  FROM pairs, unnest('{l2,l1,ip,cosine}'::text[]) AS metric;
CREATE VIEW explained AS
SELECT id, metric, total, 'vector' AS type, e.*
  FROM totals, explain_distance(a, b, metric) WITH ORDINALITY AS e (dimension, x, y, contribution, share, rank)
UNION ALL
SELECT id, metric, total, 'halfvec', e.*
  FROM totals, explain_distance(a::halfvec, b::halfvec, metric) WITH ORDINALITY AS e (dimension, x, y, contribution, share, rank)
UNION ALL
SELECT id, metric, total, 'sparsevec', e.*
  FROM totals, explain_distance(a::sparsevec, b::sparsevec, metric) WITH ORDINALITY AS e (dimension, x, y, contribution, share, rank);
SELECT type, metric, count(*) > 150 AS pairs, max(abs(sum - total)) < 1e-3 AS sum, count(*) FILTER (WHERE (total = 0) <> (shares IS NULL)) AS not_null,
       max(abs(shares - 1)) < 1e-9 AS shares, count(*) FILTER (WHERE NOT ordered) AS not_ordered
  FROM (SELECT type, metric, id, total, sum(contribution), sum(share) AS shares, bool_and(ordered) AS ordered
          FROM (SELECT *, (share <= lag(share) OVER by_rank) IS NOT FALSE AS ordered
                  FROM explained WINDOW by_rank AS (PARTITION BY type, metric, id ORDER BY rank)) AS e
         GROUP BY type, metric, id, total) AS s
 GROUP BY type, metric ORDER BY type, metric;
-- Each row is about a dimension of its own: all of them, or those that a sparse vector stores.
SELECT type, count(*) > 500 AS rows,
       count(*) FILTER (WHERE x IS DISTINCT FROM vector_element(a, dimension) OR y IS DISTINCT FROM vector_element(b, dimension)) AS other_elements,
       count(*) FILTER (WHERE x = 0 AND y = 0) > 0 AS zeros,
       count(DISTINCT (id, dimension)) = count(*) AS distinct,
       count(*) FILTER (WHERE x <> 0 OR y <> 0) = (SELECT count(*) FROM pairs AS p, generate_series(1, vector_dims(p.a)) AS i
                                                    WHERE vector_element(p.a, i) <> 0 OR vector_element(p.b, i) <> 0) AS complete
  FROM explained JOIN pairs USING (id) WHERE metric = 'l2' GROUP BY type ORDER BY type;
SELECT metric, count(*) FILTER (WHERE abs(contribution - CASE metric WHEN 'l2' THEN (x::float8 - y) ^ 2 WHEN 'l1' THEN abs(x::float8 - y)
         WHEN 'ip' THEN x::float8 * y ELSE x::float8 * y / nullif(vector_norm(a) * vector_norm(b), 0) END) > 1e-9) AS different
  FROM explained JOIN pairs USING (id) GROUP BY metric ORDER BY metric;

-- Totals of zero have no shares; a negative one has those first that made it negative.
SELECT * FROM explain_distance('[1,2]'::vector, '[1,2]');
SELECT * FROM explain_distance('[1,1]'::vector, '[2,-2]', 'ip');
SELECT * FROM explain_distance('[0,0]'::vector, '[2,-2]', 'cosine');
SELECT * FROM explain_distance('[1,1,1]'::vector, '[1,-2,-3]', 'ip');
SELECT * FROM explain_distance('{}/5'::sparsevec, '{}/5');
SELECT * FROM explain_distance('[1]'::vector, NULL);
SELECT round(contribution / 1e76) AS contribution, share FROM explain_distance('[3e38,1]'::vector, '[-3e38,1]', 'l2');
SELECT contribution::numeric(10, 4), share::numeric(10, 4) FROM explain_distance('[1e-30,1e-30]'::vector, '[1e-30,0]', 'cosine');
SELECT explain_distance('[1,2]'::vector, '[1]');
SELECT explain_distance('{1:1}/2'::sparsevec, '{1:1}/3');
SELECT explain_distance('[1]'::vector, '[1]', 'hamming');

-- Groups: numbers, ranges, both; what is in none comes without a name.
SELECT * FROM explain_distance_groups('[1,2,3,4,5,6]'::vector, '[0,0,0,0,0,0]', 'l2', '{"color": [1, 2, "5"], "shape": "3-4"}');
SELECT * FROM explain_distance_groups('[1,2,3]'::vector, '[3,-2,1]', 'ip', '{"one": 1, "others": ["2-3"], "none": []}');
SELECT * FROM explain_distance_groups('[1,2,3]'::vector, '[0,0,0]', 'l1', '{}');
SELECT * FROM explain_distance_groups('[1,2]'::vector, '[1,2]', 'l2', '{"all": "1-2"}');
SELECT * FROM explain_distance_groups('{5:1,900000000:3}/1000000000'::sparsevec, '{}/1000000000', 'l2',
                                      '{"low": "1-1000", "high": ["500000000-1000000000"], "middle": "1001-499999998"}');
-- The same by sums over explain_distance.
SELECT type, metric, count(*) > 150 AS rows, max(abs(g.contribution - coalesce(e.contribution, 0))) < 1e-9 AS contribution,
       count(*) FILTER (WHERE (g.share IS NULL) <> (e.total = 0)) AS not_null, max(abs(g.share - e.contribution / nullif(e.total, 0))) < 1e-6 AS share
  FROM (SELECT id, 'vector' AS type, metric, g.* FROM totals, explain_distance_groups(a, b, metric, '{"a": ["3-7", 1], "b": [11, "21-30"]}') AS g WHERE vector_dims(a) >= 30
        UNION ALL
        SELECT id, 'halfvec', metric, g.* FROM totals, explain_distance_groups(a::halfvec, b::halfvec, metric, '{"a": ["3-7", 1], "b": [11, "21-30"]}') AS g WHERE vector_dims(a) >= 30
        UNION ALL
        SELECT id, 'sparsevec', metric, g.* FROM totals, explain_distance_groups(a::sparsevec, b::sparsevec, metric, '{"a": ["3-7", 1], "b": [11, "21-30"]}') AS g WHERE vector_dims(a) >= 30
       ) AS g
  LEFT JOIN (SELECT id, type, metric, CASE WHEN dimension BETWEEN 3 AND 7 OR dimension = 1 THEN 'a' WHEN dimension BETWEEN 21 AND 30 OR dimension = 11 THEN 'b' ELSE '' END AS name,
               sum(contribution) AS contribution, sum(sum(contribution)) OVER (PARTITION BY id, type, metric) AS total
          FROM explained GROUP BY id, type, metric, 4) AS e USING (id, type, metric)
 WHERE e.name = coalesce(g.group_name, '')
 GROUP BY type, metric ORDER BY type, metric;

-- What is no group.
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '[1]');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '7');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": {"y": 1}}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": null}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": [1, [2]]}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": [1.5]}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": [0]}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": [4]}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": 1e400}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": "1-99999999999999999999"}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": "3-2"}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": ""}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": "1-"}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": "1 - 2"}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": "-1"}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": "1-2", "y": [2, 3]}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', '{"x": ["1-2", 1]}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2]', 'l2', '{}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l3', '{}');
SELECT explain_distance_groups('[1,2,3]'::vector, '[1,2,3]', 'l2', NULL);

DROP TABLE pairs CASCADE;
