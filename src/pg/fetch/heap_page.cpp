// What heapam_index_fetch_tuple does when it comes to another page, with a hint.
#include "pg/fetch/heap_page.h"

namespace vx::pg {

namespace {

bool has_known_pages(Relation table) {
    return table->rd_tableam == GetHeapamTableAmRoutine() && !RelationUsesLocalBuffers(table);
}

constexpr size_t kLineBytes = 64;
constexpr size_t kMostPrefetched = 2048;

/// Has the disk read a page that no shared buffer holds, and remembers the buffer of one that does.
void find_heap_page(Relation table, BlockNumber block) {
    const PrefetchBufferResult found = PrefetchBuffer(table, MAIN_FORKNUM, block);
    if (found.recent_buffer != InvalidBuffer)
        BufferHints::get().remember(vx_relation_file_number(table), block, found.recent_buffer);
}

}  // namespace

void pin_heap_page(Relation table, IndexFetchTableData* fetch, const ItemPointerData& row) {
    if (fetch == nullptr || !has_known_pages(table)) return;
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

void prefetch_heap_page(Relation table, const ItemPointerData& row) {
    if (!has_known_pages(table)) return;
    const BlockNumber block = ItemPointerGetBlockNumberNoCheck(&row);
    const Buffer hint = BufferHints::get().lookup(vx_relation_file_number(table), block);
    if (hint == InvalidBuffer) {
        find_heap_page(table, block);
        return;
    }
    __builtin_prefetch(vx_buffer_descriptor(hint));
    __builtin_prefetch(BufferGetPage(hint));
    __builtin_prefetch(BufferGetPage(hint) + kLineBytes);
}

void prefetch_heap_row(Relation table, const ItemPointerData& row) {
    if (!has_known_pages(table)) return;
    const BlockNumber block = ItemPointerGetBlockNumberNoCheck(&row);
    const Buffer hint = BufferHints::get().lookup(vx_relation_file_number(table), block);
    if (hint == InvalidBuffer) return;
    if (!vx_buffer_seems_to_hold(table, block, hint)) {
        find_heap_page(table, block);
        return;
    }
    // Another process may change the page meanwhile: what is read here is an address to prefetch.
    const char* page = BufferGetPage(hint);
    ItemIdData item;
    const size_t at = SizeOfPageHeaderData + (row.ip_posid - 1u) * sizeof(ItemIdData);
    if (at + sizeof item > BLCKSZ) return;
    std::memcpy(&item, page + at, sizeof item);
    const size_t end = std::min<size_t>(item.lp_off + item.lp_len, BLCKSZ);
    for (size_t line = item.lp_off; line < end && line < item.lp_off + kMostPrefetched;
         line += kLineBytes)
        __builtin_prefetch(page + line, 0, 2);
}

}  // namespace vx::pg
