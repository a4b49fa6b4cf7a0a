#include "bench/options.h"

#include <charconv>

namespace vx::bench {

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    while (true) {
        const std::size_t end = text.find(separator, start);
        parts.push_back(text.substr(start, end - start));
        if (end == std::string::npos) return parts;
        start = end + 1;
    }
}

int parse_positive(const std::string& text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value <= 0) {
        throw std::runtime_error("\"" + text + "\" is not a positive integer");
    }
    return value;
}

bool is_connection_keyword(const std::string& key) {
    struct Free {
        void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
    };
    const std::unique_ptr<PQconninfoOption, Free> known(PQconndefaults());
    for (const auto* option = known.get(); option != nullptr && option->keyword != nullptr;
         ++option) {
        if (key == option->keyword) return true;
    }
    return false;
}

std::string conninfo_pair(const std::string& key, const std::string& value) {
    std::string pair = (key + "='");
    for (const char c : value) {
        if (c == '\'' || c == '\\') pair += '\\';
        pair += c;
    }
    return pair + "'";
}

std::string* text_field(Target& target, const std::string& key) {
    if (key == "table") return &target.table;
    if (key == "operator") return &target.op;
    if (key == "id") return &target.id_column;
    if (key == "column") return &target.vector_column;
    if (key == "sql") return &target.sql;
    if (key == "guc") return &target.guc;
    return nullptr;
}

void apply_key(Target& target, const std::string& key, const std::string& value) {
    if (std::string* field = text_field(target, key)) {
        *field = value;
    } else if (key == "kind") {
        if (value != "sql" && value != "hnswlib") {
            throw std::runtime_error("unknown kind \"" + value + "\" (known: sql hnswlib)");
        }
        target.kind = value == "sql" ? TargetKind::kSql : TargetKind::kHnswlib;
    } else if (key == "set") {
        target.settings.push_back(parse_setting(value));
    } else if (key == "ef") {
        target.efs = parse_int_list(value);
    } else if (key == "m") {
        target.m = parse_positive(value);
    } else if (key == "ef_construction") {
        target.ef_construction = parse_positive(value);
    } else if (is_connection_keyword(key)) {
        if (!target.conninfo.empty()) target.conninfo += ' ';
        target.conninfo += conninfo_pair(key, value);
    } else {
        throw std::runtime_error("unknown key \"" + key + "\"");
    }
}

}  // namespace

Setting parse_setting(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
        throw std::runtime_error("\"" + text + "\" is not of the form NAME=VALUE");
    }
    return {text.substr(0, equals), text.substr(equals + 1)};
}

std::vector<Setting> parse_settings(const std::vector<std::string>& texts) {
    std::vector<Setting> settings;
    settings.reserve(texts.size());
    for (const auto& text : texts) settings.push_back(parse_setting(text));
    return settings;
}

std::vector<int> parse_int_list(const std::string& text) {
    std::vector<int> values;
    for (const auto& part : split(text, ',')) values.push_back(parse_positive(part));
    return values;
}

Target parse_target(const std::string& text, const Target& defaults) {
    Target target = defaults;
    const auto parts = split(text, ';');
    target.name = parts.front();
    if (target.name.empty() || target.name.find('=') != std::string::npos) {
        throw std::runtime_error("target \"" + text + "\" must begin with a name and a semicolon");
    }
    try {
        for (std::size_t i = 1; i < parts.size(); ++i) {
            if (parts[i].empty()) continue;
            const Setting pair = parse_setting(parts[i]);
            apply_key(target, pair.name, pair.value);
        }
    } catch (const std::runtime_error& error) {
        throw std::runtime_error("target \"" + target.name + "\": " + error.what());
    }
    return target;
}

}  // namespace vx::bench
