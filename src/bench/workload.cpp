#include "bench/workload.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <latch>
#include <mutex>
#include <thread>

namespace vx::bench {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The shared state of one run's workers.
class Runner {
public:
    Runner(Searcher& searcher, const Dataset& data, const Load& load)
        : searcher_(searcher), data_(data), load_(load), ready_(std::ptrdiff_t(load.workers) + 1),
          latencies_(load.workers) {
        run_.found.assign(load.queries * load.limit, kNoRow);
    }

    Run run() {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < load_.workers; ++i) {
            threads.emplace_back([this, i] { work(i); });
        }
        start_ = Clock::now();
        ready_.arrive_and_wait();  // publishes start_ to the workers
        threads.clear();           // joins
        run_.seconds = seconds_since(start_);
        if (failure_) std::rethrow_exception(failure_);
        for (const auto& part : latencies_) {
            run_.latencies_ms.insert(run_.latencies_ms.end(), part.begin(), part.end());
        }
        run_.answered = std::min(run_.latencies_ms.size(), load_.queries);
        return std::move(run_);
    }

private:
    void work(std::size_t worker) {
        ready_.arrive_and_wait();
        try {
            std::vector<std::int64_t> again(load_.limit);
            while (!stop_ && (load_.seconds <= 0 || seconds_since(start_) < load_.seconds)) {
                const std::size_t ticket = next_++;
                if (load_.seconds <= 0 && ticket >= load_.queries) break;
                const std::size_t query = ticket % load_.queries;
                // Only the first pass is kept: later ones answer the same.
                const std::span<std::int64_t> out =
                    ticket < load_.queries
                        ? std::span(run_.found).subspan(query * load_.limit, load_.limit)
                        : std::span(again);
                const auto begin = Clock::now();
                searcher_.search(worker, data_.query(query), out);
                latencies_[worker].push_back(seconds_since(begin) * 1e3);
            }
        } catch (...) {
            stop_ = true;
            const std::lock_guard lock(failure_lock_);
            if (!failure_) failure_ = std::current_exception();
        }
    }

    Searcher& searcher_;
    const Dataset& data_;
    const Load& load_;
    std::latch ready_;
    Clock::time_point start_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> stop_{false};
    std::mutex failure_lock_;
    std::exception_ptr failure_;
    std::vector<std::vector<double>> latencies_;
    Run run_;
};

}  // namespace

Run run_load(Searcher& searcher, const Dataset& data, const Load& load) {
    if (load.queries == 0 || load.queries > data.queries()) {
        throw std::runtime_error("the data set has " + std::to_string(data.queries()) +
                                 " queries, " + std::to_string(load.queries) + " were asked for");
    }
    return Runner(searcher, data, load).run();
}

Measurement measure(const Run& run, const Dataset& data, Metric metric, const ExactResults& exact) {
    Measurement result;
    std::vector<double> sorted = run.latencies_ms;
    std::sort(sorted.begin(), sorted.end());
    result.seconds = run.seconds;
    result.searches = sorted.size();
    result.per_second = run.seconds > 0 ? static_cast<double>(sorted.size()) / run.seconds : 0;
    result.mean_ms = mean(sorted);
    result.p50_ms = percentile(sorted, 0.50);
    result.p95_ms = percentile(sorted, 0.95);
    result.p99_ms = percentile(sorted, 0.99);
    double sum = 0;
    for (std::size_t query = 0; query < run.answered; ++query) {
        const auto found = std::span(run.found).subspan(query * exact.k, exact.k);
        sum += recall(data, metric, exact, query, found);
        if (found.back() == kNoRow) ++result.short_answers;
    }
    result.recall = run.answered > 0 ? sum / static_cast<double>(run.answered) : 0;
    return result;
}

}  // namespace vx::bench
