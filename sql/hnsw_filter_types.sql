-- Filter columns of every type: with each form of condition an index returns the rows that a sequential scan does.
SET jit = off;
SET enable_bitmapscan = off;
SET timezone = 'America/New_York';
SET lc_monetary = 'C';
SET client_min_messages = warning;
SELECT setseed(0.3) \g /dev/null

-- Ids of the rows that pass a condition: not in an order, but found in the order of the distance.
CREATE FUNCTION passing(condition text, indexed bool) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    found int[];
BEGIN
    PERFORM set_config('enable_seqscan', (NOT indexed)::text, true), set_config('enable_sort', (NOT indexed)::text, true),
            set_config('enable_indexscan', indexed::text, true);
    EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM typed WHERE %s ORDER BY v <-> ''[1,2,3]'') s', condition)
        INTO found;
    RETURN array(SELECT unnest(found) ORDER BY 1);
END $$;
-- Is a condition one of the index, alone or together with the executor's own check?
CREATE FUNCTION is_of_index(condition text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    PERFORM set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true),
            set_config('enable_indexscan', 'on', true);
    FOR line IN EXECUTE format('EXPLAIN SELECT id FROM typed WHERE %s ORDER BY v <-> ''[1,2,3]''', condition) LOOP
        IF line LIKE '%Index Cond:%' THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;

-- A table with each value five times, and NULLs; three fifths of the rows are there when the index is built.
CREATE FUNCTION filled(type text, given text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rows text := format('SELECT ARRAY[random(), random(), random()]::vector, x::%s FROM unnest(%L::text[] || ARRAY[NULL, NULL]) x,
                         generate_series(1, %%s)', type, given);
BEGIN
    DROP TABLE IF EXISTS typed;
    EXECUTE format('CREATE TABLE typed (id serial, v vector(3), x %s) WITH (autovacuum_enabled = off)', type);
    EXECUTE 'INSERT INTO typed (v, x) ' || format(rows, 3);
    CREATE INDEX ON typed USING hnsw (v vector_l2_ops, x);
    EXECUTE 'INSERT INTO typed (v, x) ' || format(rows, 2);
END $$;

-- All operators with all arguments, one and in arrays: some, one, one twice, some with a NULL, NULL alone, none.
CREATE FUNCTION conditions(type text, operators text[], arguments text[]) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('x %s %L::%s', operator, argument, type) FROM unnest(operators) operator, unnest(arguments) argument
    UNION ALL
    SELECT format('x %s ANY (%L::%s[])', operator, list, type)
      FROM unnest(operators) operator,
           unnest(ARRAY[arguments[1:3]::text, arguments[2:5]::text, arguments[4:4]::text, (arguments[3:3] || arguments[3:3])::text,
                        (arguments[1:2] || NULL::text || arguments[4:5])::text, '{NULL}', '{}']) list
    UNION ALL
    SELECT format('x %s %L::%s AND x %s %L::%s', a, x, type, b, y, type)
      FROM unnest(operators) a, unnest(operators) b, unnest(arguments[1:2]) x, unnest(arguments[3:4]) y
    UNION ALL
    SELECT format('x %s NULL::%s', operator, type) FROM unnest(operators) operator
$$;
CREATE FUNCTION null_conditions() RETURNS SETOF text LANGUAGE sql AS $$
    VALUES ('x IS NULL'), ('x IS NOT NULL'), ('x IS NULL AND x IS NOT NULL')
$$;
-- Of these: how many were tried, how many of them the index was given (a NULL is not given to it), how many rows passed
-- altogether, and in how many the index was wrong.
CREATE FUNCTION tried(tests text[], OUT conditions int, OUT given_to_index int, OUT rows int, OUT differences int)
LANGUAGE plpgsql AS $$
DECLARE
    test text;
    expected int[];
BEGIN
    conditions := cardinality(tests);
    given_to_index := 0;
    rows := 0;
    differences := 0;
    FOREACH test IN ARRAY tests LOOP
        expected := passing(test, false);
        rows := rows + cardinality(expected);
        given_to_index := given_to_index + is_of_index(test)::int;
        IF passing(test, true) IS DISTINCT FROM expected THEN
            differences := differences + 1;
            RAISE WARNING '%: % and not %', test, passing(test, true), expected;
        END IF;
    END LOOP;
END $$;
-- A column of one type, compared with arguments of one or another.
CREATE FUNCTION compared(type text, with_type text, operators text[], given text[], arguments text[],
                         OUT conditions int, OUT given_to_index int, OUT rows int, OUT differences int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM filled(type, given);
    SELECT t.* INTO conditions, given_to_index, rows, differences
      FROM tried(array(SELECT conditions(with_type, operators, arguments) UNION ALL SELECT null_conditions())) t;
END $$;
\set ordered '{<,<=,=,>=,>}'

-- Numbers of any size beside numbers of any other.
CREATE TABLE numbers (type text, n int, given text[]);
INSERT INTO numbers VALUES
    ('smallint', 1, '{0,-1,1,32767,-32768,7,-300}'),
    ('integer', 2, '{0,-1,1,2147483647,-2147483648,32768,-300}'),
    ('bigint', 3, '{0,-1,1,9223372036854775807,-9223372036854775808,2147483648,-32769}');
SELECT a.type, b.type AS with_type, c.*
  FROM numbers a, numbers b, compared(a.type, b.type, :'ordered', a.given, b.given) c ORDER BY a.n, b.n;
CREATE TABLE floats (type text, n int, given text[]);
INSERT INTO floats VALUES
    ('real', 1, '{0,-0,0.1,-Infinity,Infinity,NaN,-1e-45,3.4e38}'),
    ('double precision', 2, '{0,-0,0.1,-Infinity,Infinity,NaN,5e-324,-1.7e308}');
SELECT a.type, b.type AS with_type, c.*
  FROM floats a, floats b, compared(a.type, b.type, :'ordered', a.given, b.given) c ORDER BY a.n, b.n;

-- Days and times.  In New York, 02:30 was no time on March 10, and 01:30 was two times on November 3.
CREATE TABLE datetimes (type text, n int, given text[]);
INSERT INTO datetimes VALUES
    ('date', 1, '{-infinity,2024-03-10,2024-03-11,infinity,1999-12-31,4713-01-01 BC,5874897-12-31,2024-11-03}'),
    ('timestamp', 2, '{-infinity,2024-03-10 00:00,2024-03-10 02:30,2024-03-10 03:00,infinity,1999-12-31 23:59:59.999999,'
                     '4713-01-01 00:00:00 BC,294276-12-31 23:59:59.999999,2024-11-03 01:30,2024-03-10 00:00:01}'),
    ('timestamptz', 3, '{-infinity,2024-03-10 00:00 America/New_York,2024-03-10 07:15 UTC,2024-03-10 07:00 UTC,infinity,'
                       '2000-01-01 04:59:59.999999 UTC,4713-01-01 00:00:00 UTC BC,294276-12-31 23:59:59.999999 UTC,'
                       '2024-11-03 05:30 UTC,2024-11-03 06:30 UTC}');
SELECT a.type, b.type AS with_type, c.*
  FROM datetimes a, datetimes b, compared(a.type, b.type, :'ordered', a.given, b.given) c ORDER BY a.n, b.n;

-- The other types that have an order, and an enum.  Labels are compared in their order, which is not the one in which they
-- were made.
CREATE TYPE mood AS ENUM ('fine', 'sad', 'well');
ALTER TYPE mood ADD VALUE 'glad' AFTER 'fine';
ALTER TYPE mood ADD VALUE 'low' BEFORE 'fine';
SELECT type, c.*
  FROM (VALUES ('time', 1, '{00:00,24:00,12:30,23:59:59.999999,00:00:00.000001,06:00}'::text[]),
               ('money', 2, '{0,-1,0.01,92233720368547758.07,-92233720368547758.08,7}'),
               ('oid', 3, '{0,1,2147483648,4294967295,17,2147483647}'),
               ('"char"', 4, ARRAY['a', 'Z', '', '~', E'\\377', 'b']),
               ('xid8', 5, '{0,1,9223372036854775808,18446744073709551615,17,4294967296}'),
               ('pg_lsn', 6, '{0/0,0/1,80000000/0,FFFFFFFF/FFFFFFFF,1/0,0/FFFFFFFF}'),
               ('mood', 7, '{sad,fine,glad,low,well,fine}')) t (type, n, given),
       compared(type, type, :'ordered', given, given) c ORDER BY n;
SELECT filled('regclass', '{pg_class,pg_type,typed_id_seq}');
SELECT * FROM tried('{"x = ''pg_class''::regclass","x IN (''pg_class''::regclass, ''pg_index''::regclass)","x < 100"}');
SELECT * FROM compared('boolean', 'boolean', :'ordered', '{t,f,t}', '{t,f,t,f,f,t}');
SELECT * FROM tried('{x,NOT x,x IS TRUE,x IS FALSE}');
SELECT * FROM tried('{x IS NOT TRUE,x IS NOT FALSE,x IS UNKNOWN,x <> true}');

-- Types that are hashed.
CREATE TYPE pair AS (a int, b text);
SELECT type, c.*
  FROM (VALUES ('text', 1, ARRAY['', 'a', 'A', 'a ', repeat('long', 1000), repeat('long', 1000) || '.']),
               ('varchar(9)', 2, ARRAY['', 'a', 'A', 'a ', 'long', 'longer']),
               ('char(9)', 3, ARRAY['', 'a', 'A', 'a ', 'long', 'longer']),
               ('name', 4, ARRAY['', 'a', 'A', 'a ', 'long', 'longer']),
               ('bytea', 5, ARRAY['', '\x00', '\x0000', '\xff', '\x61', '\x6100']),
               ('uuid', 6, ARRAY['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff',
                                 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12',
                                 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A13', '00000000-0000-0000-0000-000000000001']),
               ('numeric', 7, ARRAY['0', '1', '1.00', 'NaN', 'Infinity', '-Infinity', '1e100', '0.0']),
               ('inet', 8, ARRAY['10.0.0.1', '10.0.0.1/24', '10.0.0.0/24', '::1', '::ffff:10.0.0.1', '0.0.0.0/0']),
               ('cidr', 9, ARRAY['10.0.0.1', '10.0.0.0/24', '10.0.0.0/25', '::1', '::/0', '0.0.0.0/0']),
               ('macaddr', 10, ARRAY['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '08:00:2b:01:02:03', '08-00-2b-01-02-03',
                                     '08:00:2b:01:02:04', '08:00:2b:01:02:05']),
               ('macaddr8', 11, ARRAY['00:00:00:00:00:00:00:00', '08:00:2b:01:02:03:04:05', '08:00:2b:01:02:03',
                                      '08:00:2b:ff:fe:01:02:03', 'ff:ff:ff:ff:ff:ff:ff:ff', '08:00:2b:01:02:03:04:06']),
               ('interval', 12, ARRAY['0', '1 day', '24 hours', '1 month', '30 days', '-178000000 years']),
               ('timetz', 13, ARRAY['12:00+00', '13:00+01', '24:00-15', '00:00+15', '12:00-05', '12:00+01']),
               ('jsonb', 14, ARRAY['null', '{}', '{"a": 1, "b": [1, 2]}', '{"b": [1, 2], "a": 1.0}', '""', '[]']),
               ('int4range', 15, ARRAY['empty', '[1,3)', '[1,2]', '(,)', '[1,)', '(,3)']),
               ('datemultirange', 16, ARRAY['{}', '{[2024-01-01,2024-01-02)}', '{[2024-01-01,2024-01-01]}', '{(,)}',
                                            '{(,2024-01-01),[2024-02-01,)}', '{[2024-01-01,)}']),
               ('pair', 17, ARRAY['(1,a)', '(1,)', '(,)', '(1,b)', '(2,a)', '(1,"a ")'])) t (type, n, given),
       compared(type, type, '{=}', given, given) c ORDER BY n;

-- Arrays: NULLs in them, none at all, more elements than there are bits; and values that are among them.
CREATE FUNCTION array_conditions(type text, arguments text[], elements text[]) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('x %s %L::%s', operator, argument, type)
      FROM unnest(ARRAY['=', '&&', '@>']) operator, unnest(arguments || ARRAY['{}', '{NULL}', NULL]) argument
    UNION ALL
    SELECT format('%L = ANY (x)', element) FROM unnest(elements || NULL::text) element
    UNION ALL
    SELECT format('x @> %L::%s AND x && %L::%2$s', a, type, b) FROM unnest(arguments[1:4]) a, unnest(arguments[2:5]) b
    UNION ALL SELECT null_conditions()
$$;
CREATE FUNCTION compared_arrays(type text, given text[], elements text[],
                                OUT conditions int, OUT given_to_index int, OUT rows int, OUT differences int) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM filled(type, given);
    SELECT t.* INTO conditions, given_to_index, rows, differences FROM tried(array(SELECT array_conditions(type, given, elements))) t;
END $$;
CREATE DOMAIN tag AS text CHECK (VALUE <> 'no');
SELECT type, c.*
  FROM (VALUES ('int[]', 1, ARRAY['{}', '{1}', '{1,2,3}', '{3,2}', '{2,NULL}', '{NULL}', '{{1,2},{3,4}}',
                                  (SELECT array_agg(i)::text FROM generate_series(1, 300) i)], '{1,3,5}'::text[]),
               ('text[]', 2, ARRAY['{}', '{a}', '{a,b,c}', '{c,a,a}', '{b,NULL}', '{"",a}', '{{a,b},{c,d}}',
                                   (SELECT array_agg('tag' || i)::text FROM generate_series(1, 20) i)], '{a,b,"",tag7,x}'),
               ('tag[]', 3, ARRAY['{a}', '{b,a}', '{c}', '{a,b,c}', '{b,NULL}'], '{a,x}'),
               ('uuid[]', 4, ARRAY['{00000000-0000-0000-0000-000000000000}', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}',
                                   '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,00000000-0000-0000-0000-000000000000}', '{}'],
                                   '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'),
               ('float8[]', 5, ARRAY['{0}', '{-0}', '{NaN,1}', '{1,Infinity}', '{NaN}'], '{0,-0,NaN}'),
               ('mood[]', 6, ARRAY['{sad}', '{sad,fine}', '{low}', '{low,glad,sad}', '{well}'], '{sad,well}')) t (type, n, given, elements),
       compared_arrays(type, given, elements) c ORDER BY n;

-- A domain is as its base type, whatever that is.
CREATE DOMAIN small AS int CHECK (VALUE < 100);
CREATE DOMAIN word AS varchar(5);
CREATE DOMAIN words AS text[];
SELECT type, c.*
  FROM (VALUES ('small', 1, :'ordered'::text[], ARRAY['1', '2', '-3', '99', '0', '7']),
               ('word', 2, '{=}', ARRAY['a', 'b', '', 'a ', 'abcde', 'A'])) t (type, n, operators, given),
       compared(type, type, operators, given, given) c ORDER BY n;
SELECT * FROM compared_arrays('words', ARRAY['{a}', '{b,a}', '{c}', '{a,b,c}', '{b,NULL}'], '{a,b}');
-- Beside an array of arrays, which only a domain makes possible.
SELECT * FROM tried(ARRAY[$$x && ANY (ARRAY['{a,c}', '{x}', NULL]::words[])$$, $$x @> ANY (ARRAY['{a,c}', '{b}']::words[])$$,
                          $$x = ANY (ARRAY['{a}', '{b,NULL}']::words[])$$, $$x @> ANY (ARRAY['{NULL}']::words[])$$]);

-- A type without an operator class of ours, after its user has made one.
CREATE OPERATOR CLASS tid_filter_ops DEFAULT FOR TYPE tid USING hnsw AS OPERATOR 3 = (tid, tid);
SELECT amvalidate(oid) FROM pg_opclass WHERE opcname = 'tid_filter_ops';
SELECT * FROM compared('tid', 'tid', '{=}', '{"(0,1)","(1,0)","(4294967295,65535)"}',
                       '{"(0,1)","(1,0)","(4294967295,65535)","(0,2)","(1,1)"}');

-- Several columns, two of them expressions, and conditions on any of them together.
CREATE TABLE items (id int, v vector(3), tenant int, doc jsonb, created timestamptz, tags text[], score real)
    WITH (autovacuum_enabled = off);
CREATE FUNCTION items(first int, last int) RETURNS SETOF items LANGUAGE sql AS $$
    SELECT i, ARRAY[random(), random(), random()]::vector, i % 7, jsonb_build_object('lang', 'l' || i % 3, 'rank', i % 11),
           CASE WHEN i % 13 > 0 THEN '2024-01-01'::timestamptz + i * interval '1 hour' END, ARRAY['t' || i % 5, 't' || i % 8],
           i % 17 / 2.0
      FROM generate_series(first, last) i
$$;
INSERT INTO items SELECT * FROM items(1, 500);
CREATE INDEX items_filtered ON items USING hnsw
    (v vector_l2_ops, tenant, (doc ->> 'lang'), created, tags, ((doc ->> 'rank')::bigint), score);
INSERT INTO items SELECT * FROM items(501, 600);
DROP TABLE typed;
CREATE VIEW typed AS SELECT * FROM items;
SELECT t.* FROM tried(ARRAY[
    $$tenant = 3$$, $$tenant = 3 AND created IS NULL$$, $$tenant IN (1, 5, 5, NULL)$$,
    $$tenant = 3 AND doc ->> 'lang' = 'l1' AND created >= '2024-01-10'$$,
    $$created BETWEEN '2024-01-05' AND '2024-01-06' AND tags && '{t1,t7}'$$,
    $$created < '2024-01-05'::date AND score > 1.5$$,
    $$created > '2024-01-05 12:00'::timestamp AND score <= 3::real AND tags @> '{t1}'$$,
    $$(doc ->> 'rank')::bigint > 3 AND (doc ->> 'rank')::bigint <= 9::smallint AND tenant <> 2$$,
    $$tenant > 2 AND tenant < 6 AND tenant >= 3$$, $$tenant = 2 AND tenant = 3$$, $$tenant > 5 AND tenant < 2$$,
    $$doc ->> 'lang' = 'l1' AND doc ->> 'lang' = 'l2'$$, $$tenant < 99999999999$$, $$tenant > (SELECT 4)$$,
    $$tenant = ANY (ARRAY(SELECT i * 7919 % 6000 FROM generate_series(0, 9999) i))$$,
    $$doc ->> 'lang' = ANY (ARRAY(SELECT 'l' || i % 2000 FROM generate_series(1, 9999) i))$$,
    $$created IS NULL AND tags && '{t3}'$$, $$created IS NOT NULL AND tenant = 1$$]) t;
-- Beside bounds of the distance, and in orders that are the index's though they are written otherwise.
SELECT t.* FROM tried(ARRAY[
    $$v <-> '[1,2,3]' < 3 AND tenant IN (1, 2)$$, $$v <-> '[1,2,3]' BETWEEN 2.5 AND 3 AND 't1' = ANY (tags) AND score > 2$$,
    $$v <-> '[1,2,3]' < 2 AND tenant = 1$$, $$v IS NOT NULL AND 3 <= tenant$$, $$v IS NULL AND tenant = 1$$]) t;
SET enable_seqscan = off;
SET enable_sort = off;
EXPLAIN (COSTS OFF)
SELECT id FROM items WHERE v <-> '[1,2,3]' < 3 AND tenant IN (1, 2) AND 5 > tenant AND 't1' = ANY (tags) AND id > 9
 ORDER BY v <-> '[1,2,3]';
SELECT count(*), sum(id) FROM items WHERE v <-> '[1,2,3]' < 3 AND tenant IN (1, 2) AND 5 > tenant AND 't1' = ANY (tags) AND id > 9;
EXPLAIN (COSTS OFF)
SELECT id FROM items WHERE tenant = 2 AND created IS NOT NULL ORDER BY 1 - (v <-> '[1,2,3]') DESC NULLS LAST LIMIT 3;
SELECT array_agg(id) FROM
    (SELECT id FROM items WHERE tenant = 2 AND created IS NOT NULL ORDER BY 1 - (v <-> '[1,2,3]') DESC NULLS LAST LIMIT 3) s;
RESET enable_seqscan;
RESET enable_sort;
SET enable_indexscan = off;
SELECT count(*), sum(id) FROM items WHERE v <-> '[1,2,3]' < 3 AND tenant IN (1, 2) AND 5 > tenant AND 't1' = ANY (tags) AND id > 9;
SELECT array_agg(id) FROM
    (SELECT id FROM items WHERE tenant = 2 AND created IS NOT NULL ORDER BY 1 - (v <-> '[1,2,3]') DESC NULLS LAST LIMIT 3) s;
RESET enable_indexscan;

-- A policy comes first: of a user's conditions the index is given those that cannot leak.
CREATE ROLE regress_vx_tenant;
GRANT SELECT ON items TO regress_vx_tenant;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_tenant ON items USING (tenant = current_setting('vx.tenant')::int);
SET ROLE regress_vx_tenant;
SET vx.tenant = 3;
SET enable_seqscan = off;
SET enable_sort = off;
EXPLAIN (COSTS OFF)
SELECT id FROM items WHERE score > 2 AND tenant IN (2, 3) AND 't1' = ANY (tags) AND tags && '{t1}' ORDER BY v <-> '[1,2,3]';
RESET ROLE;
RESET enable_sort;
RESET enable_seqscan;
DROP OWNED BY regress_vx_tenant;
ALTER TABLE items DISABLE ROW LEVEL SECURITY;
DROP POLICY of_tenant ON items;
DROP ROLE regress_vx_tenant;

-- What is known when the scan starts, and again when it starts anew: parameters and columns of other tables, NULLs included.
CREATE TABLE wanted (tenant bigint, since date, tags text[], langs text[]);
INSERT INTO wanted VALUES
    (3, '2024-01-05', '{t1}', '{l1,NULL}'), (NULL, '2024-01-05', '{t1}', '{l1}'), (99999999999, '2024-01-05', '{t1}', '{l1}'),
    (5, '-infinity', '{}', '{l0,l1,l2}'), (1, NULL, '{t1}', '{l2}'), (2, '2023-01-01', '{NULL}', '{l2}'),
    (4, '2023-01-01', '{t4,t2}', '{}'), (6, '5874897-12-31', '{t4,t2}', NULL), (6, '2024-01-08', '{t4,t2}', '{l0,l2}');
CREATE FUNCTION joined(indexed bool) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('enable_seqscan', (NOT indexed)::text, true), set_config('enable_sort', (NOT indexed)::text, true),
            set_config('enable_indexscan', indexed::text, true);
    RETURN QUERY SELECT format('%s: %s', w.tenant, array_agg(i.id ORDER BY i.id)) FROM wanted w, LATERAL
        (SELECT id FROM items WHERE items.tenant = w.tenant AND created >= w.since ORDER BY v <-> '[1,2,3]') i
        GROUP BY w.tenant, w.since;
    RETURN QUERY SELECT format('%s: %s', w.tags, array_agg(i.id ORDER BY i.id)) FROM wanted w, LATERAL
        (SELECT id FROM items WHERE items.tags && w.tags AND doc ->> 'lang' = ANY (w.langs) ORDER BY v <-> '[1,2,3]') i
        GROUP BY w.tags, w.langs;
    RETURN QUERY SELECT format('%s: %s', w.tags, array_agg(i.id ORDER BY i.id)) FROM wanted w, LATERAL
        (SELECT id FROM items WHERE items.tags @> w.tags ORDER BY v <-> '[1,2,3]') i GROUP BY w.tags, w.tenant;
END $$;
CREATE TABLE answers AS SELECT false AS indexed, j FROM joined(false) j UNION ALL SELECT true, j FROM joined(true) j;
SELECT indexed, count(*), sum(length(j)) FROM answers GROUP BY indexed ORDER BY 1;
SELECT count(*) AS differences
  FROM ((SELECT j FROM answers WHERE indexed EXCEPT ALL SELECT j FROM answers WHERE NOT indexed) UNION ALL
        (SELECT j FROM answers WHERE NOT indexed EXCEPT ALL SELECT j FROM answers WHERE indexed)) d;
SET enable_seqscan = off;
SET enable_sort = off;
SET plan_cache_mode = force_generic_plan;
PREPARE of_tenant (bigint, text, timestamptz) AS SELECT count(*), sum(id) FROM
    (SELECT id FROM items WHERE tenant = $1 AND doc ->> 'lang' = $2 AND created < $3 ORDER BY v <-> '[1,2,3]') s;
EXPLAIN (COSTS OFF) EXECUTE of_tenant (3, 'l1', '2024-01-20');
EXECUTE of_tenant (3, 'l1', '2024-01-20');
EXECUTE of_tenant (3, NULL, '2024-01-20');
EXECUTE of_tenant (30000000000, 'l1', 'infinity');
RESET enable_seqscan;
SET enable_indexscan = off;
SELECT count(*), sum(id) FROM items WHERE tenant = 3 AND doc ->> 'lang' = 'l1' AND created < '2024-01-20';

SELECT name, property, pg_index_column_has_property('items_filtered', n, property)
  FROM (VALUES ('distance_orderable'), ('search_array'), ('search_nulls'), ('orderable')) properties (property),
       (VALUES (1, 'v'), (2, 'tenant')) columns (n, name)
 ORDER BY n, property;
RESET ALL;

SET client_min_messages = warning;
DROP OPERATOR FAMILY tid_filter_ops USING hnsw;
DROP TABLE items, numbers, floats, datetimes, wanted, answers CASCADE;
DROP FUNCTION compared, compared_arrays, tried, conditions, array_conditions, null_conditions, filled, is_of_index, passing, joined;
DROP TYPE mood, pair, tag, small, word, words;
