-- Rows that a policy hides influence nothing that a user sees: each question is asked while they are there, and again when
-- they are gone.  Time is another matter (docs/privacy.md).
\getenv storage VX_STORAGE
\pset null NULL
SET client_min_messages = warning;
SET vectorext.seed = 1;
SET hnsw.default_storage = :storage;
CREATE SCHEMA hidden;
CREATE ROLE regress_sees_part;
GRANT USAGE, CREATE ON SCHEMA hidden TO regress_sees_part;
SET search_path = hidden, public;

-- 300 rows that are seen, and 2,700 that are not, among them the 200 nearest to the query; their length is another.
CREATE TABLE items (id int PRIMARY KEY, tenant int NOT NULL, v vector, h halfvec(8), s sparsevec(100), b bit(64),
    visible boolean NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO items
SELECT i, i % 3, v, v::vector(8)::halfvec, format('{%s:%s,%s:2}/100', 1 + i % 50, i % 13 + 1, 51 + i % 49)::sparsevec,
       hashint8extended(i, 0)::bit(64), i % 10 = 0
  FROM (SELECT i, (array_agg(hashint8extended(i, j) / 9e18 ORDER BY j))::vector AS v
          FROM generate_series(1, 3000) i, generate_series(1, 8) j GROUP BY i) made;
UPDATE items SET v = '[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8]'::vector + v * '[0.01,0.01,0.01,0.01,0.01,0.01,0.01,0.01]'::vector,
                 h = '[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8]'
 WHERE NOT visible AND id <= 222;
CREATE INDEX items_v ON items USING hnsw ((v::vector(8)) vector_l2_ops, tenant) WHERE vector_dims(v) = 8;
CREATE INDEX items_h ON items USING hnsw (h halfvec_cosine_ops);
CREATE INDEX items_s ON items USING hnsw (s sparsevec_l1_ops);
CREATE INDEX items_b ON items USING hnsw (b bit_hamming_ops);
-- Hidden rows that would raise errors: of other dimensions, and divided by.
INSERT INTO items SELECT i, 0, '[1,2,3]', NULL, NULL, NULL, false FROM generate_series(3001, 3020) i;
VACUUM ANALYZE items;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY part ON items TO regress_sees_part USING (visible);
GRANT SELECT, INSERT ON items TO regress_sees_part;

\set q '''[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8]'''
CREATE TABLE answers (hidden_there boolean, question text, answer text);
GRANT INSERT, SELECT ON answers TO regress_sees_part;

-- What a user may ask, with what comes of it: a result or an error.
CREATE FUNCTION ask(question text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
    EXECUTE question INTO answer;
    RETURN answer;
EXCEPTION WHEN OTHERS THEN
    RETURN concat_ws(' | ', SQLSTATE, SQLERRM);
END $$;
CREATE TABLE questions (id int GENERATED ALWAYS AS IDENTITY, question text);
GRANT SELECT ON questions TO regress_sees_part;
INSERT INTO questions (question) VALUES
    ('SELECT array_agg(id) FROM (SELECT id FROM items WHERE vector_dims(v) = 8 ORDER BY v::vector(8) <-> $q LIMIT 10) s'),
    ('SELECT count(*) FROM (SELECT id FROM items WHERE vector_dims(v) = 8 ORDER BY v::vector(8) <-> $q LIMIT 1000) s'),
    ('SELECT array_agg(id) FROM (SELECT id FROM items WHERE vector_dims(v) = 8 AND tenant = 1 ORDER BY v::vector(8) <-> $q LIMIT 10) s'),
    ('SELECT array_agg(id ORDER BY id) FROM items WHERE vector_dims(v) = 8 AND v::vector(8) <-> $q < 1'),
    ('SELECT count(*) FROM items WHERE vector_dims(v) = 8 AND v::vector(8) <-> $q < 0.1'),
    ('SELECT min(h <=> $q) < 0.01 FROM items'),
    ('SELECT array_agg(d) FROM (SELECT round((h <=> $q)::numeric, 3) AS d FROM items ORDER BY h <=> $q LIMIT 5) s'),
    ('SELECT array_agg(d) FROM (SELECT s <+> ''{1:2,51:2}/100'' AS d FROM items ORDER BY 1 LIMIT 5) s'),
    ('SELECT array_agg(d) FROM (SELECT b <~> repeat(''01'', 32)::bit(64) AS d FROM items ORDER BY 1 LIMIT 5) s'),
    -- Errors that hidden rows would raise: dimensions, and a division.
    ('SELECT count(*) FROM items WHERE v <-> $q < 100'),
    ('SELECT count(v::vector(8) <-> $q) FROM items'),
    ('SELECT max(1 / (3010 - id)) FROM items WHERE v <-> $q < 100'),
    ('SELECT avg(v) IS NULL FROM items'),
    -- The functions that look at rows with the rights of the caller.
    ('SELECT (queries, recall) FROM vectorext_recall(''items_h'', k => 5, queries => 300, ef_search => 1000, filter => ''id > 0'')'),
    ('SELECT (queries, recall) FROM vectorext_recall(''items_b'', k => 5, queries => 1000, ef_search => 1000)'),
    ('SELECT array_agg(t.ef_search IS NOT NULL) FROM vectorext_tune(''items_b'', 0.5, k => 3, queries => 50) t WHERE chosen'),
    ('SELECT w FROM items, vectorext_why_not(''items_h'', $q::halfvec, items.ctid, 10) w WHERE id = 50'),
    ('SELECT array_agg(w.reason ORDER BY id) FROM items, vectorext_why_not(''items_h'', $q::halfvec, items.ctid, 300) w WHERE id < 100'),
    -- Those that are for others.
    ('SELECT count(*) FROM knn_graph(''items_h'', 3)'),
    ('SELECT count(*) FROM near_pairs(''items_h'', 1)'),
    ('SELECT vectorext_index_info(''items_h'')'),
    ('SELECT vectorext_check(''items_h'')'),
    ('SELECT vectorext_erase(''items_h'')'),
    ('SELECT vectorext_build_estimate(''items'', ''h'')'),
    ('SELECT vectorext_tune(''items_h'', 0.5, store => true)'),
    ('SELECT count(*) FROM pg_stats WHERE tablename = ''items'''),
    -- A new row of one's own with the vector of a hidden one, and what is said of a wrong one.
    ('INSERT INTO items VALUES (5001, 1, $q, $q, ''{1:1}/100'', repeat(''01'', 32)::bit(64), true) RETURNING id'),
    ('SELECT array_agg(id) FROM (SELECT id FROM items ORDER BY h <=> $q LIMIT 1) s'),
    ('INSERT INTO items VALUES (5002, 1, $q, ''[1,2]'', NULL, NULL, true) RETURNING id'),
    ('INSERT INTO items VALUES (5003, 1, $q, $q, NULL, NULL, false) RETURNING id');
UPDATE questions SET question = replace(question, '$q', :'q');

-- By the index wherever it goes, and by the table.
SET enable_sort = off;
SET hnsw.ef_search = 1000;
SET ROLE regress_sees_part;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM items WHERE vector_dims(v) = 8 ORDER BY v::vector(8) <-> :q LIMIT 10;
INSERT INTO answers SELECT true, 'index: ' || question, ask(question) FROM questions ORDER BY id;
SELECT index, strategy, nodes_expanded, nodes_compared, nodes_filtered, pages_read, rows_ranked, rows_returned
  FROM (SELECT count(*) FROM (SELECT FROM items ORDER BY h <=> :q LIMIT 3) s) c, LATERAL vectorext_last_scan() WHERE count >= 0;
RESET ROLE;
SELECT index, rows_returned > 3 AS told FROM (SELECT count(*) FROM (SELECT FROM items ORDER BY h <=> :q LIMIT 4) s) c,
       LATERAL vectorext_last_scan() WHERE count >= 0;
DELETE FROM items WHERE id > 5000;
SET ROLE regress_sees_part;
SET enable_seqscan = on;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
INSERT INTO answers SELECT true, 'table: ' || question, ask(question) FROM questions ORDER BY id;
RESET enable_bitmapscan;
RESET enable_indexscan;
RESET ROLE;

DELETE FROM items WHERE id > 5000 OR NOT visible;
VACUUM (FULL, ANALYZE) items;
SET ROLE regress_sees_part;
SET enable_seqscan = off;
INSERT INTO answers SELECT false, 'index: ' || question, ask(question) FROM questions ORDER BY id;
RESET ROLE;
DELETE FROM items WHERE id > 5000;
SET ROLE regress_sees_part;
SET enable_seqscan = on;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
INSERT INTO answers SELECT false, 'table: ' || question, ask(question) FROM questions ORDER BY id;
RESET enable_bitmapscan;
RESET enable_indexscan;
RESET enable_seqscan;
RESET ROLE;

-- The same answers in all four.
SELECT a.question, a.answer AS with_hidden, b.answer AS without
  FROM answers a JOIN answers b USING (question) WHERE a.hidden_there AND NOT b.hidden_there AND a.answer IS DISTINCT FROM b.answer;
SELECT a.question, a.answer AS by_index, b.answer AS by_table
  FROM answers a JOIN answers b ON b.question = replace(a.question, 'index:', 'table:') AND a.hidden_there AND b.hidden_there
 WHERE a.question LIKE 'index:%' AND a.answer IS DISTINCT FROM b.answer;
-- What they are.
\pset format unaligned
\pset tuples_only on
SELECT left(replace(question, 'index: ', ''), 90), left(answer, 160) FROM answers WHERE hidden_there AND question LIKE 'index:%';
\pset tuples_only off
\pset format aligned

-- A function of another owner reads all rows; what its scan did is not told to who may not.
ALTER TABLE items DISABLE ROW LEVEL SECURITY;
CREATE FUNCTION nearest() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = hidden, public SET enable_seqscan = off
    AS 'SELECT id FROM items ORDER BY h <=> ''[1,0,0,0,0,0,0,0]'' LIMIT 1';
REVOKE ALL ON items FROM regress_sees_part;
SET ROLE regress_sees_part;
SELECT nearest() > 0 AS found;
SELECT index, rows_returned FROM vectorext_last_scan();
RESET ROLE;
GRANT SELECT (id) ON items TO regress_sees_part;
SET ROLE regress_sees_part;
SELECT index, rows_returned FROM vectorext_last_scan();
RESET ROLE;

RESET search_path;
DROP SCHEMA hidden CASCADE;
DROP ROLE regress_sees_part;
