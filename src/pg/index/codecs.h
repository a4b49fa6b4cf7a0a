// Codecs of an open index, and code written once for all of them.
#pragma once

#include "core/paged/flush.h"
#include "core/paged/publish.h"
#include "pg/index/open_index.h"
#include "pg/memory.h"

namespace vx::pg {

/// Memory and mean of a code space, in the current context.  `mean` may be null: it is then read
/// from the index.
CodeCodec open_code_codec(Relation index, const OpenIndex& opened, const float* mean);

FastCodec open_fast_codec(Relation index, const OpenIndex& opened, const float* mean);

/// How elements of one size are measured in storage plain.
FixedSpace fixed_space(const OpenIndex& opened);

/// Calls f(codec) with the codec of storage plain for the index's elements.
template <class F>
auto with_plain_codec(const OpenIndex& opened, F&& f) {
    if (opened.element == Element::kSparse) return f(SparseCodec(opened.metric));
    return f(FixedCodec(fixed_space(opened)));
}

/// Calls f(codec) with the codec of the index; one instance of f a codec.
template <class F>
auto with_codec(Relation index, const OpenIndex& opened, F&& f) {
    if (opened.storage == Storage::kPlain) return with_plain_codec(opened, f);
    if (opened.storage == Storage::kFast) return f(open_fast_codec(index, opened, nullptr));
    return f(open_code_codec(index, opened, nullptr));
}

/// Memory that insertion works with, in the current context.
template <class Store>
InsertScratch<Store>* make_insert_scratch(uint32_t ef_construction) {
    Arena arena = context_arena(CurrentMemoryContext);
    auto* scratch =
        static_cast<InsertScratch<Store>*>(arena.allocate(sizeof(InsertScratch<Store>)));
    scratch->pool = new (arena.allocate(sizeof(Pool)))
        Pool(arena.allocate_array<PoolEntry>(ef_construction), ef_construction);
    scratch->visited = new (arena.allocate(sizeof(Visited))) Visited(arena);
    scratch->estimates = nullptr;
    scratch->found = nullptr;
    if constexpr (requires { requires Store::kFused; }) {
        const size_t entries = estimates_for_insert(ef_construction);
        scratch->estimates = new (arena.allocate(sizeof(Pool)))
            Pool(arena.allocate_array<PoolEntry>(entries), entries);
        scratch->found =
            new (arena.allocate(sizeof(ArenaList<Candidate>))) ArenaList<Candidate>(arena);
    }
    return scratch;
}

/// Room for the records that pruning compares.
inline std::byte* make_edit_scratch(const OpenIndex& index) {
    return context_arena(CurrentMemoryContext)
        .allocate_array<std::byte>(static_cast<size_t>(index.geometry.lanes + 4) *
                                   index.geometry.record_limit());
}

}  // namespace vx::pg
