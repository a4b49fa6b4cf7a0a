-- A type with functions of its own goes by CASCADE, which must not take what uses it.

DO $$
DECLARE
    dependent text;
BEGIN
    SELECT pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) INTO dependent
      FROM pg_catalog.pg_depend AS d
      JOIN pg_catalog.pg_type AS t ON d.refobjid IN (t.oid, t.typarray)
     WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND t.oid = 'bm25_statistics'::pg_catalog.regtype
       AND d.deptype = 'n'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e
                        WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'cannot drop type bm25_statistics because other objects depend on it'
            USING ERRCODE = 'dependent_objects_still_exist', DETAIL = dependent || ' depends on it.';
    END IF;
END $$;

-- The attributes that adopt.sql gave.

ALTER OPERATOR <> (vector, vector) SET (RESTRICT = eqsel, JOIN = eqjoinsel);
ALTER OPERATOR <> (halfvec, halfvec) SET (RESTRICT = eqsel, JOIN = eqjoinsel);
ALTER OPERATOR <> (sparsevec, sparsevec) SET (RESTRICT = eqsel, JOIN = eqjoinsel);

UPDATE pg_catalog.pg_operator SET oprcanmerge = false, oprcanhash = false
 WHERE oid = ANY (ARRAY[
    '=(halfvec, halfvec)',
    '=(sparsevec, sparsevec)',
    '=(vector, vector)']::pg_catalog.regoperator[]);
