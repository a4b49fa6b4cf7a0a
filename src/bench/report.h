// What a sweep found, as a table for the terminal, JSON for programs and HTML for people.
#pragma once

#include "bench/workload.h"

#include <optional>

namespace vx::bench {

/// All rounds of one target at one effort.
struct Point {
    std::size_t target = 0;  ///< index into Report::targets
    int ef = 0;
    std::vector<Measurement> rounds;
};

struct TargetInfo {
    std::string name;
    Facts facts;
};

struct Report {
    std::string title;
    Facts setup;  ///< data set, metric, k, machine, ...: what holds for all targets
    std::vector<TargetInfo> targets;
    std::vector<Point> points;
};

/// The figures of a point over its rounds.
struct Summary {
    double recall = 0;      ///< mean
    double per_second = 0;  ///< median, with the extremes
    double slowest = 0;
    double fastest = 0;
    double p50_ms = 0;  ///< medians
    double p95_ms = 0;
    double p99_ms = 0;
    std::size_t short_answers = 0;  ///< most in any round
};

[[nodiscard]] Summary summarize(const Point& point);

/// A target's queries/s at a given recall, interpolated on its curve (log scale); nothing outside
/// the recalls it reached.
[[nodiscard]] std::optional<double> rate_at_recall(const Report& report, std::size_t target,
                                                   double recall);

/// How a point compares with the report's first target at the same recall: 2.0 is twice as fast.
[[nodiscard]] std::optional<double> advantage(const Report& report, const Point& point);

[[nodiscard]] std::string report_table(const Report& report);
[[nodiscard]] std::string report_json(const Report& report);
/// One file that needs no other: inline SVG and CSS, no scripts. Well-formed XML.
[[nodiscard]] std::string report_html(const Report& report);

/// Writes a report to a file and says so.
void write_file(const std::string& path, const std::string& text);

/// Processor, cores and kernel of this machine.
[[nodiscard]] Facts machine_facts();

}  // namespace vx::bench
