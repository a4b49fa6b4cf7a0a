-- Distances, norms and the functions that take vectors apart.

CREATE FUNCTION pg_temp.error_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    code text;
    message text;
BEGIN
    EXECUTE statement;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
    RETURN code || ' | ' || message;
END $$;

SELECT l2_distance('[0,0]'::vector, '[3,4]'), l2_distance('[0,0]'::vector, '[0,1]'),
       l2_distance('[1,1,1,1,1,1,1,1,1]'::vector, '[1,1,1,1,1,1,1,4,5]');
SELECT l2_distance('[1,1,1]'::vector, '[2,2,2]') = sqrt(3::float8) AS root_of_three;
SELECT l2_distance('[3e38]'::vector, '[-3e38]');
SELECT '[0,0]'::vector <-> '[3,4]', vector_l2_squared_distance('[0,0]', '[3,4]');

SELECT inner_product('[1,2]'::vector, '[3,4]'), inner_product('[3e38]'::vector, '[3e38]'),
       inner_product('[1,1,1,1,1,1,1,1,1]'::vector, '[1,2,3,4,5,6,7,8,9]');
SELECT '[1,2]'::vector <#> '[3,4]', vector_negative_inner_product('[1,2]', '[3,4]');

SELECT cosine_distance('[1,2]'::vector, '[2,4]'), cosine_distance('[1,1]'::vector, '[1,1]'),
       cosine_distance('[1,0]'::vector, '[0,2]'), cosine_distance('[1,1]'::vector, '[-1,-1]');
-- Clients compare these for equality.
SELECT cosine_distance('[1,1,2]'::vector, '[1,1,1]'), cosine_distance('[2,2,2]'::vector, '[1,1,1]');
-- Never outside 0 to 2; NaN with a zero vector or norms beyond the range.
SELECT cosine_distance('[1,1]'::vector, '[1.1,1.1]'),
       cosine_distance('[1,1]'::vector, '[-1.1,-1.1]'),
       cosine_distance('[1,2,3,4,5,6,7,8,9]'::vector, '[1,2,3,4,5,6,7,8,9]'),
       cosine_distance('[1,2,3,4,5,6,7,8,9]'::vector, '[-1,-2,-3,-4,-5,-6,-7,-8,-9]');
SELECT cosine_distance('[1,2]'::vector, '[0,0]'), cosine_distance('[0]'::vector, '[0]'),
       cosine_distance('[3e38]'::vector, '[3e38]');
SELECT '[1,2]'::vector <=> '[2,4]';
SELECT vector_spherical_distance('[1,0]', '[1,0]'), vector_spherical_distance('[1,0]', '[0,1]'),
       vector_spherical_distance('[1,0]', '[-1,0]'), vector_spherical_distance('[2,0]', '[2,0]');

SELECT l1_distance('[0,0]'::vector, '[3,4]'), l1_distance('[0,0]'::vector, '[0,1]'),
       l1_distance('[3e38]'::vector, '[-3e38]'),
       l1_distance('[1,2,3,4,5,6,7,8,9]'::vector, '[0,3,2,5,4,7,6,9,8]');
SELECT '[0,0]'::vector <+> '[3,4]';

-- Whole numbers are summed exactly in any order, so every length gives the textbook sum.
SELECT count(*) AS lengths,
       count(*) FILTER (WHERE l2_distance(a, b) = sqrt(d::float8)
                          AND l1_distance(a, b) = d
                          AND inner_product(a, b) = d * (d + 1) * (2 * d + 1) / 6 - d * (d + 1) / 2)
         AS right_sums
  FROM (SELECT d, array_agg(i ORDER BY i)::vector AS a, array_agg(i - 1 ORDER BY i)::vector AS b
          FROM generate_series(1, 130) d, generate_series(1, d) i GROUP BY d) AS pairs;

SELECT vector_dims('[1,2,3]'::vector);
SELECT round(vector_norm('[1,1]')::numeric, 5), vector_norm('[3,4]'), vector_norm('[0,1]'),
       vector_norm('[3e37,4e37]')::real, vector_norm('[0,0]'), vector_norm('[2]');

SELECT l2_normalize('[3,4]'::vector), l2_normalize('[3,0]'::vector),
       l2_normalize('[0,0.1]'::vector), l2_normalize('[0,0]'::vector),
       l2_normalize('[3e38]'::vector), l2_normalize('[1e-45]'::vector);

SELECT binary_quantize('[1,0,-1]'::vector), binary_quantize('[-0,1e-45]'::vector);
SELECT binary_quantize('[0,0.1,-0.2,-0.3,0.4,0.5,0.6,-0.7,0.8,-0.9,1]'::vector);
SELECT binary_quantize('[1,2,3,-4,5,6,-7,8,1,-2,-3,4,5,-6,7,8,-1,2,3]'::vector);

SELECT start, count, subvector('[1,2,3,4,5]'::vector, start, count)
  FROM (VALUES (1, 3), (3, 2), (-1, 3), (3, 9), (5, 1), (0, 2), (3, 2147483647),
               (-2147483644, 2147483647)) AS t (start, count);

SELECT statement, pg_temp.error_of(statement)
  FROM unnest(ARRAY[$$SELECT l2_distance('[1,2]'::vector, '[3]')$$,
                    $$SELECT vector_l2_squared_distance('[1,2]'::vector, '[3]')$$,
                    $$SELECT inner_product('[1,2]'::vector, '[3]')$$,
                    $$SELECT vector_negative_inner_product('[1,2]'::vector, '[3]')$$,
                    $$SELECT cosine_distance('[1,2]'::vector, '[3]')$$,
                    $$SELECT vector_spherical_distance('[1,2]'::vector, '[3]')$$,
                    $$SELECT l1_distance('[1,2]'::vector, '[3]')$$,
                    $$SELECT '[1,2]'::vector <-> '[1,2,3]'$$,
                    $$SELECT '[1,2]'::vector <#> '[1,2,3]'$$,
                    $$SELECT '[1,2]'::vector <=> '[1,2,3]'$$,
                    $$SELECT '[1,2]'::vector <+> '[1,2,3]'$$,
                    $$SELECT subvector('[1,2,3,4,5]'::vector, 1, 0)$$,
                    $$SELECT subvector('[1,2,3,4,5]'::vector, 3, -1)$$,
                    $$SELECT subvector('[1,2,3,4,5]'::vector, -1, 2)$$,
                    $$SELECT subvector('[1,2,3,4,5]'::vector, 6, 1)$$,
                    $$SELECT subvector('[1,2,3,4,5]'::vector, 2147483647, 10)$$,
                    $$SELECT subvector('[1,2,3,4,5]'::vector, -2147483648, 2147483647)$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;

-- NULL in, NULL out.
SELECT l2_distance(NULL, '[1]'::vector) IS NULL, l2_normalize(NULL::vector) IS NULL,
       subvector('[1]'::vector, NULL, 1) IS NULL, '[1]'::vector <=> NULL IS NULL;
