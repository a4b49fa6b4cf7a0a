// How many of a graph's nodes were asked for, and missed (outliers.h).
#pragma once

#include <atomic>
#include <cstdint>

namespace vx {

struct AskedNodes {
    /// Is it too early to tell, in a graph of `nodes`, whether links given to missed nodes do harm?
    ///
    /// As long as it is, none are given: the nodes at which most queries end would have lost theirs
    /// before it shows that most are missed.  400 such links took 0.03 of the recall of raw TF-IDF,
    /// and 0.07 of that of sparse rows at LIMIT 40.  Small tables are swept rather than searched;
    /// there the links serve insertions, which look for an equal row: of 100 among 600 sparse rows
    /// they miss 8 with such links, 37 without.
    bool says_little(uint32_t nodes) const {
        constexpr uint32_t kSample = 512;
        return nodes >= 4 * kSample && all.load() < kSample;
    }

    std::atomic<uint32_t> all{0};
    std::atomic<uint32_t> missed{0};  // but not lost: what was found is about as near as its links

    /// Are so many missed that links given to them do harm?
    ///
    /// Where more are, it is not that some were forgotten: most queries end at the same few nodes,
    /// as with texts of different lengths or rows that fill their dimensions evenly, and whatever
    /// these give to a missed one, others have lost.  Or codes cannot tell which of many
    /// near-copies it is.  Missed of 10,000: near-copies by their vectors, clusters and embeddings
    /// 5 to 90, near-copies by codes 2,400, normal rows of 384 dimensions 2,650, raw TF-IDF 8,640.
    bool misses_many() const {
        constexpr uint32_t kFew = 64;
        constexpr uint32_t kOneIn = 32;
        return missed.load() > kFew + all.load() / kOneIn;
    }
};

}  // namespace vx
