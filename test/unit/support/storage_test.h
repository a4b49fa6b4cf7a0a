// Tests that run once for each kind of index: each storage, each kind of element.
//
//     using Vacuum = StorageTest;
//     VX_FOR_EACH_STORAGE(Vacuum);
//     TEST_P(Vacuum, DoesThis) { PagedIndex index(with({.dims = 3})); ... }
#pragma once

#include <gtest/gtest.h>

#include "support/index_options.h"

namespace vx::test {

class StorageTest : public testing::TestWithParam<IndexKind> {
protected:
    /// These options, with the kind under test.
    static IndexOptions with(IndexOptions options) {
        options.kind = GetParam();
        return options;
    }
};

}  // namespace vx::test

#define VX_FOR_EACH_STORAGE(suite)                                                                 \
    INSTANTIATE_TEST_SUITE_P(Storages, suite, testing::ValuesIn(kKinds),                           \
                             [](const auto& tested) { return tested.param.name; })
