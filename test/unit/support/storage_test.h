// Tests that run once for each storage of an index.
//
//     using Vacuum = StorageTest;
//     VX_FOR_EACH_STORAGE(Vacuum);
//     TEST_P(Vacuum, DoesThis) { PagedIndex index(with({.dims = 3})); ... }
#pragma once

#include <gtest/gtest.h>

#include "support/index_options.h"

namespace vx::test {

class StorageTest : public testing::TestWithParam<Storage> {
protected:
    /// These options, with the storage under test.
    static IndexOptions with(IndexOptions options) {
        options.storage = GetParam();
        return options;
    }
};

}  // namespace vx::test

#define VX_FOR_EACH_STORAGE(suite)                                                                 \
    INSTANTIATE_TEST_SUITE_P(Storages, suite, testing::ValuesIn(kStorages),                        \
                             [](const auto& tested) { return name_of(tested.param); })
