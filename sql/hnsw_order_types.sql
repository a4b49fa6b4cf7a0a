-- What hnsw_order.sql shows of vector, for halfvec with every storage, sparsevec and bit, and each
-- operator: up to ef_search no row comes late, in strict order none at all, and no row is lost.
SET jit = off;
SET max_parallel_maintenance_workers = 0;
CREATE FUNCTION made_half(i int) RETURNS halfvec(16) LANGUAGE SQL IMMUTABLE AS
    'SELECT array_agg(sin(i * (1 + g * 0.7317)) ORDER BY g)::real[]::halfvec FROM generate_series(1, 16) g';
-- Eight of 400 elements, which many rows have in common.
CREATE FUNCTION made_sparse(i int) RETURNS sparsevec(400) LANGUAGE SQL IMMUTABLE AS
    'SELECT (''{'' || string_agg(1 + g * 50 + i * (g + 3) % 97 % 50 || '':'' || sin(i * (1 + g * 0.37))::real, '','')
             || ''}/400'')::sparsevec FROM generate_series(0, 7) g';
-- 32 bits, so that many rows are equally far.
CREATE FUNCTION made_bits(i int) RETURNS bit(32) LANGUAGE SQL IMMUTABLE AS
    'SELECT string_agg((sin(i * (1 + g * 0.7317)) > 0.2)::int::text, '''' ORDER BY g)::bit(32)
       FROM generate_series(1, 32) g';
CREATE TABLE items (id int, f halfvec(16), c halfvec(16), p halfvec(16), s sparsevec(400), b bit(32))
    WITH (autovacuum_enabled = off);
INSERT INTO items SELECT i, h, h, h, made_sparse(i), made_bits(i)
  FROM (SELECT i, made_half(i) AS h FROM generate_series(1, 5000) i) made;
INSERT INTO items VALUES (-1), (-2), (-3);
INSERT INTO items SELECT -i, h, h, h, '{}/400', 0::bit(32)
  FROM (SELECT i, array_fill(0, ARRAY[16])::halfvec AS h FROM generate_series(4, 7) i) zero;
-- One index of each storage, for the metrics in turn.
DO $$
DECLARE
    metric text;
    stored record;
BEGIN
    FOR stored IN VALUES ('f', 'fast'), ('c', 'compact'), ('p', 'plain') LOOP
        FOREACH metric IN ARRAY ARRAY['l2', 'ip', 'cosine'] LOOP
            EXECUTE format('CREATE INDEX items_%1$s_%2$s ON items USING hnsw (%1$s halfvec_%2$s_ops)
                            WITH (storage = %3$s, ef_construction = 40)',
                           stored.column1, metric, stored.column2);
        END LOOP;
    END LOOP;
END $$;
CREATE INDEX items_p_l1 ON items USING hnsw (p halfvec_l1_ops) WITH (ef_construction = 40);
CREATE INDEX items_s_l2 ON items USING hnsw (s sparsevec_l2_ops) WITH (ef_construction = 40);
CREATE INDEX items_s_ip ON items USING hnsw (s sparsevec_ip_ops) WITH (ef_construction = 40);
CREATE INDEX items_s_cosine ON items USING hnsw (s sparsevec_cosine_ops) WITH (ef_construction = 40);
CREATE INDEX items_s_l1 ON items USING hnsw (s sparsevec_l1_ops) WITH (ef_construction = 40);
CREATE INDEX items_b_hamming ON items USING hnsw (b bit_hamming_ops) WITH (ef_construction = 40);
CREATE INDEX items_b_jaccard ON items USING hnsw (b bit_jaccard_ops) WITH (ef_construction = 40);
ANALYZE items;

CREATE FUNCTION scanned(expression text, query text, most int,
                        OUT rows bigint, OUT late bigint, OUT twice bigint) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT count(*), count(*) FILTER
                           (WHERE d < highest - greatest(abs(highest) * 1e-5, 1e-6)),
                           count(*) - count(DISTINCT id)
                      FROM (SELECT id, d, max(d) OVER (ROWS UNBOUNDED PRECEDING) AS highest
                              FROM (SELECT id, %1$s AS d FROM items ORDER BY %1$s LIMIT %2$L) found) seen',
                   expression || quote_literal(query), most)
       INTO rows, late, twice;
END $$;
CREATE FUNCTION scans(limits int[], queries int, only_these text DEFAULT '.')
RETURNS TABLE (expression text, scans bigint, short bigint, late bigint, twice bigint)
LANGUAGE SQL AS $$
    SELECT operand || ' ' || operator, count(*), count(*) FILTER (WHERE s.rows < most), sum(s.late),
           sum(s.twice)
      FROM (VALUES ('f', '<-> <#> <=>'), ('c', '<-> <#> <=>'), ('p', '<-> <#> <=> <+>'),
                   ('s', '<-> <#> <=> <+>'), ('b', '<~> <%>')) asked (operand, operators),
           regexp_split_to_table(operators, ' ') operator, unnest(limits) most,
           generate_series(10001, 10000 + queries) i,
           LATERAL scanned(operand || ' ' || operator,
                           CASE operand WHEN 's' THEN made_sparse(i)::text WHEN 'b' THEN made_bits(i)::text
                                        ELSE made_half(i)::text END, most) s
     WHERE operand || operator ~ only_these
     GROUP BY operand, operator ORDER BY (operand || ' ' || operator) COLLATE "C"
$$;
SET enable_seqscan = off;
SET enable_sort = off;
SELECT * FROM scans('{10, 40}', 10);
SET hnsw.ef_search = 10;
SELECT * FROM scans('{1, 7, 10}', 5);
SET hnsw.ef_search = 100;
SELECT * FROM scans('{75, 100}', 5);
SET hnsw.ef_search = 1000;
SELECT * FROM scans('{1000}', 2);
RESET hnsw.ef_search;
-- Those without a direction and NULLs, of which there are seven, come last.
SET hnsw.iterative_scan = strict_order;
SELECT * FROM scans('{50, 500, 5007}', 2);
SET hnsw.iterative_scan = relaxed_order;
SELECT expression, scans, short, twice FROM scans('{500, 5007}', 1);

-- A third of the rows is dead, then gone.
RESET hnsw.iterative_scan;
DELETE FROM items WHERE id % 3 = 0;
SELECT * FROM scans('{10, 40}', 5);
-- All of this was asked of the indexes.
SELECT pg_stat_force_next_flush();
SELECT count(*), min(idx_scan) >= 60 AS asked FROM pg_stat_user_indexes WHERE relname = 'items';
DROP INDEX items_f_l2, items_f_ip, items_c_ip, items_c_cosine, items_p_l2, items_p_ip, items_p_cosine,
           items_s_ip, items_s_cosine, items_s_l1, items_b_jaccard;
VACUUM items;
SELECT * FROM scans('{10, 40}', 5, '^(f<=>|c<->|p<[+]>|s<->|b<~>)$');
SET hnsw.iterative_scan = strict_order;
SELECT * FROM scans('{3339}', 2, '^(f<=>|c<->|p<[+]>|s<->|b<~>)$');
SELECT * FROM vectorext_check('items_s_l2');
DROP TABLE items;
DROP FUNCTION scans, scanned, made_half, made_sparse, made_bits;
