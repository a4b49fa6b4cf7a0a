// What an answer is worth, by the measures of information retrieval.
//
// Definitions are those of trec_eval, which the literature compares itself by: precision at k
// divides by k however few rows were retrieved, and average precision by the number of all relevant
// rows, also of those that k leaves out.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace vx {

/// A measure that has no value, such as the recall of what has nothing to find.
inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// Of an answer without an order.  Each is from 0 to 1, or kUndefined.
struct SetQuality {
    double precision;
    double recall;
    double f1;
};

/// Of an answer in an order.  Each is from 0 to 1, or kUndefined.
struct RankingQuality {
    SetQuality set;
    double average_precision;
    double reciprocal_rank;
    double ndcg;
};

/// All but precision is undefined when nothing is relevant.  Of `retrieved` rows `hits` are among
/// the `relevant` ones.
inline SetQuality measure_set(size_t hits, size_t retrieved, size_t relevant) {
    const auto ratio = [](double part, double whole) {
        return whole > 0 ? part / whole : kUndefined;
    };
    const auto found = static_cast<double>(hits);
    const auto answer = static_cast<double>(retrieved);
    const auto wanted = static_cast<double>(relevant);
    return {ratio(found, answer), ratio(found, wanted),
            relevant > 0 ? 2 * found / (answer + wanted) : kUndefined};
}

/// Discounted cumulative gain: the gain at rank r, from 1, counts 1 / log2(r + 1) of itself.
inline double discounted_gain(std::span<const double> gains) {
    double sum = 0;
    for (size_t i = 0; i < gains.size(); ++i)
        sum += gains[i] / std::log2(static_cast<double>(i) + 2);
    return sum;
}

/// The first `k` > 0 of an answer: `gains` has those of distinct rows by rank, 0 for what is not
/// relevant, and may be longer or shorter; `ideal` has the gains of all relevant rows, which are
/// greater than 0 and finite, the greatest first.
inline RankingQuality measure_ranking(std::span<const double> gains, std::span<const double> ideal,
                                      size_t k) {
    const auto seen = gains.first(std::min(gains.size(), k));
    size_t hits = 0;
    size_t first = 0;  // rank of the first relevant row
    double precisions = 0;
    for (size_t i = 0; i < seen.size(); ++i) {
        if (!(seen[i] > 0)) continue;
        if (hits++ == 0) first = i + 1;
        precisions += static_cast<double>(hits) / static_cast<double>(i + 1);
    }
    RankingQuality quality{measure_set(hits, k, ideal.size()), kUndefined, kUndefined, kUndefined};
    if (ideal.empty()) return quality;
    quality.average_precision = precisions / static_cast<double>(ideal.size());
    quality.reciprocal_rank = first > 0 ? 1 / static_cast<double>(first) : 0;
    quality.ndcg = discounted_gain(seen) / discounted_gain(ideal.first(std::min(ideal.size(), k)));
    return quality;
}

}  // namespace vx
