-- What sparsevec has beside pgvector.
\getenv srcdir PG_ABS_SRCDIR
\set helpers :srcdir '/sql/contract/helpers.sql'
\set more :srcdir '/sql/contract/more.sql'
\set type sparsevec
\i :helpers
\i :more

-- Elements that cancel out are left out; sums may have more elements than a value until the end.
SELECT sum(v), avg(v) FROM unnest(ARRAY['{1:1,3:2}/5'::sparsevec, '{1:-1,2:4}/5']) v;
SELECT sum(v) IS NULL AS nothing, avg(v) FROM unnest(ARRAY['{}/5'::sparsevec, NULL]) v;
SELECT sparsevec_accum('{0}', '{2:3}/4'), sparsevec_accum('{1,4,1,3}', '{1:1,2:2}/4'),
       sparsevec_combine('{1,4,1,3}', '{2,4,0,1}'), sparsevec_combine('{0}', '{1,4,1,3}'),
       sparsevec_combine('{1,4,1,3}', '{0}'), sparsevec_avg('{2,4,1,3}'), sparsevec_avg('{0}');
SELECT statement, pg_temp.error_of(statement, 'sparsevec')
  FROM unnest(ARRAY[$$SELECT sparsevec_avg('{1,0}')$$,
                    $$SELECT sparsevec_avg('{1,2000000000}')$$,
                    $$SELECT sparsevec_avg('{1,4,1}')$$,
                    $$SELECT sparsevec_avg('{1,4,4,1}')$$,
                    $$SELECT sparsevec_avg('{1,4,-1,1}')$$,
                    $$SELECT sparsevec_avg('{1,4,NaN,1}')$$,
                    $$SELECT sparsevec_avg('{1,4,2,1,1,1}')$$,
                    $$SELECT sparsevec_avg('{1,4,1.25,1,1.5,1}')$$,
                    $$SELECT sparsevec_avg('{1,4,1,NaN}')$$,
                    $$SELECT sparsevec_avg('{1,4,1,1e300}')$$,
                    $$SELECT sparsevec_accum('{1,4,NaN,1,NaN,2}', '{1:1}/4')$$,
                    $$SELECT sparsevec_accum('{1,4,1,1.7e308}', '{2:3e38}/4')$$,
                    $$SELECT sparsevec_combine('{1,4,1,1.7e308}', '{1,4,1,1.7e308}')$$,
                    $$SELECT sum(v) FROM unnest(ARRAY['{1:3e38}/2'::sparsevec, '{1:3e38}/2']) v$$,
                    $$SELECT sum(v) FROM (SELECT ('{' || string_agg(i || ':1', ',')
                                                  || '}/20000')::sparsevec AS v
                                            FROM generate_series(1, 16002) i GROUP BY i % 2) t$$,
                    $$SELECT avg(v) FROM (SELECT ('{' || string_agg(i || ':1', ',')
                                                  || '}/20000')::sparsevec AS v
                                            FROM generate_series(1, 16002) i GROUP BY i % 2) t$$])
       WITH ORDINALITY AS t (statement, place)
 ORDER BY place;
SELECT sparsevec_element('{1:1,1000000000:2}/1000000000', 1000000000),
       sparsevec_element('{1:1,1000000000:2}/1000000000', 999999999);
SELECT sparsevec_hash('{1:1}/2') <> sparsevec_hash('{1:1}/3') AS dims_matter,
       sparsevec_hash_extended('{1:1}/2', 42) <> sparsevec_hash_extended('{1:1}/2', 43) AS seed_matters;
