// Asking servers about one sample after another: a table, an index of each storage, all queries.
#pragma once

#include "bench/kinds/data_kinds.h"
#include "bench/kinds/outcome.h"

#include <functional>

namespace vx::bench {

/// How rows come into the indexes that are measured.
enum class IndexHistory {
    kBuilt,    ///< CREATE INDEX on the full table
    kFilled,   ///< CREATE INDEX on the empty table, then one insertion a row
    kChurned,  ///< built; then eight times a third of the rows deleted, VACUUM, and inserted anew
};

struct MeasureOptions {
    std::string conninfo;
    std::string extension = "vectorext";  ///< created where it is missing; empty: there already
    std::string pgvector;  ///< connection string of a database for pgvector, or empty
    std::vector<std::string> storages = {"fast", "compact", "plain"};
    std::vector<std::size_t> limits = {10, 20, 40};
    std::vector<int> efs = {40, 80};
    int builds = 1;
    IndexHistory history = IndexHistory::kBuilt;
    int workers = 0;  ///< max_parallel_maintenance_workers
    std::string memory = "1GB";
    std::string with;  ///< further options of the indexes: "m=16, ef_construction=64"
};

/// Whether an index on such a column has this storage: codes are for numbers alone, and not for L1.
[[nodiscard]] bool has_storage(const Subject& subject, const std::string& storage);

struct Listener {
    std::function<void(const Outcome&)> done;
    /// What could not be measured, and why; the rest goes on.
    std::function<void(const std::string& storage, const std::string& why)> failed;
};

void measure_subject(const Subject& subject, const MeasureOptions& options,
                     const Listener& listener);

}  // namespace vx::bench
