#include "bench/kinds/outcome.h"

#include "bench/format.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace vx::bench {

namespace {

constexpr double kNotable = .01;

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}

std::string line_start(const std::string& kind, const std::string& storage, const std::string& ef) {
    return padded(kind, 24) + padded(storage, 9) + padded(ef, 5);
}

/// A value for each LIMIT, with slashes between.
template <class Value>
std::string joined(const Outcome& outcome, const char* pattern, Value LimitOutcome::*value) {
    std::string text;
    for (const auto& limit : outcome.limits) {
        if (!text.empty()) text += '/';
        text += format(pattern, limit.*value);
    }
    return text;
}

/// The part that is as wide as there are limits.
std::size_t width_of(std::size_t limits, std::size_t each) { return limits * (each + 1) + 1; }

const LimitOutcome* find_limit(const Outcome& outcome, std::size_t limit) {
    for (const auto& found : outcome.limits) {
        if (found.limit == limit) return &found;
    }
    return nullptr;
}

const Outcome* find_outcome(std::span<const Outcome> outcomes, const Outcome& like,
                            const std::string& storage) {
    for (const auto& outcome : outcomes) {
        if (outcome.kind == like.kind && outcome.ef == like.ef && outcome.storage == storage) {
            return &outcome;
        }
    }
    return nullptr;
}

/// What another index finds where this one finds notably less; empty where it does not.
std::string better_at(std::span<const Outcome> outcomes, const Outcome& outcome,
                      const LimitOutcome& limit) {
    std::string text;
    double best = limit.recall + kNotable;
    for (const char* storage : {"plain", "pgvector"}) {
        const Outcome* other = find_outcome(outcomes, outcome, storage);
        const LimitOutcome* at = other == nullptr ? nullptr : find_limit(*other, limit.limit);
        if (at == nullptr || at->recall <= best) continue;
        best = at->recall;
        text = "  @" + std::to_string(limit.limit) + " " + format("%.3f", limit.recall) + " (" +
               storage + " " + format("%.3f", best) + ")";
    }
    return text;
}

}  // namespace

std::string outcome_header(std::span<const std::size_t> limits) {
    std::string names = "recall";
    char separator = '@';
    for (const std::size_t limit : limits) {
        names += separator;
        names += std::to_string(limit);
        separator = '/';
    }
    return line_start("kind", "storage", "ef") + padded(names, width_of(limits.size(), 5) + 6) +
           padded("late", width_of(limits.size(), 5)) + padded("ms", width_of(limits.size(), 5)) +
           "build s";
}

std::string outcome_line(const Outcome& outcome) {
    const std::size_t limits = outcome.limits.size();
    return line_start(outcome.kind, outcome.storage, std::to_string(outcome.ef)) +
           padded(joined(outcome, "%.3f", &LimitOutcome::recall), width_of(limits, 5) + 6) +
           padded(joined(outcome, "%.0f", &LimitOutcome::late), width_of(limits, 5)) +
           padded(joined(outcome, "%.2f", &LimitOutcome::ms), width_of(limits, 5)) +
           format("%.1f", outcome.build_seconds);
}

std::string outcomes_json(std::span<const Outcome> outcomes) {
    auto list = nlohmann::json::array();
    for (const auto& outcome : outcomes) {
        auto limits = nlohmann::json::array();
        for (const auto& limit : outcome.limits) {
            limits.push_back({{"limit", limit.limit},
                              {"recall", limit.recall},
                              {"late", limit.late},
                              {"ms", limit.ms}});
        }
        list.push_back({{"kind", outcome.kind},
                        {"storage", outcome.storage},
                        {"ef", outcome.ef},
                        {"build_seconds", outcome.build_seconds},
                        {"limits", limits}});
    }
    return list.dump(2) + "\n";
}

std::string outcome_summary(std::span<const Outcome> outcomes) {
    std::string text;
    for (const auto& outcome : outcomes) {
        if (outcome.storage != "fast" && outcome.storage != "compact") continue;
        std::string better;
        for (const auto& limit : outcome.limits) better += better_at(outcomes, outcome, limit);
        if (better.empty()) continue;
        text +=
            line_start(outcome.kind, outcome.storage, std::to_string(outcome.ef)) + better + "\n";
    }
    return text;
}

std::vector<Floor> read_floors(const std::string& path) {
    std::ifstream in(path);
    if (!in) throw std::runtime_error("could not read file \"" + path + "\"");
    std::vector<Floor> floors;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        line.resize(std::min(line.size(), line.find('#')));
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        std::istringstream words(line);
        Floor floor;
        std::string more;
        if (!(words >> floor.kind >> floor.storage >> floor.limit >> floor.ef >> floor.recall) ||
            words >> more) {
            throw std::runtime_error(path + ":" + std::to_string(number) +
                                     ": not of the form KIND STORAGE LIMIT EF RECALL");
        }
        floors.push_back(floor);
    }
    return floors;
}

std::string missed_floors(std::span<const Floor> floors, std::span<const Outcome> outcomes) {
    std::string text;
    for (const auto& floor : floors) {
        const Outcome like{floor.kind, floor.storage, floor.ef, 0, {}};
        const Outcome* outcome = find_outcome(outcomes, like, floor.storage);
        const LimitOutcome* limit =
            outcome == nullptr ? nullptr : find_limit(*outcome, floor.limit);
        if (limit != nullptr && limit->recall >= floor.recall) continue;
        text +=
            floor.kind + " " + floor.storage + " LIMIT " + std::to_string(floor.limit) + " ef " +
            std::to_string(floor.ef) + ": floor " + format("%.3f", floor.recall) +
            (limit == nullptr ? ", not measured" : ", recall " + format("%.3f", limit->recall)) +
            "\n";
    }
    return text;
}

}  // namespace vx::bench
