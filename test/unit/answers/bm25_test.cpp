#include "core/answers/bm25.h"

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "core/base/random.h"

namespace vx {
namespace {

/// Terms in the form that statistics have.
struct StoredTerms {
    std::vector<uint32_t> ends;
    std::string bytes;

    explicit StoredTerms(const std::vector<std::string>& terms) {
        for (const std::string& term : terms) {
            bytes += term;
            ends.push_back(static_cast<uint32_t>(bytes.size()));
        }
    }

    TermList list() const { return {ends, bytes}; }
};

std::vector<std::string> random_terms(uint64_t seed, size_t count) {
    SplitMix64 random(seed);
    std::vector<std::string> terms;
    for (size_t i = 0; i < count; ++i) {
        std::string term;
        for (uint64_t length = random.next() % 5; length > 0; --length)
            term += "ab\xC3\xFF"[random.next() % 4];
        terms.push_back(term);
    }
    std::sort(terms.begin(), terms.end(), [](const auto& a, const auto& b) {
        const int order = memcmp(a.data(), b.data(), std::min(a.size(), b.size()));
        return order != 0 ? order < 0 : a.size() < b.size();
    });
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    return terms;
}

TEST(Bm25, InverseFrequencies) {
    const auto of = [](InverseFrequency formula, double n) {
        return inverse_frequency(formula, 10, n);
    };
    for (double n = 1; n <= 10; ++n) {
        EXPECT_NEAR(of(InverseFrequency::kLucene, n), std::log(1 + (10 - n + 0.5) / (n + 0.5)),
                    1e-14);
        EXPECT_NEAR(of(InverseFrequency::kOkapi, n), std::log(10 - n + 0.5) - std::log(n + 0.5),
                    1e-14);
        EXPECT_DOUBLE_EQ(of(InverseFrequency::kPlus, n), std::log(11 / n));
        EXPECT_GT(of(InverseFrequency::kLucene, n), 0);
    }
    EXPECT_EQ(of(InverseFrequency::kLucene, 0), 0);
    EXPECT_LT(of(InverseFrequency::kOkapi, 6), 0);
}

TEST(Bm25, Saturation) {
    EXPECT_DOUBLE_EQ(term_saturation(2, 30, 20, {1.5, 0.75}),
                     2 * 2.5 / (2 + 1.5 * (1 - 0.75 + 0.75 * 30 / 20)));
    EXPECT_DOUBLE_EQ(term_saturation(7, 30, 20, {0, 0.75}), 1);
    EXPECT_DOUBLE_EQ(term_saturation(7, 30, 20, {1, 0}), 7 * 2 / 8.0);
    EXPECT_DOUBLE_EQ(term_saturation(1, 5, 0, {1, 1}), 1);
    EXPECT_LT(term_saturation(255, 300, 20, {1.2, 0.75}), 2.2);
}

TEST(Bm25, FindsTermsAndPrefixes) {
    const std::vector<std::string> terms = random_terms(1, 300);
    const StoredTerms stored(terms);
    const TermList list = stored.list();
    ASSERT_EQ(list.size(), terms.size());
    for (const std::string& text : random_terms(2, 500)) {
        const auto at = std::find(terms.begin(), terms.end(), text);
        const TermRange range = find_term(list, text);
        EXPECT_EQ(range.end - range.first, at == terms.end() ? 0U : 1U);
        if (at != terms.end()) {
            EXPECT_EQ(range.first, static_cast<size_t>(at - terms.begin()));
        }
        const TermRange all = find_prefix(list, text);
        for (size_t i = 0; i < terms.size(); ++i)
            EXPECT_EQ(i >= all.first && i < all.end, terms[i].substr(0, text.size()) == text);
    }
}

TEST(Bm25, FindsNothingInNothing) {
    const StoredTerms none({});
    EXPECT_EQ(find_term(none.list(), "a").end, 0U);
    EXPECT_EQ(find_prefix(none.list(), "").end, 0U);
}

TEST(Bm25, ReadsDamagedListsWithinBounds) {
    const std::vector<uint32_t> ends = {5, 2, 0xFFFFFFFF, 3};
    const std::string bytes = "abc";
    const TermList list{ends, bytes};
    for (size_t i = 0; i < list.size(); ++i) EXPECT_LE(list.term(i).size(), 3U);
    (void)find_term(list, "b");
    (void)find_prefix(list, "b");
}

}  // namespace
}  // namespace vx
