// One user (a backend) of an index on fake pages: inserts, scans and vacuums as the server does.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <vector>

#include "core/graph/grow.h"
#include "core/paged/scanner.h"
#include "core/paged/vacuum.h"
#include "support/index_options.h"

namespace vx::test {

/// Row number `n` as a heap TID and back.
inline HeapTid tid_of(uint32_t n) {
    return {static_cast<uint16_t>(n >> 24), static_cast<uint16_t>(n >> 8),
            static_cast<uint16_t>((n & 0xFF) + 1)};
}
inline uint32_t row_of(HeapTid tid) {
    return tid.block() << 8 | static_cast<uint32_t>(tid.offset - 1);
}

/// The filter columns of a row follow from its number, so that wherever it is met they can be
/// checked: column c repeats every 10 + 7 c rows, and some are NULL.
inline FilterValues filters_of(uint32_t row, uint32_t columns) {
    FilterValues values;
    for (uint32_t c = 0; c < columns; ++c) {
        const uint64_t period = 10 + 7 * c;
        if (row % (period + 1) == 3)
            values.nulls = static_cast<uint8_t>(values.nulls | 1U << c);
        else
            values.keys[c] = row % period * 1000;
    }
    return values;
}

using RowIsDead = std::function<bool(uint32_t)>;

/// Rows of a build, and what to search for in its graph before it is written.
struct BuildInput {
    std::vector<std::vector<float>> elements;
    std::vector<HeapTid> tids;
    std::vector<std::vector<float>> queries;
    size_t ef = 20;
    uint32_t writers = 1;             // that write extents interleaved
    size_t memory = size_t{1} << 26;  // what does not fit goes into the pages
    bool at_once = false;             // by two that get into each other's way
};
/// The nodes found for each query.
using FoundInMemory = std::vector<std::vector<NodeId>>;

/// Distances of a node from those in its base list, as the list tells them and as records do.
struct ListDistances {
    std::vector<float> told;
    std::vector<float> measured;
};

/// The table that an index is of: exact distances for the scanner, and how many were asked for.
class TableRows {
public:
    using Distance = std::function<double(uint32_t row)>;
    /// Ranking distances of rows from the query; not a number: no reader sees the row.
    explicit TableRows(Distance distance) : distance_(std::move(distance)) {}

    bool distance(HeapTid tid, double* out) {
        ++reads;
        unexpected_reads += expected.contains(row_of(tid)) ? 0 : 1;
        *out = distance_(row_of(tid));
        return *out == *out;
    }
    void expect(HeapTid tid) { expected.insert(row_of(tid)); }
    void approach(HeapTid tid) { approached.insert(row_of(tid)); }

    uint64_t reads = 0;
    uint64_t unexpected_reads = 0;
    std::set<uint32_t> expected;
    std::set<uint32_t> approached;
    ScanCounts counts;  // of the latest scan, when it was left

private:
    Distance distance_;
};

/// What depends on the storage of an index.
class StorageUser {
public:
    StorageUser() = default;
    StorageUser(const StorageUser&) = delete;
    StorageUser& operator=(const StorageUser&) = delete;
    virtual ~StorageUser() = default;

    virtual bool insert(const float* element, HeapTid tid, int forced_level) = 0;
    virtual void insert_listed(ElementKind kind, HeapTid tid) = 0;
    virtual std::vector<NodeId> scan_nodes(const float* query, size_t ef, size_t limit) = 0;
    virtual std::vector<HeapTid> scan(const float* query, const ScanRequest& request,
                                      TableRows* rows, size_t limit) = 0;
    virtual bool holds(NodeId id, const float* element) = 0;
    virtual ListDistances list_distances(NodeId id) = 0;
    virtual std::vector<double> shares_within(const float* query, bool is_known,
                                              const std::vector<double>& shares) = 0;
    virtual StateContent state() = 0;
    virtual DirectoryEntry directory(NodeId id) = 0;
    virtual PostingSegment segment(Place place) = 0;
    virtual VacuumCounts remove_dead_rows(const RowIsDead& row_is_dead) = 0;
    virtual void reclaim() = 0;
    virtual FoundInMemory build(const BuildInput& input) = 0;
};

/// A user of an index of the storage that `options` names; it works on `pages`, which must outlive
/// it.
std::unique_ptr<StorageUser> make_storage_user(FakePages& pages, const IndexOptions& options,
                                               uint64_t seed);

/// Has its own store and scratch over shared pages.
class IndexUser {
public:
    IndexUser(FakePages& pages, const IndexOptions& options, uint64_t seed)
        : pages_(pages), g_(geometry_of(options)), user_(make_storage_user(pages, options, seed)) {}

    [[nodiscard]] const Geometry& geometry() const { return g_; }
    StateContent state() { return user_->state(); }

    /// False when ids are exhausted.
    bool insert(const float* element, HeapTid tid) {
        return user_->insert(element, tid, forced_level);
    }
    void insert_null(HeapTid tid) { user_->insert_listed(ElementKind::kNull, tid); }
    void insert_zero(HeapTid tid) { user_->insert_listed(ElementKind::kZero, tid); }

    /// Nodes in the order in which a scan's searches meet them, until the graph is exhausted or
    /// `limit` of them were found.  The order is that of the storage's distances, which may be
    /// estimates.
    std::vector<NodeId> scan_nodes(const float* query, size_t ef, size_t limit = SIZE_MAX) {
        return user_->scan_nodes(query, ef, limit);
    }

    /// The first `limit` rows of a scan; `query` null: without one.
    std::vector<uint32_t> scan(const float* query, const ScanRequest& request, TableRows* rows,
                               size_t limit = SIZE_MAX) {
        std::vector<uint32_t> found;
        for (const HeapTid tid : user_->scan(query, request, rows, limit))
            found.push_back(row_of(tid));
        return found;
    }

    /// Is this what the node's record says?
    bool holds(NodeId id, const std::vector<float>& element) {
        return user_->holds(id, element.data());
    }

    ListDistances list_distances(NodeId id) { return user_->list_distances(id); }

    /// What a sample says of the distances within which these shares of all nodes lie.  Unless
    /// `is_known` the sample is not told the query.
    std::vector<double> shares_within(const float* query, bool is_known,
                                      const std::vector<double>& shares) {
        return user_->shares_within(query, is_known, shares);
    }

    /// Rows of a node, as a scan returns them.
    std::vector<uint32_t> rows_of(NodeId id) {
        std::vector<uint32_t> rows;
        const DirectoryEntry entry = user_->directory(id);
        if (entry.state != NodeState::kLive) return rows;
        if (!has_postings(entry)) return {row_of(heap_tid(entry))};
        return rows_of_list(id, posting_place(entry));
    }

    std::vector<uint32_t> rows_of_list(NodeId owner, Place head) {
        std::vector<uint32_t> rows;
        ChainGuard guard;  // a damaged list may lead back to itself
        for (Place at = head; !(at == kNowhere);) {
            pages_.poll();
            if (!guard.step(at)) pages_.corrupt(at.block, CorruptReason::kBadPlace);
            const PostingSegment segment = user_->segment(at);
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
        add(rows_of_list(kZeroListOwner, state().zero_list));
        add(rows_of_list(kNullListOwner, state().null_list));
        return rows;
    }

    VacuumCounts remove_dead_rows(const RowIsDead& row_is_dead) {
        return user_->remove_dead_rows(row_is_dead);
    }
    void reclaim() { user_->reclaim(); }

    /// Writes a graph grown in memory to the pages of an empty index.
    /// As a build in memory does: grows a graph of the elements and writes it.
    FoundInMemory build(const BuildInput& input) { return user_->build(input); }

    int forced_level = -1;  // for tests: the level of new nodes

private:
    FakePages& pages_;
    Geometry g_;
    std::unique_ptr<StorageUser> user_;
};

}  // namespace vx::test
