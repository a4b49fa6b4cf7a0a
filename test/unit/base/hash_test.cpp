// The hash of bytes.
#include "core/base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace vx::test {
namespace {

TEST(Hash, DependsOnEachByteAndOnTheLength) {
    for (const size_t length : {size_t{1}, size_t{7}, size_t{8}, size_t{9}, size_t{40}}) {
        std::vector<std::byte> bytes(length);
        std::set<uint64_t> seen{hash_bytes(bytes.data(), length)};
        EXPECT_TRUE(seen.insert(hash_bytes(bytes.data(), length - 1)).second);
        for (std::byte& byte : bytes) {
            byte = std::byte{1};
            EXPECT_TRUE(seen.insert(hash_bytes(bytes.data(), length)).second);
            byte = std::byte{0};
        }
    }
}

TEST(Hash, SpreadsOverItsLowAndHighBits) {
    std::set<uint64_t> low, high;
    for (uint32_t i = 0; i < 1024; ++i) {
        const uint64_t hash = hash_bytes(reinterpret_cast<const std::byte*>(&i), sizeof i);
        low.insert(hash & 0xFFFF);
        high.insert(hash >> 48);
    }
    // By chance 8 of 1,024 share one of 65,536 values with another.
    EXPECT_GT(low.size(), 990u);
    EXPECT_GT(high.size(), 990u);
}

}  // namespace
}  // namespace vx::test
