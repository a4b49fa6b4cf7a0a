-- Kinds of data that an index is harder put to than by ordinary rows: its answers have to be as good.
-- Plans here cost enough for LLVM, which takes seconds where the server has it.
SET jit = off;
SET max_parallel_maintenance_workers = 0;
\getenv storage VX_STORAGE
SELECT setseed(0.3) \g /dev/null
-- Sums of 16 directions of 96 dimensions, by weights around zero; `kept` lets each call draw anew.
CREATE TABLE directions AS
    SELECT array(SELECT random() - 0.5 + 0 * i FROM generate_series(1, 96))::vector(96) AS v
      FROM generate_series(1, 16) i;
CREATE FUNCTION drawn(kept int, size float8) RETURNS vector LANGUAGE SQL AS $$
    SELECT sum(v * array_fill((size * (random() + random() + random() - 1.5))::real, ARRAY[96])::vector)
      FROM directions WHERE kept > 0
$$;
CREATE FUNCTION noise(kept int, size float8) RETURNS vector LANGUAGE SQL AS
    'SELECT array(SELECT size * (random() - 0.5) + 0 * kept FROM generate_series(1, 96))::vector';
CREATE TABLE items (id int, v vector(96)) WITH (autovacuum_enabled = off);
CREATE TABLE asked (id int, v vector(96));

-- The share of the ten nearest that the index finds, and answers with a row after one that is farther.
CREATE FUNCTION tried(operator text, OUT recall float8, OUT late bigint) LANGUAGE plpgsql AS $$
DECLARE
    query record;
    nearest text;
    exact float8[];
    found float8[];
    hits int := 0;
BEGIN
    late := 0;
    FOR query IN SELECT * FROM asked LOOP
        nearest := format('SELECT array_agg(d) FROM (SELECT v %s %L AS d FROM items ORDER BY d LIMIT 10) nearest',
                          operator, query.v);
        PERFORM set_config('enable_indexscan', 'off', true), set_config('enable_seqscan', 'on', true);
        EXECUTE nearest INTO exact;
        PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_seqscan', 'off', true);
        EXECUTE nearest INTO found;
        hits := hits + (SELECT count(*) FROM unnest(found) d WHERE d <= exact[10] + abs(exact[10]) * 1e-6);
        late := late + (found <> (SELECT array_agg(d ORDER BY d) FROM unnest(found) d))::int;
    END LOOP;
    recall := hits / 10.0 / (SELECT count(*) FROM asked);
END $$;
CREATE FUNCTION indexed(opclass text, storage text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF to_regclass('items_v') IS NOT NULL THEN
        DROP INDEX items_v;
    END IF;
    EXECUTE format('CREATE INDEX items_v ON items USING hnsw (v %s) WITH (storage = %s)', opclass, storage);
END $$;

-- Rows far away from all others: one with one element of 1e9, one as long as can be, a few of either.
INSERT INTO items SELECT i, l2_normalize(noise(i, 1)) FROM generate_series(1, 3000) i;
INSERT INTO asked SELECT id, l2_normalize(v + noise(id, 0.01)) FROM items WHERE id % 100 = 7;
CREATE TABLE extremes (id int, v vector(96));
INSERT INTO extremes SELECT -i, array_agg(CASE WHEN g = 6 * i THEN 1e9 ELSE 0.1 END)::vector
  FROM generate_series(1, 5) i, generate_series(1, 96) g GROUP BY i;
INSERT INTO extremes SELECT -10 - i, array_agg(3.4e38 * sign(g - 20 * i + 0.5))::vector
  FROM generate_series(1, 5) i, generate_series(1, 96) g GROUP BY i;
CREATE FUNCTION beside(extreme_ids int[], operator text, opclass text, storage text,
                       OUT recalled bool, OUT late bigint) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO items SELECT * FROM extremes WHERE id = ANY (extreme_ids);
    PERFORM indexed(opclass, storage);
    SELECT t.recall >= 0.9, t.late INTO recalled, late FROM tried(operator) t;
    DELETE FROM items WHERE id < 0;
END $$;
SELECT extreme_ids, operator, b.*
  FROM (VALUES ('{-1}'::int[]), ('{-11}'), ('{-1,-2,-3,-4,-5}'), ('{-11,-12,-13,-14,-15}')) rows (extreme_ids),
       (VALUES ('<->', 'vector_l2_ops'), ('<=>', 'vector_cosine_ops')) distances (operator, opclass),
       LATERAL beside(extreme_ids, operator, opclass, :'storage') b
 WHERE operator = '<->' OR extreme_ids = '{-1}'
 ORDER BY extreme_ids DESC, operator;

-- Vectors of very different lengths by their inner product.
TRUNCATE items, asked;
INSERT INTO items SELECT i, drawn(i, exp(2 * (random() + random() + random() + random() - 2) * sqrt(3)))
  FROM generate_series(1, 3000) i;
INSERT INTO asked SELECT i, drawn(i, 1) FROM generate_series(1, 30) i;
SELECT indexed('vector_ip_ops', :'storage') \g /dev/null
SELECT recall >= 0.95 AS recalled, late FROM tried('<#>');

-- Questions that lie off the rows: what they have in directions in which rows do not vary.
TRUNCATE items, asked;
INSERT INTO items SELECT i, drawn(i, 1) FROM generate_series(1, 3000) i;
INSERT INTO asked SELECT i, drawn(i, 1) + noise(i, 20) FROM generate_series(1, 30) i;
SELECT indexed('vector_l2_ops', :'storage') \g /dev/null
SELECT recall >= 0.9 AS recalled, late FROM tried('<->');
SELECT indexed('vector_cosine_ops', :'storage') \g /dev/null
SELECT recall >= 0.9 AS recalled, late FROM tried('<=>');
-- Near-copies: rows that differ by less than 8 bits can tell, most of them loaded after the index was made.
TRUNCATE items, asked;
INSERT INTO asked SELECT i, l2_normalize(noise(i, 1)) FROM generate_series(1, 100) i;
INSERT INTO items SELECT id, v + noise(i, 1e-6) FROM asked, generate_series(1, 10) i;
SELECT indexed('vector_l2_ops', :'storage') \g /dev/null
INSERT INTO items SELECT id, v + noise(i, 1e-6) FROM asked, generate_series(1, 20) i;
SELECT recall >= 0.95 AS recalled, late FROM tried('<->');
SELECT * FROM vectorext_check('items_v');
-- And one group of many.
TRUNCATE items;
INSERT INTO items SELECT id, v FROM asked;
INSERT INTO items SELECT i, v + drawn(i, 1e-4) FROM asked, generate_series(1, 1500) i WHERE id = 1;
UPDATE asked SET v = (SELECT v FROM asked WHERE id = 1) + drawn(id, 1e-4);
SELECT indexed('vector_l2_ops', :'storage') \g /dev/null
SELECT recall >= 0.95 AS recalled, late FROM tried('<->');
DROP TABLE items, asked, extremes, directions;
DROP FUNCTION drawn, noise, tried, indexed, beside;
