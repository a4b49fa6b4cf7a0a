// Running queries and timing them: what is common to every kind of target.
#pragma once

#include "bench/options.h"
#include "bench/stats.h"

#include <memory>
#include <utility>

namespace vx::bench {

/// Facts worth keeping with a measurement, in the order to print them.
using Facts = std::vector<std::pair<std::string, std::string>>;

/// Answers queries of one data set; `workers` threads may call search() at once, each with its own
/// worker number.
class Searcher {
public:
    Searcher() = default;
    Searcher(const Searcher&) = delete;
    Searcher& operator=(const Searcher&) = delete;
    virtual ~Searcher() = default;

    /// Sets the effort (ef_search) of the searches that follow; not while any is running.
    virtual void set_effort(int ef) = 0;
    /// Writes the nearest row numbers of a query, nearest first, kNoRow where there are none left.
    virtual void search(std::size_t worker, std::span<const float> query,
                        std::span<std::int64_t> out) = 0;
    /// What a reader of the report must know of the target: versions, index, size.
    virtual Facts facts() = 0;
};

struct Load {
    std::size_t workers = 1;  ///< connections, each with its own thread
    std::size_t queries = 0;  ///< how many of the data set's queries to ask
    double seconds = 0;       ///< > 0: ask them round and round until so many seconds have passed
    std::size_t limit = 10;   ///< k
};

/// What one run recorded.
struct Run {
    double seconds = 0;
    std::vector<double> latencies_ms;  ///< of every search
    std::size_t answered = 0;          ///< different queries with an answer in `found`
    std::vector<std::int64_t> found;   ///< queries x limit, the first answer to each
};

/// The figures of a run.
struct Measurement {
    double seconds = 0;
    std::size_t searches = 0;
    double per_second = 0;
    double mean_ms = 0;
    double p50_ms = 0;
    double p95_ms = 0;
    double p99_ms = 0;
    double recall = 0;
    std::size_t short_answers = 0;  ///< queries that got fewer rows than the limit
};

/// Asks the data set's first `load.queries` queries. An error of any worker ends the run and is
/// thrown here.
[[nodiscard]] Run run_load(Searcher& searcher, const Dataset& data, const Load& load);

[[nodiscard]] Measurement measure(const Run& run, const Dataset& data, Metric metric,
                                  const ExactResults& exact);

/// Opens `workers` sessions on an SQL target and prepares its statement in each.
[[nodiscard]] std::unique_ptr<Searcher> open_sql(const Target& target, const Dataset& data,
                                                 const Load& load);

}  // namespace vx::bench
