// Inserting one row: how is decided in core/paged/inserter.h.
#include "pg/index/insert.h"

#include "core/paged/inserter.h"
#include "pg/errors.h"
#include "pg/index/codecs.h"

namespace vx::pg {

bool insert_row(Relation relation, Datum* values, bool* nulls, ItemPointer row, Relation,
                IndexUniqueCheck, bool, ::IndexInfo*) {
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "vectorext insert", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(context);
    const OpenIndex opened = open_index(relation);
    auto* element = static_cast<std::byte*>(palloc(element_bytes(opened)));
    const ElementKind kind = read_element(opened, values[0], nulls[0], element);
    with_codec(relation, opened, [&](const auto& codec) {
        using Codec = std::decay_t<decltype(codec)>;
        const Arena arena = context_arena(context);
        BufferPages pages(relation);
        PagedStore<BufferPages, Codec> store(pages, opened.geometry, codec, opened.params,
                                             make_edit_scratch(arena, opened.geometry));
        Inserter<BufferPages, Codec> inserter(store, arena, opened.seed);
        if (!inserter.insert(kind, reinterpret_cast<const typename Codec::Element*>(element),
                             to_heap_tid(*row)))
            raise({Errc::kIndexFull, kMaxNodes, 0});
        return true;
    });
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    return false;
}

}  // namespace vx::pg
