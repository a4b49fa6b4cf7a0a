-- Order is a promise: of as many rows as ef_search says none comes after one that is farther, whatever the
-- rows are like and whatever happened to them; with hnsw.iterative_scan = strict_order at any depth. No
-- setting loses a row, or returns one twice.
-- Plans here cost enough for LLVM, which takes seconds where the server has it.
SET jit = off;
SET max_parallel_maintenance_workers = 0;
\getenv storage VX_STORAGE
-- 6,000 rows each: of fewer, a scan compares all without a search.
CREATE FUNCTION asked(kind text, i int) RETURNS vector(16) LANGUAGE SQL IMMUTABLE AS $$
    SELECT array_agg(CASE kind
               WHEN 'random' THEN sin(i * (1 + g * 0.7317))
               -- 40 clusters, far from each other
               WHEN 'clustered' THEN 9 * sin(i % 40 * (1 + g * 0.7317)) + sin(i * (1 + g * 0.3311))
               -- one vector 1,000 times, 417 others twelve times each
               WHEN 'repeated' THEN sin(CASE i % 6 WHEN 0 THEN 0 ELSE i % 500 END * (1 + g * 0.7317) + 1)
               -- points of a grid, of which many are equally far
               WHEN 'grid' THEN round(0.9 * sin(i * (1 + g * 0.7317)))
           END ORDER BY g)::vector FROM generate_series(1, 16) g
$$;

-- Of the rows that an index scan returns: how many, those that come after one that is farther, and those
-- that come once more. Float arithmetic may differ in the last digits.
CREATE FUNCTION scanned(source text, expression text, query text, most int,
                        OUT rows bigint, OUT late bigint, OUT twice bigint) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT count(*), count(*) FILTER
                           (WHERE d < highest - greatest(abs(highest) * 1e-5, 1e-6)),
                           count(*) - count(DISTINCT id)
                      FROM (SELECT id, d, max(d) OVER (ROWS UNBOUNDED PRECEDING) AS highest
                              FROM (SELECT id, %1$s AS d FROM %2$I ORDER BY %1$s LIMIT %3$L) found) seen',
                   replace(expression, 'q', quote_literal(query)), source, most)
       INTO rows, late, twice;
END $$;
-- Scans from sources by expressions with limits: `short` ones return fewer rows than these.
CREATE FUNCTION scans(sources text[], expressions text[], limits int[], queries int,
                      OUT scans bigint, OUT short bigint, OUT late bigint, OUT twice bigint)
LANGUAGE SQL AS $$
    SELECT count(*), count(*) FILTER (WHERE s.rows < most), sum(s.late), sum(s.twice)
      FROM unnest(sources) source, unnest(expressions) expression, unnest(limits) most,
           generate_series(1, queries) i,
           LATERAL scanned(source, expression,
                           asked(replace(source, 'later', 'random'), 100000 + i * 7)::text, most) s
$$;
-- With LIMIT from 1 to ef_search. Of the larger two few, as all rows are compared.
CREATE FUNCTION in_order(sources text[], expressions text[])
RETURNS TABLE (ef int, scans bigint, short bigint, late bigint, twice bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOREACH ef IN ARRAY ARRAY[10, 40, 100, 400, 1000] LOOP
        PERFORM set_config('hnsw.ef_search', ef::text, true);
        SELECT s.* INTO scans, short, late, twice
          FROM scans(sources, expressions, ARRAY[1, ef / 2, ef * 3 / 4, ef],
                     CASE WHEN ef <= 100 THEN 10 ELSE 2 END) s;
        RETURN NEXT;
    END LOOP;
END $$;

DO $$
DECLARE
    kind text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['random', 'clustered', 'repeated', 'grid'] LOOP
        EXECUTE format('CREATE TABLE %I (id int, v vector(16)) WITH (autovacuum_enabled = off)', kind);
        EXECUTE format('INSERT INTO %1$I SELECT i, asked(%1$L, i) FROM generate_series(1, 6000) i', kind);
    END LOOP;
END $$;
INSERT INTO random SELECT -i, CASE WHEN i > 5 THEN array_fill(0, ARRAY[16])::vector END
  FROM generate_series(1, 10) i;
CREATE INDEX random_l2 ON random USING hnsw (v vector_l2_ops) WITH (storage = :storage);
CREATE INDEX random_ip ON random USING hnsw (v vector_ip_ops) WITH (storage = :storage);
CREATE INDEX random_cosine ON random USING hnsw (v vector_cosine_ops) WITH (storage = :storage);
CREATE INDEX random_l1 ON random USING hnsw (v vector_l1_ops);
CREATE INDEX clustered_l2 ON clustered USING hnsw (v vector_l2_ops) WITH (storage = :storage);
CREATE INDEX clustered_cosine ON clustered USING hnsw (v vector_cosine_ops) WITH (storage = :storage);
CREATE INDEX repeated_l2 ON repeated USING hnsw (v vector_l2_ops) WITH (storage = :storage);
CREATE INDEX repeated_ip ON repeated USING hnsw (v vector_ip_ops) WITH (storage = :storage);
CREATE INDEX grid_l2 ON grid USING hnsw (v vector_l2_ops) WITH (storage = :storage);
CREATE INDEX grid_cosine ON grid USING hnsw (v vector_cosine_ops) WITH (storage = :storage);
ANALYZE random, clustered, repeated, grid;
-- No sort makes up for what the index does.
SET enable_seqscan = off;
SET enable_sort = off;
SELECT * FROM in_order('{random}', '{v <-> q, v <#> q, v <=> q, v <+> q}');
SELECT * FROM in_order('{clustered, grid}', '{v <-> q, v <=> q}');
SELECT * FROM in_order('{repeated}', '{v <-> q, v <#> q}');
-- Default settings.
SELECT * FROM scans('{random}', '{v <-> q, v <#> q, v <=> q, v <+> q}', '{10, 40}', 20);
SELECT * FROM scans('{clustered, grid}', '{v <-> q, v <=> q}', '{10, 40}', 20);

-- Beyond ef_search order is certain on demand. `random` has rows with NULL and zero vectors as well.
SET hnsw.iterative_scan = strict_order;
SELECT * FROM scans('{random}', '{v <-> q, v <#> q, v <=> q, v <+> q}', '{50, 500, 6010}', 3);
SELECT * FROM scans('{clustered, grid}', '{v <-> q, v <=> q}', '{50, 500, 6000}', 3);
SELECT * FROM scans('{repeated}', '{v <-> q, v <#> q}', '{50, 500, 6000}', 3);
SELECT count(*) FROM (SELECT FROM random ORDER BY v <=> asked('random', 9) LIMIT 10000) found;
-- No more memory than for a part of the rows at a time.
SET work_mem = '64kB';
SELECT * FROM scans('{random}', '{v <-> q, v <#> q, v <=> q, v <+> q}', '{6010}', 1);
SELECT * FROM scans('{repeated}', '{v <-> q, v <#> q}', '{6000}', 1);
RESET work_mem;

-- In any other mode all rows come, each once, and late ones after ef_search others.
SET hnsw.iterative_scan = relaxed_order;
SELECT scans, short, twice
  FROM scans('{random}', '{v <-> q, v <#> q, v <=> q, v <+> q}', '{50, 500, 6010}', 2);
SELECT scans, short, twice
  FROM scans('{repeated}', '{v <-> q, v <#> q}', '{50, 500, 6000}', 2);
SET hnsw.iterative_scan = off;
SELECT scans, short, twice
  FROM scans('{random}', '{v <-> q, v <#> q, v <=> q, v <+> q}', '{50, 500, 6010}', 2);
SELECT scans, short, twice
  FROM scans('{clustered, grid}', '{v <-> q, v <=> q}', '{50, 500, 6000}', 2);
SET hnsw.ef_search = 1;
SET hnsw.max_scan_tuples = 1;
SELECT scans, short, twice
  FROM scans('{random}', '{v <-> q, v <#> q, v <=> q, v <+> q}', '{50, 500, 6010}', 1);
RESET hnsw.max_scan_tuples;
RESET hnsw.ef_search;
RESET hnsw.iterative_scan;

-- A third of the rows is gone for this transaction, not for others: those do not count.
BEGIN;
DELETE FROM random WHERE id % 3 = 0;
SELECT * FROM scans('{random}', '{v <-> q, v <#> q, v <=> q, v <+> q}', '{20, 40}', 40);
ROLLBACK;

-- A third of the rows is dead, then gone; others come after the index.
DELETE FROM random WHERE id % 3 = 0;
SELECT * FROM in_order('{random}', '{v <-> q, v <#> q, v <=> q}');
VACUUM random;
SELECT * FROM in_order('{random}', '{v <-> q, v <#> q, v <=> q}');
INSERT INTO random SELECT i, asked('random', i) FROM generate_series(6001, 6150) i;
SELECT * FROM in_order('{random}', '{v <-> q, v <#> q, v <=> q}');
SET hnsw.iterative_scan = strict_order;
SELECT * FROM scans('{random}', '{v <-> q, v <#> q, v <=> q}', '{50, 500, 4157}', 3);
RESET hnsw.iterative_scan;
SELECT c.relname, f.* FROM pg_class c, vectorext_check(c.oid) f WHERE c.relname LIKE 'random\_%';

-- All rows come after the index.
CREATE TABLE later (id int, v vector(16)) WITH (autovacuum_enabled = off);
CREATE INDEX ON later USING hnsw (v vector_l2_ops)
    WITH (storage = :storage, m = 8, ef_construction = 16);
INSERT INTO later SELECT i, asked('random', i) FROM generate_series(1, 5000) i;
SELECT * FROM in_order('{later}', '{v <-> q}');
SET hnsw.iterative_scan = strict_order;
SELECT * FROM scans('{later}', '{v <-> q}', '{50, 500, 5000}', 3);
RESET hnsw.iterative_scan;

-- All of this was asked of the indexes.
SELECT pg_stat_force_next_flush();
SELECT indexrelname, idx_scan >= 100 AS asked FROM pg_stat_user_indexes
 WHERE relname IN ('random', 'clustered', 'repeated', 'grid', 'later')
 ORDER BY indexrelname COLLATE "C";
DROP TABLE random, clustered, repeated, grid, later;
DROP FUNCTION in_order, scans, scanned, asked;
