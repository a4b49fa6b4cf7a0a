-- The contract of sparsevec, and what is particular to it.
\getenv srcdir PG_ABS_SRCDIR
\set helpers :srcdir '/sql/contract/helpers.sql'
\set receive :srcdir '/sql/contract/receive.sql'
\set common :srcdir '/sql/contract/common.sql'
\set type sparsevec
\set dims 1000000000
\set norm l2_norm
\i :helpers
\i :receive
\i :common

-- Text: indices from 1 in any order, zeros are dropped.
SELECT '{1:1.5,3:-2}/5'::sparsevec, '{3:3,1:1,2:2}/3'::sparsevec(3), '{}/1000000000'::sparsevec;
SELECT E' { 1 : 2 ,\n3\r:\x0b4\f} / 5 '::sparsevec, '{1:0,2:-0,3:0x1p-3,+4:+1}/4'::sparsevec,
       '{0:0,99999999999:0,2:1}/3'::sparsevec;
SELECT '{1000000000:1e-45,1:3.4028235e38,5:1e20,7:1e-5}/1000000000'::sparsevec;
SELECT literal, pg_temp.error_of(format('SELECT %L::sparsevec', literal), 'sparsevec')
  FROM unnest(ARRAY['', ' ', '[1]', '{', '{ ', '{}', '{}/', '{}/x', '{}/ 5 x', '{}/1.5', '{}/0',
                    '{}/-1', '{}/1000000001', '{}/99999999999999999999', '{,}/1', '{1}/1',
                    '{1:}/1', '{:1}/1', '{1:1,}/1', '{1:1 2:2}/2', '{1:1', '{1:1}', '{1:1}x',
                    '{1:1}/2}', '{a:1}/1', '{1:a}/1', '{1.5:1}/2', '{+:1}/1', '{-:1}/1',
                    '{0:1}/1', '{-1:1}/1', '{2:1}/1', '{2147483648:1}/1000', '{1:1,1:2}/2',
                    '{2:1,1:1,2:3}/2', '{-99999999999999999999:1}/1', '{1:NaN}/1', '{1:-inf}/1',
                    '{1:4e38}/1', '{1:-4e38}/1', '{1:1e-46}/1', '{1:-1e-400}/1', '{1:1e39}x'])
       WITH ORDINALITY AS t (literal, place)
 ORDER BY place;
SELECT length(('{' || string_agg(i || ':1', ',') || '}/16000')::sparsevec::text)
  FROM generate_series(1, 16000) i;
SELECT pg_temp.error_of('SELECT ''{' || string_agg(i || ':0', ',') || '}/1''::sparsevec', '')
  FROM generate_series(1, 16001) i;
SELECT pg_temp.error_of('SELECT ''{}/5''::sparsevec(6)', ''),
       pg_temp.error_of('SELECT ''{1:1,1:1}/5''::sparsevec(6)', ''),
       pg_temp.error_of('SELECT ''{}/5''::sparsevec(1000000001)', '');

-- Casts between the types.
SELECT '[0,1.5,0,-2]'::vector::sparsevec, '[0,1.5,0,-0]'::halfvec::sparsevec,
       '{2:1.5,4:-2}/5'::sparsevec::vector, '{2:0.1}/3'::sparsevec::halfvec,
       '{2:1e-10}/2'::sparsevec::halfvec, '[0,0]'::vector::sparsevec(2);
SELECT statement, pg_temp.error_of(statement, 'sparsevec')
  FROM unnest(ARRAY[$$SELECT '{}/16001'::sparsevec::vector$$,
                    $$SELECT '{}/16001'::sparsevec::halfvec$$,
                    $$SELECT '{}/3'::sparsevec::vector(2)$$,
                    $$SELECT '{}/3'::sparsevec::halfvec(2)$$,
                    $$SELECT '{1:1}/2'::sparsevec::vector::sparsevec(3)$$,
                    $$SELECT '[1,2]'::vector::sparsevec(3)$$,
                    $$SELECT '[1,2]'::halfvec::sparsevec(3)$$,
                    $$SELECT '{1:65520}/1'::sparsevec::halfvec$$,
                    $$SELECT vector_dims('{}/1'::sparsevec)$$,
                    $$SELECT '{}/1'::sparsevec + '{}/1'$$,
                    $$SELECT '{}/1'::sparsevec || '{}/1'$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;

-- Functions on far apart indices.
SELECT '{1:3,1000000000:4}/1000000000'::sparsevec <-> '{}/1000000000' AS l2,
       '{1:1,3:2,5:3}/6'::sparsevec <#> '{1:2,2:9,5:-1,6:9}/6' AS negative,
       '{1:1,3:2,5:3}/6'::sparsevec <+> '{1:2,2:9,5:-1,6:9}/6' AS l1,
       '{1:1,3:2,5:3}/6'::sparsevec <-> '{1:2,2:9,5:-1,6:9}/6' AS l2,
       '{1:1}/3'::sparsevec <=> '{}/3' AS cosine;
SELECT '{1:3e38}/1'::sparsevec <-> '{1:-3e38}/1' AS l2, '{1:3e38}/1'::sparsevec <#> '{1:3e38}/1',
       l2_norm('{1:3e37,2:4e37}/2'::sparsevec)::real AS norm;
SELECT l2_normalize('{2:3,4:4}/5'::sparsevec), l2_normalize('{}/2'::sparsevec),
       l2_normalize('{1:3e38,2:1e-8}/2'::sparsevec), l2_normalize('{1:1e-45}/1'::sparsevec);
-- Sorted as the dense vectors are: a dimension counts only where both have it.
SELECT a, b, sparsevec_cmp(a, b)
  FROM (VALUES (1, '{1:1,2:2}/3'::sparsevec, '{1:1,2:2}/4'::sparsevec),
               (2, '{1:1,4:1}/4', '{1:1}/3'), (3, '{1:1,4:-1}/4', '{1:1}/3'),
               (4, '{1:1,3:-1}/4', '{1:1}/3'), (5, '{3:1}/4', '{}/3'), (6, '{}/3', '{4:1}/4'),
               (7, '{}/3', '{2:-1}/4')) AS t (i, a, b) ORDER BY i;

-- The binary form.
SELECT sparsevec_send('{1:1,3:2.5}/5'), sparsevec_send('{}/1');
DROP TABLE received;
CREATE TABLE received (v sparsevec(5));
SELECT name, pg_temp.receive(field)
  FROM (VALUES (1, 'two elements', '00000005000000020000000000000000000000023f80000040200000'),
               (2, 'no element', '000000050000000000000000'),
               (3, 'declared otherwise', '000000040000000000000000'),
               (4, 'no dimension', '000000000000000000000000'),
               (5, 'negative dimensions', 'ffffffff0000000000000000'),
               (6, 'too many dimensions', '3b9aca010000000000000000'),
               (7, 'negative count', '00000005ffffffff00000000'),
               (8, 'more elements than dimensions', '000000050000000600000000'),
               (9, 'too many elements', '3b9aca0000003e8100000000'),
               (10, 'the reserved word is not 0', '000000050000000000000001'),
               (11, 'index out of bounds', '000000050000000100000000000000053f800000'),
               (12, 'index negative', '000000050000000100000000ffffffff3f800000'),
               (13, 'descending', '00000005000000020000000000000002000000003f80000040200000'),
               (14, 'the same twice', '00000005000000020000000000000002000000023f80000040200000'),
               (15, 'zero', '0000000500000001000000000000000080000000'),
               (16, 'NaN', '000000050000000100000000000000007fc00000'),
               (17, 'infinite', '00000005000000010000000000000000ff800000'),
               (18, 'cut off within the elements', '000000050000000100000000000000003f8000'),
               (19, 'cut off within the header', '0000000500000001'),
               (20, 'empty', ''),
               (21, 'something follows', '00000005000000000000000000')) AS t (place, name, field)
 ORDER BY place;
SELECT v FROM received;
DROP TABLE received;
