// aminsert: search, publish, connect (core/paged/publish.h), each step atomic.
#include "pg/index/insert.h"

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
        PagedInserter inserter(relation, opened, codec);
        inserter.insert(kind, element, to_heap_tid(*row));
        return true;
    });
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    return false;
}

}  // namespace vx::pg
