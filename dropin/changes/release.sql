-- The attributes that adopt.sql gave.

ALTER OPERATOR <> (vector, vector) SET (RESTRICT = eqsel, JOIN = eqjoinsel);
ALTER OPERATOR <> (halfvec, halfvec) SET (RESTRICT = eqsel, JOIN = eqjoinsel);
ALTER OPERATOR <> (sparsevec, sparsevec) SET (RESTRICT = eqsel, JOIN = eqjoinsel);

UPDATE pg_catalog.pg_operator SET oprcanmerge = false, oprcanhash = false
 WHERE oid = ANY (ARRAY[
    '=(halfvec, halfvec)',
    '=(sparsevec, sparsevec)',
    '=(vector, vector)']::pg_catalog.regoperator[]);
