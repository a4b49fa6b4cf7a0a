// A tsvector as the terms of a document and how often each comes in it.
#pragma once

#include <string_view>

#include "pg/pg.h"

namespace vx::pg {

/// Terms in the order of core/answers/bm25.h, which is the server's own (tsCompareString).
struct Document {
    TSVector vector;

    size_t size() const { return static_cast<size_t>(vector->size); }

    std::string_view term(size_t i) const {
        const WordEntry& entry = vector->entries[i];
        return {STRPTR(vector) + entry.pos, entry.len};
    }

    /// Positions; a tsvector has at most 255 of a lexeme, and none once it is stripped: then 1.
    uint32 frequency(size_t i) const {
        const WordEntry* entry = &vector->entries[i];
        const auto positions = static_cast<uint32>(POSDATALEN(vector, entry));
        return positions > 0 ? positions : 1;
    }

    uint32 length() const {
        uint32 sum = 0;
        for (size_t i = 0; i < size(); ++i) sum += frequency(i);
        return sum;
    }
};

}  // namespace vx::pg
