// The small languages of the command line: settings, lists of numbers, and sweep targets.
#pragma once

#include "bench/connection.h"

#include <cstdint>

namespace vx::bench {

enum class TargetKind { kSql, kHnswlib };

/// Something that answers nearest-neighbor queries over one data set.
struct Target {
    std::string name;
    TargetKind kind = TargetKind::kSql;
    // SQL
    std::string conninfo;           ///< libpq keywords; empty: the PG* environment
    std::string table = "vectors";  ///< loaded by `load`: ids are row numbers
    std::string op = "<->";         ///< the distance operator
    std::string id_column = "id";   ///< integer
    std::string vector_column = "embedding";
    std::string sql;                     ///< the whole statement, where the usual one won't do
    std::string guc = "hnsw.ef_search";  ///< the setting a sweep varies
    std::vector<Setting> settings;       ///< SET in each session
    // hnswlib
    int m = 16;
    int ef_construction = 200;
    // both
    std::vector<int> efs;  ///< own values to sweep, instead of the common ones
};

/// "hnsw.ef_search=40": the value may hold further equals signs. Throws std::runtime_error.
[[nodiscard]] Setting parse_setting(const std::string& text);
[[nodiscard]] std::vector<Setting> parse_settings(const std::vector<std::string>& texts);

/// "40,100,200": positive integers.
[[nodiscard]] std::vector<int> parse_int_list(const std::string& text);

/// "NAME;key=value;key=value", see README.md. `defaults` gives what the text leaves out.
///
/// Keys: kind table operator id column sql guc set (repeatable) ef m ef_construction; every other
/// key is taken for a libpq connection keyword (host, port, dbname, user, ...) when libpq knows it.
[[nodiscard]] Target parse_target(const std::string& text, const Target& defaults);

}  // namespace vx::bench
