-- Attributes that pgvector's operators lack.

ALTER OPERATOR <> (vector, vector) SET (RESTRICT = neqsel, JOIN = neqjoinsel);
ALTER OPERATOR <> (halfvec, halfvec) SET (RESTRICT = neqsel, JOIN = neqjoinsel);
ALTER OPERATOR <> (sparsevec, sparsevec) SET (RESTRICT = neqsel, JOIN = neqjoinsel);

-- ALTER OPERATOR can set these from PostgreSQL 17 on only.
UPDATE pg_catalog.pg_operator SET oprcanmerge = true, oprcanhash = true
 WHERE oid = ANY (ARRAY[
    '=(halfvec, halfvec)',
    '=(sparsevec, sparsevec)',
    '=(vector, vector)']::pg_catalog.regoperator[]);
