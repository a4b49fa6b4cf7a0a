-- What a threshold beside the order by the same distance finds, and what it costs: a scan ends at the bound.
-- The ways to write one are in query_forms.sql.
-- Plans here cost enough for LLVM, which takes seconds where the server has it.
SET jit = off;
SET enable_bitmapscan = off;
SET max_parallel_maintenance_workers = 0;
\getenv storage VX_STORAGE
\getenv srcdir PG_ABS_SRCDIR
\set all_kinds :srcdir '/sql/contract/all_kinds.sql'
\set rows 6000
\i :all_kinds
-- A query near to a row.
CREATE FUNCTION asked(i int) RETURNS real[] LANGUAGE SQL IMMUTABLE AS
    'SELECT array_agg(0.8 * a + 0.2 * b)::real[] FROM unnest(made(i * 31), made(9000 + i)) AS both_of (a, b)';

-- What an index scan costs: pages, and rows of the table that were looked at.
CREATE FUNCTION work(statement text, OUT rows int, OUT pages int, OUT fetches int)
LANGUAGE plpgsql AS $$
DECLARE
    node jsonb;
    plan jsonb;
    before bigint;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
    node := jsonb_path_query_first(plan, '$.** ? (@."Node Type" == "Index Scan")');
    before := pg_stat_get_xact_tuples_fetched((node->>'Index Name')::regclass);
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ' || statement INTO plan;
    node := jsonb_path_query_first(plan, '$.** ? (@."Node Type" == "Index Scan")');
    rows := (node->>'Actual Rows')::float8;
    pages := (node->>'Shared Hit Blocks')::int + (node->>'Shared Read Blocks')::int;
    fetches := pg_stat_get_xact_tuples_fetched((node->>'Index Name')::regclass) - before;
END $$;
-- A threshold that `wanted` rows pass, or the next number of them that ties allow.
CREATE FUNCTION bounded(operand text, operator text, query text, wanted int, most int,
                        OUT passing int, OUT returned int, OUT wrong int, OUT late int,
                        OUT more_pages float8, OUT more_fetches float8, OUT pages int) LANGUAGE plpgsql AS $$
DECLARE
    d text := format('(%s %s %L)', operand, operator, query);
    -- The forms in turn.
    clause text := (ARRAY['%1$s < %2$s', '-%1$s > -(%2$s)', '1 - %1$s >= 1 - %2$s'])[1 + wanted % 3];
    statement text;
    plain text;
    near float8[];
    threshold float8;
    ids int[];
    plain_work record;
    work record;
BEGIN
    PERFORM set_config('enable_indexscan', 'off', true), set_config('enable_seqscan', 'on', true);
    EXECUTE format('SELECT array_agg(d ORDER BY d) FROM (
                        SELECT %s AS d FROM items WHERE id > 0 ORDER BY d LIMIT 1000) distances', d)
       INTO near;
    threshold := CASE wanted WHEN 0 THEN near[1] - 0.01
                     ELSE (near[wanted] + (SELECT min(n) FROM unnest(near) n WHERE n > near[wanted])) / 2
                 END;
    -- Zero vectors' NaN passes what is turned around; here we count the others.
    statement := format('SELECT id, %1$s AS d FROM items WHERE %2$s AND id > 0 ORDER BY %1$s', d,
                        format(clause, d, threshold));
    EXECUTE format('SELECT array_agg(id) FROM (%s) found', statement) INTO ids;
    passing := coalesce(cardinality(ids), 0);
    PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_seqscan', 'off', true);
    plain := format('SELECT id FROM items ORDER BY %s LIMIT 10', d);
    statement := statement || coalesce(' LIMIT ' || most, '');
    EXECUTE format('SELECT count(*), count(*) FILTER (WHERE id <> ALL ($1)),
                           count(*) FILTER (WHERE d < highest - 1e-5)
                      FROM (SELECT id, d, max(d) OVER (ROWS UNBOUNDED PRECEDING) AS highest
                              FROM (%s) found) seen', statement)
       INTO returned, wrong, late USING coalesce(ids, '{}');
    -- Beside the index's, the pages of catalogs count that the server reads again when something invalidates what it
    -- knows of them: a scan that seems to cost more is measured once more.
    FOR attempt IN 1..2 LOOP
        plain_work := work(plain);
        work := work(statement);
        EXIT WHEN wanted > 1 OR work.pages <= plain_work.pages;
    END LOOP;
    pages := work.pages;
    more_pages := work.pages::float8 / plain_work.pages;
    more_fetches := work.fetches - plain_work.fetches;
    passing := least(passing, coalesce(most, passing));
END $$;
SET enable_sort = off;
-- No wrong row and none late; nearly all that pass. One match costs no more than the ten nearest; if it does,
-- "pages" tells what did.
SELECT operand || ' ' || operator AS distance, count(*) AS scans,
       sum(b.returned) FILTER (WHERE wanted = 0) AS none,
       sum(b.returned) FILTER (WHERE wanted > 0) >= 0.95 * sum(b.passing) AS recalled,
       sum(wrong) AS wrong, sum(late) FILTER (WHERE wanted < 100 OR most IS NOT NULL) AS late,
       coalesce(max(format('%s of %s, query %s: %s', wanted, most, i, b))
                    FILTER (WHERE wanted <= 1 AND more_pages > 1), 't') AS pages,
       max(more_pages) FILTER (WHERE wanted <= 5) <= 2 AS pages_of_five,
       max(more_fetches) FILTER (WHERE wanted <= 1) <= 0 AS fetches
  FROM (VALUES ('v', '<-> <#> <=> <+>'), ('h', '<=>'), ('s', '<=>'), ('b', '<~> <%>'))
           AS asked (operand, operators),
       regexp_split_to_table(operators, ' ') operator, unnest(ARRAY[0, 1, 5, 15, 100]) wanted,
       unnest(ARRAY[10, 20, NULL]) most, generate_series(1, 4) i,
       LATERAL bounded(operand, operator,
                       CASE operand WHEN 's' THEN made_sparse(asked(i))::text
                                    WHEN 'b' THEN made_bits(asked(i))::text
                                    ELSE asked(i)::vector::text END, wanted, most) b
 GROUP BY operand, operator ORDER BY (operand || operator) COLLATE "C";

-- More rows than ef_search pass: the scan goes on until the search has come to the bound, and finds what
-- one with a LIMIT in its place does.
CREATE FUNCTION found(ef int, d text, most int, OUT by_limit int, OUT by_bound int) LANGUAGE plpgsql AS $$
DECLARE
    bound float8;
    ids int[];
BEGIN
    PERFORM set_config('hnsw.ef_search', ef::text, true), set_config('enable_indexscan', 'off', true),
            set_config('enable_seqscan', 'on', true);
    EXECUTE format('SELECT array_agg(id), max(d) FROM (SELECT id, %1$s AS d FROM items WHERE id > 0
                     ORDER BY d LIMIT %2$s) nearest', d, most) INTO ids, bound;
    PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_seqscan', 'off', true);
    EXECUTE format('SELECT count(*) FROM (SELECT id FROM items ORDER BY %1$s LIMIT %2$s) nearest
                     WHERE id = ANY ($1)', d, most) INTO by_limit USING ids;
    EXECUTE format('SELECT count(*) FROM (SELECT id FROM items WHERE %1$s <= $2 ORDER BY %1$s) nearest
                     WHERE id = ANY ($1)', d) INTO by_bound USING ids, bound;
END $$;
-- One of a hundred searches with an ef_search of 10 ends where no row is within the bound.
SELECT count(*), count(*) FILTER (WHERE by_bound < 0.9 * by_limit) <= 4 AS as_by_limit
  FROM (VALUES (10, 50), (40, 100)) AS sizes (ef, most), unnest(ARRAY['<->', '<=>']) operator,
       generate_series(11, 50) i,
       LATERAL found(ef, format('(v %s %L)', operator, asked(i)::vector), most) f;

-- Bounds that are no numbers, or that all rows pass, or none. The distance of the three rows without a
-- direction is NaN, greater than all numbers: they pass what is turned around. Three have no vector.
CREATE FUNCTION rows_of(d text, clause text, by_index bool) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    ids int[];
BEGIN
    PERFORM set_config('enable_indexscan', CASE WHEN by_index THEN 'on' ELSE 'off' END, true),
            set_config('enable_seqscan', CASE WHEN by_index THEN 'off' ELSE 'on' END, true);
    EXECUTE format('SELECT array_agg(id ORDER BY id) FROM (
                        SELECT id FROM items WHERE %s ORDER BY %s LIMIT 10000) found',
                   regexp_replace(clause, '\md\M', d), d) INTO ids;
    RETURN ids;
END $$;
SELECT distance, clause, ids IS NOT DISTINCT FROM rows_of(d, clause, false) AS same,
       cardinality(ids) AS rows
  FROM (VALUES (1, 'v <=> %L', '{d < NULL, d < ''NaN'', d <= ''NaN'', d < ''Infinity'',
                                 d < ''-Infinity'', d < -1, d <= 2,
                                 1 - d > NULL, 1 - d > ''NaN'', 1 - d >= ''NaN'', 1 - d > ''Infinity'',
                                 1 - d > ''-Infinity'', 1 - d > 5, 1 - d > -5}'),
               (2, 'v <-> %L', '{d < NULL, d < ''NaN'', d < ''Infinity'', d < -1, d < 1e300, -d > -1e300}'),
               (3, 'v <#> %L', '{d < ''-Infinity'', d < -1000, d < 1000, -d > ''NaN'', -d > -1e300}'),
               (4, 'v <+> %L', '{d < -1, d < 1e300, -d >= ''-Infinity''}'),
               (5, 'h <=> %L', '{d < ''NaN'', d < ''Infinity'', 1 - d > 5, 1 - d > -5}'),
               (6, 's <=> %L', '{d < ''NaN'', d <= 2, 1 - d > 5, 1 - d > -5}'),
               (7, 'b <~> %L', '{d < ''NaN'', d < -1, d < 1000, -d > -1000}'),
               (8, 'b <%%> %L', '{d < ''NaN'', d < -1, 1 - d > 5, 1 - d > -5}'))
           AS asked (place, distance, clauses),
       unnest(clauses::text[]) WITH ORDINALITY AS c (clause, nth),
       LATERAL (SELECT '(' || format(distance, CASE left(distance, 1)
                                               WHEN 's' THEN made_sparse(made(9031))::text
                                               WHEN 'b' THEN made_bits(made(9031))::text
                                               ELSE made(9031)::vector::text END) || ')' AS d) q,
       LATERAL (SELECT rows_of(d, clause, true) AS ids) by_index
 ORDER BY place, nth;

-- Another bound for a scan that is there already: of an outer row, of the next execution. near.d has the
-- first distances, in order.
SET enable_indexscan = off;
SET enable_sort = on;
CREATE TEMP TABLE near AS
    SELECT array_agg(d) AS d FROM (
        SELECT v <=> made(9062)::vector AS d FROM items WHERE id > 0 ORDER BY d LIMIT 30) nearest;
CREATE FUNCTION bound_of(n int) RETURNS float8 LANGUAGE SQL STABLE AS
    'SELECT CASE WHEN n > 0 THEN (d[n] + d[n + 1]) / 2 ELSE d[1] / 2 END FROM near';
RESET enable_indexscan;
SET enable_seqscan = off;
SET hnsw.ef_search = 200;
CREATE FUNCTION conditions(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || statement INTO plan;
    RETURN jsonb_path_query_first(plan, '$.** ? (@."Node Type" == "Index Scan")')->>'Index Cond';
END $$;
SELECT conditions($$SELECT n, count(found) FROM unnest(ARRAY[1, 0, 15, NULL, 3, 20]) n LEFT JOIN LATERAL (
    SELECT id FROM items WHERE v <=> made(9062)::vector < bound_of(n)
     ORDER BY v <=> made(9062)::vector LIMIT 20) found ON true GROUP BY n ORDER BY n$$);
SELECT n, count(found) FROM unnest(ARRAY[1, 0, 15, NULL, 3, 20]) n LEFT JOIN LATERAL (
    SELECT id FROM items WHERE v <=> made(9062)::vector < bound_of(n)
     ORDER BY v <=> made(9062)::vector LIMIT 20) found ON true GROUP BY n ORDER BY n;
SET plan_cache_mode = force_generic_plan;
PREPARE near(float8, int) AS SELECT count(*) FROM (
    SELECT FROM items WHERE v <=> made(9062)::vector < $1
     ORDER BY v <=> made(9062)::vector LIMIT $2) found;
SELECT conditions('EXECUTE near(0.5, 10)');
EXECUTE near(bound_of(1), 10);
EXECUTE near(bound_of(15), 20);
EXECUTE near(bound_of(0), 10);
EXECUTE near(NULL, 10);
EXECUTE near('-Infinity', 10);
EXECUTE near('Infinity', 10000);
EXECUTE near(bound_of(3), 10);
DEALLOCATE near;
RESET plan_cache_mode;
-- A cursor ends at the bound and stays there; it turns round.
BEGIN;
DECLARE nearest SCROLL CURSOR FOR
    SELECT array_position((SELECT d FROM near), v <=> made(9062)::vector)
      FROM items WHERE v <=> made(9062)::vector < bound_of(15) ORDER BY v <=> made(9062)::vector;
MOVE 4 nearest;
FETCH 1 nearest;
MOVE ALL nearest;
FETCH 1 nearest;
MOVE BACKWARD 10 nearest;
FETCH BACKWARD 1 nearest;
FETCH ABSOLUTE 5 nearest;
MOVE FORWARD ALL nearest;
COMMIT;
DROP TABLE items, near;
DROP FUNCTION bounded, found, work, rows_of, bound_of, conditions, asked, made, made_sparse, made_bits;
