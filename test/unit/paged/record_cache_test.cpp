// The records that a build keeps in the memory that its graph had.
#include "core/paged/record_cache.h"

#include <gtest/gtest.h>

#include <cstring>

#include "core/graph/page_order.h"
#include "support/memory_graph.h"

namespace vx::test {
namespace {

TEST(RecordCache, KeepsWhatAGraphHad) {
    constexpr uint32_t kDims = 24;
    const auto elements = random_elements(2000, kDims, 3);
    MemoryGraph graph({.m = 4, .ef_construction = 8}, kDims, 1, size_t{1} << 21);
    uint32_t added = 0;
    while (added < elements.size() && graph.try_add(elements[added])) ++added;
    ASSERT_GT(added, 1000u);
    TestArena memory;
    const RecordCache cache = make_record_cache(graph.store(), memory.arena());
    EXPECT_GT(cache.limit(), 2 * added);
    EXPECT_EQ(cache.at(cache.limit()), nullptr);
    place_in_order(graph.store());
    keep_records(graph.store(), cache);
    for (NodeId id = 0; id < added; ++id)
        ASSERT_TRUE(std::equal(elements[id].begin(), elements[id].end(),
                               reinterpret_cast<const float*>(cache.at(id))))
            << id;
    // Room for more, none of it shared.
    for (NodeId id = added; id < cache.limit(); ++id)
        std::memset(cache.at(id), static_cast<int>(id % 251), kDims * sizeof(float));
    for (NodeId id = added; id < cache.limit(); ++id)
        ASSERT_EQ(*cache.at(id), static_cast<std::byte>(id % 251)) << id;
}

}  // namespace
}  // namespace vx::test
