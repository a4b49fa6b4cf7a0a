// One scan of one storage: see scan.cpp for the phases.
#pragma once

#include <algorithm>

#include "core/graph/search.h"
#include "core/graph/search_fused.h"
#include "core/paged/postings.h"
#include "pg/index/codecs.h"
#include "pg/index/options.h"
#include "pg/index/rerank.h"
#include "pg/index/sweep.h"

namespace vx::pg {

enum class Phase : uint8_t { kStart, kGraph, kSweep, kZeros, kNulls, kDone };

/// The state between calls.  Lives in the scan's memory context; nothing is locked or pinned by it.
template <class Codec>
class ScanRun {
public:
    using Store = PagedStore<BufferPages, Codec>;

    /// Memory from the current context, which lives as long as the scan.
    ScanRun(IndexScanDesc scan, const OpenIndex& index, const Codec& codec)
        : arena_(context_arena(CurrentMemoryContext)), index_(index), pages_(scan->indexRelation),
          store_(pages_, index_.geometry, codec, index_.params, nullptr), pool_(nullptr, 1),
          visited_(arena_), returned_(arena_), spill_(arena_), results_(arena_), ranked_(arena_),
          sweep_(arena_) {
        auto* query = arena_.allocate_array<std::byte>(element_bytes(index_));
        const ScanKeyData& key = scan->orderByData[0];
        has_query_ = read_query(index_, key.sk_argument, (key.sk_flags & SK_ISNULL) != 0, query) ==
                     ElementKind::kNormal;
        if (!has_query_) return;
        store_.bind(reinterpret_cast<const typename Codec::Element*>(query));
        if constexpr (!Codec::kExact)
            reader_ =
                new (arena_.allocate(sizeof(RowReader))) RowReader(scan, index_, key.sk_argument);
    }

    /// The next row; false at the end.
    bool next(HeapTid* tid) {
        const bool found = advance(tid);
        if (reader_ != nullptr) reader_->release();
        return found;
    }

    void end() {
        sweep_.end();
        if (reader_ != nullptr) reader_->close();
    }

private:
    static constexpr size_t kLargestPool = 16384;
    // How sure a bound is, in standard deviations.  2.5 let one row in hundreds come late where
    // rows lie close together; the further reads are few, since an 8-bit code's error is small.
    static constexpr float kBoundScore = 4.5F;

    // How many candidates of a search with sketches are taken before a larger one: the pool's far
    // end is full of the near ones' further estimates.  MNIST, 40 nearest at ef_search 40: recall
    // .925 without a second search, pgvector .990.  What a second search finds late breaks the
    // order, so the usual LIMIT 10 does without: at ef_search 20 it takes up to 20 candidates.
    static constexpr uint64_t trusted_results(uint64_t ef) { return ef > 26 ? ef * 3 / 4 : 20; }

    /// A node whose exact distance is known.
    struct Ranked {
        double distance;
        NodeId id;
    };
    static bool later(const Ranked& a, const Ranked& b) {
        return a.distance > b.distance || (a.distance == b.distance && a.id > b.id);
    }

    bool advance(HeapTid* tid) {
        while (phase_ != Phase::kDone) {
            if (next_in_list(tid) || next_in_phase(tid)) return true;
            begin(static_cast<Phase>(static_cast<uint8_t>(phase_) + 1));
        }
        return false;
    }

    void begin(Phase phase) {
        phase_ = phase;
        switch (phase) {
        case Phase::kGraph:
            // Without a query there are no distances to search by: all rows tie.
            if (has_query_) search_first();
            break;
        case Phase::kSweep:
            sweep_.start(store_, returned_, id_limit_, has_query_);
            break;
        case Phase::kZeros:
            start_list(kZeroListOwner, store_.state().zero_list);
            break;
        case Phase::kNulls:
            start_list(kNullListOwner, store_.state().null_list);
            break;
        case Phase::kStart:
        case Phase::kDone:
            break;
        }
    }

    bool next_in_phase(HeapTid* tid) {
        if (phase_ != Phase::kGraph && phase_ != Phase::kSweep) return false;
        for (;;) {
            const NodeId id = Codec::kExact || !has_query_ ? next_candidate() : next_ranked();
            if (id == kNoNode) return false;
            if (start_node(id, tid)) return true;
        }
    }

    // ---- candidates, nearest first by what the codec says

    /// First search: descend, then fill the pool.
    void search_first() {
        id_limit_ = store_.id_limit(store_.state());
        (void)visited_.reserve(id_limit_);
        (void)returned_.reserve(id_limit_);
        // The sweep compares whatever the graph did not return: here, everything.
        if (scans_all_rows(pages_.relation())) return;
        const auto ef = static_cast<size_t>(scan_ef(pages_.relation()));
        set_pool(store_.codec().pool_entries(ef));
        trusted_ = trusted_results(ef);
        least_ = ef;
        // All the way: the base level has few links from one cluster of rows to another, and with
        // one level less one query in eight ended in a wrong one (50 clusters, 5,000 rows of 128
        // dimensions; none so).  It costs some 20 pages a query, 24 of 205 us on MNIST.
        start_ = descend(store_, store_.entry(), 0, visited_);
        if (start_.id == kNoNode) return;
        (void)pool_.offer({start_.distance, start_.id, false});
        if constexpr (!Codec::kSketches) visited_.insert(start_.id);
        search();
    }

    /// Runs the search over what the pool holds; what it found becomes the candidates at hand.
    void search() {
        results_.resize_down(0);
        next_result_ = 0;
        if constexpr (Codec::kSketches) {
            (void)search_fused(store_, pool_, visited_, results_, least_);
            std::sort(results_.data(), results_.data() + results_.size(),
                      [](const Candidate& a, const Candidate& b) { return nearer(a, b); });
        } else {
            (void)search_layer(store_, 0, pool_, visited_, &spill_);
            for (size_t i = 0; i < pool_.size(); ++i)
                (void)results_.push({pool_[i].distance, pool_[i].id});
        }
    }

    void set_pool(size_t capacity) {
        if (capacity < 4) capacity = 4;
        pool_ = Pool(arena_.allocate_array<PoolEntry>(capacity), capacity);
    }

    /// Continues the search where it stopped; false when the graph has nothing more, or the scan's
    /// limits say that sorting the rest is better.
    bool search_more() {
        if (!has_query_ || start_.id == kNoNode ||
            spill_.size() * sizeof(PoolEntry) > scan_memory_bytes() ||
            visits_ > static_cast<uint64_t>(max_scan_tuples()) || pool_.capacity() >= kLargestPool)
            return false;
        set_pool(std::min(pool_.capacity() * 2, kLargestPool));
        trusted_ *= 2;
        least_ *= 2;
        if constexpr (Codec::kSketches) {
            // Rejected estimates are not kept (they would cost every search more than a rare second
            // one saves): start anew, larger; what was returned is left out.
            visited_.clear();
            (void)pool_.offer({start_.distance, start_.id, false});
        } else if (!refill(pool_, spill_)) {
            return false;
        }
        search();
        return true;
    }

    /// The next candidate without taking it; false when this phase has none at hand.
    bool peek(NodeId* id) {
        if (phase_ == Phase::kSweep) return sweep_.peek(id);
        if (Codec::kSketches && visits_ >= trusted_ && !search_more()) trusted_ = UINT64_MAX;
        while (next_result_ < results_.size() && returned_.contains(results_[next_result_].id))
            ++next_result_;
        if (next_result_ >= results_.size()) return false;
        *id = results_[next_result_].id;
        return true;
    }

    void take() {
        if (phase_ == Phase::kSweep) return sweep_.take();
        ++next_result_;
        ++visits_;
    }

    NodeId next_candidate() {
        NodeId id = kNoNode;
        while (!peek(&id))
            if (phase_ != Phase::kGraph || !search_more()) return kNoNode;
        take();
        return id;
    }

    // ---- the same in exact order

    /// Nodes are returned when nothing that waits can be nearer: their exact distance, or where
    /// that suffices its upper bound, is not above the lower bound of the next candidate.
    NodeId next_ranked() {
        for (;;) {
            NodeId waiting = kNoNode;
            const bool more = peek(&waiting);
            if (more && phase_ == Phase::kGraph && is_settled(waiting)) {
                take();
                return waiting;
            }
            if (ranked_.size() > 0 &&
                (!more || ranked_[0].distance <= static_cast<double>(lower_bound(waiting)))) {
                const NodeId id = ranked_[0].id;
                std::pop_heap(ranked_.data(), ranked_.data() + ranked_.size(), later);
                ranked_.resize_down(ranked_.size() - 1);
                return id;
            }
            if (!more) {
                if (phase_ != Phase::kGraph || !search_more()) return kNoNode;
                continue;
            }
            take();
            rank(waiting);
        }
    }

    /// Is the candidate at hand nearer than all that waits, whatever its exact distance?  Then its
    /// row need not be read to know its place.
    bool is_settled(NodeId id) {
        size_t after = next_result_ + 1;
        while (after < results_.size() && returned_.contains(results_[after].id)) ++after;
        if (after >= results_.size()) return false;
        const float upper = 2 * results_[next_result_].distance - lower_bound(id);
        return (ranked_.size() == 0 || static_cast<double>(upper) <= ranked_[0].distance) &&
               upper <= lower_bound(results_[after].id);
    }

    /// What the exact distance of a node is not below.  The last two are remembered: the one that
    /// follows is asked about first, then it is at hand.
    float lower_bound(NodeId id) {
        for (const Candidate& known : bounds_)
            if (known.id == id) return known.distance;
        bounds_[1] = bounds_[0];
        bounds_[0] = {store_.query_bound(id, kBoundScore), id};
        return bounds_[0].distance;
    }

    /// Reads a row of the node for its exact distance; nodes without visible rows are left out.
    /// Rows of one node are equal up to the codes' resolution, so one stands for all.
    void rank(NodeId id) {
        HeapTid tid;
        Ranked ranked{0, id};
        for (bool row = start_node(id, &tid); row; row = next_in_list(&tid)) {
            store_.poll();
            if (!reader_->distance(tid, &ranked.distance)) continue;
            (void)ranked_.push(ranked);
            std::push_heap(ranked_.data(), ranked_.data() + ranked_.size(), later);
            break;
        }
        start_list(kNoNode, kNowhere);
    }

    // ---- rows of one node or list

    void start_list(NodeId owner, Place head) {
        list_owner_ = owner;
        guard_ = {};
        next_segment_ = head;
        segment_.count = 0;
        next_in_segment_ = 0;
    }

    /// Next row of the current posting list.
    bool next_in_list(HeapTid* tid) {
        while (next_in_segment_ >= segment_.count) {
            if (next_segment_ == kNowhere) return false;
            store_.poll();
            if (!guard_.step(next_segment_))
                pages_.corrupt(next_segment_.block, CorruptReason::kBadPlace);
            segment_ = read_segment(store_, next_segment_);
            // The list died and its segments serve another one: it had no visible rows left.
            if (segment_.owner != list_owner_) return start_list(kNoNode, kNowhere), false;
            next_segment_ = segment_.next;
            next_in_segment_ = 0;
        }
        *tid = segment_.tids[next_in_segment_++];
        return true;
    }

    /// Starts returning the rows of a node; true when `*tid` is its first.
    bool start_node(NodeId id, HeapTid* tid) {
        (void)returned_.insert(id);
        const DirectoryEntry entry = store_.directory(id);
        // Dead, pending or reused in the meantime: none of its rows can be visible.
        if (entry.state != NodeState::kLive) return false;
        if (!has_postings(entry)) {
            *tid = heap_tid(entry);
            return true;
        }
        start_list(id, posting_place(entry));
        return next_in_list(tid);
    }

    Arena arena_;
    OpenIndex index_;
    BufferPages pages_;
    Store store_;
    Phase phase_ = Phase::kStart;
    bool has_query_ = false;
    Pool pool_;
    Visited visited_;
    Visited returned_;
    Spill spill_;
    Candidate start_{0, kNoNode};
    ArenaList<Candidate> results_;  // found and not yet returned, nearest first
    ArenaList<Ranked> ranked_;
    Candidate bounds_[2] = {{0, kNoNode}, {0, kNoNode}};
    Sweep sweep_;
    RowReader* reader_ = nullptr;
    size_t next_result_ = 0;
    uint32_t id_limit_ = 0;
    uint64_t visits_ = 0;
    uint64_t trusted_ = 0;  // of these, those that need no larger search
    size_t least_ = 0;      // nodes that a search with sketches finds: as many as one without

    // The posting list being returned: its next segment and what is left of the current one.
    NodeId list_owner_ = kNoNode;
    ChainGuard guard_;
    PostingSegment segment_{};
    uint32_t next_in_segment_ = 0;
    Place next_segment_ = kNowhere;
};

}  // namespace vx::pg
