// How many of a graph's nodes were asked for, and missed (outliers.h).
#pragma once

#include <atomic>
#include <cstdint>

namespace vx {

struct AskedNodes {
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
