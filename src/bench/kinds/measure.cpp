#include "bench/kinds/measure.h"

#include "bench/kinds/truth.h"
#include "bench/load.h"

#include <algorithm>
#include <chrono>

namespace vx::bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kPgvector = "pgvector";
constexpr const char* kTable = "vectorext_bench_kinds";
constexpr const char* kRows = "vectorext_bench_kinds_rows";  // what it has, to insert from
constexpr int kChurns = 8;
constexpr const char* kIndex = "vectorext_bench_kinds_index";
// Asked before the clock runs, so that plans and caches are what they are for all that follow.
constexpr std::size_t kWarmup = 10;

VectorFormat format_of(Element element) {
    switch (element) {
    case Element::kFloat:
        return VectorFormat::kVector;
    case Element::kHalf:
        return VectorFormat::kHalfvec;
    case Element::kSparse:
        return VectorFormat::kSparsevec;
    case Element::kBit:
        return VectorFormat::kBit;
    }
    throw std::logic_error("element without a binary form");
}

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// A session on one database with the sample in a table.
class Site {
public:
    Site(const std::string& conninfo, const std::string& extension, const Subject& subject,
         const MeasureOptions& options)
        : db_(conninfo), subject_(subject), options_(options), format_(format_of(subject.element)) {
        if (!extension.empty()) {
            db_.exec("CREATE EXTENSION IF NOT EXISTS " + db_.quote_name(extension));
        }
        db_.set({"enable_seqscan", "off"});
        db_.set({"jit", "off"});
        db_.set({"maintenance_work_mem", options.memory});
        db_.set({"max_parallel_maintenance_workers", std::to_string(options.workers)});
        fill_table();
        for (const std::size_t limit : options.limits) {
            db_.check(PQprepare(db_.raw(), statement_name(limit).c_str(),
                                statement("$1", limit).c_str(), 0, nullptr));
        }
    }

    /// Makes another index, with the history that is wanted; the seconds it took.
    double make_index(const std::string& storage) {
        const auto start = Clock::now();
        switch (options_.history) {
        case IndexHistory::kBuilt:
            create_index(storage);
            break;
        case IndexHistory::kFilled:
            db_.exec(std::string("TRUNCATE ") + kTable);
            create_index(storage);
            insert_where("true");
            break;
        case IndexHistory::kChurned:
            create_index(storage);
            for (int round = 0; round < kChurns; ++round) churn(round);
            break;
        }
        const double seconds = seconds_since(start);
        require_index();
        return seconds;
    }

    void set_ef(int ef) { db_.set({"hnsw.ef_search", std::to_string(ef)}); }

    /// Row numbers, nearest first.
    std::vector<std::int64_t> ask(std::size_t query, std::size_t limit) {
        parameter_.clear();
        append_vector(parameter_, format_, subject_.sample.query(query));
        const char* value = parameter_.data();
        const int length = static_cast<int>(parameter_.size());
        const int binary = 1;
        const Result result = db_.check(PQexecPrepared(db_.raw(), statement_name(limit).c_str(), 1,
                                                       &value, &length, &binary, 1));
        std::vector<std::int64_t> found;
        found.reserve(static_cast<std::size_t>(result.rows()));
        for (int i = 0; i < result.rows(); ++i) found.push_back(decode_integer(result.bytes(i, 0)));
        return found;
    }

    void drop_table() { db_.exec(std::string("DROP TABLE IF EXISTS ") + kTable); }

private:
    void create_index(const std::string& storage) {
        std::string with = options_.with;
        if (storage != kPgvector) with += (with.empty() ? "storage=" : ", storage=") + storage;
        db_.exec(std::string("DROP INDEX IF EXISTS ") + kIndex);
        db_.exec(std::string("CREATE INDEX ") + kIndex + " ON " + kTable +
                 " USING hnsw (embedding " + operator_class(subject_.element, subject_.distance) +
                 ")" + (with.empty() ? "" : " WITH (" + with + ")"));
    }

    void churn(int round) {
        const std::string chosen = "id % 3 = " + std::to_string(round % 3);
        db_.exec(std::string("DELETE FROM ") + kTable + " WHERE " + chosen);
        db_.exec(std::string("VACUUM ") + kTable);
        insert_where(chosen);
    }

    void insert_where(const std::string& chosen) {
        db_.exec(std::string("INSERT INTO ") + kTable + " SELECT * FROM " + kRows + " WHERE " +
                 chosen + " ORDER BY id");
    }

    void fill_table() {
        drop_table();
        db_.exec("BEGIN");
        db_.exec(std::string("CREATE UNLOGGED TABLE ") + kTable + " (id integer, embedding " +
                 type_of(subject_.element) + "(" + std::to_string(subject_.sample.dims) + "))");
        db_.exec(std::string("COPY ") + kTable + " FROM STDIN (FORMAT binary)");
        CopyEncoder encoder;
        for (std::size_t i = 0; i < subject_.sample.rows; ++i) {
            encoder.begin_row(2);
            encoder.add_int4(static_cast<std::int32_t>(i));
            encoder.add_vector(format_, subject_.sample.row(i));
            send_rows(db_, encoder);
        }
        encoder.end();
        send_rows(db_, encoder, true);
        finish_copy(db_);
        db_.exec("COMMIT");
        db_.exec(std::string("VACUUM (ANALYZE) ") + kTable);
        if (options_.history != IndexHistory::kBuilt) {
            db_.exec(std::string("CREATE TEMPORARY TABLE ") + kRows + " AS TABLE " + kTable);
        }
    }

    static std::string statement_name(std::size_t limit) {
        return "vx_kinds_" + std::to_string(limit);
    }

    [[nodiscard]] std::string statement(const std::string& query, std::size_t limit) const {
        return std::string("SELECT id FROM ") + kTable + " ORDER BY embedding " +
               operator_of(subject_.distance) + " " + query + " LIMIT " + std::to_string(limit);
    }

    /// Throws where the planner does without the index: the recall of a sort says nothing.
    void require_index() {
        const std::string query = std::string("(SELECT embedding FROM ") + kTable + " LIMIT 1)";
        const Result plan =
            db_.exec("EXPLAIN (COSTS OFF) " + statement(query, options_.limits.front()));
        for (int i = 0; i < plan.rows(); ++i) {
            if (plan.text(i, 0).find(std::string("Index Scan using ") + kIndex) !=
                std::string::npos) {
                return;
            }
        }
        throw SqlError("the plan does not use the index");
    }

    Connection db_;
    const Subject& subject_;
    const MeasureOptions& options_;
    VectorFormat format_;
    std::string parameter_;
};

/// Means of what is asked again and again, queries and builds alike.
void add_answers(Site& site, const Truth& truth, const Sample& sample, LimitOutcome& outcome) {
    for (std::size_t q = 0; q < std::min(kWarmup, sample.queries); ++q) {
        static_cast<void>(site.ask(q, outcome.limit));
    }
    double seconds = 0;
    double recall = 0;
    for (std::size_t q = 0; q < sample.queries; ++q) {
        const auto start = Clock::now();
        const auto found = site.ask(q, outcome.limit);
        seconds += seconds_since(start);
        const Verdict verdict = judge(truth, q, outcome.limit, found);
        recall += verdict.recall;
        outcome.late += static_cast<double>(verdict.late);
    }
    const auto queries = static_cast<double>(sample.queries);
    outcome.recall += recall / queries;
    outcome.ms += 1000 * seconds / queries;
}

void divide(Outcome& outcome, int builds) {
    outcome.build_seconds /= builds;
    for (auto& limit : outcome.limits) {
        limit.recall /= builds;
        limit.late /= builds;
        limit.ms /= builds;
    }
}

std::vector<Outcome> measure_storage(Site& site, const Truth& truth, const Subject& subject,
                                     const std::string& storage, const MeasureOptions& options) {
    std::vector<Outcome> outcomes;
    for (const int ef : options.efs) {
        outcomes.push_back({subject.name, storage, ef, 0, {}});
        for (const std::size_t limit : options.limits) {
            outcomes.back().limits.push_back({limit, 0, 0, 0});
        }
    }
    for (int build = 0; build < options.builds; ++build) {
        const double seconds = site.make_index(storage);
        for (auto& outcome : outcomes) {
            outcome.build_seconds += seconds;
            site.set_ef(outcome.ef);
            for (auto& limit : outcome.limits) add_answers(site, truth, subject.sample, limit);
        }
    }
    for (auto& outcome : outcomes) divide(outcome, options.builds);
    return outcomes;
}

/// A database and what is measured there.
struct Server {
    std::string conninfo;
    std::string extension;
    std::vector<std::string> storages;
};

void measure_server(const Server& server, const Truth& truth, const Subject& subject,
                    const MeasureOptions& options, const Listener& listener) {
    Site site(server.conninfo, server.extension, subject, options);
    for (const auto& storage : server.storages) {
        if (!has_storage(subject, storage)) continue;
        try {
            for (const auto& outcome : measure_storage(site, truth, subject, storage, options)) {
                listener.done(outcome);
            }
        } catch (const SqlError& error) {
            listener.failed(storage, error.what());
        }
    }
    site.drop_table();
}

}  // namespace

bool has_storage(const Subject& subject, const std::string& storage) {
    if (storage == "plain" || storage == kPgvector) return true;
    return (subject.element == Element::kFloat || subject.element == Element::kHalf) &&
           subject.distance != Distance::kL1;
}

void measure_subject(const Subject& subject, const MeasureOptions& options,
                     const Listener& listener) {
    std::vector<Server> servers;
    if (!options.storages.empty()) {
        servers.push_back({options.conninfo, options.extension, options.storages});
    }
    if (!options.pgvector.empty()) servers.push_back({options.pgvector, "vector", {kPgvector}});
    const Truth truth(subject.sample, subject.distance);
    for (const Server& server : servers) {
        try {
            measure_server(server, truth, subject, options, listener);
        } catch (const SqlError& error) {
            listener.failed(server.storages.front(), error.what());
        }
    }
}

}  // namespace vx::bench
