// Inserting one row: how is decided in core/paged/inserter.h.
#include "pg/index/insert.h"

#include "core/paged/inserter.h"
#include "pg/errors.h"
#include "pg/filter/columns.h"
#include "pg/index/codecs.h"
#include "pg/index/inverted.h"

namespace vx::pg {

namespace {

/// Of an index that has some; looked up once a statement.
const FilterColumns& columns_of(Relation index, ::IndexInfo* info) {
    if (info->ii_AmCache == nullptr) {
        const MemoryContext caller = MemoryContextSwitchTo(info->ii_Context);
        info->ii_AmCache =
            new (palloc(sizeof(FilterColumns))) FilterColumns(describe_filters(index));
        MemoryContextSwitchTo(caller);
    }
    return *static_cast<const FilterColumns*>(info->ii_AmCache);
}

}  // namespace

bool insert_row(Relation relation, Datum* values, bool* nulls, ItemPointer row, Relation,
                IndexUniqueCheck, bool, ::IndexInfo* info) {
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "vectorext insert", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(context);
    const OpenIndex opened = open_index(relation);
    if (opened.storage == Storage::kInverted) {
        insert_inverted(relation, opened, values[0], nulls[0], row);
        MemoryContextSwitchTo(caller);
        MemoryContextDelete(context);
        return false;
    }
    auto* element = static_cast<std::byte*>(palloc(element_bytes(opened)));
    const ElementKind kind = read_element(opened, values[0], nulls[0], element);
    IndexRow added(to_heap_tid(*row));
    if (opened.geometry.layout.filter_columns > 0)
        added.filters = read_filters(columns_of(relation, info), values, nulls);
    with_codec(relation, opened, [&](const auto& codec) {
        using Codec = std::decay_t<decltype(codec)>;
        const Arena arena = context_arena(context);
        BufferPages pages(relation);
        PagedStore<BufferPages, Codec> store(pages, opened.geometry, codec, opened.params,
                                             make_edit_scratch(arena, opened.geometry));
        Inserter<BufferPages, Codec> inserter(store, arena, opened.seed);
        if (!inserter.insert(kind, reinterpret_cast<const typename Codec::Element*>(element),
                             added))
            raise({Errc::kIndexFull, kMaxNodes, 0});
        return true;
    });
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    return false;
}

}  // namespace vx::pg
