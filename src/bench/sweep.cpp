#include "bench/sweep.h"

#include "bench/hnswlib_searcher.h"
#include "bench/progress.h"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace vx::bench {

namespace {

std::string now_text() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &utc);
    return text;
}

const std::vector<int>& efs_of(const Target& target, const SweepOptions& options) {
    return target.efs.empty() ? options.efs : target.efs;
}

void warm_up(Searcher& searcher, const Dataset& data, const Target& target,
             const SweepOptions& options) {
    if (options.warmup == 0) return;
    const auto& efs = efs_of(target, options);
    searcher.set_effort(*std::max_element(efs.begin(), efs.end()));
    Load load = options.load;
    load.seconds = 0;
    load.queries = std::min(options.warmup, data.queries());
    static_cast<void>(run_load(searcher, data, load));
}

}  // namespace

std::unique_ptr<Searcher> open_target(const Target& target, const Dataset& data,
                                      const SweepOptions& options) {
    if (target.kind == TargetKind::kSql) return open_sql(target, data, options.load);
    return open_hnswlib(target, data, options.metric, options.threads);
}

Facts setup_facts(const Dataset& data, const SweepOptions& options) {
    Facts facts = {{"data set", data.path().filename().string()},
                   {"rows", std::to_string(data.rows())},
                   {"dimensions", std::to_string(data.dims())},
                   {"metric", metric_name(options.metric)},
                   {"recall at", std::to_string(options.load.limit)},
                   {"different queries", std::to_string(options.load.queries)},
                   {"connections", std::to_string(options.load.workers)},
                   {"rounds", std::to_string(options.rounds)},
                   {"date", now_text()}};
    for (auto& fact : machine_facts()) facts.push_back(std::move(fact));
    return facts;
}

Report run_sweep(const Dataset& data, const SweepOptions& options) {
    const auto exact = exact_results(data, options.metric, options.load.limit, options.threads);
    Report report;
    report.title = "Recall and speed on " + data.path().stem().string();
    report.setup = setup_facts(data, options);
    std::vector<std::unique_ptr<Searcher>> searchers;
    for (std::size_t i = 0; i < options.targets.size(); ++i) {
        const auto& target = options.targets[i];
        searchers.push_back(open_target(target, data, options));
        warm_up(*searchers.back(), data, target, options);
        report.targets.push_back({target.name, searchers.back()->facts()});
        for (const int ef : efs_of(target, options)) report.points.push_back({i, ef, {}});
    }
    // Within a round the targets take turns at every position of their lists of efforts.
    std::vector<std::size_t> order;
    for (std::size_t position = 0; order.size() < report.points.size(); ++position) {
        std::size_t first = 0;
        for (const auto& target : options.targets) {
            const std::size_t count = efs_of(target, options).size();
            if (position < count) order.push_back(first + position);
            first += count;
        }
    }
    Progress progress("measuring", options.rounds * order.size(), "runs");
    std::size_t done = 0;
    for (std::size_t round = 0; round < options.rounds; ++round) {
        for (const std::size_t at : order) {
            auto& point = report.points[at];
            searchers[point.target]->set_effort(point.ef);
            const Run run = run_load(*searchers[point.target], data, options.load);
            point.rounds.push_back(measure(run, data, options.metric, exact));
            progress.update(++done);
        }
    }
    return report;
}

}  // namespace vx::bench
