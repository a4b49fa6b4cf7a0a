// What a scan of a whole index finds.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "support/paged_index.h"

namespace vx::test {

inline std::set<uint32_t> scanned(PagedIndex& index) {
    const std::vector<float> query(index.options.dims, 0.5f);
    const std::vector<uint32_t> rows = index.user.scan_rows(query.data(), 8);
    std::set<uint32_t> unique(rows.begin(), rows.end());
    EXPECT_EQ(unique.size(), rows.size()) << "a row came twice";
    return unique;
}

}  // namespace vx::test
