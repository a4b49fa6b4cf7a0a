#include "bench/connection.h"

namespace vx::bench {

namespace {

std::string trimmed(std::string message) {
    while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) {
        message.pop_back();
    }
    return message;
}

std::string message_of(const PGresult* result, PGconn* connection) {
    const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (primary == nullptr) return trimmed(PQerrorMessage(connection));
    std::string message = std::string("server: ") + primary;
    if (const char* detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL)) {
        message += std::string("\n  detail: ") + detail;
    }
    if (const char* hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT)) {
        message += std::string("\n  hint: ") + hint;
    }
    return message;
}

}  // namespace

std::string Result::text(int row, int column) const {
    return std::string(bytes(row, column).data(), bytes(row, column).size());
}

std::span<const char> Result::bytes(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

Connection::Connection(const std::string& conninfo) {
    connection_.reset(PQconnectdb(conninfo.c_str()));
    if (connection_ == nullptr) throw SqlError("out of memory");
    if (PQstatus(connection_.get()) != CONNECTION_OK) {
        throw SqlError("could not connect: " + trimmed(PQerrorMessage(connection_.get())));
    }
    PQsetNoticeProcessor(
        connection_.get(), [](void*, const char*) {}, nullptr);
}

Result Connection::check(PGresult* raw) {
    Result result(raw);
    switch (PQresultStatus(raw)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_COPY_IN:
        return result;
    default:
        throw SqlError(message_of(raw, connection_.get()));
    }
}

Result Connection::exec(const std::string& sql) {
    return check(PQexec(connection_.get(), sql.c_str()));
}

Result Connection::exec(const std::string& sql, const std::vector<std::string>& parameters) {
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const auto& parameter : parameters) values.push_back(parameter.c_str());
    return check(PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()),
                              nullptr, values.data(), nullptr, nullptr, 0));
}

void Connection::set(const Setting& setting) {
    exec("SELECT set_config($1, $2, false)", {setting.name, setting.value});
}

std::string Connection::quote_name(const std::string& name) {
    std::string quoted;
    std::size_t start = 0;
    while (true) {
        const std::size_t dot = name.find('.', start);
        const std::string part = name.substr(start, dot - start);
        char* escaped = PQescapeIdentifier(connection_.get(), part.c_str(), part.size());
        if (escaped == nullptr) throw SqlError("not a name: \"" + name + "\"");
        quoted += escaped;
        PQfreemem(escaped);
        if (dot == std::string::npos) return quoted;
        quoted += '.';
        start = dot + 1;
    }
}

std::string Connection::quote_text(const std::string& value) {
    char* escaped = PQescapeLiteral(connection_.get(), value.c_str(), value.size());
    if (escaped == nullptr) throw SqlError(trimmed(PQerrorMessage(connection_.get())));
    std::string quoted = escaped;
    PQfreemem(escaped);
    return quoted;
}

std::string Connection::column_type(const std::string& table, const std::string& column) {
    const Result result = exec("SELECT t.typname FROM pg_attribute a JOIN pg_type t "
                               "ON t.oid = a.atttypid WHERE a.attrelid = $1::regclass "
                               "AND a.attname = $2 AND NOT a.attisdropped",
                               {quote_name(table), column});
    if (result.rows() == 0) {
        throw SqlError("table \"" + table + "\" has no column \"" + column + "\"");
    }
    return result.text(0, 0);
}

}  // namespace vx::bench
