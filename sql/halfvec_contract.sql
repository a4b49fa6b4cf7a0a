-- The contract of halfvec, and what is particular to half precision.
\getenv srcdir PG_ABS_SRCDIR
\set helpers :srcdir '/sql/contract/helpers.sql'
\set receive :srcdir '/sql/contract/receive.sql'
\set common :srcdir '/sql/contract/common.sql'
\set dense :srcdir '/sql/contract/dense.sql'
\set type halfvec
\set dims 16000
\set norm l2_norm
\i :helpers
\i :receive
\i :common
\i :dense

-- Numbers are rounded to the nearest half, ties to even; printed as the shortest float4.
SELECT '[65504,0.099975586,5.9604645e-08,-0,0.1,1e-7,2049,2051]'::halfvec;
SELECT '[65519.99,-65519.99]'::halfvec,
       '[2.98023223876953125e-8,2.9802325e-8,-1e-9,1e-46]'::halfvec;
SELECT '[65504,0.1,6e-8,-1e-9]'::vector::halfvec, '[1.5,65504,6e-8]'::halfvec::vector,
       ARRAY[0.1,1e-9,65504]::halfvec, '[1.5,0.1]'::halfvec::real[];
SELECT statement, pg_temp.error_of(statement, 'halfvec')
  FROM unnest(ARRAY[$$SELECT '[65520]'::halfvec$$,
                    $$SELECT '[1,-65520.00]'::halfvec$$,
                    $$SELECT '[1e5]'::vector::halfvec$$,
                    $$SELECT '[1,3.4028235e38]'::vector::halfvec$$,
                    $$SELECT '{65520}'::real[]::halfvec$$,
                    $$SELECT '{-70000.5}'::float8[]::halfvec$$,
                    $$SELECT '{100000}'::int[]::halfvec$$,
                    $$SELECT '{NaN,1e5}'::numeric[]::halfvec$$,
                    $$SELECT '{1:1,2:1e5}/3'::sparsevec::halfvec$$,
                    $$SELECT '[65504]'::halfvec + '[16]'$$,
                    $$SELECT '[-65504]'::halfvec - '[16]'$$,
                    $$SELECT '[256]'::halfvec * '[256]'$$,
                    $$SELECT '[1e-4]'::halfvec * '[1e-4]'$$,
                    $$SELECT sum(v) FROM unnest(ARRAY['[65504]'::halfvec, '[65504]']) v$$,
                    $$SELECT halfvec_avg('{1,65520}')$$,
                    $$SELECT l2_norm('[3,4]')$$,
                    $$SELECT vector_norm('[3,4]'::halfvec)$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;
SELECT '[65504]'::halfvec + '[15]', avg(v) FROM unnest(ARRAY['[65504]'::halfvec, '[65504]']) v;
SELECT '[65504,65504]'::halfvec <-> '[-65504,-65504]' AS l2,
       '[65504,65504]'::halfvec <#> '[65504,65504]' AS negative,
       '[65504]'::halfvec <=> '[65504]' AS cosine, '[65504]'::halfvec <+> '[-65504]' AS l1;
SELECT halfvec_spherical_distance('[1,0]', '[0,1]'), halfvec_spherical_distance('[2,0]', '[2,0]');
SELECT halfvec_send('[1,2.5,-0,65504]');
-- Every half goes through its text and its binary form unchanged.
SELECT count(*) AS checked,
       count(*) FILTER (WHERE h::text::halfvec = h AND halfvec_send(h::text::halfvec)
                                                       = halfvec_send(h)) AS same
  FROM (SELECT ARRAY[(1 + m / 1024.0) * 2 ^ e]::halfvec AS h
          FROM generate_series(0, 1023, 7) m, generate_series(-14, 15) e
         UNION ALL SELECT ARRAY[m * 2 ^ -24::float8]::halfvec
          FROM generate_series(-1023, 1023) m) AS halves;
-- Mixed operands go by the implicit cast from vector.
SELECT '[1,2]'::vector <-> '[4,6]'::halfvec AS l2, pg_typeof('[1]'::vector + '[2]'::halfvec) AS sum,
       cosine_distance('[1,1,2]'::halfvec, '[1,1,1]'::vector) AS cosine;

CREATE TABLE received (v halfvec(2));
SELECT name, pg_temp.receive(field)
  FROM (VALUES (1, 'two elements', '000200003c004100'),
               (2, 'declared otherwise', '000100003c00'),
               (3, 'NaN', '000200003c007e00'),
               (4, 'infinite', '000200007c004100'),
               (5, 'negative infinite', '00020000fc004100'),
               (6, 'cut off within the elements', '000200003c0041'),
               (7, 'something follows', '000200003c00410000')) AS t (place, name, field)
 ORDER BY place;
SELECT v FROM received;
DROP TABLE received;
