#include "bench/load.h"
#include "bench/progress.h"
#include "bench/server_memory.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <poll.h>

namespace vx::bench {

namespace {

volatile std::sig_atomic_t interrupted = 0;

/// Turns SIGINT into a flag for as long as it lives: the statement runs in the server and would
/// outlive a client that simply dies.
class InterruptGuard {
public:
    InterruptGuard() {
        interrupted = 0;
        previous_ = std::signal(SIGINT, [](int) { interrupted = 1; });
    }
    ~InterruptGuard() { std::signal(SIGINT, previous_); }
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

private:
    void (*previous_)(int);
};

void cancel(PGconn* connection) {
    PGcancel* request = PQgetCancel(connection);
    char error[256];
    PQcancel(request, error, sizeof error);
    PQfreeCancel(request);
}

/// Shows one reading of the server's progress view.
void show_progress(Connection& watcher, int pid, Progress& progress) {
    // Where the access method gives no total, the planner's estimate of the rows is near enough.
    const Result row =
        watcher.exec("SELECT phase, tuples_done, CASE WHEN tuples_total > 0 THEN tuples_total "
                     "ELSE greatest(reltuples, 0)::bigint END, blocks_done, blocks_total "
                     "FROM pg_stat_progress_create_index JOIN pg_class ON oid = relid "
                     "WHERE pid = $1",
                     {std::to_string(pid)});
    if (row.rows() == 0) return;
    progress.set_label(row.text(0, 0));
    // An access method may count tuples, blocks, or nothing at all.
    const int column = std::stoull(row.text(0, 1)) > 0 ? 1 : 3;
    progress.set_total(std::stoull(row.text(0, column + 1)));
    progress.update(std::stoull(row.text(0, column)));
}

/// Memory of a backend and its workers, if the server is here.
double memory_now(Connection& watcher, int pid) {
    const char* host = PQhost(watcher.raw());
    if (host == nullptr || host[0] != '/') return 0;
    const Result found =
        watcher.exec("SELECT pid FROM pg_stat_activity WHERE pid = $1 OR leader_pid = $1",
                     {std::to_string(pid)});
    std::vector<int> pids;
    pids.reserve(static_cast<std::size_t>(found.rows()));
    for (int row = 0; row < found.rows(); ++row) pids.push_back(std::stoi(found.text(row, 0)));
    return memory_of_processes(pids);
}

/// Runs the statement and shows how it goes; returns the most memory that it was seen to take.
double run_watched(Connection& db, Connection& watcher, const std::string& sql) {
    if (PQsendQuery(db.raw(), sql.c_str()) != 1) throw SqlError(PQerrorMessage(db.raw()));
    const InterruptGuard guard;
    Progress progress("building", 0, "tuples");
    bool canceled = false;
    double peak = 0;
    while (PQisBusy(db.raw()) == 1) {
        pollfd waiting{PQsocket(db.raw()), POLLIN, 0};
        const int ready = ::poll(&waiting, 1, 100);  // interrupted by SIGINT, too
        if (ready > 0 && PQconsumeInput(db.raw()) != 1) break;
        if (interrupted != 0 && !canceled) {
            cancel(db.raw());
            canceled = true;
        }
        if (ready != 0) continue;
        show_progress(watcher, PQbackendPID(db.raw()), progress);
        peak = std::max(peak, memory_now(watcher, PQbackendPID(db.raw())));
    }
    progress.finish();
    while (PGresult* result = PQgetResult(db.raw())) db.check(result);
    return peak;
}

std::string index_name(const BuildOptions& options) {
    if (!options.name.empty()) return options.name;
    const std::string table = options.table.substr(options.table.rfind('.') + 1);
    return table + "_" + options.column + "_" + options.method + "_idx";
}

/// The index lives in its table's schema.
std::string qualified(const BuildOptions& options, const std::string& name) {
    const std::size_t dot = options.table.rfind('.');
    return dot == std::string::npos ? name : options.table.substr(0, dot + 1) + name;
}

}  // namespace

BuildResult build_index(const BuildOptions& options) {
    Connection db(options.conninfo);
    Connection watcher(options.conninfo);
    for (const auto& setting : options.settings) db.set(setting);
    const std::string name = index_name(options);
    const std::string full_name = db.quote_name(qualified(options, name));
    const std::string table = db.quote_name(options.table);
    db.exec("DROP INDEX IF EXISTS " + full_name);
    const std::string sql = "CREATE INDEX " + db.quote_name(name) + " ON " + table + " USING " +
                            db.quote_name(options.method) + " (" + db.quote_name(options.column) +
                            " " + db.quote_name(options.opclass) + ")" +
                            (options.with.empty() ? "" : " WITH (" + options.with + ")");
    const auto start = std::chrono::steady_clock::now();
    BuildResult result;
    result.peak_bytes = run_watched(db, watcher, sql);
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const Result sizes = db.exec("SELECT pg_get_indexdef($1::regclass), "
                                 "pg_relation_size($1::regclass), pg_table_size($2::regclass)",
                                 {full_name, table});
    result.definition = sizes.text(0, 0);
    result.index_bytes = std::stod(sizes.text(0, 1));
    result.table_bytes = std::stod(sizes.text(0, 2));
    result.rows = std::stod(db.exec("SELECT count(*) FROM " + table).text(0, 0));
    return result;
}

}  // namespace vx::bench
