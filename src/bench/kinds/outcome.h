// What was measured of kinds of data, as text, and what is too little.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace vx::bench {

/// Of one LIMIT, means of all queries and builds.
struct LimitOutcome {
    std::size_t limit = 0;
    double recall = 0;
    double late = 0;  ///< rows of all answers together that come after a farther one
    double ms = 0;
};

/// Of one kind, one index and one ef_search.
struct Outcome {
    std::string kind;
    std::string storage;
    int ef = 0;
    double build_seconds = 0;
    std::vector<LimitOutcome> limits;
};

/// What the columns of outcome_line() are.
[[nodiscard]] std::string outcome_header(std::span<const std::size_t> limits);
[[nodiscard]] std::string outcome_line(const Outcome& outcome);
[[nodiscard]] std::string outcomes_json(std::span<const Outcome> outcomes);

/// The outcomes of indexes of codes whose recall is more than 0.01 below the better of `plain` and
/// `pgvector` at the same ef_search and LIMIT, a line each; empty when there are none.
[[nodiscard]] std::string outcome_summary(std::span<const Outcome> outcomes);

/// The least recall that is to be found.
struct Floor {
    std::string kind;
    std::string storage;
    std::size_t limit = 0;
    int ef = 0;
    double recall = 0;
};

/// Reads lines `kind storage limit ef recall`; a # begins a comment. Throws std::runtime_error.
[[nodiscard]] std::vector<Floor> read_floors(const std::string& path);

/// A line for each floor that was not reached or not measured; empty when all were.
[[nodiscard]] std::string missed_floors(std::span<const Floor> floors,
                                        std::span<const Outcome> outcomes);

}  // namespace vx::bench
