-- Every operator, function and aggregate for users: what it does, and an example. REFERENCE.md is made
-- of this script's expected output (test/lint/reference.py), so what that page shows is tested here.
\pset format unaligned
\pset tuples_only on

-- operator <->: Euclidean distance
SELECT '[1,2]'::vector <-> '[4,6]';
-- operator <#>: negative inner product: the index scans upward, so smaller must mean nearer
SELECT '[1,2]'::vector <#> '[3,4]';
-- operator <=>: cosine distance: 1 less the cosine of the angle, 0 to 2; NaN where a vector is zero
SELECT '[1,1]'::vector <=> '[2,2]';
-- operator <+>: taxicab distance: the sum of the elements' differences
SELECT '[1,2]'::vector <+> '[4,6]';
-- operator <~>: Hamming distance: how many bits differ
SELECT B'1100' <~> B'1010';
-- operator <%>: Jaccard distance: 1 less the share of the bits set in both among those set in either
SELECT B'1100' <%> B'1111';
-- operator +: sum, element by element
SELECT '[1,2]'::vector + '[3,4]';
-- operator -: difference, element by element
SELECT '[1,2]'::vector - '[3,4]';
-- operator *: product, element by element
SELECT '[1,2]'::vector * '[3,4]';
-- operator * real: each element times the number
SELECT '[1,2]'::vector * 0.5::real;
-- operator ||: concatenation
SELECT '[1,2]'::vector || '[3]';
-- operator <: less: at the first element that differs, or else by length
SELECT '[1,2]'::vector < '[1,3]';
-- operator <=: less or equal
SELECT '[1,2]'::vector <= '[1,2]';
-- operator =: equal: the same dimensions and elements; 0 equals -0
SELECT '[0,1]'::vector = '[-0,1]';
-- operator <>: not equal
SELECT '[1,2]'::vector <> '[1,2,3]';
-- operator >=: greater or equal
SELECT '[1,2]'::vector >= '[1]';
-- operator >: greater
SELECT '[1,2]'::vector > '[1,3]';
-- operator @#: negative max_sim by inner products: two arrays, smaller is more alike
SELECT ARRAY['[1,0]', '[0,2]']::vector[] @# ARRAY['[0.5,3]', '[2,0]']::vector[];

-- function l2_distance: Euclidean distance
SELECT l2_distance('[1,2]'::vector, '[4,6]');
-- function inner_product: inner product, not negated
SELECT inner_product('[1,2]'::vector, '[3,4]');
-- function cosine_distance: cosine distance
SELECT cosine_distance('[1,1,2]'::vector, '[1,1,1]');
-- function l1_distance: taxicab distance
SELECT l1_distance('[1,2]'::vector, '[4,6]');
-- function hamming_distance: Hamming distance
SELECT hamming_distance(B'1100', B'1010');
-- function jaccard_distance: Jaccard distance
SELECT jaccard_distance(B'1100', B'1111');

-- function vector_dims: number of dimensions
SELECT vector_dims('[1,2,3]'::vector);
-- function vector_norm: Euclidean norm
SELECT vector_norm('[3,4]');
-- function l2_norm: Euclidean norm
SELECT l2_norm('{1:3,2:4}/5'::sparsevec);
-- function l2_normalize: the vector scaled to norm 1; a zero vector stays as it is
SELECT l2_normalize('[3,4]'::vector);
-- function subvector: so many elements from a position on, counted from 1
SELECT subvector('[1,2,3,4]'::vector, 2, 2);
-- function binary_quantize: a bit for each element: 1 where it is greater than 0
SELECT binary_quantize('[1,0,-2,3]'::vector);
-- function vector_element: the element at a position, counted from 1; NULL where there is none
SELECT vector_element('[1,2,3]', 3);
-- function halfvec_element: the same of a halfvec
SELECT halfvec_element('[1,2,3]', 3);
-- function sparsevec_element: the same of a sparsevec; 0 where no element is stored
SELECT sparsevec_element('{1:1,3:2}/5', 3);

-- aggregate avg: the mean of all vectors that are not NULL, element by element; with a second argument each counts by that weight
SELECT avg(v) FROM (VALUES ('[1,2]'::vector), ('[3,6]')) given(v);
-- aggregate sum: their sum, or that of their multiples by the weights
SELECT sum(v) FROM (VALUES ('[1,2]'::vector), ('[3,6]')) given(v);

-- aggregate vectorext_evaluate_mean: means of vectorext_evaluate over queries, each of those where it is defined
SELECT (vectorext_evaluate_mean(retrieved, relevant, 2)).recall FROM (VALUES ('{1,2}'::int[], '{2}'::int[]), ('{}', '{1,2}')) answers(retrieved, relevant);
-- aggregate bm25_statistics: how many of the documents have each term, and how long they are; the numbers that BM25 needs
SELECT bm25_statistics(to_tsvector('simple', body)) FROM (VALUES ('a cat'), ('a dog')) docs(body);
-- aggregate pca: the k directions in which the vectors vary most, orthonormal, each with its greatest element positive
SELECT pca(v, 1) FROM (VALUES ('[3,0]'::vector), ('[-3,0]'), ('[0,1]')) AS r (v);

-- function vectorext_version: version of the loaded library
SELECT vectorext_version() ~ '^\d+\.\d+';
-- function vectorext_simd: the instruction set of the distance functions in use
SELECT vectorext_simd() ~ '^(scalar|neon|avx2|avx512.*)$';
-- function vectorext_check: what is wrong with an index; no row when it is sound
CREATE TABLE items (v vector(2));
INSERT INTO items SELECT ARRAY[i, i * i] FROM generate_series(1, 100) i;
CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops);
SELECT count(*) FROM vectorext_check('items_v');
-- function vectorext_index_info: parameters and contents of an index
SELECT m, ef_construction, storage, live_nodes FROM vectorext_index_info('items_v');
-- function vectorext_build_estimate: memory and size that an index on a column would take, and seconds to build it
SELECT index_bytes > 8192 FROM vectorext_build_estimate('items', 'v', 'm=16');
-- function vectorext_advise: which index a query uses, or what keeps one away and the statement that would use it
SELECT used, suggestion FROM vectorext_advise('SELECT FROM items ORDER BY v <=> $1 LIMIT 5');
-- function vectorext_occurrence: a window function: how often the value has come, the current row included
SELECT count(*) FROM (SELECT vectorext_occurrence(v) OVER (ORDER BY v <-> '[0,0]') AS nth FROM items) s WHERE nth <= 1;
-- function vectorext_last_scan: what the latest scan of an index in this session did
SET enable_seqscan = off;
SELECT count(*) FROM (SELECT FROM items ORDER BY v <-> '[1,1]' LIMIT 5) nearest;
SELECT strategy, rows_returned FROM vectorext_last_scan();
RESET enable_seqscan;
-- function knn_graph: the k nearest rows of every row, named by ctid, by walking the graph of an index
SELECT count(*) FROM knn_graph('items_v', 3);
-- function near_pairs: all pairs of rows nearer than a radius, each pair once, by the graph of an index
SELECT distance > 3 FROM near_pairs('items_v', 4);
-- function vectorext_recall: how much of the true nearest neighbors an index finds, and how fast
SELECT recall > 0.9 FROM vectorext_recall('items_v', k => 5, queries => 20);
-- function vectorext_tune: the same by ef_search, to choose one; `store` puts the choice into the index
SELECT ef_search FROM vectorext_tune('items_v', target_recall => 0.9, k => 5) WHERE chosen;
-- function vectorext_why_not: why a row is not among the k nearest that an index returns: its true rank, and a reason
SELECT rank, returned, reason FROM vectorext_why_not('items_v', '[0,0]'::vector, (SELECT max(ctid) FROM items), k => 1);
DROP TABLE items;
-- function vectorext_evaluate: precision and the like of the first k ids that were retrieved, by relevant ones; with gains, some are more relevant
SELECT average_precision FROM vectorext_evaluate(ARRAY[1,9,2], ARRAY[1,3], 3);
-- function vectorext_evaluate_range: the same of ids without an order
SELECT f1 FROM vectorext_evaluate_range(ARRAY[1,9], ARRAY[1,3]);
-- function reciprocal_rank_fusion: one ranking made of several: ids by the sum of weight / (k + rank); NULL is a list without rows
SELECT array_agg(id) FROM reciprocal_rank_fusion(ARRAY[1,2,3], ARRAY[3,4]);
-- function relative_score_fusion: the same by scores, where greater is better: those of each list are scaled to 0 to 1 by its least and greatest
SELECT id, score FROM relative_score_fusion(ARRAY[1,2,3], ARRAY[8,6,4], ARRAY[2,4], ARRAY[0.3,0.1]) LIMIT 1;
-- function distribution_fusion: the same, scaled so that 0 and 1 are three standard deviations below and above the mean of the list
SELECT id FROM distribution_fusion(ARRAY[1,2,3], ARRAY[8,6,4], ARRAY[2,4], ARRAY[0.3,0.1]) LIMIT 1;
-- function bm25: the score BM25 of a document for the terms of a query, or for an array of terms; idf is lucene, okapi or plus
SELECT round(bm25('cat:1,3 dog:2', 'cat'::tsquery, $$3 17 'cat':2 'dog':1$$)::numeric, 6);
-- function bm25_vector: a document as a vector, of a dimension for each term of the statistics
SELECT bm25_vector('cat:1,3 dog:2', $$3 9 'cat':2 'dog':1$$);
-- function bm25_query: a query, or an array of terms, as such a vector; the inner product of both is the score
SELECT bm25_query(ARRAY['dog'], $$3 9 'cat':2 'dog':1$$);
-- function bm25_summary: number of documents, their average length, and number of terms
SELECT * FROM bm25_summary($$3 9 'cat':2 'dog':1$$);
-- function bm25_terms: the terms, each with its dimension and the number of its documents
SELECT * FROM bm25_terms($$3 9 'cat':2 'dog':1$$) WHERE number = 2;
-- function recommend: a vector to search with, made of examples: the average of the positive ones, or twice that less the average of the negative ones
SELECT recommend(ARRAY['[1,2]', '[3,6]']::vector[], ARRAY['[0,1]']::vector[]);
-- function example_score: score of a candidate by examples, greater is better: `best_score` goes by the most similar one, `sum_scores` by all
SELECT example_score('[1,0]'::vector, ARRAY['[2,0]']::vector[], ARRAY['[0,1]']::vector[], 'best_score');
-- function vector_add_scaled: the first vector and so many times the second
SELECT vector_add_scaled('[1,2]', '[10,20]', 0.5);
-- function halfvec_add_scaled: the same of two halfvecs
SELECT halfvec_add_scaled('[1,2]', '[10,20]', 0.5);
-- function sparsevec_add_scaled: the same of two sparsevecs
SELECT sparsevec_add_scaled('{1:1}/3', '{2:4}/3', 0.5);
-- function mmr: the k candidates that are near and unlike those before them, by maximal marginal relevance
SELECT id FROM mmr(ARRAY['a', 'b', 'c'], ARRAY['[1,0]', '[1,0]', '[0,1]']::vector[], '{0.25,0.25,0.5}', 2);
-- function autocut: how many results come before the distances jump, or jump for the second, third, ... time
SELECT autocut('{0.1,0.11,0.12,0.5,0.51}');
-- function max_sim: sum over the vectors of a query of the greatest similarity to one of a document
SELECT max_sim(ARRAY['[1,0]', '[0,2]']::vector[], ARRAY['[0.5,3]', '[2,0]']::vector[]);
-- function multi_distance: sum of the distances of several columns, each times its weight
SELECT multi_distance(ARRAY['[3,4]', '[1,2,3]']::vector[], ARRAY['[0,0]', '[1,2,4]']::vector[], '{0.5,2}', 'l2');
-- function explain_distance: what each dimension has in a squared distance, cosine or the like, the largest share first
SELECT dimension, share FROM explain_distance('[1,2,3]'::vector, '[1,4,4]') LIMIT 1;
-- function explain_distance_groups: the same of groups of dimensions
SELECT group_name, share FROM explain_distance_groups('[1,2,3]'::vector, '[1,4,4]', 'l2', '{"color": "1-2", "size": 3}') LIMIT 1;

-- function transe_score: minus the distance of head + relation from the tail: Euclidean, or with norm 1 taxicab
SELECT transe_score('[3,4]'::vector, '[1,2]', '[2,1]', norm => 1);
-- function transe_tail_query: the vector that the tails with the greatest score are nearest to, by `<->`, or `<+>` for norm 1
SELECT transe_tail_query('[3,4]'::vector, '[1,2]');
-- function transe_head_query: the same for heads, from relation and tail
SELECT transe_head_query('[1,2]'::vector, '[4,6]');
-- function distmult_score: the sum of the products of head, relation and tail
SELECT distmult_score('[1,2,3]'::vector, '[4,5,6]', '[7,8,9]');
-- function distmult_query: the vector that heads and tails with the greatest score are nearest to, by `<#>`
SELECT distmult_query('[1,2]'::vector, '[3,4]');
-- function complex_score: the real part of the sum of head, relation and conjugate tail, multiplied; first half real, second half imaginary
SELECT complex_score('[1,2]'::vector, '[3,4]', '[5,6]');
-- function complex_tail_query: the vector that the tails with the greatest score are nearest to, by `<#>`
SELECT complex_tail_query('[1,2]'::vector, '[3,4]');
-- function complex_query: the same as complex_tail_query
SELECT complex_query('[1,2]'::vector, '[3,4]');
-- function complex_head_query: the same for heads, from relation and tail
SELECT complex_head_query('[3,4]'::vector, '[5,6]');
-- function rotate_score: minus the distance of the head, turned by the relation, from the tail; a relation is phases, half as many, or complex numbers
SELECT rotate_score('[1,2]'::vector, '[0,1]', '[-2,4]');
-- function rotate_tail_query: the vector that the tails with the greatest score are nearest to, by `<->`
SELECT rotate_tail_query('[1,2]'::vector, '[0,1]');
-- function rotate_query: the same as rotate_tail_query
SELECT rotate_query('[1,2]'::vector, '[0,1]');
-- function rotate_head_query: the same for heads, from relation and tail
SELECT rotate_head_query('[0,1]'::vector, '[-2,1]');
-- function vectorext_erase: zero what VACUUM left of deleted rows in an index; how many vectors were erased
CREATE TEMPORARY TABLE people (v vector(2));
INSERT INTO people VALUES ('[1,2]'), ('[3,4]');
CREATE INDEX people_v ON people USING hnsw (v vector_l2_ops);
DELETE FROM people WHERE v = '[1,2]';
VACUUM people;
SELECT vectorext_erase('people_v');
DROP TABLE people;
-- function keyed_rotation: the vector turned in a way that a secret key decides; distances `<->`, `<#>` and `<=>` stay
SELECT round((keyed_rotation('[1,2]'::vector, 'secret') <-> keyed_rotation('[4,6]'::vector, 'secret'))::numeric, 4);
-- function add_noise: the vector with normally distributed noise of that deviation in each element
SELECT add_noise('[1,2,3]'::vector, 0.01) <-> '[1,2,3]' < 0.2;
-- function vector_center: the vector minus a center, scaled to norm 1; of the center itself the zero vector
SELECT vector_center('[4,6]'::vector, '[1,2]');
-- function project: the inner product of the vector with each row of a matrix: a vector of as many elements
SELECT project('[1,2,3]'::vector, ARRAY['[1,0,0]', '[0,1,1]']::vector[]);
