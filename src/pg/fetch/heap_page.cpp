// What heapam_index_fetch_tuple does when it comes to another page, with a hint.
#include "pg/fetch/heap_page.h"

namespace vx::pg {

void pin_heap_page(Relation table, IndexFetchTableData* fetch, const ItemPointerData& row) {
    if (fetch == nullptr || table->rd_tableam != GetHeapamTableAmRoutine() ||
        RelationUsesLocalBuffers(table))
        return;
    auto* state = reinterpret_cast<IndexFetchHeapData*>(fetch);
    const BlockNumber block = ItemPointerGetBlockNumberNoCheck(&row);
    if (BufferIsValid(state->xs_cbuf)) {
        if (BufferGetBlockNumber(state->xs_cbuf) == block) return;
        ReleaseBuffer(state->xs_cbuf);
        state->xs_cbuf = InvalidBuffer;
    }
    state->xs_cbuf = BufferHints::get().pin(table, block);
    heap_page_prune_opt(table, state->xs_cbuf);
}

}  // namespace vx::pg
