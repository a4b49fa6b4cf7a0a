-- Subtraction was marked as commutative, and two comparisons had the estimators of two others. The operator cannot be
-- made anew where a view uses it.

UPDATE pg_catalog.pg_operator SET oprcom = 0
 WHERE oid = '-(vector, vector)'::pg_catalog.regoperator;

ALTER OPERATOR <= (vector, vector) SET (RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
ALTER OPERATOR >= (vector, vector) SET (RESTRICT = scalargesel, JOIN = scalargejoinsel);
