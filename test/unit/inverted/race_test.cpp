// The index changes while a search reads it.
#include "inverted/inverted_index.h"

namespace vx::test {
namespace {

/// Pages of another index object, before each read of which something may happen.
class WatchedPages {
public:
    explicit WatchedPages(FakePages& pages) : pages_(pages) {}

    [[nodiscard]] uint32_t page_bytes() const { return pages_.page_bytes(); }
    [[nodiscard]] uint32_t page_count() const { return pages_.page_count(); }
    void poll() { pages_.poll(); }
    [[noreturn]] void corrupt(uint32_t block, CorruptReason reason) {
        pages_.corrupt(block, reason);
    }
    template <class F>
    auto read(uint32_t block, F&& f) {
        if (++reads == happens_at && happens) happens();
        return pages_.read(block, std::forward<F>(f));
    }

    std::function<void()> happens;
    uint64_t happens_at = 0;
    uint64_t reads = 0;

private:
    FakePages& pages_;
};

/// A search whose index is changed by `change` before each of its reads, one run for each.
template <class Change>
void change_everywhere(InvertedIndex& index, Change&& change) {
    const Vector query = index.random_vector(60, 8, true);
    const std::vector<inverted::Hit> expected = index.expected(query);
    for (uint64_t at = 1;; ++at) {
        TestArena memory;
        WatchedPages watched(index.pages);
        watched.happens_at = at;
        watched.happens = [&] { change(index); };
        inverted::Wanted wanted;
        wanted.query = {query.data(), query.size()};
        wanted.rows = 10000;
        wanted.positive = false;
        auto search =
            std::make_unique<inverted::Search<WatchedPages>>(watched, memory.arena(), 100);
        ASSERT_TRUE(search->run(wanted));
        std::vector<inverted::Hit> found;
        // Rows of the change are not in the searcher's snapshot.
        for (size_t i = 0; i < search->size(); ++i)
            if ((*search)[i].row < InvertedIndex::key_of(100000)) found.push_back((*search)[i]);
        expect_equal(found, expected);
        if (testing::Test::HasFailure() || watched.reads < at) return;
    }
}

TEST(InvertedRace, AMergeTakesPagesFromASearch) {
    InvertedIndex index;
    for (uint32_t row = 0; row < 200; ++row) index.insert(row, index.random_vector(60, 9, true));
    uint32_t row = 100000;
    change_everywhere(index, [&](InvertedIndex& changed) {
        // Again and again, so that pages become the same part of another segment.
        for (int round = 0; round < 4; ++round) {
            for (uint32_t i = 0; i < 30; ++i, ++row)
                changed.insert(row, changed.random_vector(60, 9, true));
            changed.flush();
            TestArena memory;
            ASSERT_TRUE(inverted::Maintainer<FakePages>(changed.pages, memory.arena()).merge_all());
        }
        // What was freed is used again.
        for (uint32_t i = 0; i < 60; ++i, ++row)
            changed.insert(row, changed.random_vector(60, 9, true));
        for (uint32_t gone = 100000; gone < row; ++gone) changed.remove(gone);
        changed.vacuum();
    });
    index.expect_sound();
}

TEST(InvertedRace, TheSamePageOfAnotherSegmentIsNotTaken) {
    using inverted::Part;
    InvertedIndex index;
    for (uint32_t row = 0; row < 200; ++row) index.insert(row, index.random_vector(60, 9, true));
    index.flush();
    TestArena memory;
    inverted::Maintainer<FakePages> maintainer(index.pages, memory.arena());
    ASSERT_TRUE(maintainer.merge_all());
    inverted::Segment<FakePages> old(index.pages, memory.arena());
    inverted::Segment<FakePages> now(index.pages, memory.arena());
    const auto first = [&] { return index.state().segments[0]; };
    ASSERT_EQ(old.open(first()), inverted::Reading::kDone);
    const auto ignore = [](std::span<const std::byte>) {};
    ASSERT_TRUE(old.read(Part::kTerms, 0, ignore));
    bool met = false;
    for (uint32_t row = 1000; row < 1100 && !met; ++row) {
        index.insert(row, index.random_vector(60, 9, true));
        index.flush();
        ASSERT_TRUE(maintainer.merge_all());
        ASSERT_EQ(now.open(first()), inverted::Reading::kDone);
        met = now.block_of(Part::kTerms, 0) == old.block_of(Part::kTerms, 0);
        EXPECT_FALSE(old.read(Part::kTerms, 0, ignore));
    }
    EXPECT_TRUE(met);
}

TEST(InvertedRace, TwoInsertionsMeet) {
    InvertedIndex index;
    uint32_t row = 0;
    index.pages.before_edit = [&] {
        if (index.random() % 3 != 0) return;
        const Vector vector = index.random_vector(60, 9, true);
        const uint32_t other = 5000 + row++;
        index.rows[other] = vector;
        (void)inverted::WaitingRows<FakePages>(index.pages)
            .add({InvertedIndex::tid_of(other), false, {vector.data(), vector.size()}});
    };
    for (uint32_t i = 0; i < 1000; ++i) index.insert(i, index.random_vector(60, 9, true));
    index.pages.before_edit = nullptr;
    index.expect_sound();
    const Vector query = index.random_vector(60, 8, true);
    expect_equal(index.scan(query, 100), index.expected(query));
}

TEST(InvertedDamage, IsReportedAndNeverFollowed) {
    InvertedIndex index;
    for (uint32_t row = 0; row < 400; ++row) index.insert(row, index.random_vector(60, 9, true));
    const std::vector<std::byte> sound = index.pages.dump();
    const Vector query = index.random_vector(60, 20, true);
    uint32_t reported = 0;
    for (uint32_t round = 0; round < 1000; ++round) {
        index.pages.load(sound);
        const auto block =
            static_cast<uint32_t>(1 + index.random() % (index.pages.page_count() - 1));
        for (int i = 0; i < 4; ++i) {
            const size_t at = kPageHeaderBytes + index.random() % (1024 - kPageHeaderBytes);
            index.pages.image(block)[at] = static_cast<std::byte>(index.random());
        }
        index.pages.limit_work(100000);
        try {
            (void)index.verify();
            (void)index.scan(query, 100);
            index.insert(1000, query);
            TestArena memory;
            (void)inverted::Vacuum<FakePages>(index.pages, memory.arena()).clean();
        } catch (const CorruptPage&) {
            ++reported;
        } catch (const WorkLimit&) {
        }
        index.rows.erase(1000);
        if (testing::Test::HasFailure()) return;
    }
    EXPECT_GT(reported, 60u);
}

}  // namespace
}  // namespace vx::test
