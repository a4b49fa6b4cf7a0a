#include "bench/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sys/utsname.h>
#include <thread>

namespace vx::bench {

namespace {

std::string format(const char* pattern, double value) {
    char text[64];
    std::snprintf(text, sizeof text, pattern, value);
    return text;
}

/// Rows of cells to columns of equal width; the first column is text, the others numbers.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) {
            widths[c] = std::max(widths[c], row[c].size());
        }
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string padding(widths[c] - row[c].size(), ' ');
            text += (c == 0 ? row[c] + padding : "  " + padding + row[c]);
        }
        text += '\n';
    }
    return text;
}

nlohmann::ordered_json facts_json(const Facts& facts) {
    auto object = nlohmann::ordered_json::object();
    for (const auto& [name, value] : facts) object[name] = value;
    return object;
}

nlohmann::ordered_json point_json(const Report& report, const Point& point) {
    const Summary summary = summarize(point);
    nlohmann::ordered_json json = {{"ef", point.ef},
                                   {"recall", summary.recall},
                                   {"queries_per_second", summary.per_second},
                                   {"p50_ms", summary.p50_ms},
                                   {"p95_ms", summary.p95_ms},
                                   {"p99_ms", summary.p99_ms},
                                   {"short_answers", summary.short_answers}};
    if (const auto times = advantage(report, point)) {
        json["times_first_target_at_same_recall"] = *times;
    }
    for (const auto& round : point.rounds) {
        json["rounds"].push_back({{"seconds", round.seconds},
                                  {"searches", round.searches},
                                  {"queries_per_second", round.per_second},
                                  {"recall", round.recall},
                                  {"mean_ms", round.mean_ms},
                                  {"p50_ms", round.p50_ms},
                                  {"p95_ms", round.p95_ms},
                                  {"p99_ms", round.p99_ms}});
    }
    return json;
}

}  // namespace

Summary summarize(const Point& point) {
    Summary summary;
    std::vector<double> rates;
    std::vector<double> recalls;
    std::vector<double> p50;
    std::vector<double> p95;
    std::vector<double> p99;
    for (const auto& round : point.rounds) {
        rates.push_back(round.per_second);
        recalls.push_back(round.recall);
        p50.push_back(round.p50_ms);
        p95.push_back(round.p95_ms);
        p99.push_back(round.p99_ms);
        summary.short_answers = std::max(summary.short_answers, round.short_answers);
    }
    if (rates.empty()) return summary;
    summary.recall = mean(recalls);
    summary.per_second = median(rates);
    summary.slowest = *std::min_element(rates.begin(), rates.end());
    summary.fastest = *std::max_element(rates.begin(), rates.end());
    summary.p50_ms = median(p50);
    summary.p95_ms = median(p95);
    summary.p99_ms = median(p99);
    return summary;
}

std::optional<double> rate_at_recall(const Report& report, std::size_t target, double recall) {
    std::vector<std::pair<double, double>> curve;
    for (const auto& point : report.points) {
        if (point.target != target) continue;
        const Summary summary = summarize(point);
        if (summary.per_second > 0) {
            curve.emplace_back(summary.recall, std::log(summary.per_second));
        }
    }
    std::sort(curve.begin(), curve.end());
    // More effort may bring no more recall (at 1.0 it cannot): then only the fastest counts.
    for (std::size_t i = curve.size(); i-- > 1;) {
        if (curve[i - 1].second > curve[i].second) continue;
        curve.erase(curve.begin() + static_cast<std::ptrdiff_t>(i - 1));
    }
    for (std::size_t i = 0; i < curve.size(); ++i) {
        if (curve[i].first == recall) return std::exp(curve[i].second);
        if (i == 0 || curve[i].first < recall || curve[i - 1].first > recall) continue;
        const double part = (recall - curve[i - 1].first) / (curve[i].first - curve[i - 1].first);
        return std::exp(std::lerp(curve[i - 1].second, curve[i].second, part));
    }
    return std::nullopt;
}

std::optional<double> advantage(const Report& report, const Point& point) {
    if (point.target == 0) return std::nullopt;
    const Summary summary = summarize(point);
    const auto other = rate_at_recall(report, 0, summary.recall);
    if (!other) return std::nullopt;
    return summary.per_second / *other;
}

std::string report_table(const Report& report) {
    std::vector<std::vector<std::string>> rows = {
        {"target", "ef", "recall", "queries/s", "p50 ms", "p95 ms", "p99 ms"}};
    const bool compares = report.targets.size() > 1;
    if (compares) rows.front().push_back("x " + report.targets.front().name + " at this recall");
    for (const auto& point : report.points) {
        const Summary summary = summarize(point);
        rows.push_back({report.targets.at(point.target).name, std::to_string(point.ef),
                        format("%.4f", summary.recall), format("%.0f", summary.per_second),
                        format("%.3f", summary.p50_ms), format("%.3f", summary.p95_ms),
                        format("%.3f", summary.p99_ms)});
        if (!compares) continue;
        const auto times = advantage(report, point);
        rows.back().push_back(times ? format("%.2f", *times) : "-");
    }
    std::string text = aligned(rows);
    for (const auto& point : report.points) {
        const std::size_t count = summarize(point).short_answers;
        if (count == 0) continue;
        text += report.targets.at(point.target).name + ", ef " + std::to_string(point.ef) + ": " +
                std::to_string(count) + " queries got fewer rows than the limit\n";
    }
    return text;
}

std::string report_json(const Report& report) {
    nlohmann::ordered_json json;
    json["title"] = report.title;
    json["setup"] = facts_json(report.setup);
    json["targets"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < report.targets.size(); ++i) {
        nlohmann::ordered_json target;
        target["name"] = report.targets[i].name;
        target["facts"] = facts_json(report.targets[i].facts);
        target["points"] = nlohmann::ordered_json::array();
        for (const auto& point : report.points) {
            if (point.target == i) target["points"].push_back(point_json(report, point));
        }
        json["targets"].push_back(target);
    }
    // Facts come from outside and may hold bytes that are no UTF-8.
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void write_file(const std::string& path, const std::string& text) {
    std::ofstream out(path, std::ios::trunc | std::ios::binary);
    out << text;
    out.close();
    if (!out) throw std::runtime_error("could not write file \"" + path + "\"");
    std::fprintf(stderr, "wrote %s\n", path.c_str());
}

Facts machine_facts() {
    Facts facts;
    std::ifstream cpuinfo("/proc/cpuinfo");
    for (std::string line; std::getline(cpuinfo, line);) {
        if (line.rfind("model name", 0) != 0) continue;
        facts.emplace_back("processor", line.substr(line.find(':') + 2));
        break;
    }
    facts.emplace_back("cores", std::to_string(std::thread::hardware_concurrency()));
    utsname name{};
    if (::uname(&name) == 0) {
        facts.emplace_back("system",
                           std::string(name.sysname) + " " + name.release + " " + name.machine);
    }
    return facts;
}

}  // namespace vx::bench
