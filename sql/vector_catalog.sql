-- What the extension put into the catalogs.

SELECT extversion = vectorext_version() AS library_fits_script
  FROM pg_extension WHERE extname = 'vectorext';
SELECT vectorext_simd() IN ('scalar', 'avx2', 'avx512', 'avx512vnni',
                             'avx512popcnt', 'neon')
       AS known_instruction_set;

-- No function of a type may cost its caller more than it must: all are immutable, strict and
-- parallel safe, except those that describe the library or look at indexes, and those that take a
-- NULL array for an empty one.
SELECT p.oid::regprocedure AS exception, provolatile, proisstrict, proparallel
  FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
  JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
 WHERE e.extname = 'vectorext' AND d.deptype = 'e' AND prokind = 'f'
   AND p.prorettype <> 'internal'::regtype AND p.prorettype <> 'index_am_handler'::regtype
   AND p.proname NOT LIKE 'hnsw%'
   AND (provolatile, proisstrict, proparallel) IS DISTINCT FROM ('i', true, 's')
 ORDER BY p.oid::regprocedure::text;

-- Nothing claims to be leakproof: errors show the numbers of dimensions.
SELECT count(*) AS leakproof
  FROM pg_proc WHERE probin LIKE '%vectorext%' AND proleakproof;

-- The vector functions by name and signature, as pgvector has them and the hashes of our own.
SELECT p.oid::regprocedure AS function, prorettype::regtype AS result, prosrc AS symbol
  FROM pg_proc p
 WHERE probin LIKE '%vectorext%'
   AND ('vector'::regtype = ANY (proargtypes) OR prorettype = 'vector'::regtype
        OR proname IN ('vector_out', 'vector_typmod_in', 'vector_combine'))
 ORDER BY p.oid::regprocedure::text COLLATE "C";

SELECT p.oid::regprocedure AS aggregate, aggtransfn, aggfinalfn, aggcombinefn,
       aggtranstype::regtype, agginitval, proparallel
  FROM pg_aggregate JOIN pg_proc p ON p.oid = aggfnoid
 WHERE 'vector'::regtype = ANY (proargtypes)
 ORDER BY p.oid::regprocedure::text;

SELECT amname, opcname, opcdefault, opcintype::regtype
  FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
 WHERE opcintype = 'vector'::regtype AND amname IN ('btree', 'hash') ORDER BY amname;

-- The server's own checks of operator classes and of catalogs find nothing.
SELECT opcname, amvalidate(c.oid)
  FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
 WHERE opcintype = 'vector'::regtype AND amname IN ('btree', 'hash') ORDER BY amname;
