-- The contract of the distances of bit.
SELECT hamming_distance(B'111', B'110'), B'111' <~> B'000' AS three,

       jaccard_distance(B'1111', B'1110'), B'1111' <%> B'0000' AS apart, B'1100' <%> B'1000' AS half,
       B'000' <%> B'000' AS nothing, B'0'::varbit::bit(1) <~> B'1' AS one;
SELECT hamming_distance(B'111', B'11');
SELECT B'1' <%> B'10';
-- Every length, against counting in SQL.
SELECT count(*) AS lengths,
       count(*) FILTER (WHERE a <~> b = length(replace((a # b)::text, '0', ''))) AS hamming,
       count(*) FILTER (WHERE a <%> b
                              = CASE WHEN common = 0 THEN 1 ELSE 1 - common::float8 / total END) AS jaccard
  FROM (SELECT a, b, length(replace((a & b)::text, '0', '')) AS common,
               length(replace((a | b)::text, '0', '')) AS total
          FROM (SELECT string_agg((i * i % 7 % 2)::text, '' ORDER BY i)::varbit AS a,
                       string_agg((i * i % 11 % 2)::text, '' ORDER BY i)::varbit AS b
                  FROM generate_series(1, 700) n, generate_series(1, n) i GROUP BY n) AS strings)
       AS counted;
SELECT repeat('1', 70000)::bit(70000) <~> repeat('0', 70000)::bit(70000) AS far;
SELECT binary_quantize('[1,-1,1]'::vector)::bit(3) <~> B'001' AS quantized;
SELECT NULL::bit <~> B'1' IS NULL AS hamming, B'1' <%> NULL IS NULL AS jaccard;
SELECT oprname, oprleft::regtype, oprresult::regtype, oprcom::regoperator, oprcode
  FROM pg_operator o JOIN pg_depend d ON d.classid = 'pg_operator'::regclass AND d.objid = o.oid
 WHERE deptype = 'e' AND oprleft = 'bit'::regtype AND oprright = 'bit'::regtype AND oprname <> '@<@' ORDER BY oprname;
