-- Rows of every type, :rows of them, with an index for each distance; of storage :storage where there is a choice.
CREATE FUNCTION made(i int) RETURNS real[] LANGUAGE SQL IMMUTABLE AS
    'SELECT array_agg(sin(i * (1 + g * 0.7317)) + 0.5 * sin(i % 200 * (1 + g * 0.3311)) ORDER BY g)::real[]
       FROM generate_series(1, 24) g';
CREATE FUNCTION made_sparse(v real[]) RETURNS sparsevec LANGUAGE SQL IMMUTABLE AS
    'SELECT (''{'' || string_agg(g * 3 || '':'' || v[g], '','') || ''}/100'')::sparsevec
       FROM generate_series(1, 24) g WHERE abs(v[g]) > 0.5';
CREATE FUNCTION made_bits(v real[]) RETURNS bit(24) LANGUAGE SQL IMMUTABLE AS
    'SELECT string_agg((v[g] > 0)::int::text, '''' ORDER BY g)::bit(24) FROM generate_series(1, 24) g';
CREATE TABLE items (id int, owner name DEFAULT 'nobody', v vector(24), h halfvec(24), s sparsevec(100), b bit(24))
    WITH (autovacuum_enabled = off);
INSERT INTO items (id, v, h, s, b) SELECT i, r::vector, r::halfvec, made_sparse(r), made_bits(r)
  FROM (SELECT i, made(i) AS r FROM generate_series(1, :rows) i OFFSET 0) made;
-- Rows without a direction, and NULLs.
INSERT INTO items (id, v, h, s, b) SELECT -i, r::vector, r::halfvec, '{}/100', 0::bit(24)
  FROM (SELECT i, array_fill(0::real, ARRAY[24]) AS r FROM generate_series(1, 3) i) zero;
INSERT INTO items SELECT -i FROM generate_series(4, 6) i;
CREATE INDEX items_v_l2 ON items USING hnsw (v vector_l2_ops) WITH (storage = :storage);
CREATE INDEX items_v_ip ON items USING hnsw (v vector_ip_ops) WITH (storage = :storage);
CREATE INDEX items_v_cosine ON items USING hnsw (v vector_cosine_ops) WITH (storage = :storage);
CREATE INDEX items_v_l1 ON items USING hnsw (v vector_l1_ops);
CREATE INDEX items_h_cosine ON items USING hnsw (h halfvec_cosine_ops) WITH (storage = :storage);
CREATE INDEX items_s_cosine ON items USING hnsw (s sparsevec_cosine_ops);
CREATE INDEX items_b_hamming ON items USING hnsw (b bit_hamming_ops);
CREATE INDEX items_b_jaccard ON items USING hnsw (b bit_jaccard_ops);
VACUUM ANALYZE items;
