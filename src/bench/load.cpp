#include "bench/load.h"

#include "bench/progress.h"

#include <algorithm>
#include <chrono>

namespace vx::bench {

namespace {

// Large enough that libpq's calls cost nothing, small enough to stay in the cache.
constexpr std::size_t kChunkBytes = std::size_t{256} * 1024;

void create_table(Connection& db, const Dataset& data, const LoadOptions& options) {
    if (!options.extension.empty()) {
        db.exec("CREATE EXTENSION IF NOT EXISTS " + db.quote_name(options.extension));
    }
    const std::string table = db.quote_name(options.table);
    if (options.replace) db.exec("DROP TABLE IF EXISTS " + table);
    const std::string word = data.labels().empty() ? "" : ", word text";
    db.exec("CREATE " + std::string(options.unlogged ? "UNLOGGED " : "") + "TABLE " + table +
            " (id integer PRIMARY KEY, embedding " + db.quote_name(options.type) + "(" +
            std::to_string(data.dims()) + ")" + word + ")");
}

}  // namespace

void send_rows(Connection& db, CopyEncoder& encoder, bool all) {
    const auto& bytes = encoder.buffer();
    if (!all && bytes.size() < kChunkBytes) return;
    if (PQputCopyData(db.raw(), bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw SqlError("could not send rows: " + std::string(PQerrorMessage(db.raw())));
    }
    encoder.clear();
}

void finish_copy(Connection& db) {
    if (PQputCopyEnd(db.raw(), nullptr) != 1) {
        throw SqlError("could not end COPY: " + std::string(PQerrorMessage(db.raw())));
    }
    while (PGresult* result = PQgetResult(db.raw())) db.check(result);
}

double load_table(const Dataset& data, const LoadOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const VectorFormat format = format_of_type(options.type);
    const std::size_t rows = options.rows == 0 ? data.rows() : std::min(options.rows, data.rows());
    const bool labeled = !data.labels().empty();
    Connection db(options.conninfo);
    db.exec("BEGIN");
    create_table(db, data, options);
    db.exec("COPY " + db.quote_name(options.table) + " (id, embedding" + (labeled ? ", word" : "") +
            ") FROM STDIN (FORMAT binary)");
    CopyEncoder encoder;
    Progress progress("loading " + options.table, rows, "rows");
    for (std::size_t i = 0; i < rows; ++i) {
        encoder.begin_row(labeled ? 3 : 2);
        encoder.add_int4(static_cast<std::int32_t>(i));
        encoder.add_vector(format, data.row(i));
        if (labeled) encoder.add_text(data.labels()[i]);
        send_rows(db, encoder);
        if (encoder.buffer().empty()) progress.update(i);
    }
    encoder.end();
    send_rows(db, encoder, true);
    finish_copy(db);
    db.exec("COMMIT");
    progress.finish();
    db.exec("VACUUM (ANALYZE) " + db.quote_name(options.table));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace vx::bench
