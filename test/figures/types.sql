-- sql/hnsw_types.sql with one seed: 800 rows, of which 100 are inserted once more, and the nodes that there
-- are then: 801 where insertion has met all equal ones (all zero but one row).
SET vectorext.seed = :seed;
SET max_parallel_maintenance_workers = 0;
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.made(i int, dims int) RETURNS real[] LANGUAGE SQL IMMUTABLE AS
    'SELECT array_agg(sin(i * (1 + g * 0.37)) ORDER BY g)::real[] FROM generate_series(1, dims) g';
CREATE FUNCTION pg_temp.made_sparse(i int) RETURNS sparsevec LANGUAGE SQL IMMUTABLE AS
    'SELECT (''{'' || string_agg((1 + g * 1601 + i % 7 * 10)::text || '':'' || sin(i * (1 + g * 0.37))::real, '','')
             || ''}/100000'')::sparsevec FROM generate_series(1, 1 + i * 17 % 61) g';
CREATE FUNCTION pg_temp.made_bits(i int) RETURNS bit(100) LANGUAGE SQL IMMUTABLE AS
    'SELECT string_agg((sin(i * (1 + g * 0.37)) > 0.3)::int::text, '''' ORDER BY g)::bit(100)
       FROM generate_series(1, 100) g';
CREATE TEMP TABLE items (id int, h halfvec(8), s sparsevec(100000), b bit(100));
INSERT INTO items SELECT i, pg_temp.made(i, 8)::halfvec, pg_temp.made_sparse(i), pg_temp.made_bits(i)
  FROM generate_series(1, 600) i;
INSERT INTO items VALUES (-1, NULL, NULL, NULL),
                         (-2, '[0,0,0,0,0,0,0,0]', '{}/100000', 0::bit(100));
CREATE INDEX items_h_l1 ON items USING hnsw (h halfvec_l1_ops);
CREATE INDEX items_s_l2 ON items USING hnsw (s sparsevec_l2_ops);
CREATE INDEX items_b_hamming ON items USING hnsw (b bit_hamming_ops);
INSERT INTO items SELECT i, pg_temp.made(i, 8)::halfvec, pg_temp.made_sparse(i), pg_temp.made_bits(i)
  FROM generate_series(601, 800) i;
INSERT INTO items SELECT id + 10000, h, s, b FROM items WHERE id BETWEEN 1 AND 100;
SELECT concat('nodes of ', relname, '|', live_nodes)
  FROM pg_class c, vectorext_index_info(c.oid)
 WHERE c.relname IN ('items_h_l1', 'items_s_l2', 'items_b_hamming') ORDER BY c.relname COLLATE "C";
