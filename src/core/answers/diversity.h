// Answers that do not repeat themselves, and that end where they stop being about the question.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace vx {

/// Maximal marginal relevance (Carbonell and Goldstein, 1998): the candidate comes next that has
/// the most of lambda * relevance - (1 - lambda) * its greatest similarity to one chosen before.
/// After each choice the caller tells how similar it is to the candidates that are left.
class MarginalRelevance {
public:
    /// `redundancy` and `chosen` are memory for as many candidates as `relevance` has.
    MarginalRelevance(std::span<const double> relevance, double lambda, double* redundancy,
                      bool* chosen)
        : relevance_(relevance), lambda_(lambda), redundancy_(redundancy), chosen_(chosen) {
        for (size_t i = 0; i < relevance.size(); ++i) {
            redundancy_[i] = kNone;
            chosen_[i] = false;
        }
    }

    /// Chooses the best that is left, the earlier of two that are as good; there is one.
    size_t choose() {
        size_t best = relevance_.size();
        for (size_t i = 0; i < relevance_.size(); ++i) {
            if (chosen_[i]) continue;
            if (best == relevance_.size() || score(i) > score(best)) best = i;
        }
        chosen_[best] = true;
        return best;
    }

    [[nodiscard]] bool is_chosen(size_t candidate) const { return chosen_[candidate]; }

    /// A candidate is so similar to the one chosen last.
    void note(size_t candidate, double similarity) {
        if (similarity > redundancy_[candidate]) redundancy_[candidate] = similarity;
    }

    /// Of what choose() returned: as it was when it was chosen.
    [[nodiscard]] double score(size_t candidate) const {
        const double redundancy = redundancy_[candidate] == kNone ? 0 : redundancy_[candidate];
        return lambda_ * relevance_[candidate] - (1 - lambda_) * redundancy;
    }

private:
    /// Nothing has been chosen.
    static constexpr double kNone = -std::numeric_limits<double>::infinity();

    std::span<const double> relevance_;
    double lambda_;
    double* redundancy_;
    bool* chosen_;
};

/// How many results come before the `jumps`-th jump of their distances, all if there are fewer
/// jumps: Weaviate's autocut.  Distances and ranks are scaled to go from 0 to 1; a jump is where
/// the curve of the distances is higher above the diagonal than at both of its neighbors.  In
/// floats, as Weaviate does it: on a straight line, rounding decides.
inline size_t count_before_jump(std::span<const double> distances, size_t jumps) {
    const size_t count = distances.size();
    if (count < 3) return count;
    const auto at = [distances](size_t i) { return static_cast<float>(distances[i]); };
    const float step = 1.0F / (static_cast<float>(count) - 1.0F);
    const float first = at(0);
    const float range = at(count - 1) - first;
    // NaN where all distances are equal: then there is no jump.
    const auto above = [&](size_t i) {
        return (at(i) - first) / range - static_cast<float>(i) * step;
    };
    for (size_t i = 1; i < count; ++i) {
        // The last one has no next; the one before the previous stands for it.
        const size_t other = i + 1 < count ? i + 1 : i - 2;
        if (above(i) > above(i - 1) && above(i) > above(other) && --jumps == 0) return i;
    }
    return count;
}

}  // namespace vx
