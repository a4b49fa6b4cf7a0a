-- The btree and hash operator classes: sorting, indexes, joins, grouping, partitions.

CREATE TABLE ordered (id int, v vector(3));
INSERT INTO ordered SELECT i, ARRAY[i % 5, i % 3, i % 2]::vector FROM generate_series(1, 600) i;
INSERT INTO ordered VALUES (601, NULL), (602, '[-0,0,-0]');
ANALYZE ordered;

SELECT v, count(*) FROM ordered GROUP BY v ORDER BY v LIMIT 4;
SELECT v, count(*) FROM ordered GROUP BY v ORDER BY v DESC NULLS LAST LIMIT 2;
SELECT count(DISTINCT v), min(id) FROM ordered;

-- A btree index serves comparisons and order.
CREATE INDEX ordered_btree ON ordered (v);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET enable_hashagg = off;
EXPLAIN (COSTS OFF) SELECT id FROM ordered WHERE v = '[1,1,1]';
SELECT count(*) FROM ordered WHERE v = '[1,1,1]';
SELECT count(*) FROM ordered WHERE v < '[1,0,1]';
SELECT count(*) FROM ordered WHERE v >= '[1,0,1]';
-- A bound of fewer dimensions is a prefix.
SELECT count(*) FROM ordered WHERE v >= '[4]' AND v < '[4,1]';
SELECT count(*) FROM ordered WHERE v = '[0,0,0]';
EXPLAIN (COSTS OFF) SELECT v FROM ordered ORDER BY v LIMIT 1;
SELECT v FROM ordered ORDER BY v LIMIT 1;
DROP INDEX ordered_btree;

-- A hash index.
CREATE INDEX ordered_hash ON ordered USING hash (v);
EXPLAIN (COSTS OFF) SELECT id FROM ordered WHERE v = '[1,1,1]';
SELECT count(*) FROM ordered WHERE v = '[1,1,1]';
-- 0 and -0 are equal, so they hash equally.
SELECT count(*) FROM ordered WHERE v = '[0,-0,0]';
SELECT count(*) FROM ordered WHERE v = '[1,1]';
RESET enable_seqscan;
RESET enable_bitmapscan;
RESET enable_hashagg;
DROP INDEX ordered_hash;

-- Hash join, merge join and hash aggregate find what a nested loop finds.
SET enable_sort = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM ordered a JOIN ordered b ON a.v = b.v;
SELECT count(*) FROM ordered a JOIN ordered b ON a.v = b.v;
EXPLAIN (COSTS OFF) SELECT v FROM ordered GROUP BY v;
SELECT count(*) FROM (SELECT v FROM ordered GROUP BY v) AS groups;
RESET enable_sort;
SET enable_hashjoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM ordered a JOIN ordered b ON a.v = b.v;
SELECT count(*) FROM ordered a JOIN ordered b ON a.v = b.v;
SET enable_mergejoin = off;
SELECT count(*) FROM ordered a JOIN ordered b ON a.v = b.v;
RESET enable_hashjoin;
RESET enable_mergejoin;
SELECT count(*) FROM (SELECT v FROM ordered UNION SELECT v FROM ordered) AS united;
DROP TABLE ordered;

-- Equal values hash equally, the extended hash continues the plain one, different values differ.
SELECT vector_hash('[0,1]') = vector_hash('[-0,1]') AS zeros,
       vector_hash_extended('[0,1]', 42) = vector_hash_extended('[-0,1]', 42) AS seeded_zeros,
       vector_hash_extended('[0,1]', 42) <> vector_hash_extended('[0,1]', 43) AS seed_matters;
SELECT bool_and(vector_hash(v)
                = ('x' || right(to_hex(vector_hash_extended(v, 0)), 8))::bit(32)::int) AS low_half,
       count(DISTINCT vector_hash(v)) AS distinct_hashes,
       count(DISTINCT vector_hash_extended(v, 1)) AS distinct_extended
  FROM (SELECT array_agg(i ORDER BY i)::vector AS v
          FROM generate_series(1, 200) d, generate_series(1, d) i GROUP BY d) AS lengths;

-- Unique constraints and hash partitions rest on the same classes.
CREATE TABLE keyed (v vector(2) PRIMARY KEY) PARTITION BY HASH (v);
CREATE TABLE keyed_0 PARTITION OF keyed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE keyed_1 PARTITION OF keyed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO keyed SELECT ARRAY[i, -i]::vector FROM generate_series(1, 100) i;
SELECT count(*), count(DISTINCT tableoid) FROM keyed;
INSERT INTO keyed VALUES ('[7,-7]') ON CONFLICT DO NOTHING;
SELECT count(*) FROM keyed;
DROP TABLE keyed;
