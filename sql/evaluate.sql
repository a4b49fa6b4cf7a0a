-- vectorext_evaluate and its like, against formulas in SQL.
\pset null NULL
SET extra_float_digits = 0;

-- The example of Manning, Raghavan and Schuetze: relevant at ranks 1, 3 and 6 of ten, 4 in all.
SELECT * FROM vectorext_evaluate(ARRAY[1,20,3,21,22,6,23,24,25,26], ARRAY[1,3,6,99], 10);
SELECT 3 / 10.0 AS "precision", 3 / 4.0 AS recall, round(2 * 0.3 * 0.75 / (0.3 + 0.75), 6) AS f1,
       round((1 / 1.0 + 2 / 3.0 + 3 / 6.0) / 4, 6) AS average_precision;

-- The same by formulas, for many random answers, lengths and k.
SELECT setseed(0.25);
CREATE TABLE answers AS
SELECT q, (random() * 12)::int + 1 AS k,
       ARRAY(SELECT (random() * 30)::int FROM generate_series(1, (random() * 15)::int + q - q)) AS retrieved,
       ARRAY(SELECT DISTINCT (random() * 30)::int FROM generate_series(1, (random() * 12)::int + q - q)) AS relevant
  FROM generate_series(1, 500) AS q;
SELECT count(DISTINCT k) > 10 AS ks, count(*) FILTER (WHERE retrieved = '{}') > 5 AS empty_answers,
       count(*) FILTER (WHERE relevant = '{}') > 5 AS without_relevant FROM answers;
CREATE VIEW ranked AS
SELECT q, k, relevant, id, row_number() OVER (PARTITION BY q ORDER BY at) AS rank, id = ANY (relevant) AS hit
  FROM (SELECT q, k, relevant, id, min(at) AS at
          FROM answers, unnest(retrieved) WITH ORDINALITY AS r (id, at)
         GROUP BY q, k, relevant, id) AS first_of_each;
CREATE VIEW formulas AS
SELECT q, k, relevant, cardinality(relevant) AS wanted,
       coalesce(hits, 0) AS hits, coalesce(precisions, 0) AS precisions, first, coalesce(dcg, 0) AS dcg,
       (SELECT sum(1 / log(2, i + 1)) FROM generate_series(1, least(k, cardinality(relevant))) AS i) AS ideal
  FROM answers
  LEFT JOIN (SELECT q, count(*) AS hits, min(rank) AS first, sum(1 / log(2, rank + 1)) AS dcg,
                    sum((SELECT count(*) FROM ranked AS above
                          WHERE above.q = ranked.q AND above.hit AND above.rank <= ranked.rank)
                        / rank::numeric) AS precisions
               FROM ranked WHERE hit AND rank <= k GROUP BY q) AS hits USING (q);
CREATE TABLE expected AS
SELECT q, hits::float8 / k AS "precision", hits::float8 / nullif(wanted, 0) AS recall,
       CASE WHEN wanted > 0 THEN 2.0 * hits / (k + wanted) END AS f1,
       CASE WHEN wanted > 0 THEN precisions / wanted END AS average_precision,
       CASE WHEN wanted > 0 THEN coalesce(1.0 / first, 0) END AS reciprocal_rank,
       CASE WHEN wanted > 0 THEN dcg / ideal END AS ndcg
  FROM formulas;
CREATE FUNCTION differ(float8, numeric) RETURNS boolean LANGUAGE sql AS
    'SELECT ($1 IS NULL) <> ($2 IS NULL) OR abs($1 - $2::float8) > 1e-12';
SELECT count(*) AS queries,
       count(*) FILTER (WHERE differ(e."precision", x."precision"::numeric)) AS "precision",
       count(*) FILTER (WHERE differ(e.recall, x.recall::numeric)) AS recall,
       count(*) FILTER (WHERE differ(e.f1, x.f1)) AS f1,
       count(*) FILTER (WHERE differ(e.average_precision, x.average_precision)) AS average_precision,
       count(*) FILTER (WHERE differ(e.reciprocal_rank, x.reciprocal_rank)) AS reciprocal_rank,
       count(*) FILTER (WHERE differ(e.ndcg, x.ndcg)) AS ndcg
  FROM answers JOIN expected AS x USING (q),
       vectorext_evaluate(retrieved, relevant, k) AS e;

-- Means, in one process and put together from several.
CREATE TABLE means AS
SELECT count(*) AS queries, avg("precision") AS "precision", avg(recall) AS recall, avg(f1) AS f1,
       avg(average_precision) AS average_precision, avg(reciprocal_rank) AS reciprocal_rank, avg(ndcg) AS ndcg
  FROM expected;
CREATE VIEW compared AS
SELECT m.queries, abs(m."precision" - x."precision") < 1e-9 AS "precision", abs(m.recall - x.recall) < 1e-9 AS recall,
       abs(m.f1 - x.f1::float8) < 1e-9 AS f1,
       abs(m.average_precision - x.average_precision::float8) < 1e-9 AS average_precision,
       abs(m.reciprocal_rank - x.reciprocal_rank::float8) < 1e-9 AS reciprocal_rank,
       abs(m.ndcg - x.ndcg::float8) < 1e-9 AS ndcg
  FROM means AS x, (SELECT (vectorext_evaluate_mean(retrieved, relevant, k)).* FROM answers) AS m;
SELECT * FROM compared;
ANALYZE answers;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT vectorext_evaluate_mean(retrieved, relevant, k) FROM answers;
SELECT * FROM compared;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
SELECT (vectorext_evaluate_mean(retrieved, relevant, k)).* FROM answers WHERE q < 0;
SELECT (vectorext_evaluate_mean(retrieved, '{}', k)).* FROM answers;
SELECT k, (vectorext_evaluate_mean(retrieved, relevant, k)).queries FROM answers WHERE k < 4 GROUP BY k ORDER BY k;

-- Without an order.
SELECT count(*) AS queries,
       count(*) FILTER (WHERE differ(e."precision", hits / nullif(found, 0))) AS "precision",
       count(*) FILTER (WHERE differ(e.recall, hits / nullif(wanted, 0))) AS recall,
       count(*) FILTER (WHERE differ(e.f1, CASE WHEN wanted > 0 THEN 2 * hits / (found + wanted) END)) AS f1
  FROM answers,
       LATERAL (SELECT cardinality(ARRAY(SELECT DISTINCT unnest(retrieved)))::numeric AS found,
                       cardinality(relevant)::numeric AS wanted,
                       cardinality(ARRAY(SELECT unnest(retrieved) INTERSECT SELECT unnest(relevant)))::numeric AS hits
               ) AS counts,
       vectorext_evaluate_range(retrieved, relevant) AS e;

-- Nothing retrieved, nothing relevant, NULLs, repetitions, k beyond both.
SELECT * FROM vectorext_evaluate('{}'::int[], '{1,2}', 5);
SELECT * FROM vectorext_evaluate('{1,2}'::int[], '{}', 5);
SELECT * FROM vectorext_evaluate('{}'::int[], '{}', 5);
SELECT * FROM vectorext_evaluate(NULL::int[], '{1,2}', 5);
SELECT * FROM vectorext_evaluate('{1,2}'::int[], NULL, 5);
SELECT * FROM vectorext_evaluate(NULL::int[], NULL::int[], 5);
SELECT * FROM vectorext_evaluate('{7,NULL,1,1,NULL,2}'::int[], '{1,1,2,NULL,NULL}', 3);
SELECT * FROM vectorext_evaluate('{7,1,2}'::int[], '{1,2}', 3);
SELECT * FROM vectorext_evaluate('{1,2}'::int[], '{2,1}', 100);
SELECT * FROM vectorext_evaluate('{1,2}'::int[], '{2,1}', 2147483647);
SELECT * FROM vectorext_evaluate_range('{}'::int[], '{1,2}');
SELECT * FROM vectorext_evaluate_range('{1,2}'::int[], '{}');
SELECT * FROM vectorext_evaluate_range(NULL::int[], NULL);
SELECT * FROM vectorext_evaluate_range('{1,1,NULL,5}'::int[], '{1,NULL,2}');

-- Ids of any type that can be hashed, and two types that have one in common.
SELECT recall, ndcg FROM vectorext_evaluate('{a,b}'::text[], '{b,c}', 2);
SELECT recall, ndcg FROM vectorext_evaluate('{a,b}', '{b,c}', 2);
SELECT recall FROM vectorext_evaluate(ARRAY['A', 'b'] COLLATE "C", ARRAY['a', 'b'], 2);
SELECT recall FROM vectorext_evaluate(ARRAY['00000000-0000-0000-0000-000000000001'::uuid],
                                      ARRAY['00000000-0000-0000-0000-000000000001'::uuid], 1);
SELECT recall FROM vectorext_evaluate('{1.0,2.50}'::numeric[], '{1,2.5}', 2);
SELECT recall FROM vectorext_evaluate('{1,2}'::int[], '{1,2}'::bigint[], 2);
SELECT recall FROM vectorext_evaluate(ARRAY['[1,2]'::vector, '[0,1]'], ARRAY['[-0,1]'::vector], 2);
SELECT recall, "precision" FROM (SELECT array_agg(i ORDER BY i) AS many, array_agg(i % 50000) AS few
                                   FROM generate_series(1, 200000) AS i) AS ids,
       vectorext_evaluate(many, few, 100000);

-- Grades.
SELECT * FROM vectorext_evaluate('{1,9,3}'::int[], '{3,1,2}', 3, '{3,2,1}');
SELECT round(((2 + 3 / 2.0) / (3 + 2 / log(2, 3) + 1 / 2.0))::numeric, 12) = round(ndcg::numeric, 12) AS ndcg
  FROM vectorext_evaluate('{1,9,3}'::int[], '{3,1,2}', 3, '{3,2,1}');
SELECT ndcg = 1 AS best FROM vectorext_evaluate('{3,1,2,9}'::int[], '{2,1,3}', 4, '{0.5,2,3}');
SELECT * FROM vectorext_evaluate('{1,2}'::int[], '{1,2}', 2, '{0,1}');
SELECT * FROM vectorext_evaluate('{1,2}'::int[], '{1,2,1}', 2, '{1,1,2}');
SELECT * FROM vectorext_evaluate('{1}'::int[], NULL, 2, NULL);
SELECT * FROM vectorext_evaluate('{1}'::int[], '{1}', 2, '{0}');
SELECT vectorext_evaluate_mean(retrieved, relevant, k, array_fill(1.0::float8, ARRAY[cardinality(relevant)])) =
       vectorext_evaluate_mean(retrieved, relevant, k) AS same FROM answers;

-- Errors.
SELECT vectorext_evaluate('{1}'::int[], '{1}', 0);
SELECT vectorext_evaluate('{1}'::int[], '{1}', -1);
SELECT vectorext_evaluate('{1}'::int[], '{1}', NULL);
SELECT vectorext_evaluate('{{1},{2}}'::int[], '{1}', 1);
SELECT vectorext_evaluate('{1}'::int[], '{{1},{2}}', 1);
SELECT vectorext_evaluate(ARRAY['(1,2)'::point], ARRAY['(1,2)'::point], 1);
SELECT vectorext_evaluate('{1}'::int[], '{1,2}', 1, '{1}');
SELECT vectorext_evaluate('{1}'::int[], '{1}', 1, NULL);
SELECT vectorext_evaluate('{1}'::int[], '{1}', 1, '{NULL}');
SELECT vectorext_evaluate('{1}'::int[], '{1}', 1, '{-1}');
SELECT vectorext_evaluate('{1}'::int[], '{1}', 1, '{NaN}');
SELECT vectorext_evaluate('{1}'::int[], '{1}', 1, '{Infinity}');
SELECT vectorext_evaluate('{1}'::int[], '{1}', 1, '{{1}}');
SELECT vectorext_evaluate_mean('{1}'::int[], '{1}', 0);
SELECT vectorext_evaluate_final('{1}');
SELECT vectorext_evaluate_combine('{1}', '{1}');
SELECT vectorext_evaluate_accum(NULL, '{1}'::int[], '{1}', 1);

DROP VIEW compared, ranked, formulas;
DROP TABLE answers, expected, means;
DROP FUNCTION differ;
