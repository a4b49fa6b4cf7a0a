#include "bench/kinds/command.h"

#include "bench/fetch.h"
#include "bench/kinds/measure.h"
#include "bench/options.h"
#include "bench/report.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>

namespace vx::bench {

namespace {

struct KindsOptions {
    MeasureOptions measure;
    SampleSize size;
    std::uint64_t seed = 1;
    bool list = false;
    std::vector<std::string> names;
    std::vector<std::string> storages;
    std::vector<std::string> files;
    std::string op = "<->";
    std::string type = "vector";
    std::string limits;
    std::string efs;
    std::string json;
    std::string floors;
};

void list_kinds() {
    for (const Kind& kind : data_kinds()) {
        std::printf("%-24s %-9s %4zu  %s\n", kind.name, type_of(kind.element), kind.dims,
                    operator_of(kind.distance));
    }
}

/// Adds what is not there yet.
template <class Value>
void add_once(std::vector<Value>& values, const Value& value) {
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

/// Where nothing was chosen, what the floors name is measured and no more.
void choose(KindsOptions& options, std::span<const Floor> floors) {
    MeasureOptions& measure = options.measure;
    std::vector<std::size_t> limits;
    std::vector<int> efs;
    for (const int limit :
         options.limits.empty() ? std::vector<int>{} : parse_int_list(options.limits)) {
        limits.push_back(static_cast<std::size_t>(limit));
    }
    if (!options.efs.empty()) efs = parse_int_list(options.efs);
    const bool any_kind = options.names.empty() && options.files.empty();
    for (const Floor& floor : floors) {
        if (any_kind) add_once(options.names, floor.kind);
        if (options.limits.empty()) add_once(limits, floor.limit);
        if (options.efs.empty()) add_once(efs, floor.ef);
    }
    if (any_kind && floors.empty()) {
        for (const Kind& kind : data_kinds()) options.names.emplace_back(kind.name);
    }
    if (!options.storages.empty()) {
        measure.storages = options.storages;
        std::erase(measure.storages, "pgvector");  // that one has a connection of its own
    }
    if (!limits.empty()) measure.limits = limits;
    if (!efs.empty()) measure.efs = efs;
}

/// NAME=FILE as a sample of its own.
Subject subject_of_file(const std::string& text, const KindsOptions& options) {
    const Setting pair = parse_setting(text);
    const Dataset data(find_dataset(pair.value));
    Subject subject{pair.name, distance_of_operator(options.op), element_of_type(options.type),
                    sample_of(data, options.size.rows, options.size.queries)};
    round_to_type(subject.sample, subject.element);
    return subject;
}

/// What is measured of one kind: where floors decide, the storages that they name for it.
MeasureOptions options_of(const std::string& kind, const KindsOptions& options,
                          std::span<const Floor> floors) {
    MeasureOptions measure = options.measure;
    if (floors.empty() || !options.storages.empty()) return measure;
    measure.storages.clear();
    for (const Floor& floor : floors) {
        if (floor.kind == kind && floor.storage != "pgvector") {
            add_once(measure.storages, floor.storage);
        }
    }
    return measure;
}

/// Throws now where a server cannot be reached, not once for each kind.
void require_servers(const MeasureOptions& options) {
    if (!options.storages.empty()) static_cast<void>(Connection(options.conninfo));
    if (!options.pgvector.empty()) static_cast<void>(Connection(options.pgvector));
}

/// Runs everything and prints as it goes; the number of what could not be measured.
std::size_t measure_all(const KindsOptions& options, std::span<const Floor> floors,
                        std::vector<Outcome>& outcomes) {
    std::size_t failures = 0;
    std::string name;
    const Listener listener{[&](const Outcome& outcome) {
                                std::puts(outcome_line(outcome).c_str());
                                std::fflush(stdout);
                                outcomes.push_back(outcome);
                            },
                            [&](const std::string& storage, const std::string& why) {
                                std::printf("%s %s: %s\n", name.c_str(), storage.c_str(),
                                            why.c_str());
                                ++failures;
                            }};
    for (const auto& kind : options.names) static_cast<void>(find_kind(kind));
    std::puts(outcome_header(options.measure.limits).c_str());
    for (const auto& kind : options.names) {
        name = kind;
        measure_subject(make_subject(find_kind(kind), options.size, options.seed),
                        options_of(kind, options, floors), listener);
    }
    for (const auto& file : options.files) {
        const Subject subject = subject_of_file(file, options);
        name = subject.name;
        measure_subject(subject, options_of(name, options, floors), listener);
    }
    return failures;
}

void run_kinds(KindsOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const auto floors = options.floors.empty() ? std::vector<Floor>{} : read_floors(options.floors);
    choose(options, floors);
    require_servers(options.measure);
    std::vector<Outcome> outcomes;
    const std::size_t failures = measure_all(options, floors, outcomes);
    const std::string summary = outcome_summary(outcomes);
    if (!summary.empty()) {
        std::printf("\nmore than 0.01 below the better of plain and pgvector:\n%s",
                    summary.c_str());
    }
    std::fflush(stdout);  // before what goes to stderr
    if (!options.json.empty()) write_file(options.json, outcomes_json(outcomes));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    const std::size_t kinds = options.names.size() + options.files.size();
    std::printf("\n%zu kind%s in %.0f s\n", kinds, kinds == 1 ? "" : "s", taken.count());
    const std::string missed = missed_floors(floors, outcomes);
    std::fputs(missed.c_str(), stdout);
    if (failures > 0) {
        throw std::runtime_error("could not measure all: " + std::to_string(failures) + " failed");
    }
    if (!missed.empty()) throw std::runtime_error("recall is below its floor");
}

void add_what(CLI::App& command, KindsOptions& options) {
    command.add_flag("--list", options.list, "print the kinds and do nothing else");
    command.add_option("--kind", options.names, "kinds to measure; default: all")->delimiter(',');
    command.add_option("--data", options.files,
                       "NAME=FILE: a data set, instead of the kinds or "
                       "beside those named; may be repeated");
    command.add_option("--operator", options.op,
                       "of those data sets: <->, <#>, <=>, <+>, <~>, <%>");
    command.add_option("--type", options.type, "of their column: vector, halfvec, sparsevec, bit");
    command.add_option("--rows", options.size.rows)->check(CLI::PositiveNumber);
    command.add_option("--queries", options.size.queries)->check(CLI::PositiveNumber);
    command.add_option("--seed", options.seed, "another sample of each kind");
}

void add_how(CLI::App& command, KindsOptions& options) {
    MeasureOptions& measure = options.measure;
    command.add_option("--conn", measure.conninfo, "libpq connection string");
    command.add_option("--extension", measure.extension, "created first, unless it is empty");
    command.add_option("--pgvector", measure.pgvector,
                       "connection string of a database for pgvector, which is measured as well");
    command.add_option("--storage", options.storages, "default: fast,compact,plain")
        ->delimiter(',')
        ->check(CLI::IsMember({"fast", "compact", "plain", "pgvector"}));
    command.add_option("--limit", options.limits, "default: 10,20,40");
    command.add_option("--ef", options.efs, "values of hnsw.ef_search; default: 40,80");
    command.add_option("--builds", measure.builds, "indexes of each storage to average")
        ->check(CLI::PositiveNumber);
    command.add_option("--workers", measure.workers, "max_parallel_maintenance_workers")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--memory", measure.memory, "maintenance_work_mem");
    const std::map<std::string, IndexHistory> histories{{"built", IndexHistory::kBuilt},
                                                        {"filled", IndexHistory::kFilled},
                                                        {"churned", IndexHistory::kChurned}};
    command
        .add_option("--history", measure.history,
                    "how rows come into the indexes: built, filled or churned")
        ->transform(CLI::CheckedTransformer(histories));
    command.add_option("--with", measure.with, "options of all indexes, as SQL: 'm=16'");
    command.add_option("--json", options.json, "write the outcomes as JSON to this file");
    command.add_option("--floors", options.floors,
                       "file of lines KIND STORAGE LIMIT EF RECALL; less recall is an error");
}

}  // namespace

void add_kinds(CLI::App& app) {
    auto* command =
        app.add_subcommand("kinds", "Measure recall on many kinds of data, in tables made for it");
    auto options = std::make_shared<KindsOptions>();
    add_what(*command, *options);
    add_how(*command, *options);
    for (auto* option : command->get_options()) option->capture_default_str();
    command->callback([=] {
        if (options->list) return list_kinds();
        run_kinds(*options);
    });
}

}  // namespace vx::bench
