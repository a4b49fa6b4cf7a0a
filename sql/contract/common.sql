-- The contract of every vector type, after helpers.sql.  The including script has set `type` (its
-- SQL name), `dims` (the most dimensions) and `norm` (the name of its norm function).  Values are
-- written as arrays and read as arrays, so what is printed is the same for each type.  All of it
-- holds for pgvector.

-- What the catalogs say about the type and its columns.
SELECT typlen, typbyval, typtype, typcategory, typdelim, typalign, typstorage,
       typmodin <> 0 AS modifier_in, typmodout <> 0 AS modifier_out,
       typreceive <> 0 AS receive, typsend <> 0 AS send
  FROM pg_type WHERE typname IN (:'type', '_' || :'type') ORDER BY typname DESC;
CREATE TABLE declared (a :type(3), b :type, c :type(:dims), d :type(2)[]);
SELECT attname, atttypmod, format_type(atttypid, atttypmod), attstorage, attalign, attlen
  FROM pg_attribute WHERE attrelid = 'declared'::regclass AND attnum > 0 ORDER BY attnum;
SELECT column_name, data_type, udt_name, character_maximum_length
  FROM information_schema.columns WHERE table_name = 'declared' ORDER BY ordinal_position;

-- The declared number of dimensions.
INSERT INTO declared (a, b) VALUES (pg_temp.val(1, 2, 3), pg_temp.val(1)), (NULL, NULL),
                                   (ARRAY[4,5,6], ARRAY[1.5,2]), ('{7,8,9}'::float8[], NULL);
SELECT pg_temp.elements(a), pg_temp.elements(b) FROM declared ORDER BY a;
SELECT statement, pg_temp.error_of(statement, :'type')
  FROM unnest(ARRAY[$$INSERT INTO declared (a) VALUES (<V>(1,2))$$,
                    $$INSERT INTO declared (a) SELECT b FROM declared$$,
                    $$INSERT INTO declared (d) VALUES (ARRAY[<V>(1)])$$,
                    $$ALTER TABLE declared ALTER b TYPE <T>(4)$$,
                    $$SELECT <V>(1,2,3)::<T>(2)$$,
                    $$SELECT NULL::<T>(3, 2)$$,
                    $$SELECT NULL::<T>('a')$$,
                    $$SELECT NULL::<T>(0)$$,
                    $$SELECT NULL::<T>(-1)$$,
                    $$SELECT NULL::<T>(2000000000)$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;
DROP TABLE declared;

-- Distances.
SELECT name, l2_distance(a, b), a <-> b AS l2, inner_product(a, b), a <#> b AS negative,
       cosine_distance(a, b), a <=> b AS cosine, l1_distance(a, b), a <+> b AS l1
  FROM (VALUES (1, 'right angle', pg_temp.val(0, 0), pg_temp.val(3, 4)),
               (2, 'same direction', pg_temp.val(1, 2), pg_temp.val(2, 4)),
               (3, 'opposite', pg_temp.val(1, 1), pg_temp.val(-1, -1)),
               (4, 'perpendicular', pg_temp.val(1, 0), pg_temp.val(0, 2)),
               (5, 'compared by clients', pg_temp.val(1, 1, 2), pg_temp.val(1, 1, 1)),
               (6, 'rounded', pg_temp.val(2, 2, 2), pg_temp.val(1, 1, 1)),
               (7, 'one beside the other', pg_temp.val(1, 0, 3, 0, 5), pg_temp.val(0, 2, 0, 4, 6)),
               (8, 'nothing', pg_temp.val(0, 0), pg_temp.val(0, 0)),
               (9, 'halves', pg_temp.val(0.5, -0.25, 1.5), pg_temp.val(-2, 0.125, 8)))
       AS t (place, name, a, b)
 ORDER BY place;
SELECT pg_temp.val(1, 1, 2) <=> pg_temp.val(1, 1, 1) = 0.05719095841793653 AS exact,
       pg_temp.val(1, 1, 1) <-> pg_temp.val(2, 2, 2) = sqrt(3::float8) AS root_of_three;
-- Whole numbers are summed exactly in any order, so every length gives the textbook sum.
SELECT count(*) AS lengths,
       count(*) FILTER (WHERE l2_distance(a, b) = sqrt(d::float8) AND l1_distance(a, b) = d
                          AND inner_product(a, b)
                              = d * (d + 1) * (2 * d + 1) / 6 - d * (d + 1) / 2) AS right_sums
  FROM (SELECT d, array_agg(i ORDER BY i)::real[] AS x,
               array_agg(i - 1 ORDER BY i)::real[] AS y
          FROM generate_series(1, 130) d, generate_series(1, d) i GROUP BY d) AS arrays,
       LATERAL (SELECT pg_temp.val(VARIADIC x) AS a, pg_temp.val(VARIADIC y) AS b) AS pairs;
SELECT place, pg_temp.error_of(statement, :'type')
  FROM unnest(ARRAY[$$SELECT l2_distance(<V>(1,2), <V>(3))$$,
                    $$SELECT <T>_l2_squared_distance(<V>(1,2), <V>(3))$$,
                    $$SELECT inner_product(<V>(1,2), <V>(3))$$,
                    $$SELECT <T>_negative_inner_product(<V>(1,2), <V>(3))$$,
                    $$SELECT cosine_distance(<V>(1,2), <V>(3))$$,
                    $$SELECT l1_distance(<V>(1,2), <V>(3))$$,
                    $$SELECT <V>(1,2) <-> <V>(1,2,3)$$,
                    $$SELECT <V>(1,2) <#> <V>(1,2,3)$$,
                    $$SELECT <V>(1,2) <=> <V>(1,2,3)$$,
                    $$SELECT <V>(1,2) <+> <V>(1,2,3)$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;
SELECT l2_distance(NULL, pg_temp.val(1)) IS NULL AS l2, pg_temp.val(1) <=> NULL IS NULL AS cosine,
       l2_normalize(NULL:::type) IS NULL AS normalized;

-- Norms.
SELECT :norm(pg_temp.val(3, 4)), :norm(pg_temp.val(0, 1)), :norm(pg_temp.val(0, 0)),
       :norm(pg_temp.val(1, 1)) = sqrt(2::float8) AS root_of_two;
SELECT pg_temp.elements(l2_normalize(pg_temp.val(3, 0))) AS axis,
       pg_temp.elements(l2_normalize(pg_temp.val(0, 0))) AS nothing,
       l2_distance(l2_normalize(pg_temp.val(3, 4)), pg_temp.val(0.6, 0.8)) < 1e-3 AS near;

-- Comparisons: elements decide first, then the number of dimensions; 0 and -0 are equal.
SELECT pg_temp.elements(a) AS a, pg_temp.elements(b) AS b, a < b AS lt, a <= b AS le, a = b AS eq,
       a <> b AS ne, a >= b AS ge, a > b AS gt
  FROM (VALUES (1, pg_temp.val(1, 2, 3), pg_temp.val(1, 2, 3)),
               (2, pg_temp.val(1, 2, 3), pg_temp.val(1, 2)),
               (3, pg_temp.val(1, 2), pg_temp.val(1, 2, 3)),
               (4, pg_temp.val(1, 2), pg_temp.val(2, 3, 4)),
               (5, pg_temp.val(2, 3), pg_temp.val(1, 2, 3)),
               (6, pg_temp.val(0, 0, 0), pg_temp.val(1, 2, 3)),
               (7, pg_temp.val(-1), pg_temp.val(-2)),
               (8, pg_temp.val(0), pg_temp.val(-0.0)),
               (9, pg_temp.val(0, 0, -1), pg_temp.val(0, -1, 0)),
               (10, pg_temp.val(0, -1), pg_temp.val(0, 0, -1)),
               (11, pg_temp.val(0, 0), pg_temp.val(0, 0, -1)),
               (12, pg_temp.val(0, 0, -1), pg_temp.val(0, 0, 1))) AS t (place, a, b)
 ORDER BY place;
-- All types sort as real arrays do, in which lengths decide last as well.
SELECT count(*) AS pairs,
       count(*) FILTER (WHERE (a < b) = (x < y) AND (a <= b) = (x <= y) AND (a = b) = (x = y)
                          AND (a <> b) = (x <> y) AND (a >= b) = (x >= y) AND (a > b) = (x > y))
       AS as_arrays
  FROM (SELECT x, pg_temp.val(VARIADIC x) AS a FROM (
            SELECT ARRAY[i % 3 - 1, i / 3 % 3 - 1, i / 9 % 3 - 1, i / 27 % 3 - 1]::real[]
              FROM generate_series(0, 80) i
             UNION ALL SELECT ARRAY[i % 3 - 1, i / 3 % 3 - 1]::real[]
              FROM generate_series(0, 8) i) AS arrays (x)) AS left_side,
       (SELECT y, pg_temp.val(VARIADIC y) AS b FROM (
            SELECT ARRAY[i % 3 - 1, i / 3 % 3 - 1, i / 9 % 3 - 1]::real[]
              FROM generate_series(0, 26) i
             UNION ALL SELECT ARRAY[i % 3 - 1, i / 3 % 3 - 1]::real[]
              FROM generate_series(0, 8) i) AS arrays (y)) AS right_side;

-- Order, and a btree index for it.
CREATE TABLE ordered (id int, v :type(3));
INSERT INTO ordered
SELECT i, pg_temp.val(i % 5, i % 3, i % 2) FROM generate_series(1, 600) i;
INSERT INTO ordered VALUES (601, NULL);
CREATE INDEX ordered_btree ON ordered (v);
ANALYZE ordered;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT pg_temp.elements(v), count(*) FROM ordered GROUP BY v ORDER BY v LIMIT 4;
SELECT count(*) FROM ordered WHERE v = pg_temp.val(1, 1, 1);
SELECT count(*) FROM ordered WHERE v < pg_temp.val(1, 0, 1);
SELECT count(*) FROM ordered WHERE v >= pg_temp.val(4, 0, 0) AND v < pg_temp.val(4, 1, 0);
SELECT pg_temp.elements(v) FROM ordered ORDER BY v DESC NULLS LAST LIMIT 1;
RESET enable_seqscan;
RESET enable_bitmapscan;
DROP TABLE ordered;

-- Casts from arrays, and between the types.
SELECT pg_temp.elements('{1,-2,0}'::int[]:::type) AS int4,
       pg_temp.elements('[5:7]={1.5,0,-2}'::real[]:::type) AS float4,
       pg_temp.elements('{1.5,0,-2}'::float8[]:::type(3)) AS float8,
       pg_temp.elements('{1.5,0,-2}'::numeric[]:::type) AS "numeric",
       pg_temp.elements(((ARRAY[NULL,1,2,3]::real[])[2:4]):::type) AS slice;
SELECT castsource::regtype, casttarget::regtype, castfunc::regprocedure, castcontext, castmethod
  FROM pg_cast
 WHERE :'type'::regtype IN (castsource, casttarget)
   AND 'jsonb'::regtype NOT IN (castsource, casttarget)
 ORDER BY castsource::regtype::text COLLATE "C", casttarget::regtype::text COLLATE "C";
SELECT statement, pg_temp.error_of(statement, :'type')
  FROM unnest(ARRAY[$$SELECT '{NULL}'::real[]::<T>$$,
                    $$SELECT '{1,NULL,3}'::int[]::<T>$$,
                    $$SELECT '{NaN}'::real[]::<T>$$,
                    $$SELECT '{NaN}'::float8[]::<T>$$,
                    $$SELECT '{NaN}'::numeric[]::<T>$$,
                    $$SELECT '{Infinity}'::real[]::<T>$$,
                    $$SELECT '{-Infinity}'::float8[]::<T>$$,
                    $$SELECT '{1e300}'::float8[]::<T>$$,
                    $$SELECT '{}'::real[]::<T>$$,
                    $$SELECT '{{1}}'::real[]::<T>$$,
                    $$SELECT '{{1,2},{3,4}}'::int[]::<T>$$,
                    $$SELECT '{1,2,3}'::real[]::<T>(2)$$,
                    $$SELECT '{a}'::text[]::<T>$$,
                    $$SELECT '{1}'::bigint[]::<T>$$,
                    $$SELECT 1::<T>$$,
                    $$SELECT array_agg(n)::<T> FROM generate_series(1, 16001) n$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;

-- What COPY BINARY writes it reads back, bit for bit; values of all sizes survive storage.
CREATE TABLE sent (id int, v :type);
CREATE TABLE received (id int, v :type);
INSERT INTO sent VALUES (1, pg_temp.val(1, 0, 3)), (2, NULL), (3, pg_temp.val(0));
INSERT INTO sent
SELECT n + 10, pg_temp.val(VARIADIC array_agg((i % 7)::real ORDER BY i))
  FROM unnest(ARRAY[1, 2, 29, 30, 31, 61, 62, 500, 2000, 16000]) n, generate_series(1, n) i
 GROUP BY n;
\copy sent TO PROGRAM 'cat > "$PG_ABS_BUILDDIR/results/contract.copied"' (FORMAT binary)
\copy received FROM PROGRAM 'cat "$PG_ABS_BUILDDIR/results/contract.copied"' (FORMAT binary)
SELECT id, r.v = s.v AS same, s.v::text = r.v::text AS same_text,
       l1_distance(r.v, s.v) AS apart, round(:norm(r.v)::numeric, 3) AS norm
  FROM sent s JOIN received r USING (id) ORDER BY id;
TRUNCATE received;
\copy sent TO PROGRAM 'cat > "$PG_ABS_BUILDDIR/results/contract.copied"'
\copy received FROM PROGRAM 'cat "$PG_ABS_BUILDDIR/results/contract.copied"'
SELECT count(*) FROM sent s JOIN received r USING (id) WHERE r.v = s.v;
DROP TABLE sent;
DROP TABLE received;

-- Messages that lie.
CREATE TABLE received (v :type(2));

-- Functions, operators and aggregates of the type.
SELECT p.oid::regprocedure AS function, prorettype::regtype AS result, prosrc AS symbol,
       provolatile, proisstrict, proparallel
  FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
 WHERE d.deptype = 'e' AND prokind = 'f'
   AND (:'type'::regtype = ANY (proargtypes) OR prorettype = :'type'::regtype)
   AND proname !~ '^vectorext_|jsonb|_(hash|hash_extended|scale|element)$'
   AND proname !~ '^sparsevec_(add|accum|avg|combine)$'
   AND proname !~ '^(recommend|example_score|explain_distance|explain_distance_groups)$|_(add_scaled|weighted_accum|weighted_sum)$'
   AND proname !~ '^(keyed_rotation|add_noise|vector_center|project)$|_pca_accum$|^(transe|distmult|complex|rotate|bm25)_'
 ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT oprname, oprresult::regtype, oprcom::regoperator, oprnegate::regoperator,
       oprcode, oprrest, oprjoin
  FROM pg_operator
 WHERE oprleft = :'type'::regtype AND oprright = :'type'::regtype
   AND oprname NOT IN ('<>', '<=>~', '@<@')
 ORDER BY oprname COLLATE "C";
