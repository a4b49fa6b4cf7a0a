-- Vectors turned by a secret key, and noise.
\pset null NULL
SET extra_float_digits = 0;

-- The same key is the same rotation, here and on any other machine; another key or type of key is not.
SELECT keyed_rotation('[1,2,3]'::vector, 'secret') AS three, keyed_rotation('[1]'::vector, 'secret') AS one;
SELECT keyed_rotation('[1,2,3,4,5]'::halfvec, 'secret') AS halves;
SELECT keyed_rotation('[1,2,3]'::vector, 'secret') = keyed_rotation('[1,2,3]'::vector, '\x736563726574'::bytea) AS bytes_of_the_text,
       keyed_rotation('[1,2,3]'::vector, 'secret') = keyed_rotation('[1,2,3]'::vector, 'Secret') AS other_key,
       keyed_rotation('[1,2,3]'::halfvec, 'secret') = keyed_rotation('[1,2,3]'::halfvec, '\x736563726574'::bytea) AS halves;

-- A key that changes from row to row.
SELECT key, keyed_rotation('[3,4]'::vector, key) = (SELECT keyed_rotation('[3,4]'::vector, key)) AS same,
       round(vector_norm(keyed_rotation('[3,4]'::vector, key))::numeric, 5) AS norm
  FROM (VALUES ('a'), ('b'), ('a'), (NULL), ('c')) AS k (key);

-- Distances and inner products stay, in any number of dimensions.  (In two there are few rotations: this key's is none.)
SELECT setseed(0.5);
CREATE TABLE pairs AS
SELECT dims, a::vector AS a, b::vector AS b
  FROM unnest(ARRAY[1, 2, 3, 4, 7, 31, 64, 100, 127, 129, 768, 1000, 1536, 16000]) AS dims,
       LATERAL (SELECT array_agg(random() - 0.5), array_agg(random() - 0.5) FROM generate_series(1, dims)) AS v (a, b);
SELECT dims, abs((a <-> b) / (keyed_rotation(a, 'k') <-> keyed_rotation(b, 'k')) - 1) < 1e-5 AS euclidean,
       abs((a <=> b) - (keyed_rotation(a, 'k') <=> keyed_rotation(b, 'k'))) < 1e-6 AS cosine,
       abs((a <#> b) - (keyed_rotation(a, 'k') <#> keyed_rotation(b, 'k'))) < 1e-6 * vector_norm(a) * vector_norm(b) AS inner_product,
       abs((a <-> b) / (keyed_rotation(a::halfvec, 'k') <-> keyed_rotation(b::halfvec, 'k')) - 1) < 5e-3 AS halves,
       keyed_rotation(a, 'k') <> a OR dims = 2 AS turned
  FROM pairs ORDER BY dims;

-- Linear, so the images of the unit vectors are the whole matrix; its rows are orthonormal too.
CREATE TABLE images AS
SELECT i, keyed_rotation((array_fill(0, ARRAY[i - 1]) || 1 || array_fill(0, ARRAY[24 - i]))::vector, 'k') AS image
  FROM generate_series(1, 24) AS i;
SELECT max(abs(-(a.image <#> b.image) - (a.i = b.i)::int)) < 1e-6 AS orthonormal FROM images AS a, images AS b;
SELECT keyed_rotation(v, 'k') <-> (SELECT sum(image * vector_element(v, i)) FROM images) < 1e-5 AS linear
  FROM (SELECT array_agg(i)::vector AS v FROM generate_series(1, 24) AS i) AS counted;

-- Noise: mean and deviation of 100,000 elements within six standard errors; always new.
CREATE TABLE noise AS
SELECT x::float8 FROM generate_series(1, 10) AS i, unnest(add_noise(array_fill(5 + i - i, ARRAY[10000])::vector, 2)::real[]) AS x;
SELECT count(*), abs(avg(x) - 5) < 6 * 2 / sqrt(100000) AS mean, abs(stddev(x) - 2) < 6 * 2 / sqrt(200000) AS deviation,
       abs(avg(((x - 5) / 2) ^ 4) - 3) < 6 * sqrt(96) / sqrt(100000) AS kurtosis, count(DISTINCT x) > 90000 AS different
  FROM noise;
SELECT abs(avg(x)) < 6 / sqrt(10000) AS mean, abs(stddev(x) - 1) < 6 / sqrt(20000) AS deviation
  FROM unnest(add_noise(array_fill(0, ARRAY[10000])::halfvec, 1)::vector::real[]) AS x;
SELECT add_noise('[1,2]'::vector, 0), add_noise('[1,2,3]'::halfvec, 0), add_noise('[0]'::vector, 1) <> add_noise('[0]'::vector, 1) AS new;

-- NULLs, and what cannot be.
SELECT keyed_rotation(NULL::vector, 'k'), keyed_rotation('[1]'::vector, NULL::text), add_noise('[1]'::vector, NULL);
SELECT keyed_rotation('[1]'::vector, '');
SELECT keyed_rotation('[1]'::halfvec, ''::bytea);
SELECT add_noise('[1]'::vector, -1);
SELECT add_noise('[1]'::vector, 'nan');
SELECT add_noise('[1]'::halfvec, 'inf');
SELECT keyed_rotation(array_fill(3e38::real, ARRAY[3])::vector, 'secret') IS NOT NULL;
DROP TABLE pairs, images, noise;
