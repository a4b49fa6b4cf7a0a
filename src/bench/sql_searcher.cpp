// The SQL kind of target: one session per worker, one prepared statement in each, binary both ways.
#include "bench/wire.h"
#include "bench/workload.h"

namespace vx::bench {

namespace {

constexpr const char* kStatement = "vx_bench";

class SqlSearcher final : public Searcher {
public:
    SqlSearcher(const Target& target, const Dataset& data, const Load& load)
        : target_(target), example_(data.query(0)) {
        for (std::size_t i = 0; i < load.workers; ++i) sessions_.emplace_back(target.conninfo);
        parameters_.resize(load.workers);
        auto& first = sessions_.front();
        format_ = format_of_type(first.column_type(target.table, target.vector_column));
        const std::string sql = target.sql.empty() ? usual_sql(first, load.limit) : target.sql;
        for (auto& session : sessions_) {
            for (const auto& setting : target.settings) session.set(setting);
            session.check(PQprepare(session.raw(), kStatement, sql.c_str(), 0, nullptr));
        }
    }

    void set_effort(int ef) override {
        for (auto& session : sessions_) session.set({target_.guc, std::to_string(ef)});
    }

    void search(std::size_t worker, std::span<const float> query,
                std::span<std::int64_t> out) override {
        auto& session = sessions_[worker];
        auto& parameter = parameters_[worker];
        parameter.clear();
        append_vector(parameter, format_, query);
        const char* value = parameter.c_str();
        const int length = static_cast<int>(parameter.size());
        const int binary = format_ == VectorFormat::kText ? 0 : 1;
        const Result result = session.check(
            PQexecPrepared(session.raw(), kStatement, 1, &value, &length, &binary, 1));
        const auto rows = static_cast<std::size_t>(result.rows());
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = i < rows ? decode_integer(result.bytes(static_cast<int>(i), 0)) : kNoRow;
        }
    }

    Facts facts() override {
        auto& session = sessions_.front();
        Facts facts;
        facts.emplace_back("server", session.exec("SHOW server_version").text(0, 0));
        const Result extension = session.exec(
            "SELECT e.extname || ' ' || e.extversion FROM pg_attribute a "
            "JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = a.atttypid "
            "AND d.deptype = 'e' JOIN pg_extension e ON e.oid = d.refobjid "
            "WHERE a.attrelid = $1::regclass AND a.attname = $2",
            {session.quote_name(target_.table), target_.vector_column});
        if (extension.rows() > 0) facts.emplace_back("extension", extension.text(0, 0));
        add_plan(session, facts);
        for (const auto& setting : target_.settings) {
            facts.emplace_back("set " + setting.name, setting.value);
        }
        return facts;
    }

private:
    [[nodiscard]] std::string usual_sql(Connection& session, std::size_t limit) const {
        return "SELECT " + session.quote_name(target_.id_column) + " FROM " +
               session.quote_name(target_.table) + " ORDER BY " +
               session.quote_name(target_.vector_column) + " " + target_.op + " $1 LIMIT " +
               std::to_string(limit);
    }

    /// The plan's scan node and the index it uses: a sweep of a sequential scan should not pass
    /// for one of an index.
    void add_plan(Connection& session, Facts& facts) const {
        std::string text;
        append_vector(text, VectorFormat::kText, example_);
        const Result plan = session.exec("EXPLAIN (COSTS OFF) EXECUTE " + std::string(kStatement) +
                                         "(" + session.quote_text(text) + ")");
        const std::string index_scan = "Index Scan using ";
        for (int i = 0; i < plan.rows(); ++i) {
            const std::string line = plan.text(i, 0);
            const std::size_t scan = line.find("Scan");
            if (scan == std::string::npos) continue;
            const std::size_t from = line.find_first_not_of(" ->");
            facts.emplace_back("plan", line.substr(from));
            const std::size_t index = line.find(index_scan);
            if (index != std::string::npos) {
                const std::size_t start = index + index_scan.size();
                add_index(session, line.substr(start, line.find(" on ", start) - start), facts);
            }
            return;
        }
    }

    static void add_index(Connection& session, const std::string& quoted_name, Facts& facts) {
        // EXPLAIN leaves the schema out; an index outside the search path is simply not described.
        const Result index =
            session.exec("SELECT pg_get_indexdef(i), pg_size_pretty(pg_relation_size(i)) "
                         "FROM to_regclass($1) AS i WHERE i IS NOT NULL",
                         {quoted_name});
        if (index.rows() == 0) return;
        facts.emplace_back("index", index.text(0, 0));
        facts.emplace_back("index size", index.text(0, 1));
    }

    Target target_;
    std::span<const float> example_;
    VectorFormat format_ = VectorFormat::kVector;
    std::vector<Connection> sessions_;
    std::vector<std::string> parameters_;
};

}  // namespace

std::unique_ptr<Searcher> open_sql(const Target& target, const Dataset& data, const Load& load) {
    return std::make_unique<SqlSearcher>(target, data, load);
}

}  // namespace vx::bench
