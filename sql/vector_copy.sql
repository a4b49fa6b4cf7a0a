-- The binary form: send, receive, COPY BINARY, and messages that lie.

SELECT vector_send('[1,2.5]'), vector_send('[-0,1e-45,3.4028235e38]');

-- What COPY writes, COPY reads back, bit for bit.  (The shell knows the path from pg_regress.)
CREATE TABLE sent (id int, v vector);
CREATE TABLE received (id int, v vector);
INSERT INTO sent VALUES (1, '[1,2,3]'), (2, '[-0,1e-45,-3.4028235e38]'), (3, NULL), (4, '[0]');
INSERT INTO sent SELECT 5, array_agg(1 / i::real)::vector FROM generate_series(1, 16000) i;
\copy sent TO PROGRAM 'cat > "$PG_ABS_BUILDDIR/results/vector_copy.bin"' (FORMAT binary)
\copy received FROM PROGRAM 'cat "$PG_ABS_BUILDDIR/results/vector_copy.bin"' (FORMAT binary)
SELECT id, vector_dims(r.v), vector_send(r.v) = vector_send(s.v) AS same
  FROM sent s JOIN received r USING (id) ORDER BY id;
TRUNCATE received;
\copy sent TO PROGRAM 'cat > "$PG_ABS_BUILDDIR/results/vector_copy.txt"'
\copy received FROM PROGRAM 'cat "$PG_ABS_BUILDDIR/results/vector_copy.txt"'
SELECT id, vector_dims(r.v), vector_send(r.v) = vector_send(s.v) AS same
  FROM sent s JOIN received r USING (id) ORDER BY id;
DROP TABLE sent;
DROP TABLE received;

\getenv srcdir PG_ABS_SRCDIR
\set receive :srcdir '/sql/contract/receive.sql'
\i :receive
CREATE TABLE received (v vector(2));
SELECT name, pg_temp.receive(field)
  FROM (VALUES (1, 'two elements', '000200003f80000040200000'),
               (2, 'declared otherwise', '000100003f800000'),
               (3, 'no dimension', '00000000'),
               (4, 'one dimension too many for the type', '3e8100003f800000'),
               (5, '65535 dimensions', 'ffff0000'),
               (6, 'the reserved word is not 0', '000200013f80000040200000'),
               (7, 'NaN', '000200003f8000007fc00000'),
               (8, 'infinite', '000200007f80000040200000'),
               (9, 'negative infinite', '00020000ff80000040200000'),
               (10, 'cut off within the elements', '000200003f800000402000'),
               (11, 'cut off after the header', '00020000'),
               (12, 'cut off within the header', '0002'),
               (13, 'empty', ''),
               (14, 'something follows', '000200003f8000004020000000')) AS t (place, name, field)
 ORDER BY place;
-- Only the first came in.
SELECT v FROM received;
DROP TABLE received;
