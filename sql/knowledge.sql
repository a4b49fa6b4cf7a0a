-- Scores of triples of a knowledge graph and the query vectors that complete them.
\pset null NULL
SET extra_float_digits = 0;

-- By hand: 3 + 1 - 2 = 2, 4 + 2 - 1 = 5; products; (1+2i)(3+4i) = -5+10i; a quarter turn of 1+2i is -2+i.
SELECT transe_score('[3,4]'::vector, '[1,2]', '[2,1]') AS euclidean, sqrt(29) AS expected,
       transe_score('[3,4]'::vector, '[1,2]', '[2,1]', 1) AS taxicab;
SELECT distmult_score('[1,2,3]'::vector, '[4,5,6]', '[7,8,9]') AS distmult, 28 + 80 + 162 AS expected;
SELECT complex_score('[1,2]'::vector, '[3,4]', '[5,6]') AS complex, -5 * 5 + 10 * 6 AS expected;
SELECT round(rotate_score('[1,2]'::vector, ARRAY[pi() / 2]::vector, '[-2,4]')::numeric, 6) AS by_phase,
       rotate_score('[1,2]'::vector, '[0,1]', '[-2,4]') AS by_number,
       rotate_score('[1,2]'::vector, '[0,7]', '[-2,4]') AS by_longer_number;
SELECT transe_tail_query('[3,4]'::vector, '[1,2]'), transe_head_query('[1,2]'::vector, '[4,6]'),
       distmult_query('[1,2]'::vector, '[3,4]');
SELECT complex_tail_query('[1,2]'::vector, '[3,4]'), complex_query('[1,2]'::vector, '[3,4]'),
       complex_head_query('[3,4]'::vector, '[5,6]');
SELECT rotate_tail_query('[1,2]'::vector, '[0,1]'), rotate_query('[1,2]'::vector, '[0,1]'),
       rotate_head_query('[0,1]'::vector, '[-2,1]');
SELECT transe_score('[3,4]'::halfvec, '[1,2]', '[2,1]', 1), distmult_score('[1,2,3]'::halfvec, '[4,5,6]', '[7,8,9]'),
       complex_score('[1,2]'::halfvec, '[3,4]', '[5,6]'), rotate_score('[1,2]'::halfvec, '[0,1]', '[-2,4]');
SELECT transe_tail_query('[3,4]'::halfvec, '[1,2]'), transe_head_query('[1,2]'::halfvec, '[4,6]'),
       distmult_query('[1,2]'::halfvec, '[3,4]'), complex_tail_query('[1,2]'::halfvec, '[3,4]'),
       complex_query('[1,2]'::halfvec, '[3,4]'), complex_head_query('[3,4]'::halfvec, '[5,6]'),
       rotate_tail_query('[1,2]'::halfvec, '[0,1]'), rotate_query('[1,2]'::halfvec, '[0,1]'),
       rotate_head_query('[0,1]'::halfvec, '[-2,1]');

-- Random embeddings: 300 entities and 10 relations of 8 dimensions, relations of RotatE as 4 phases.
SELECT setseed(0.5);
CREATE TABLE entities AS
SELECT id, array_agg(random() * 2 - 1)::vector(8) AS v FROM generate_series(1, 300) AS id, generate_series(1, 8) GROUP BY id;
CREATE TABLE relations AS
SELECT id, array_agg(random() * 2 - 1)::vector(8) AS v, array_agg(random() * 6) FILTER (WHERE i <= 4)::vector(4) AS phases
  FROM generate_series(1, 10) AS id, generate_series(1, 8) AS i GROUP BY id;
CREATE TABLE asked AS
SELECT e.id AS entity, r.id AS relation, e.v AS known, r.v AS r, r.phases, e.v::halfvec AS known_half, r.v::halfvec AS r_half,
       r.phases::halfvec AS phases_half
  FROM entities AS e, relations AS r WHERE e.id <= 5;

-- Scores against sums over elements.
CREATE FUNCTION near(float8, float8) RETURNS boolean LANGUAGE sql AS 'SELECT abs($1 - $2) <= 1e-9';
CREATE FUNCTION e(vector, integer) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT vector_element($1, $2)::float8';
SELECT count(*) AS triples,
       count(*) FILTER (WHERE NOT near(transe_score(known, r, v), transe2)) AS transe_2,
       count(*) FILTER (WHERE NOT near(transe_score(known, r, v, 1), transe1)) AS transe_1,
       count(*) FILTER (WHERE NOT near(distmult_score(known, r, v), distmult)) AS distmult,
       count(*) FILTER (WHERE NOT near(complex_score(known, r, v), complex)) AS complex,
       count(*) FILTER (WHERE NOT near(rotate_score(known, phases, v), rotate)) AS rotate
  FROM asked, entities,
       LATERAL (SELECT -sqrt(sum((e(known, i) + e(r, i) - e(v, i)) ^ 2)), -sum(abs(e(known, i) + e(r, i) - e(v, i))),
                       sum(e(known, i) * e(r, i) * e(v, i))
                  FROM generate_series(1, 8) AS i) AS real (transe2, transe1, distmult),
       -- The four terms of Trouillon and others, equation 11.
       LATERAL (SELECT sum(e(r, i) * e(known, i) * e(v, i) + e(r, i) * e(known, i + 4) * e(v, i + 4)
                           + e(r, i + 4) * e(known, i) * e(v, i + 4) - e(r, i + 4) * e(known, i + 4) * e(v, i)),
                       -sqrt(sum((e(known, i) * cos(e(phases, i)) - e(known, i + 4) * sin(e(phases, i)) - e(v, i)) ^ 2
                                 + (e(known, i) * sin(e(phases, i)) + e(known, i + 4) * cos(e(phases, i)) - e(v, i + 4)) ^ 2))
                  FROM generate_series(1, 4) AS i) AS by_pair (complex, rotate)
 WHERE id <= 50;

-- The order by the query vector is that by the score, nearest first, for tails and for heads.
CREATE VIEW orders AS
SELECT entity, relation, model, id, distance, score
  FROM asked, entities,
       LATERAL (VALUES
         ('transe tails', v <-> transe_tail_query(known, r), transe_score(known, r, v)),
         ('transe tails, norm 1', v <+> transe_tail_query(known, r), transe_score(known, r, v, 1)),
         ('transe heads', v <-> transe_head_query(r, known), transe_score(v, r, known)),
         ('distmult tails', v <#> distmult_query(known, r), distmult_score(known, r, v)),
         ('distmult heads', v <#> distmult_query(known, r), distmult_score(v, r, known)),
         ('complex tails', v <#> complex_tail_query(known, r), complex_score(known, r, v)),
         ('complex heads', v <#> complex_head_query(r, known), complex_score(v, r, known)),
         ('rotate tails', v <-> rotate_tail_query(known, phases), rotate_score(known, phases, v)),
         ('rotate heads', v <-> rotate_head_query(phases, known), rotate_score(v, phases, known)),
         ('rotate tails by numbers', v <-> rotate_tail_query(known, r), rotate_score(known, r, v)),
         ('rotate heads by numbers', v <-> rotate_head_query(r, known), rotate_score(v, r, known)),
         ('half transe tails', v <-> transe_tail_query(known_half, r_half)::vector, transe_score(known_half, r_half, v::halfvec)),
         ('half complex heads', v <#> complex_head_query(r_half, known_half)::vector, complex_score(v::halfvec, r_half, known_half)),
         ('half rotate tails', v <-> rotate_query(known_half, phases_half)::vector, rotate_score(known_half, phases_half, v::halfvec)),
         ('half distmult', v <#> distmult_query(known_half, r_half)::vector, distmult_score(known_half, r_half, v::halfvec)))
         AS m (model, distance, score);
-- Scores that are as near as what a query vector is rounded by may change places.
SELECT model, count(*) AS rows, max(abs(distance + score)) < CASE WHEN model LIKE 'half%' THEN 0.02 ELSE 1e-5 END AS minus_score,
       count(*) FILTER (WHERE distance < before - CASE WHEN model LIKE 'half%' THEN 0.02 ELSE 1e-5 END) AS out_of_order
  FROM (SELECT *, lag(distance) OVER (PARTITION BY model, entity, relation ORDER BY score DESC) AS before FROM orders) AS o
 GROUP BY model ORDER BY model;

-- The same through indexes: the ten nearest are the ten with the greatest scores.
SET enable_seqscan = off;
SET hnsw.ef_search = 200;
CREATE INDEX entities_l2 ON entities USING hnsw (v vector_l2_ops);
CREATE INDEX entities_ip ON entities USING hnsw (v vector_ip_ops);
CREATE INDEX entities_l1 ON entities USING hnsw (v vector_l1_ops);
EXPLAIN (COSTS OFF) SELECT id FROM entities ORDER BY v <#> complex_query('[1,2,3,4,5,6,7,8]'::vector, '[8,7,6,5,4,3,2,1]') LIMIT 10;
SELECT sum((transe = ARRAY(SELECT id FROM entities ORDER BY transe_score(known, r, v) DESC LIMIT 10))::int) AS transe,
       sum((transe_1 = ARRAY(SELECT id FROM entities ORDER BY transe_score(known, r, v, 1) DESC LIMIT 10))::int) AS transe_1,
       sum((distmult = ARRAY(SELECT id FROM entities ORDER BY distmult_score(known, r, v) DESC LIMIT 10))::int) AS distmult,
       sum((complex = ARRAY(SELECT id FROM entities ORDER BY complex_score(known, r, v) DESC LIMIT 10))::int) AS complex,
       sum((heads = ARRAY(SELECT id FROM entities ORDER BY complex_score(v, r, known) DESC LIMIT 10))::int) AS complex_heads,
       sum((rotate = ARRAY(SELECT id FROM entities ORDER BY rotate_score(known, phases, v) DESC LIMIT 10))::int) AS rotate
  FROM (SELECT *, ARRAY(SELECT id FROM entities ORDER BY v <-> transe_tail_query(known, r) LIMIT 10) AS transe,
               ARRAY(SELECT id FROM entities ORDER BY v <+> transe_tail_query(known, r) LIMIT 10) AS transe_1,
               ARRAY(SELECT id FROM entities ORDER BY v <#> distmult_query(known, r) LIMIT 10) AS distmult,
               ARRAY(SELECT id FROM entities ORDER BY v <#> complex_query(known, r) LIMIT 10) AS complex,
               ARRAY(SELECT id FROM entities ORDER BY v <#> complex_head_query(r, known) LIMIT 10) AS heads,
               ARRAY(SELECT id FROM entities ORDER BY v <-> rotate_query(known, phases) LIMIT 10) AS rotate
          FROM asked) AS found;
RESET enable_seqscan;

-- Filtered Hits@10 and MRR: of what completes a triple, other true answers do not count against it.  With
-- one relevant id, recall at k is Hits@k and the reciprocal rank at k the mean's term.
CREATE TABLE triples AS
SELECT entity AS head, relation, id AS tail
  FROM (SELECT *, row_number() OVER (PARTITION BY entity, relation ORDER BY score DESC) AS rank
          FROM orders WHERE model = 'transe tails') AS o
 WHERE rank IN (1, 2, 5, 30);
SELECT (m).queries, (m).recall AS hits_at_10, round((m).reciprocal_rank::numeric, 6) AS mrr
  FROM (SELECT vectorext_evaluate_mean(answer, ARRAY[t.tail], 10) AS m
          FROM triples AS t JOIN entities AS h ON h.id = t.head JOIN relations AS r ON r.id = t.relation,
               LATERAL (SELECT ARRAY(SELECT e.id FROM entities AS e
                                      WHERE NOT EXISTS (SELECT FROM triples AS known
                                                         WHERE (known.head, known.relation, known.tail) = (t.head, t.relation, e.id)
                                                           AND known.tail <> t.tail)
                                      ORDER BY e.v <-> transe_tail_query(h.v, r.v) LIMIT 10) AS answer) AS a) AS means;
-- Ranks 1, 2, 5 and 30 of all are 1, 1, 3 and 27 when the other true ones are out.
SELECT 3 / 4.0 AS hits_at_10, round((1 + 1 + 1 / 3.0 + 0) / 4, 6) AS mrr;

-- NULLs, and what cannot be.
SELECT transe_score(NULL::vector, '[1]', '[1]'), transe_score('[1]'::vector, '[1]', '[1]', NULL), complex_query('[1,2]'::vector, NULL);
SELECT transe_score('[1,2]'::vector, '[1]', '[1,2]');
SELECT transe_score('[1,2]'::vector, '[1,2]', '[1]');
SELECT transe_score('[1,2]'::vector, '[1,2]', '[1,2]', 3);
SELECT transe_score('[1,2]'::halfvec, '[1,2]', '[1,2]', 0);
SELECT distmult_score('[1,2]'::halfvec, '[1]', '[1,2]');
SELECT distmult_query('[1,2]'::vector, '[1]');
SELECT complex_score('[1,2,3]'::vector, '[1,2,3]', '[1,2,3]');
SELECT complex_score('[1,2]'::vector, '[1]', '[1,2]');
SELECT complex_head_query('[1]'::vector, '[1]');
SELECT rotate_score('[1,2,3]'::vector, '[1]', '[1,2,3]');
SELECT rotate_score('[1,2,3,4]'::vector, '[1,2,3]', '[1,2,3,4]');
SELECT rotate_score('[1,2]'::vector, '[1]', '[1,2,3,4]');
SELECT rotate_query('[1,2,3,4]'::vector, '[1,0,1,0]');
SELECT transe_tail_query('[3e38]'::vector, '[3e38]');
SELECT distmult_query('[300]'::halfvec, '[300]');
SELECT distmult_query('[1e-30]'::vector, '[1e-30]') AS too_small_to_tell_from_zero;

DROP VIEW orders;
DROP FUNCTION near, e;
DROP TABLE entities, relations, asked, triples;
