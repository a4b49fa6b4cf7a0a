-- Distances whose squares leave the range of single precision, beside the same in double.
SET extra_float_digits = 0;

-- Vectors of 40 elements of one size, from 1e-40 to 3e38; the last pair mixes them.
CREATE TABLE pairs (size text, a vector(40), b vector(40));
SELECT setseed(0.25) \g /dev/null
INSERT INTO pairs
SELECT to_char(s, '9EEEE'), a, b
  FROM unnest(ARRAY[1e-40, 1e-36, 1e-30, 1e-24, 1e-20, 1e-16, 1e-8, 1, 1e8, 1e16, 1e19, 1e24, 1e30, 3e38]::float8[]) s,
    LATERAL (SELECT array_agg(x::real)::vector AS a, array_agg(y::real)::vector AS b
        FROM (SELECT (random() - 0.5) * 2 * s AS x, (random() - 0.5) * 2 * s AS y FROM generate_series(1, 40)) e) v;
INSERT INTO pairs
SELECT 'mixed', array_agg((10 ^ (i - 20))::real)::vector, array_agg((10 ^ (20 - i))::real)::vector FROM generate_series(1, 40) i;

CREATE FUNCTION is_near(got float8, expected float8, terms float8 DEFAULT 0) RETURNS boolean
    LANGUAGE sql RETURN abs(got - expected) <= 1e-6 * greatest(abs(expected), terms);

CREATE VIEW sums AS
SELECT size, a, b, d.* FROM pairs, LATERAL (
    SELECT sum((x - y) ^ 2) AS l2, sum(x * y) AS dot, sum(abs(x * y)) AS terms, sum(abs(x - y)) AS l1, sum(x * x) AS aa,
        sum(y * y) AS bb
    FROM (SELECT unnest(a::real[])::float8 AS x, unnest(b::real[])::float8 AS y) e) d;

-- Both types that hold such elements.
SELECT size, is_near(a <-> b, sqrt(l2)) AS l2, is_near(vector_l2_squared_distance(a, b), l2) AS squared, is_near(a <#> b, -dot, terms) AS ip,
    is_near(inner_product(a, b), dot, terms) AS dot, is_near(a <=> b, 1 - dot / sqrt(aa * bb), 1) AS cosine, is_near(a <+> b, l1) AS l1,
    is_near(vector_norm(a), sqrt(aa)) AS norm, is_near(vector_norm(l2_normalize(a)), 1) AS unit
FROM sums;
SELECT size, is_near(a <-> b, sqrt(l2)) AS l2, is_near(sparsevec_l2_squared_distance(a, b), l2) AS squared,
    is_near(a <#> b, -dot, terms) AS ip, is_near(inner_product(a, b), dot, terms) AS dot, is_near(a <=> b, 1 - dot / sqrt(aa * bb), 1) AS cosine,
    is_near(a <+> b, l1) AS l1, is_near(l2_norm(a), sqrt(aa)) AS norm, is_near(l2_norm(l2_normalize(a)), 1) AS unit
FROM (SELECT size, a::sparsevec, b::sparsevec, l2, dot, terms, l1, aa, bb FROM sums) s;

-- Halves never leave it: their smallest and greatest, and what single precision would lose beside the greatest.
SELECT a <-> b AS l2, a <#> b AS ip, a <=> b AS cosine, a <+> b AS l1 FROM (VALUES
    ('[6e-8,6e-8]'::halfvec, '[6e-8,-6e-8]'::halfvec), ('[65504,65504]', '[-65504,-65504]'), ('[60000,1,-60000]', '[60000,3,60000]')
) t(a, b);

-- Angles: the inner product of what need not have length 1.
SELECT vector_spherical_distance('[1e30,1e30]', '[1e30,-1e30]'), vector_spherical_distance('[1e30]', '[1e30]'),
    vector_spherical_distance('[1e-30]', '[-1e-30]');

-- A vector of zeros has no direction; a short one has.
SELECT '[0,0]'::vector <=> '[1e-30,0]' AS dense, '{}/2'::sparsevec <=> '{1:1e-30}/2' AS sparse, '[0,0]'::halfvec <=> '[6e-8,0]' AS half,
    '[1e-45,0]'::vector <=> '[3e38,0]' AS far_apart, '[0,0]'::vector <-> '[0,-0]' AS nothing, '[1e-45]'::vector <-> '[0]' AS least;

-- What single precision has in range is its own: the same as ever.
SELECT '[1,2,3]'::vector <-> '[3,2,1]' AS l2, '[0.1,0.2]'::vector <=> '[0.2,0.1]' AS cosine, '[1e15,1]'::vector <#> '[1e15,1]' AS ip;
DROP VIEW sums;
DROP TABLE pairs;
DROP FUNCTION is_near;
