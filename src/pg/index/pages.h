// An index's pages in the server's buffers: the page source of core/paged/pages.h.
//
// Content locks and pins are lent to callbacks and given back before the call returns; when a
// callback raises an error, transaction abort gives them back.  No guard objects, because a longjmp
// would skip their destructors.
#pragma once

#include "core/paged/pages.h"
#include "pg/fetch/buffer_hints.h"

namespace vx::pg {

static_assert(kPageHeaderBytes == SizeOfPageHeaderData);
static_assert(sizeof(HeapTid) == sizeof(ItemPointerData));
static_assert(offsetof(HeapTid, offset) == offsetof(ItemPointerData, ip_posid));
static_assert(kMaxEditPages == MAX_GENERIC_XLOG_PAGES);

inline HeapTid to_heap_tid(const ItemPointerData& tid) {
    return {tid.ip_blkid.bi_hi, tid.ip_blkid.bi_lo, tid.ip_posid};
}
inline ItemPointerData to_item_pointer(HeapTid tid) {
    ItemPointerData out;
    std::memcpy(&out, &tid, sizeof out);
    return out;
}

/// Raises ERRCODE_INDEX_CORRUPTED for a block of `index`.
[[noreturn]] void raise_corrupt_index(Relation index, BlockNumber block, CorruptReason reason);

/// How edits reach disk.
enum class WriteMode : uint8_t {
    kLogged,  // one generic WAL record an edit (also for unlogged and temporary indexes)
    kBuild,   // no WAL: the build logs whole pages at its end
    kInit,    // init fork of an unlogged index: every page image is logged
};

class BufferPages {
public:
    explicit BufferPages(Relation index, WriteMode mode = WriteMode::kLogged)
        : index_(index), mode_(mode), fork_(mode == WriteMode::kInit ? INIT_FORKNUM : MAIN_FORKNUM),
          file_(vx_relation_file_number(index)),
          hints_(RelationUsesLocalBuffers(index) ? nullptr : &BufferHints::get()) {}

    static constexpr uint32_t page_bytes() { return BLCKSZ; }

    template <class F>
    auto read(uint32_t block, F&& f) {
        const Buffer buffer = pin(block);
        LockBuffer(buffer, BUFFER_LOCK_SHARE);
        const auto result = f(static_cast<const std::byte*>(bytes_of(buffer)));
        static_assert(std::is_trivially_destructible_v<decltype(result)>);
        UnlockReleaseBuffer(buffer);
        return result;
    }

    template <class F>
    bool edit(const EditSet& set, F&& f) {
        Buffer buffers[kMaxEditPages];
        for (uint32_t i = 0; i < set.count(); ++i) buffers[i] = pin(set.block(i));
        for (uint32_t i = 0; i < set.count(); ++i) LockBuffer(buffers[i], BUFFER_LOCK_EXCLUSIVE);
        EditPages pages{&set, {}};
        const bool done = mode_ == WriteMode::kLogged ? edit_logged(pages, buffers, f)
                                                      : edit_unlogged(pages, buffers, f);
        for (uint32_t i = 0; i < set.count(); ++i) UnlockReleaseBuffer(buffers[i]);
        return done;
    }

    void init_page(std::byte* page, PageKind kind) {
        PageInit(reinterpret_cast<char*>(page), BLCKSZ, sizeof(PageTrailer));
        auto* trailer =
            reinterpret_cast<PageTrailer*>(PageGetSpecialPointer(reinterpret_cast<char*>(page)));
        *trailer = {kind, kFormatVersion, kMagic};
        // Any entry of a directory page may be used at any time.
        if (kind == PageKind::kDirectory) header(page)->pd_lower = header(page)->pd_upper;
    }

    void set_used(std::byte* page, size_t bytes) {
        const auto lower = static_cast<LocationIndex>(kPageHeaderBytes + bytes);
        if (header(page)->pd_lower < lower) header(page)->pd_lower = lower;
    }

    uint32_t page_count() { return count_ = RelationGetNumberOfBlocksInFork(index_, fork_); }

    void extend_to(uint32_t pages) {
        if (pages <= count_ || pages <= page_count()) return;
        do {
            poll();
            UnlockReleaseBuffer(vx_extend_relation(index_, fork_));
        } while (page_count() < pages);
    }

    void prefetch(uint32_t block, uint32_t offset, uint32_t bytes) {
        const Buffer hint = hints_ != nullptr ? hints_->lookup(file_, block) : InvalidBuffer;
        // Where pages had to be read lately, hints are old: then each is looked at, which would
        // stall a search of cached pages for a memory access.
        if (hint == InvalidBuffer || (wary_ > 0 && !vx_buffer_seems_to_hold(index_, block, hint))) {
            if (block < count_) (void)PrefetchBuffer(index_, fork_, block);
            return;
        }
        __builtin_prefetch(vx_buffer_descriptor(hint));
        // Into the second level: a slot's twenty lines would drive each other out of the few places
        // for lines on their way to the first (768 dimensions: 4 % less time per query, with the
        // trailer, which every read checks).
        const char* page = static_cast<const char*>(BufferGetBlock(hint));
        __builtin_prefetch(page + BLCKSZ - sizeof(PageTrailer), 0, kIntoSecondLevel);
        for (uint32_t i = 0; i < bytes && i < kMostPrefetched; i += 64)
            __builtin_prefetch(page + offset + i, 0, kIntoSecondLevel);
    }

    void poll() { CHECK_FOR_INTERRUPTS(); }
    void vacuum_delay() { vx_vacuum_delay(); }

    [[noreturn]] void corrupt(uint32_t block, CorruptReason reason) {
        raise_corrupt_index(index_, block, reason);
    }

    uint64_t stamp() { return U64FromFullTransactionId(ReadNextFullTransactionId()); }
    bool past(uint64_t stamp) {
        return GlobalVisCheckRemovableFullXid(nullptr, FullTransactionIdFromU64(stamp));
    }

    Relation relation() const { return index_; }
    /// Pages that were pinned so far, some of them again and again.
    uint64_t pins() const { return pins_; }

private:
    static constexpr uint32_t kWaryReads = 64;
    // A slot whole: what a hop reads first, the node's own code, is its end, and 1,536 bytes left
    // it out at 768 dimensions.
    static constexpr uint32_t kMostPrefetched = 4096;
    static constexpr int kIntoSecondLevel = 2;  // the compiler's name for locality

    static std::byte* bytes_of(Buffer buffer) {
        return reinterpret_cast<std::byte*>(BufferGetPage(buffer));
    }
    static PageHeader header(std::byte* page) { return reinterpret_cast<PageHeader>(page); }

    Buffer pin(uint32_t block) {
        ++pins_;
        if (hints_ != nullptr && fork_ == MAIN_FORKNUM) {
            const Buffer hint = hints_->lookup(file_, block);
            if (hint != InvalidBuffer && vx_read_recent_buffer(index_, block, hint)) {
                wary_ -= wary_ > 0 ? 1 : 0;
                return hint;
            }
        }
        if (block >= count_ && block >= page_count()) corrupt(block, CorruptReason::kMissingPage);
        const int64 read_before = pgBufferUsage.shared_blks_read;
        const Buffer buffer = ReadBufferExtended(index_, fork_, block, RBM_NORMAL, nullptr);
        if (pgBufferUsage.shared_blks_read != read_before) wary_ = kWaryReads;
        if (hints_ != nullptr) hints_->remember(file_, block, buffer);
        return buffer;
    }

    template <class F>
    bool edit_logged(EditPages& pages, const Buffer* buffers, F&& f) {
        GenericXLogState* state = GenericXLogStart(index_);
        for (uint32_t i = 0; i < pages.set->count(); ++i) {
            // A page that was never written has no image to apply a delta to at recovery.
            const bool fresh = PageIsNew(BufferGetPage(buffers[i]));
            pages.images[i] = reinterpret_cast<std::byte*>(
                GenericXLogRegisterBuffer(state, buffers[i], fresh ? GENERIC_XLOG_FULL_IMAGE : 0));
        }
        const bool done = f(static_cast<const EditPages&>(pages));
        if (done)
            GenericXLogFinish(state);
        else
            GenericXLogAbort(state);
        return done;
    }

    template <class F>
    bool edit_unlogged(EditPages& pages, const Buffer* buffers, F&& f) {
        for (uint32_t i = 0; i < pages.set->count(); ++i) pages.images[i] = bytes_of(buffers[i]);
        const bool done = f(static_cast<const EditPages&>(pages));
        for (uint32_t i = 0; i < pages.set->count(); ++i) {
            START_CRIT_SECTION();
            MarkBufferDirty(buffers[i]);
            if (mode_ == WriteMode::kInit) log_newpage_buffer(buffers[i], true);
            END_CRIT_SECTION();
        }
        return done;
    }

    Relation index_;
    WriteMode mode_;
    ForkNumber fork_;
    uint32 file_;
    BufferHints* hints_;
    uint32_t count_ = 0;  // pages known to exist
    uint32_t wary_ = 0;   // reads until hints are trusted again
    uint64_t pins_ = 0;
};

}  // namespace vx::pg
