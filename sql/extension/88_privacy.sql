-- Embeddings as personal data: a rotation by a secret key, and noise.

CREATE FUNCTION keyed_rotation(vector, key text) RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_keyed_rotation' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION keyed_rotation(vector, text) IS
    'the vector turned in a way that a secret key decides; distances stay';

CREATE FUNCTION keyed_rotation(halfvec, key text) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_keyed_rotation' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION keyed_rotation(halfvec, text) IS
    'the vector turned in a way that a secret key decides; distances stay';

CREATE FUNCTION keyed_rotation(vector, key bytea) RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_keyed_rotation_bytea' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION keyed_rotation(vector, bytea) IS
    'the vector turned in a way that a secret key decides; distances stay';

CREATE FUNCTION keyed_rotation(halfvec, key bytea) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_keyed_rotation_bytea' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION keyed_rotation(halfvec, bytea) IS
    'the vector turned in a way that a secret key decides; distances stay';

CREATE FUNCTION add_noise(vector, sigma double precision) RETURNS vector
    AS 'MODULE_PATHNAME', 'vector_add_noise' LANGUAGE C VOLATILE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION add_noise(vector, double precision) IS
    'the vector with normally distributed noise of that deviation in each element';

CREATE FUNCTION add_noise(halfvec, sigma double precision) RETURNS halfvec
    AS 'MODULE_PATHNAME', 'halfvec_add_noise' LANGUAGE C VOLATILE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION add_noise(halfvec, double precision) IS
    'the vector with normally distributed noise of that deviation in each element';
