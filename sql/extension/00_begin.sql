\echo Use "CREATE EXTENSION vectorext" to load this file. \quit

-- A database has one of the extensions vectorext and vector.

CREATE FUNCTION vectorext_claim_names() RETURNS void
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;

SELECT vectorext_claim_names();

DROP FUNCTION vectorext_claim_names();
