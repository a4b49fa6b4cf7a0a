// Which table is in use.  ctest runs this program once more for each value of VECTOREXT_SIMD, so
// that TheEnvironmentForcesATable has something to check.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "core/kernels/cpu.h"
#include "core/kernels/kernel_table.h"
#include "core/kernels/tables.h"

namespace vx {
namespace {

// Taken before main: whatever the order of the tests, nothing has been chosen yet.
const KernelTable* const kInitialTable = &kernels();

/// What choose_kernels(forced) must choose here.
const KernelTable* expected_table(const char* forced) {
    const KernelTable* best = nullptr;
    for (const KernelTable* table : kernel_tables()) {
        if (!table->supported()) continue;
        if (best == nullptr) best = table;
        if (forced != nullptr && std::string(forced) == table->name) return table;
    }
    return best;
}

TEST(Dispatch, StartsWithTheScalarTable) { EXPECT_EQ(kInitialTable, &kScalarTable); }

TEST(Dispatch, TheEnvironmentForcesATable) {
    const char* forced = std::getenv("VECTOREXT_SIMD");
    choose_kernels(forced);
    EXPECT_STREQ(kernels().name, expected_table(forced)->name);
}

TEST(Dispatch, EverySupportedTableCanBeForced) {
    for (const KernelTable* table : kernel_tables()) {
        choose_kernels(table->name);
        EXPECT_EQ(&kernels(), table->supported() ? table : expected_table(nullptr)) << table->name;
    }
}

TEST(Dispatch, AnUnknownNameIsIgnored) {
    for (const char* name : {"", "sse9", "AVX2", "avx", "avx5122", "avx512_vnni", "scalar "}) {
        choose_kernels("scalar");
        choose_kernels(name);
        EXPECT_EQ(&kernels(), expected_table(nullptr)) << '"' << name << '"';
    }
}

TEST(Dispatch, WithoutForcingTheBestSupportedTableIsUsed) {
    choose_kernels(nullptr);
    EXPECT_EQ(&kernels(), expected_table(nullptr));
}

TEST(Dispatch, ScalarIsTheLastResort) {
    ASSERT_FALSE(kernel_tables().empty());
    EXPECT_STREQ(kernel_tables().back()->name, "scalar");
    EXPECT_TRUE(kernel_tables().back()->supported());
}

TEST(Dispatch, TheTablesOfThisArchitectureAreCompiledIn) {
    std::vector<std::string> names;
    for (const KernelTable* table : kernel_tables()) names.emplace_back(table->name);
#if defined(__x86_64__)
    EXPECT_EQ(names,
              (std::vector<std::string>{"avx512popcnt", "avx512vnni", "avx512", "avx2", "scalar"}));
#elif defined(__aarch64__)
    EXPECT_EQ(names, (std::vector<std::string>{"neon", "scalar"}));
#else
    EXPECT_EQ(names, (std::vector<std::string>{"scalar"}));
#endif
}

template <class Element>
void expect_ranks_by(const KernelTable& kernels) {
    const DistanceTable<Element>& table = kernels.distances<Element>();
    EXPECT_EQ(ranking_kernel<Element>(Metric::kL2), table.l2_squared);
    EXPECT_EQ(ranking_kernel<Element>(Metric::kInnerProduct), table.negative_dot);
    EXPECT_EQ(ranking_kernel<Element>(Metric::kCosine), table.negative_dot);
    EXPECT_EQ(ranking_kernel<Element>(Metric::kL1), table.l1);
    EXPECT_EQ(ranking_kernel<Element>(Metric::kHamming), nullptr);
    EXPECT_EQ(ranking_kernel<Element>(Metric::kJaccard), nullptr);
}

TEST(Dispatch, ARankingKernelIsThatOfTheTableInUse) {
    for (const KernelTable* table : kernel_tables()) {
        if (!table->supported()) continue;
        choose_kernels(table->name);
        expect_ranks_by<float>(*table);
        expect_ranks_by<Half>(*table);
        EXPECT_EQ(ranking_kernel<uint8_t>(Metric::kHamming), table->bits->hamming_rank);
        EXPECT_EQ(ranking_kernel<uint8_t>(Metric::kJaccard), table->bits->jaccard_rank);
        EXPECT_EQ(ranking_kernel<uint8_t>(Metric::kL2), nullptr);
    }
}

#if defined(__x86_64__)
TEST(Cpu, AgreesWithTheCompilersOwnDetection) {
    __builtin_cpu_init();
    const CpuFeatures features = detect_cpu();
    EXPECT_EQ(features.avx2_fma, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
    EXPECT_EQ(features.avx512,
              __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"));
    EXPECT_EQ(features.avx512_vnni, features.avx512 && __builtin_cpu_supports("avx512vnni"));
    EXPECT_EQ(features.avx512_popcnt,
              features.avx512_vnni && __builtin_cpu_supports("avx512vpopcntdq"));
}
#endif

}  // namespace
}  // namespace vx
