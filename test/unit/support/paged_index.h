// A whole index over fake pages, used as the server uses one: insert, search, scan to the end,
// delete and vacuum.  Keeps a list of what should be in it.
#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <set>
#include <vector>

#include "core/graph/search.h"
#include "core/paged/flush.h"
#include "core/paged/reclaim.h"
#include "paged/fake_pages.h"
#include "support/test_arena.h"

namespace vx::test {

struct IndexOptions {
    uint32_t dims = 4;
    uint32_t m = 4;
    uint32_t ef_construction = 24;
    uint32_t page_bytes = 1024;
    uint64_t seed = 1;
};

/// Row number `n` as a heap TID and back.
inline HeapTid tid_of(uint32_t n) {
    return {static_cast<uint16_t>(n >> 24), static_cast<uint16_t>(n >> 8),
            static_cast<uint16_t>((n & 0xFF) + 1)};
}
inline uint32_t row_of(HeapTid tid) {
    return tid.block() << 8 | static_cast<uint32_t>(tid.offset - 1);
}

inline MetaContent make_meta(const IndexOptions& options, const Geometry& g) {
    MetaContent meta{};
    meta.magic = kMagic;
    meta.format_version = kFormatVersion;
    meta.endian_mark = kEndianMark;
    meta.page_bytes = options.page_bytes;
    meta.dims = options.dims;
    meta.metric = static_cast<uint8_t>(Metric::kL2);
    meta.element = static_cast<uint8_t>(Element::kFloat32);
    meta.storage = static_cast<uint8_t>(Storage::kPlain);
    meta.m = static_cast<uint16_t>(options.m);
    meta.ef_construction = static_cast<uint16_t>(options.ef_construction);
    meta.seed = options.seed;
    meta.code_bytes = g.layout.code_bytes;
    meta.entry_bytes = sizeof(DirectoryEntry);
    meta.slot_bytes = g.slot_bytes;
    meta.slots_per_page = g.slots_per_page;
    meta.upper_slot_bytes = g.upper_slot_bytes;
    meta.upper_slots_per_page = g.upper_slots_per_page;
    meta.nodes_per_extent = g.nodes_per_extent;
    meta.aux_pages_per_extent = g.aux_pages;
    meta.extent_pages = g.extent_pages;
    meta.first_aux_block = g.first_aux_block;
    meta.first_extent_block = g.first_extent_block;
    meta.mean_block = kNoPage;
    return meta;
}

inline Geometry geometry_of(const IndexOptions& options) {
    Layout layout;
    layout.page_bytes = options.page_bytes;
    layout.dims = options.dims;
    layout.code_bytes = options.dims * static_cast<uint32_t>(sizeof(float));
    layout.m = options.m;
    const Result<Geometry> made = make_geometry(layout);
    if (!made.ok()) throw ContractViolation("no such geometry");
    return made.value;
}

/// One user (a backend) of an index: has its own store and scratch over shared pages.
class IndexUser {
public:
    using Store = PagedStore<FakePages>;

    IndexUser(FakePages& pages, const IndexOptions& options, uint64_t seed)
        : pages_(pages), g_(geometry_of(options)),
          random_(seed), params_{options.m, options.ef_construction},
          records_(static_cast<size_t>(g_.lanes + 4) * g_.layout.code_bytes),
          entries_(options.ef_construction),
          store_(pages, g_, PlainCodec(ranking_kernel(Metric::kL2), options.dims), params_,
                 records_.data()),
          pool_(entries_.data(), entries_.size()), visited_(arena_.arena()),
          scratch_(std::make_unique<InsertScratch<Store>>()) {
        scratch_->pool = &pool_;
        scratch_->visited = &visited_;
    }

    Store& store() { return store_; }
    [[nodiscard]] const Geometry& geometry() const { return g_; }
    StateContent state() { return store_.state(); }
    SplitMix64& random() { return random_; }

    /// As the server inserts a row (src/pg/index/insert.cpp).  False when ids are exhausted.
    bool insert(const float* element, HeapTid tid) {
        store_.bind_for_insert(element);
        for (;;) {
            pages_.poll();
            IdChoice choice = find_free_id(store_);
            if (choice.id == kNoNode)
                choice.level = std::min(draw_level(random_, params_.m), g_.max_level());
            if (forced_level >= 0 && choice.id == kNoNode)
                choice.level = static_cast<Level>(forced_level);
            if (!visited_.reserve(store_.id_limit(store_.state()))) throw std::bad_alloc();
            plan_insert(store_, choice.level, *scratch_);
            if (add_to_equal(element, tid)) return true;
            bool full = false;
            if (publish(store_, choice, tid, *scratch_, &full) != kNoNode) return true;
            if (full) return false;
        }
    }

    void insert_null(HeapTid tid) { (void)append_tid(store_, kNullListOwner, tid); }
    void insert_zero(HeapTid tid) { (void)append_tid(store_, kZeroListOwner, tid); }

    /// Nodes in the order in which a scan meets them, until the graph is exhausted or `limit` of
    /// them were found; the pool starts with `ef` entries and doubles.
    std::vector<NodeId> scan_nodes(const float* query, size_t ef, size_t limit = SIZE_MAX) {
        std::vector<NodeId> found;
        store_.bind(query);
        std::vector<PoolEntry> entries(ef);
        Pool pool(entries.data(), ef);
        Visited visited(arena_.arena());
        Spill spill(arena_.arena());
        if (!visited.reserve(store_.id_limit(store_.state()))) throw std::bad_alloc();
        const Candidate start = descend(store_, store_.entry(), 0, visited);
        if (start.id == kNoNode) return found;
        visited.insert(start.id);
        (void)pool.offer({start.distance, start.id, false});
        for (;;) {
            (void)search_layer(store_, 0, pool, visited, &spill);
            for (size_t i = 0; i < pool.size() && found.size() < limit; ++i)
                found.push_back(pool[i].id);
            if (found.size() >= limit || spill.size() == 0) return found;
            ef *= 2;
            entries.resize(ef);
            pool = Pool(entries.data(), ef);
            (void)refill(pool, spill);
        }
    }

    /// Rows of a node, as a scan returns them.
    std::vector<uint32_t> rows_of(NodeId id) {
        std::vector<uint32_t> rows;
        const DirectoryEntry entry = store_.directory(id);
        if (entry.state != NodeState::kLive) return rows;
        if (!has_postings(entry)) return {row_of(heap_tid(entry))};
        return rows_of_list(id, posting_place(entry));
    }

    std::vector<uint32_t> rows_of_list(NodeId owner, Place head) {
        std::vector<uint32_t> rows;
        for (Place at = head; !(at == kNowhere);) {
            pages_.poll();
            const PostingSegment segment = read_segment(store_, at);
            if (segment.owner != owner) break;
            for (uint32_t i = 0; i < segment.count; ++i) rows.push_back(row_of(segment.tids[i]));
            at = segment.next;
        }
        return rows;
    }

    /// All rows a complete scan returns.
    std::vector<uint32_t> scan_rows(const float* query, size_t ef) {
        std::vector<uint32_t> rows;
        const auto add = [&](const std::vector<uint32_t>& more) {
            rows.insert(rows.end(), more.begin(), more.end());
        };
        for (const NodeId id : scan_nodes(query, ef)) add(rows_of(id));
        add(rows_of_list(kZeroListOwner, store_.state().zero_list));
        add(rows_of_list(kNullListOwner, store_.state().null_list));
        return rows;
    }

    template <class RowIsDead>
    VacuumCounts remove_dead_rows(RowIsDead&& row_is_dead) {
        VacuumCounts counts;
        TestArena memory;
        const auto by_tid = [&](HeapTid tid) { return row_is_dead(row_of(tid)); };
        if (!remove_rows(store_, memory.arena(), by_tid, counts)) throw std::bad_alloc();
        return counts;
    }

    void reclaim() {
        TestArena memory;
        Reclaimer<FakePages> reclaimer(store_, memory.arena());
        if (!reclaimer.run()) throw std::bad_alloc();
    }

    int forced_level = -1;  // for tests: the level of new nodes

private:
    bool add_to_equal(const float* element, HeapTid tid) {
        const float self = ranking_kernel(Metric::kL2)(element, element, g_.layout.dims);
        for (size_t i = 0; i < pool_.size(); ++i)
            if (pool_[i].distance == self && store_.equals_query(pool_[i].id) &&
                append_tid(store_, pool_[i].id, tid))
                return true;
        return false;
    }

    FakePages& pages_;
    Geometry g_;
    SplitMix64 random_;
    GraphParams params_;
    std::vector<std::byte> records_;
    std::vector<PoolEntry> entries_;
    Store store_;
    TestArena arena_;
    Pool pool_;
    Visited visited_;
    std::unique_ptr<InsertScratch<Store>> scratch_;
};

/// An index, the rows that should be in it, and those that were deleted since the last vacuum.
struct PagedIndex {
    explicit PagedIndex(const IndexOptions& chosen = {})
        : options(chosen), pages(chosen.page_bytes), user(pages, chosen, chosen.seed) {
        write_empty(pages, user.geometry(), make_meta(chosen, user.geometry()));
        pages.limit_work(kWork);
    }

    std::vector<float> random_element() {
        std::vector<float> element(options.dims);
        for (float& value : element) value = static_cast<float>(values.next_unit());
        return element;
    }

    /// Inserts a row and remembers it; the element is kept for comparisons.
    uint32_t insert(const std::vector<float>& element) {
        const uint32_t row = next_row++;
        rows[row] = element;  // before the insert: a crash leaves a row that is deleted later
        if (!user.insert(element.data(), tid_of(row))) throw ContractViolation("index is full");
        return row;
    }
    void insert_random(uint32_t count) {
        for (uint32_t i = 0; i < count; ++i) (void)insert(random_element());
    }

    void remove(uint32_t row) {
        if (rows.erase(row) == 1) removed.insert(row);
    }
    void remove_all() {
        while (!rows.empty()) remove(rows.begin()->first);
    }

    VacuumCounts vacuum() {
        const VacuumCounts counts =
            user.remove_dead_rows([&](uint32_t row) { return removed.count(row) != 0; });
        user.reclaim();
        removed.clear();
        return counts;
    }

    [[nodiscard]] std::set<uint32_t> expected_rows() const {
        std::set<uint32_t> expected;
        for (const auto& [row, element] : rows) expected.insert(row);
        return expected;
    }

    IndexOptions options;
    FakePages pages;
    IndexUser user;
    SplitMix64 values{7};
    std::map<uint32_t, std::vector<float>> rows;
    std::set<uint32_t> removed;
    uint32_t next_row = 1;

    static constexpr uint64_t kWork = 20000000;  // far beyond what a test does
};

/// Writes a graph grown in memory to the pages of an empty index.
inline void flush_graph(PagedIndex& index, const MemoryStore& graph) {
    const Geometry& g = index.user.geometry();
    std::vector<Place> upper(g.nodes_per_extent);
    std::vector<Place> postings(g.nodes_per_extent);
    const PlainCodec codec(ranking_kernel(Metric::kL2), g.layout.dims);
    Flush flush(index.pages, g, graph, codec, FlushMemory{upper.data(), postings.data()});
    flush.run([](uint32_t) {});
}

}  // namespace vx::test
