// The nodes of an index, nearest first, for as long as they are asked for.
//
// A first search of size ef serves the nearest rows.  A scan that wants more goes on: what the
// searches met is kept, so n rows cost about what one search of size n does.  When the work so far
// and that of the next stage come to what measuring every node in the order of the pages costs, the
// stream does that instead (the sweep), and is complete from there on: ../graph/README.md,
// "Complete scans".
#pragma once

#include <algorithm>
#include <utility>

#include "core/base/sorted_prefix.h"
#include "core/graph/frontier.h"
#include "core/graph/search.h"
#include "core/graph/search_fused.h"
#include "core/paged/scan_counts.h"
#include "core/paged/sketch_trust.h"
#include "core/paged/sweep.h"

namespace vx {

template <class Pages, class Codec>
class CandidateStream {
public:
    using Store = PagedStore<Pages, Codec>;

    /// The store outlives the stream; memory is the arena's.
    CandidateStream(Store& store, Arena arena)
        : store_(&store), arena_(arena), visited_(arena), returned_(arena), spill_(arena),
          frontier_(arena), found_(arena), trust_(arena), filtered_(arena), sweep_(arena, found_) {}

    /// Begins with the nodes near to the query that the store is bound to.
    void start(const ScanRequest& request) {
        request_ = request;
        const StateContent state = store_->state();
        id_limit_ = store_->id_limit(state);
        (void)visited_.reserve(id_limit_);
        (void)returned_.reserve(id_limit_);
        work_.start(store_->geometry(), state.live_count);
        (void)filtered_.start(*store_, request.filter, state.extent_count);
        store_->tell_errors(Codec::kExact ? 0 : request.strict ? kStrictScore : kBoundScore);
        if (filtered_.active()) plan_filtered(static_cast<double>(state.live_count));
        if (starts_by_codes()) work_.measure_each_node();
        if (request.whole || sweep_is_less(first_hops()) || sweep_is_foreseen()) return;
        search_first();
    }

    /// The next node without taking it; null when there is none.  `rows`: that the scan has
    /// returned so far.
    const ScanCandidate* peek(uint64_t rows) {
        for (;;) {
            pass_over();
            const ScanCandidate* next = peek_known();
            // What is beyond the limit ends the scan, where the search has come so far: no more.
            if (next != nullptr && next->bound > request_.limit) {
                if (is_searched_to_limit() ||
                    (is_trusted(rows) && !request_.all_within && hops_ >= kHopsWithinLimit))
                    return next;
            } else if (next != nullptr && is_trusted(rows)) {
                return next;
            }
            if (!go_on()) return next;
        }
    }
    /// The one `after` places behind what `peek` gave, null where that is not known.
    const ScanCandidate* peek_at(size_t after) {
        constexpr size_t kLookAhead = 64;  // where a filter lets few pass
        for (size_t at = next_; at < found_.size() && at < next_ + kLookAhead; ++at) {
            order_.reach(found_.data(), found_.size(), at);
            if (!found_[at].is_filtered_out() && after-- == 0) return &found_[at];
        }
        return nullptr;
    }
    /// Do codes blur the order, so that nodes not met yet may be as near as the nearest?  That is
    /// so for rows of a group that is tight beside what all rows spread over, and where many rows
    /// are equally far.
    bool blurred() {
        if (!searching_ || !(reach_ > -__builtin_inff())) return false;
        if (!opened_) open_frontier();
        return frontier_.peek().id != kNoNode && frontier_.peek().distance <= reach_;
    }
    /// With a limit: searches on until so many nodes within it are known, or all that the search
    /// comes to.  What is found before the first row is returned cannot be late for its place.
    void search_to_limit(uint64_t wanted) {
        (void)peek(0);
        while (count_within() < wanted && !is_searched_to_limit())
            if (!go_on()) return;
    }
    /// Goes on with the search so far as to double what it has expanded; false when that would cost
    /// as much as the sweep.
    bool search_twice() { return search_stage(hops_); }
    /// A node that is known, null when all of them were taken.
    const ScanCandidate* peek_known() {
        pass_over();
        return next_ < found_.size() ? &found_[next_] : nullptr;
    }

    void take() {
        (void)returned_.insert(found_[next_].id);
        ++next_;
        ++taken_;
    }

    /// Nodes that were taken.
    uint64_t taken() const { return taken_; }
    /// What it did so far; of rows it knows nothing.
    ScanCounts counts() const { return {hops_, sweep_.count(), sweep_.nodes(), passed_over_}; }

private:
    // How sure a bound is, in standard deviations.  2.5 let one row in hundreds come late where
    // rows lie close together; the further reads are few, since an 8-bit code's error is small.
    static constexpr float kBoundScore = 4.5F;
    // Size of the first search; a larger ef goes on from there, where no array is kept sorted.
    static constexpr size_t kMostInPool = 1000;
    // Where the order must be certain: with 4.5 one row in a million came late.
    static constexpr float kStrictScore = 7;
    // With a filter, nodes that are searched for one that is wanted and passes.
    static constexpr double kDeeper = 4;

    /// A scan that is known to want more rows than sketches serve begins as the search would go on:
    /// 20 rows of 384 dimensions took 1.5 times what they take by codes.
    bool starts_by_codes() const {
        if constexpr (Store::kFused)
            return request_.exceeds_sketches() ||
                   request_.ef > std::min(kMostInPool, store_->codec().most_ef());
        return true;
    }

    /// Nodes that the first search expands, before it has.
    uint64_t first_hops() const { return starts_by_codes() ? request_.ef : request_.ef * 3 / 2; }

    /// Are so many rows wanted for sure that the sweep is less work than a search for them? Without
    /// this a scan of 10,000 rows of 80,000 searches until that has cost as much as the sweep,
    /// which then finds the rows alone.  In such numbers hops are cheaper than pages that are met
    /// by chance: 384 dimensions, 3,000 rows 10 ms by a search, 17 by the sweep; 5,000 rows 26, 20.
    bool sweep_is_foreseen() {
        constexpr double kCheaper = 1.6;
        return !filtered_.active() && request_.limit == __builtin_inff() && request_.sweeps &&
               work_.sweep_is_less(request_.least_rows, kCheaper);
    }

    /// Has the search expanded all that it met within the limit?  That it knows a node beyond says
    /// nothing: those on its way are farther than many that it comes to later.
    bool is_searched_to_limit() {
        if (!searching_) return true;
        if (trusted_ == 0) return false;
        if (request_.all_within ? hops_ - last_within_ < hops_beyond_limit()
                                : hops_ < kHopsWithinLimit)
            return false;
        if (!opened_) return pool_.worst_of(searched_) > request_.limit;
        const Candidate next = frontier_.peek();
        return next.id == kNoNode || next.distance > request_.limit;
    }

    /// Known nodes within the limit that pass.
    uint64_t count_within() const {
        uint64_t count = 0;
        for (size_t i = next_; i < found_.size(); ++i)
            count += !found_[i].is_filtered_out() && found_[i].bound <= request_.limit ? 1 : 0;
        return count;
    }

    /// Hops that bring nothing within the limit before the rest is given up, where all of that is
    /// wanted: some of it is reached through nodes beyond.
    uint64_t hops_beyond_limit() const {
        return std::max<uint64_t>({kHopsBeyondLimit, request_.ef, hops_ / 3});
    }

    /// Is it time for the sweep instead of so many more hops?  Not before the search has come to
    /// the rows that are wanted for sure: for these it was found to be less work before it began.
    bool turns_to_sweep(uint64_t hops) {
        const bool settled = !filtered_.active() && request_.limit == __builtin_inff() &&
                             trusted_ < request_.least_rows;
        return !settled && sweep_is_less(hops);
    }

    bool sweep_is_less(uint64_t hops) {
        if (filtered_.active()) work_.sweep_share(filtered_.share(), filtered_.unknown_extents());
        // Where all rows within a limit are wanted, what the search has found by then says little
        // of how far it has to go, and the sweep finds all.
        return request_.sweeps && work_.sweep_is_less(hops, request_.all_within ? 0.5 : 1);
    }

    // ---- filters

    /// A first search for as many nodes as it takes until as many pass as are wanted, if the filter
    /// has nothing to do with the distance.  A few extents tell how many pass; what the search
    /// meets tells more, and the turn to the sweep goes by that.
    void plan_filtered(double live_nodes) {
        constexpr uint32_t kSampledExtents = 8;
        constexpr double kLeastShareKept = 0.125;  // what is expected may be wrong
        filtered_.sample(kSampledExtents);
        const double share = filtered_.share();
        const double kept =
            request_.kept_rows > 0
                ? std::clamp(request_.kept_rows / (share * live_nodes), kLeastShareKept, 1.0)
                : 1;
        const double near = share_of_nearest(share);
        const double nodes = static_cast<double>(request_.rows_to_find()) * kDeeper / (near * kept);
        depth_ = static_cast<uint64_t>(std::min(nodes, 1e9));
        request_.ef = std::max<size_t>(request_.ef, depth_);
    }

    /// The share that passes of what is near to the query.  Where a filter is one of a kind of rows
    /// the query is of, nearly all of those pass, and a deep search or the sweep would be for
    /// nothing: a search that is small beside them tells.  Otherwise it is that of all nodes.
    double share_of_nearest(double share) {
        constexpr size_t kProbed = 8;
        constexpr double kMostOfWork = 1.0 / 16;
        const double depth = static_cast<double>(request_.rows_to_find()) * kDeeper / share;
        const size_t ef = std::exchange(request_.ef, kProbed);
        const uint64_t hops = first_hops();
        double near = share;
        work_.sweep_share(share, filtered_.unknown_extents());
        if (!request_.whole && request_.limit == __builtin_inff() &&
            static_cast<double>(hops) < kMostOfWork * depth &&
            !work_.sweep_is_less(hops, kMostOfWork)) {
            search_first();
            near = std::max(near, surely_passing(kProbed, share));
            forget_search();
        }
        request_.ef = ef;
        return near;
    }

    /// The share of the nearest nodes found that passes, where chance would not have let so many
    /// pass; otherwise 0.
    double surely_passing(size_t nearest, double share) {
        constexpr double kLeast = 3;  // of 8 by chance: in 6 of 100,000 searches where 1 % pass
        const size_t count = std::min(nearest, found_.size());
        if (count > 0) order_.reach(found_.data(), found_.size(), count - 1);
        double passing = 0;
        for (size_t i = 0; i < count; ++i) passing += found_[i].is_filtered_out() ? 0 : 1;
        const double seen = passing / static_cast<double>(nearest);
        return passing >= kLeast && seen > kLeast * share ? seen : 0;
    }

    /// As if nothing had been searched, but for the work that it was.
    void forget_search() {
        searching_ = false;
        trusted_ = UINT64_MAX;
        reach_ = -__builtin_inff();
        visited_.clear();
        spill_.resize_down(0);
        found_.resize_down(0);
        order_.reset();
    }

    /// Puts the next node that passes first.
    void pass_over() {
        for (; next_ < found_.size(); ++next_, ++passed_over_) {
            order_.reach(found_.data(), found_.size(), next_);
            const ScanCandidate& next = found_[next_];
            // One beyond the limit says that the search has come so far.
            if (!next.is_filtered_out() || next.bound > request_.limit) return;
            if (Store::kFused) (void)returned_.insert(next.id);
        }
    }

    /// Rows that so many nodes serve.  A reader that turns rows away comes to the farthest of them
    /// for its nearest: of the 10 nearest of 2 % of GloVe it found .943 when it trusted all.
    uint64_t trusted_of(uint64_t nodes) const {
        return request_.kept_rows > 0 ? nodes * 4 / 5 : nodes;
    }

    /// Is what the search found enough, when the scan has returned so many rows?
    bool is_trusted(uint64_t rows) const { return rows + passed_over_ < trusted_; }

    void search_first() {
        by_codes_ = starts_by_codes();
        const size_t ef = std::clamp<size_t>(request_.ef, 4, kMostInPool);
        const size_t entries = by_codes_ ? ef : store_->codec().pool_entries(ef);
        // A test may want no more than it asks for.
        const size_t most =
            request_.pool_entries > 0 ? request_.pool_entries : entries_to_go_on(entries);
        pool_ = Pool(arena_.allocate_array<PoolEntry>(most), most);
        // All the way: the base level has few links from one cluster of rows to another, and with
        // one level less one query in eight ended in a wrong one (50 clusters, 5,000 rows of 128
        // dimensions; none so).  It costs some 20 pages per query, 24 of 205 us on MNIST.
        const Candidate start = descend(*store_, store_->entry(), 0, visited_);
        if (start.id == kNoNode) return;
        (void)pool_.offer({start.distance, start.id, false});
        searching_ = true;
        if (by_codes_) {
            visited_.insert(start.id);
            search_pool(ef);
            if (request_.ef > ef) (void)search_stage(request_.ef - ef);
        } else {
            searched_ = std::min(entries, most);
            search_by_sketches(ef);
        }
    }

    /// What a search by sketches finds, and when it ends: where they tell nothing, or as
    /// `search_by_need` does.
    struct SketchVisitor {
        CandidateStream* stream;
        size_t ef;

        bool expanded(Candidate estimated, Measured own) {
            SketchTrust& trust = stream->trust_;
            stream->find(estimated.id, own);
            trust.add(estimated.distance, own.distance);
            return trust.count() % SketchTrust::kLook != 0 || !trust.fails(ef);
        }
        [[nodiscard]] size_t more_entries() const {
            const size_t quarter = ef / 4;
            return stream->trust_.since_nearer() < quarter ? quarter : 0;
        }
    };

    void search_by_sketches(size_t ef) {
        if constexpr (Store::kFused) {
            trust_.start(static_cast<size_t>(request_.rows_to_find()));
            search_fused(*store_, pool_, visited_, {ef, searched_}, SketchVisitor{this, ef});
            count_hops(found_.size());
            trusted_ = trust_.fails(request_.ef) || blurs(trust_.apart(request_.ef))
                           ? 0
                           : std::max(rows_by_sketches(request_.ef), depth_ * 4 / 5);
        }
    }

    /// Of a row too long for its code nothing is known; the mean would be no number.
    static float middle_of(const ScanCandidate& node) {
        if (node.is_filtered_out()) return node.bound;
        return node.upper < __builtin_inff() ? (node.bound + node.upper) / 2 : node.upper;
    }

    /// Searches from what the pool holds for its `ef` nearest.  What more it had to expand for
    /// their sake waits with what fell out of the pool.
    void search_pool(size_t ef) {
        const auto wanted = static_cast<size_t>(std::min<uint64_t>(request_.rows_to_find(), ef));
        const SearchDepth depth{ef, wanted};
        searched_ = ef;
        const size_t expanded = search_by_need(*store_, depth, pool_, visited_, spill_);
        for (size_t i = 0; i < pool_.size(); ++i)
            if (i < ef)
                find_new(pool_[i].id, pool_[i].distance);
            else
                (void)spill_.push(pool_[i]);
        count_hops(expanded);
        trust_pool(ef);
    }

    void count_hops(uint64_t hops) {
        hops_ += hops;
        work_.hop(hops);
    }

    /// Makes more nodes known; false when all are.
    bool go_on() {
        if (searching_ && search_on()) return true;
        searching_ = false;
        trusted_ = UINT64_MAX;
        if (swept_ || !request_.sweeps) return false;
        sweep();
        return true;
    }

    // ---- going on with the search

    /// Another stage of the search.  False when the graph has nothing more, when the scan has used
    /// what it may, or when the sweep is less work.
    bool search_on() {
        if (taken_ > request_.most_visits) return false;
        return by_codes_ || keeps_to_sketches() ? search_stage(std::max(trusted_ / 4, kLeastHops))
                                                : search_by_codes();
    }

    /// The same with so many more hops.
    bool search_stage(uint64_t more) {
        if (turns_to_sweep(more)) return false;
        const size_t known = found_.size();
        if (!opened_) open_frontier();
        if (frontier_.peek().id == kNoNode ||
            frontier_.size() * sizeof(Candidate) > request_.memory_bytes)
            return found_.size() > known;  // what fell out of the pool when it was expanded
        drop_taken();
        trusted_ += trusted_of(more);
        const uint64_t wanted = hops_ + more;
        frontier_.gather(more);
        float reached = -__builtin_inff();
        for (;;) {
            const Candidate next = frontier_.peek();
            // Enough, and the next one is farther than the last.
            if (next.id == kNoNode || (hops_ >= wanted && next.distance >= reached)) break;
            frontier_.take();
            reached = next.distance;
            expand(next);
        }
        return true;
    }

    void expand(Candidate node) {
        store_->poll();
        if constexpr (Store::kFused) {
            if (!by_codes_) {
                expand_by_sketches(node);
                return;
            }
        }
        count_hops(1);
        Candidate met[kMaxDegree];
        const uint32_t count = store_->expand(node.id, 0, visited_, met);
        for (uint32_t i = 0; i < count; ++i) frontier_.add(met[i]);
        find_new(node.id, node.distance);
    }

    /// Where all rows within a limit are wanted, sketches tell which nodes those are; in which
    /// order they are met is nothing to the reader.
    bool keeps_to_sketches() const { return Store::kFused && request_.all_within && trusted_ > 0; }

    /// Its neighbors as often as they are met: any underestimate of one suffices to find it.
    void expand_by_sketches(Candidate node) {
        if (!visited_.insert(node.id)) return;
        count_hops(1);
        const Measured own =
            store_->expand_fused(node.id, __builtin_inff(), [&](NodeId id, float estimate) {
                if (!visited_.contains(id)) frontier_.add({estimate, id});
            });
        find(node.id, own);
    }

    /// Searches for the ef nearest by the nodes' own codes, from all that the search by sketches
    /// has expanded.  Sketches tell the nearest few with the fewest pages; a scan that wants more
    /// than those has a node estimated by one neighbor after the other, and each estimate goes
    /// through the frontier: 1,000 rows of 384 dimensions took 1.9 times what they take by codes.
    bool search_by_codes() {
        work_.measure_each_node();
        const size_t ef = trusted_ < request_.ef ? request_.ef : trusted_ + kLeastHops;
        if (turns_to_sweep(ef)) return false;
        by_codes_ = true;
        const size_t entries = entries_to_go_on(ef);
        pool_ = Pool(arena_.allocate_array<PoolEntry>(entries), entries);
        for (size_t i = 0; i < found_.size(); ++i) {
            const ScanCandidate& node = found_[i];
            const PoolEntry out = pool_.offer({middle_of(node), node.id, false});
            if (out.id != kNoNode) (void)spill_.push(out);
        }
        found_.resize_down(0);
        next_ = 0;
        order_.reset();
        search_pool(ef);
        return true;
    }

    /// Standard deviation of a code's error, by the surest of the nodes found.
    float code_error() const {
        float least = __builtin_inff();
        for (size_t i = 0; i < found_.size(); ++i)
            if (!found_[i].is_filtered_out())
                least = std::min(least, found_[i].upper - found_[i].bound);
        return least / 2 / (request_.strict ? kStrictScore : kBoundScore);
    }

    /// Do codes err by as much as the nearest nodes lie apart?
    bool blurs(double apart) const {
        constexpr double kErrorsApart = 4;
        const float error = code_error();
        return !Codec::kExact && error < __builtin_inff() &&
               apart < kErrorsApart * static_cast<double>(error);
    }

    /// Trusts a search by codes for its `ef` nearest, and notes how far it must go where codes blur
    /// the order.
    void trust_pool(size_t ef) {
        constexpr float kSureErrors = 6;  // three of either's
        trusted_ = trusted_of(ef);
        if (Codec::kExact || pool_.size() < ef) return;
        const float nearest = pool_[0].distance;
        if (blurs(static_cast<double>(pool_.worst_of(ef)) - static_cast<double>(nearest)))
            reach_ = nearest + kSureErrors * code_error();
    }

    /// What the first search met and did not expand.
    void open_frontier() {
        opened_ = true;
        if (!by_codes_)
            for (size_t i = 0; i < pool_.size(); ++i)
                if (!pool_[i].expanded) frontier_.add({pool_[i].distance, pool_[i].id});
        for (size_t i = 0; i < spill_.size(); ++i)
            if (spill_[i].expanded)
                find_new(spill_[i].id, spill_[i].distance);
            else
                frontier_.add({spill_[i].distance, spill_[i].id});
        spill_.resize_down(0);
    }

    /// An expanded node, which may have been returned when it was found by sketches.
    void find_new(NodeId id, float distance) {
        if (!Store::kFused || !returned_.contains(id)) find(id, distance);
    }

    /// The nearest of all that was not returned, as far as memory has room for them.
    void sweep() {
        next_ = 0;
        order_.reset();
        swept_ = sweep_.run(*store_, request_, {returned_, filtered_});
    }

    // ---- what was found

    void find(NodeId id, Measured own) {
        const ScanCandidate node = ScanCandidate::of(id, own);
        if (node.bound <= request_.limit) last_within_ = hops_;
        (void)found_.push(filtered_.passes(id) ? node : ScanCandidate::filtered_out(id, own));
    }
    void find(NodeId id, float distance) {
        // What is passed over needs no bounds.
        const bool is_sure = Codec::kExact || !filtered_.passes(id);
        find(id, is_sure ? Measured{distance, 0} : store_->measure(id));
    }

    /// Makes room in the list for what is found next; what is left in it is sorted anew with it.
    void drop_taken() {
        std::copy(found_.data() + next_, found_.data() + found_.size(), found_.data());
        found_.resize_down(found_.size() - next_);
        next_ = 0;
        order_.reset();
    }

    static constexpr uint64_t kLeastHops = 16;  // of a stage
    // Of the 10 nearest on GloVe .987 with 160, .990 with 1,000; of the 1,000 nearest .948 with
    // none, .9998 with a third.
    static constexpr uint64_t kHopsBeyondLimit = 1000;
    // Of the five nearest within a limit, in a graph of few links (m = 4), 67 % were found with
    // ef_search 1, 84 % with 20 and all with 40.
    static constexpr uint64_t kHopsWithinLimit = 40;

    Store* store_;
    Arena arena_;
    ScanRequest request_;
    Pool pool_;
    Visited visited_;   // met by the search; as long as it goes by sketches, expanded
    Visited returned_;  // taken from the stream
    Spill spill_;
    Frontier frontier_;
    ArenaList<ScanCandidate> found_;  // and not taken, from next_ on
    SortedPrefix<ScanCandidate, BoundLess> order_;
    ScanWork work_;
    SketchTrust trust_;
    FilteredNodes<Store> filtered_;
    Sweep<Store> sweep_;
    uint64_t passed_over_ = 0;         // nodes that the filter turned away, before the next one
    uint64_t depth_ = 0;               // with a filter, nodes that the search is to find
    float reach_ = -__builtin_inff();  // where codes blur the order, the search goes so far
    size_t searched_ = 0;  // the nearest of the pool, all of which the search has expanded
    size_t next_ = 0;
    uint64_t taken_ = 0;
    uint64_t hops_ = 0;              // nodes that the search has expanded
    uint64_t last_within_ = 0;       // so many when one within the limit was found last
    uint64_t trusted_ = UINT64_MAX;  // rows for which that suffices
    uint32_t id_limit_ = 0;
    bool searching_ = false;
    bool by_codes_ = false;  // the search measures each node that it meets
    bool opened_ = false;    // the frontier has what the first search left
    bool swept_ = false;     // found_ has all that is left
};

}  // namespace vx
