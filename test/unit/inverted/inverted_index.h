// A whole index of storage `inverted` over pages in memory, beside a model of its rows.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/inverted/maintain.h"
#include "core/inverted/search.h"
#include "core/inverted/vacuum.h"
#include "core/inverted/verify.h"
#include "paged/fake_pages.h"
#include "support/test_arena.h"

namespace vx::test {

using Vector = std::vector<SparsePair>;

/// Collects what the verifier says.
struct InvertedSink {
    std::vector<Finding> findings;
    std::map<uint64_t, uint64_t> rows;  // hashes by key; of NULLs 0
    std::vector<uint64_t> twice;
    uint64_t hash = 0;

    void finding(const Finding& finding) { findings.push_back(finding); }
    void element(const StoredRecord& stored) { std::memcpy(&hash, stored.record, sizeof hash); }
    void row(NodeId owner, bool, const IndexRow& row) {
        const uint64_t key = inverted::row_key(row.tid);
        if (!rows.emplace(key, owner == kNullListOwner ? 0 : hash).second) twice.push_back(key);
    }
};

class InvertedIndex {
public:
    using Search = inverted::Search<FakePages>;

    explicit InvertedIndex(uint32_t page_bytes = 1024, uint64_t seed = 1)
        : pages(page_bytes), random(seed) {
        inverted::write_empty_index(pages, MetaContent{});
    }

    // ---- rows

    static HeapTid tid_of(uint32_t row) {
        return {static_cast<uint16_t>(row >> 20), static_cast<uint16_t>(row / 8 + 1),
                static_cast<uint16_t>(row % 8 + 1)};
    }
    static uint64_t key_of(uint32_t row) { return inverted::row_key(tid_of(row)); }

    /// Up to `most` elements of `dims`; small integers, so that many distances are equal.
    Vector random_vector(uint32_t dims, uint32_t most, bool negative) {
        std::map<uint32_t, float> chosen;
        const uint32_t count = static_cast<uint32_t>(random() % (most + 1));
        for (uint32_t i = 0; i < count; ++i) {
            // Low indexes are frequent.
            const double unit = static_cast<double>(random() % 10000) / 10000;
            const auto index = static_cast<uint32_t>(unit * unit * unit * dims);
            float value = static_cast<float>(random() % 16 + 1) / 4;
            if (negative && random() % 3 == 0) value = -value;
            chosen[index] = value;
        }
        Vector made;
        for (const auto& [index, value] : chosen) made.push_back({index, value});
        return made;
    }

    /// Adds a row as an insertion does; nullopt: NULL.
    void insert(uint32_t row, const std::optional<Vector>& vector) {
        rows[row] = vector;
        TestArena memory;
        const Vector none;
        const Vector& pairs = vector ? *vector : none;
        const inverted::NewRow added{tid_of(row), !vector, {pairs.data(), pairs.size()}};
        inverted::WaitingRows<FakePages> waiting(pages);
        if (waiting.fits(added)) {
            if (waiting.add(added) <= most_waiting) return;
            maintain(memory, nullptr);
        } else {
            maintain(memory, &added);
        }
    }

    void maintain(TestArena& memory, const inverted::NewRow* more) {
        inverted::Maintainer<FakePages> maintainer(pages, memory.arena());
        if (more != nullptr) inverted::WaitingRows<FakePages>(pages).close();
        ASSERT_TRUE(maintainer.flush(more));
        ASSERT_TRUE(maintainer.merge_alike(inverted::kMostMergedByInsertion));
    }

    void flush() {
        TestArena memory;
        inverted::WaitingRows<FakePages>(pages).close();
        ASSERT_TRUE(inverted::Maintainer<FakePages>(pages, memory.arena()).flush());
    }

    void remove(uint32_t row) {
        rows.erase(row);
        gone.insert(key_of(row));
    }

    void vacuum() {
        TestArena memory;
        inverted::RemovedRows counts;
        inverted::Vacuum<FakePages> vacuum(pages, memory.arena());
        ASSERT_TRUE(vacuum.remove_rows(
            [&](HeapTid tid) { return gone.count(inverted::row_key(tid)) != 0; }, &counts));
        EXPECT_EQ(counts.kept, rows.size());
        ASSERT_TRUE(vacuum.clean());
        gone.clear();
    }

    // ---- searches

    static double score_of(const Vector& query, const Vector& row) {
        double sum = 0;
        for (const SparsePair& term : query)
            for (const SparsePair& pair : row)
                if (pair.index == term.index)
                    sum += static_cast<double>(term.value) * static_cast<double>(pair.value);
        return sum;
    }

    /// All rows with a vector, in the order of a scan.
    std::vector<inverted::Hit> expected(const Vector& query) const {
        std::vector<inverted::Hit> hits;
        for (const auto& [row, vector] : rows)
            if (vector) hits.push_back({score_of(query, *vector), key_of(row)});
        std::sort(hits.begin(), hits.end(), inverted::before);
        return hits;
    }
    std::vector<uint64_t> expected_nulls() const {
        std::vector<uint64_t> keys;
        for (const auto& [row, vector] : rows)
            if (!vector) keys.push_back(key_of(row));
        std::sort(keys.begin(), keys.end());
        return keys;
    }

    std::vector<inverted::Hit> search(const inverted::Wanted& wanted) {
        TestArena memory;
        auto search =
            std::make_unique<Search>(pages, memory.arena(), wanted.query.size() + size_t{1});
        EXPECT_TRUE(search->run(wanted));
        std::vector<inverted::Hit> hits;
        // Rows that are gone, but not marked yet, are none of a snapshot's.
        for (size_t i = 0; i < search->size(); ++i)
            if (gone.count((*search)[i].row) == 0) hits.push_back((*search)[i]);
        return hits;
    }

    /// All rows with a vector, `batch` by `batch`.
    std::vector<inverted::Hit> scan(const Vector& query, size_t batch) {
        std::vector<inverted::Hit> all;
        inverted::Wanted wanted;
        wanted.query = {query.data(), query.size()};
        wanted.rows = batch;
        for (const bool positive : {true, false}) {
            wanted.positive = positive;
            for (;;) {
                const std::vector<inverted::Hit> hits = search(wanted);
                all.insert(all.end(), hits.begin(), hits.end());
                if (hits.empty()) break;
                wanted.follows = true;
                wanted.last = hits.back();
            }
        }
        return all;
    }

    // ---- checks

    inverted::InvertedState state() { return inverted::read_state(pages); }

    InvertedSink verify() {
        TestArena memory;
        InvertedSink sink;
        auto verifier = std::make_unique<inverted::Verifier<FakePages, InvertedSink>>(
            pages, memory.arena(), sink);
        EXPECT_TRUE(verifier->run());
        return sink;
    }

    /// The verifier finds nothing, and the rows are those of the model.
    void expect_sound() {
        const InvertedSink sink = verify();
        for (const Finding& finding : sink.findings)
            ADD_FAILURE() << "finding " << static_cast<int>(finding.kind) << " block "
                          << finding.block << " a " << finding.a << " b " << finding.b;
        EXPECT_TRUE(sink.twice.empty());
        for (const auto& [row, vector] : rows) {
            const auto found = sink.rows.find(key_of(row));
            ASSERT_NE(found, sink.rows.end()) << row;
            EXPECT_EQ(found->second,
                      vector ? inverted::row_hash({vector->data(), vector->size()}) : 0);
        }
        for (const auto& [key, hash] : sink.rows)
            if (gone.count(key) == 0) {
                EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [k = key](const auto& row) {
                    return key_of(row.first) == k;
                }));
            }
    }

    FakePages pages;
    std::mt19937_64 random;
    std::map<uint32_t, std::optional<Vector>> rows;
    std::set<uint64_t> gone;  // removed, but in the index
    uint32_t most_waiting = 3;
};

inline void expect_equal(const std::vector<inverted::Hit>& found,
                         const std::vector<inverted::Hit>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].row, expected[i].row) << "at " << i;
        EXPECT_EQ(found[i].score, expected[i].score) << "at " << i;
    }
}

}  // namespace vx::test
