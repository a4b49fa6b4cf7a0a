// Elements longer than their slots: written, found, given back, and whole after a crash anywhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/paged/verify.h"
#include "support/index_check.h"
#include "support/storage_test.h"

namespace vx::test {
namespace {

using testing::Contains;
using testing::IsEmpty;

IndexOptions sparse_options(uint32_t dims = 3, uint32_t page_bytes = 1024) {
    for (const IndexKind& kind : kKinds)
        if (kind.element == Element::kSparse)
            return {.dims = dims,
                    .m = 2,
                    .ef_construction = 12,
                    .page_bytes = page_bytes,
                    .kind = kind};
    throw ContractViolation("no sparse kind");
}

uint32_t segments_in_use(PagedIndex& index) {
    const Geometry& g = index.user.geometry();
    uint32_t count = 0;
    for (uint32_t block = 0; block < index.pages.page_count(); ++block) {
        const std::byte* page = index.pages.image(block);
        if (page_kind(page, index.options.page_bytes) != PageKind::kOverflow) continue;
        const uint32_t taken = block == index.user.state().overflow_block
                                   ? index.user.state().overflow_used
                                   : g.overflow_segments_per_page;
        for (uint32_t i = 0; i < taken; ++i)
            count += overflow_at(content(page), g, i)->owner != kNoNode ? 1 : 0;
    }
    return count;
}

TEST(Overflow, HoldsTheLongestElement) {
    PagedIndex index(sparse_options(kMaxSparsePairs - 40, 8192));
    index.insert_random(3);
    EXPECT_GT(segments_in_use(index), 2 * 120u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    for (const auto& [row, element] : index.rows) {
        const auto nearest = index.user.scan_nodes(element.data(), 8, 1);
        ASSERT_EQ(nearest.size(), 1u);
        EXPECT_EQ(index.user.rows_of(nearest[0]), std::vector<uint32_t>{row});
        EXPECT_TRUE(index.user.holds(nearest[0], element));
    }
}

TEST(Overflow, DoesNotMistakeAPrefixForTheWhole) {
    PagedIndex index(sparse_options(60));
    std::vector<float> element(60, 0.5F);
    (void)index.insert(element);
    element[59] = 0;
    (void)index.insert(element);
    element[58] = 0;
    (void)index.insert(element);
    EXPECT_EQ(index.user.state().live_count, 3u);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST(Overflow, IsGivenBackWhenNobodyKnowsTheNode) {
    PagedIndex index(sparse_options(40));
    index.insert_random(60);
    const uint32_t before = segments_in_use(index);
    ASSERT_GT(before, 120u);
    for (uint32_t row = 1; row <= 30; ++row) index.remove(row);
    (void)index.vacuum();
    EXPECT_EQ(segments_in_use(index), before) << "searches may still stand on these nodes";
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    index.pages.advance_clock();
    (void)index.vacuum();
    EXPECT_LT(segments_in_use(index), before * 2 / 3);
    EXPECT_THAT(faults_of(index, true), IsEmpty());
    const uint32_t pages = index.pages.page_count();
    index.insert_random(25);
    EXPECT_EQ(index.pages.page_count(), pages) << "what was given back is used again";
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

TEST(Overflow, IsNeverLostWhereverAnInsertionOrVacuumCrashes) {
    for (uint64_t at = 0;; ++at) {
        PagedIndex index(sparse_options(30));
        index.insert_random(12);
        for (uint32_t row = 1; row <= 6; ++row) index.remove(row);
        (void)index.vacuum();
        index.pages.advance_clock();
        index.pages.crash_after(at);
        bool crashed = false;
        try {
            (void)index.vacuum();
            index.insert_random(4);
        } catch (const Crash&) {
            crashed = true;
        }
        index.pages.never_crash();
        ASSERT_THAT(faults_of(index), IsEmpty()) << "crash before edit " << at;
        if (!crashed) break;
        // The next vacuum and insertions find everything as they need it.
        IndexUser after(index.pages, index.options, 5);
        const auto rows = index.expected_rows();
        (void)after.remove_dead_rows([&](uint32_t row) { return rows.count(row) == 0; });
        after.reclaim();
        index.pages.advance_clock();
        after.reclaim();
        index.insert_random(6);
        ASSERT_THAT(faults_of(index), IsEmpty()) << "after a crash before edit " << at;
    }
}

// ---- damage

class OverflowDamage : public testing::Test {
protected:
    OverflowDamage() { index.insert_random(20); }

    Slot slot(NodeId id) { return slot_at(content(index.pages.image(g.slot_block(id))), g, id); }
    OverflowSegment& segment(Place place) {
        return *overflow_at(content(index.pages.image(place.block)), g, place.index);
    }
    NodeId long_node() {
        NodeId id = 0;
        while (*slot(id).overflow() == kNowhere) ++id;
        return id;
    }
    std::vector<FindingKind> found() {
        struct Sink {
            std::vector<FindingKind> kinds;
            void finding(const Finding& finding) { kinds.push_back(finding.kind); }
            void element(const StoredRecord&) {}
            void row(NodeId, bool, const IndexRow&) {}
        } sink;
        TestArena memory;
        EXPECT_TRUE(verify_index(index.pages, g, memory.arena(), sink));
        return sink.kinds;
    }

    PagedIndex index{sparse_options(40)};
    const Geometry& g = index.user.geometry();
};

TEST_F(OverflowDamage, OfALengthIsNamed) {
    RecordHead& head = *record_at<RecordHead>(slot(long_node()).inline_part(), 0);
    for (const uint32_t bytes :
         {0u, 7u, head.bytes - 1, head.bytes + 800, kLongestRecord + 8, UINT32_MAX}) {
        const uint32_t before = head.bytes;
        head.bytes = bytes;
        EXPECT_THAT(found(), Contains(FindingKind::kRecordLength)) << bytes;
        head.bytes = before;
    }
    EXPECT_THAT(found(), IsEmpty());
}

TEST_F(OverflowDamage, OfAChainIsNamed) {
    Place& head = *slot(long_node()).overflow();
    const Place before = head;
    for (const Place place : {Place{0, 0, 0}, Place{before.block, 999, 0}, Place{1u << 30, 0, 0},
                              Place{g.first_extent_block, 0, 0}}) {
        head = place;
        EXPECT_THAT(found(), Contains(FindingKind::kOverflowPlace));
    }
    head = before;
    segment(head).owner += 1;
    EXPECT_THAT(found(), Contains(FindingKind::kOverflowOwner));
    segment(head).owner -= 1;
    segment(head).generation += 1;
    EXPECT_THAT(found(), Contains(FindingKind::kOverflowOwner));
    segment(head).generation -= 1;
    head = kNowhere;
    EXPECT_THAT(found(), Contains(FindingKind::kRecordLength));
}

TEST_F(OverflowDamage, OfTheFreeChainIsNamed) {
    for (uint32_t row = 1; row <= 8; ++row) index.remove(row);
    (void)index.vacuum();
    index.pages.advance_clock();
    (void)index.vacuum();
    const Place free = index.user.state().free_overflow;
    ASSERT_FALSE(free == kNowhere);
    segment(free).owner = 3;
    EXPECT_THAT(found(), Contains(FindingKind::kOverflowOwner));
    segment(free).owner = kNoNode;
    segment(free).next = free;
    EXPECT_THAT(found(), Contains(FindingKind::kOverflowPlace));
    // Whoever needs a segment reports it as well, and does not take what belongs to a node.
    segment(free).owner = 3;
    EXPECT_THROW(index.insert_random(8), CorruptPage);
}

}  // namespace
}  // namespace vx::test
