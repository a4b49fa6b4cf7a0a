// libpq with ownership: a connection and a result that close themselves, and errors as exceptions
// that carry the server's own words.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace vx::bench {

/// What the server or libpq complained about; what() is one line a user can act on.
class SqlError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class Result {
public:
    explicit Result(PGresult* result) : result_(result) {}
    [[nodiscard]] int rows() const { return PQntuples(result_.get()); }
    [[nodiscard]] std::string text(int row, int column) const;
    [[nodiscard]] std::span<const char> bytes(int row, int column) const;
    [[nodiscard]] PGresult* raw() const { return result_.get(); }

private:
    struct Clear {
        void operator()(PGresult* result) const { PQclear(result); }
    };
    std::unique_ptr<PGresult, Clear> result_;
};

/// NAME=VALUE, as in SET.
struct Setting {
    std::string name;
    std::string value;
    bool operator==(const Setting&) const = default;
};

/// One session. Not for use by two threads at once.
class Connection {
public:
    /// Connects by a libpq connection string or URI; what it leaves out comes from PGHOST and the
    /// like. Notices of the server are dropped.
    explicit Connection(const std::string& conninfo);

    /// Runs a statement without parameters; results as text.
    Result exec(const std::string& sql);
    /// As exec, with text parameters.
    Result exec(const std::string& sql, const std::vector<std::string>& parameters);
    /// Checks the outcome of an asynchronous or prepared call and takes the result over.
    Result check(PGresult* raw);

    void set(const Setting& setting);
    /// `name` as an SQL identifier; "schema.table" becomes two.
    std::string quote_name(const std::string& name);
    std::string quote_text(const std::string& value);
    /// The type's name of a column, without its schema ("vector"); throws when there is none.
    std::string column_type(const std::string& table, const std::string& column);

    [[nodiscard]] PGconn* raw() const { return connection_.get(); }

private:
    struct Close {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    std::unique_ptr<PGconn, Close> connection_;
};

}  // namespace vx::bench
