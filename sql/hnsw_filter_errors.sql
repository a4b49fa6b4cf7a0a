-- What filter columns cannot be, said when an index is created, also of a partitioned table, which has no pages.
CREATE TABLE items (v vector(3), w vector(3), a int, b int, c text, d int, e int, f int, g int, h int, i int,
                    p point, x xml, j json, js json[], u vector);
CREATE INDEX ON items USING hnsw (a, v vector_l2_ops);
CREATE INDEX ON items USING hnsw (a);
CREATE INDEX ON items USING hnsw (c, a);
CREATE INDEX ON items USING hnsw (v vectorext_int4_ops);
CREATE INDEX ON items USING hnsw (v, a);
CREATE INDEX ON items USING hnsw (u vector_l2_ops, a);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, w vector_l2_ops);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, a, w vector_cosine_ops);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, p);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, j);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, js);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, x);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, w);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, a, b, c, d, e, f, g, h, i);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, a DESC);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, a NULLS FIRST);
CREATE INDEX ON items USING hnsw (v vector_l2_ops) INCLUDE (a);
CREATE UNIQUE INDEX ON items USING hnsw (v vector_l2_ops, a);
CREATE INDEX ON items USING ivfflat (v vector_l2_ops, a);
\set VERBOSITY sqlstate
CREATE INDEX ON items USING hnsw (a, v vector_l2_ops);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, w vector_l2_ops);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, js);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, a, b, c, d, e, f, g, h, i);
\set VERBOSITY default
CREATE TABLE parted (v vector(3), a int, js json[]) PARTITION BY RANGE (a);
CREATE INDEX ON parted USING hnsw (a, v vector_l2_ops);
CREATE INDEX ON parted USING hnsw (v vector_l2_ops, js);
DROP TABLE parted;
-- The vector column alone needs its dimensions, and eight filters are not too many.
CREATE INDEX ON items USING hnsw (v vector_l2_ops, c, b, a, d, e, f, g, h);
SELECT count(*) FROM pg_index WHERE indrelid = 'items'::regclass;

-- Operator classes of users: amvalidate looks at those of filter columns too, and what a hash does not agree with is refused.
CREATE FUNCTION same_length(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS 'SELECT length($1) = length($2)';
CREATE OPERATOR =|= (LEFTARG = text, RIGHTARG = text, FUNCTION = same_length);
CREATE OPERATOR CLASS good_tid_ops FOR TYPE tid USING hnsw AS OPERATOR 3 = (tid, tid);
CREATE OPERATOR CLASS bad_length_ops FOR TYPE text USING hnsw AS OPERATOR 3 =|= (text, text);
CREATE OPERATOR CLASS bad_order_ops FOR TYPE text USING hnsw AS OPERATOR 1 < (text, text), OPERATOR 3 = (text, text);
CREATE OPERATOR CLASS bad_point_ops FOR TYPE point USING hnsw AS OPERATOR 3 ~= (point, point);
CREATE OPERATOR CLASS bad_number_ops FOR TYPE int USING hnsw AS OPERATOR 8 <> (int, int);
CREATE OPERATOR CLASS bad_reverse_ops FOR TYPE int USING hnsw AS OPERATOR 1 > (int, int);
CREATE OPERATOR CLASS bad_overlap_ops FOR TYPE int USING hnsw AS OPERATOR 6 = (int, int);
CREATE OPERATOR CLASS bad_empty_ops FOR TYPE int USING hnsw AS STORAGE int;
CREATE OPERATOR CLASS bad_function_ops FOR TYPE int USING hnsw AS OPERATOR 3 = (int, int), FUNCTION 1 int4pl(int, int);
CREATE OPERATOR CLASS bad_distance_ops FOR TYPE vector USING hnsw AS OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops;
CREATE OPERATOR CLASS bad_vector_ops FOR TYPE vector USING hnsw AS OPERATOR 3 < (vector, vector);
CREATE OPERATOR CLASS good_vector_ops FOR TYPE vector USING hnsw AS OPERATOR 3 = (vector, vector);
CREATE OPERATOR CLASS bad_ivfflat_ops FOR TYPE int USING ivfflat AS OPERATOR 3 = (int, int);
SELECT opcname, amvalidate(oid) FROM pg_opclass WHERE opcname LIKE ANY (ARRAY['good%', 'bad%']) ORDER BY opcname;
CREATE INDEX ON items USING hnsw (v vector_l2_ops, c bad_length_ops);
CREATE INDEX ON items USING hnsw (v vector_l2_ops, p bad_point_ops);
CREATE INDEX ON items USING hnsw (v bad_distance_ops);
-- A vector may be a filter: of rows with the same one.
CREATE INDEX ON items USING hnsw (v vector_l2_ops, w good_vector_ops);

DROP TABLE items;
SELECT format('DROP OPERATOR FAMILY %I USING %I', opfname, amname)
  FROM pg_opfamily f JOIN pg_am a ON a.oid = opfmethod WHERE opfname LIKE ANY (ARRAY['good%', 'bad%']) \gexec
DROP OPERATOR =|= (text, text);
DROP FUNCTION same_length(text, text);
