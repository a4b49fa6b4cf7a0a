// Filling a table from a data set, and building an index on it.
#pragma once

#include "bench/connection.h"
#include "bench/dataset.h"
#include "bench/wire.h"

namespace vx::bench {

struct LoadOptions {
    std::string conninfo;
    std::string table = "vectors";
    std::string type = "vector";  ///< or halfvec
    std::string extension;        ///< CREATE EXTENSION IF NOT EXISTS first, when not empty
    std::size_t rows = 0;         ///< only the first so many; 0: all
    bool replace = false;         ///< drop a table of that name first
    bool unlogged = false;
};

/// Creates the table (id integer primary key = row number from 0, embedding, and word where the
/// data set has labels) and copies the base vectors into it. Returns the seconds it took.
double load_table(const Dataset& data, const LoadOptions& options);

/// Sends the encoder's rows once they are enough to be worth a call, and empties it; `all`: at
/// once.
void send_rows(Connection& db, CopyEncoder& encoder, bool all = false);
/// Drains the connection after COPY; the server's complaint, if any, arrives here.
void finish_copy(Connection& db);

struct BuildOptions {
    std::string conninfo;
    std::string table = "vectors";
    std::string column = "embedding";
    std::string method = "hnsw";
    std::string opclass = "vector_l2_ops";
    std::string with;  ///< "m=16, ef_construction=200": SQL, passed through
    std::string name;  ///< of the index; empty: TABLE_COLUMN_METHOD_idx
    std::vector<Setting> settings;
};

struct BuildResult {
    std::string definition;
    double seconds = 0;
    double index_bytes = 0;
    double table_bytes = 0;
    double rows = 0;
    double peak_bytes = 0;  ///< memory of the backend and its workers; 0: not to be seen from here
};

/// Drops an index of the same name, creates it anew and shows the server's own progress report,
/// read through a second connection. SIGINT cancels the statement on the server.
BuildResult build_index(const BuildOptions& options);

}  // namespace vx::bench
