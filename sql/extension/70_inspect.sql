
-- Looking at an hnsw index as a whole.  These two functions ask themselves who may: the index's owner,
-- and pg_stat_scan_tables.

CREATE FUNCTION vectorext_check(
    index regclass,
    OUT block bigint, OUT node bigint, OUT finding text, OUT detail text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION vectorext_check(regclass) IS
    'what is wrong with an hnsw index: no rows when it is sound';

CREATE FUNCTION vectorext_index_info(
    index regclass,
    OUT format_version int, OUT metric text, OUT element text, OUT storage text, OUT dims int,
    OUT m int, OUT ef_construction int,
    OUT live_nodes bigint, OUT dead_nodes bigint, OUT free_nodes bigint, OUT levels int,
    OUT pages bigint, OUT directory_pages bigint, OUT slot_pages bigint, OUT upper_pages bigint,
    OUT posting_pages bigint, OUT overflow_pages bigint, OUT unused_pages bigint)
    RETURNS record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_index_info(regclass) IS 'parameters and contents of an hnsw index';

CREATE FUNCTION vectorext_build_estimate(
    relation regclass, column_name name, options text DEFAULT '',
    OUT memory_bytes bigint, OUT index_bytes bigint, OUT seconds double precision)
    RETURNS record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION vectorext_build_estimate(regclass, name, text) IS
    'memory, size and time that an hnsw index on a column would take';

CREATE FUNCTION vectorext_last_scan(
    OUT index regclass, OUT strategy text, OUT nodes_expanded bigint, OUT nodes_compared bigint,
    OUT nodes_filtered bigint, OUT pages_read bigint, OUT rows_ranked bigint,
    OUT rows_returned bigint)
    RETURNS record
    AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION vectorext_last_scan() IS
    'what the latest scan of an index in this session did';

-- What the graph of an index knows of its rows' neighbors.  These ask for SELECT, as a query would.

CREATE FUNCTION knn_graph(
    index regclass, k integer,
    OUT tid tid, OUT neighbor tid, OUT distance double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vectorext_knn_graph' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION knn_graph(regclass, integer) IS
    'the k nearest rows of every row, by the graph of an hnsw index';

CREATE FUNCTION near_pairs(
    index regclass, radius double precision,
    OUT tid tid, OUT neighbor tid, OUT distance double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vectorext_near_pairs' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION near_pairs(regclass, double precision) IS
    'all pairs of rows within a distance of each other, by the graph of an hnsw index';
