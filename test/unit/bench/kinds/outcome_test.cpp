#include "bench/kinds/outcome.h"

#include "bench/kinds/measure.h"
#include "bench/scratch_dir.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vx::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

Outcome outcome(const std::string& storage, double at_10, double at_40) {
    return {"normal", storage, 40, 1.5, {{10, at_10, 3, .25}, {40, at_40, 0, .5}}};
}

TEST(Outcome, IsALineUnderItsHeader) {
    const std::vector<std::size_t> limits = {10, 40};
    const std::string header = outcome_header(limits);
    const std::string line = outcome_line(outcome("fast", .5, .625));
    EXPECT_EQ(header.find("10/40"), line.find("0.500/0.625") + 7);
    EXPECT_EQ(header.find("late"), line.find("3/0"));
    EXPECT_EQ(header.find("ms"), line.find("0.25/0.50"));
    EXPECT_EQ(header.find("build s"), line.find("1.5"));
}

TEST(Outcome, IsInTheSummaryWhereAnotherIndexFindsNotablyMore) {
    const std::vector<Outcome> outcomes = {outcome("fast", .90, .95), outcome("compact", .895, .96),
                                           outcome("plain", .90, .962),
                                           outcome("pgvector", .906, .94)};
    const std::string summary = outcome_summary(outcomes);
    EXPECT_THAT(summary, HasSubstr("@40 0.950 (plain 0.962)"));
    EXPECT_THAT(summary, HasSubstr("@10 0.895 (pgvector 0.906)"));
    EXPECT_THAT(summary, Not(HasSubstr("@10 0.900")));
    EXPECT_THAT(summary, Not(HasSubstr("@40 0.960")));
    EXPECT_EQ(outcome_summary(std::vector{outcome("fast", 0, 0)}), "");
}

TEST(Outcome, KeepsItsNumbersInJson) {
    const auto json = nlohmann::json::parse(outcomes_json(std::vector{outcome("fast", .5, 1)}));
    ASSERT_EQ(json.size(), 1U);
    EXPECT_EQ(json[0]["storage"], "fast");
    EXPECT_EQ(json[0]["limits"][0]["recall"], .5);
    EXPECT_EQ(json[0]["limits"][1]["limit"], 40);
}

TEST(Floors, AreReadAndCompared) {
    const ScratchDir dir;
    write_all(dir.file("floors"), "# kind storage limit ef recall\n\nnormal fast 10 40 .5 # why\n"
                                  "normal fast 40 40 .9\nnormal fast 20 40 .1\n"
                                  "sine fast 10 40 .1\n");
    const auto floors = read_floors(dir.file("floors").string());
    ASSERT_EQ(floors.size(), 4U);
    const std::string missed = missed_floors(floors, std::vector{outcome("fast", .5, .8)});
    EXPECT_THAT(missed, Not(HasSubstr("LIMIT 10 ef 40: floor 0.500")));
    EXPECT_THAT(missed, HasSubstr("normal fast LIMIT 40 ef 40: floor 0.900, recall 0.800\n"));
    EXPECT_THAT(missed, HasSubstr("normal fast LIMIT 20 ef 40: floor 0.100, not measured\n"));
    EXPECT_THAT(missed, HasSubstr("sine fast LIMIT 10 ef 40: floor 0.100, not measured\n"));
}

TEST(Floors, SayWhichLineIsWrong) {
    const ScratchDir dir;
    write_all(dir.file("floors"), "normal fast 10 40 .5\nnormal fast 10 40\n");
    EXPECT_THAT([&] { return read_floors(dir.file("floors").string()); },
                ThrowsMessage<std::runtime_error>(HasSubstr("floors:2: not of the form")));
    EXPECT_THROW(static_cast<void>(read_floors(dir.file("none").string())), std::runtime_error);
}

TEST(Storages, OfCodesAreForNumbersAndNotForL1) {
    Subject subject{"x", Distance::kL2, Element::kHalf, Sample(1, 1, 1)};
    EXPECT_TRUE(has_storage(subject, "fast"));
    subject.distance = Distance::kL1;
    EXPECT_FALSE(has_storage(subject, "compact"));
    EXPECT_TRUE(has_storage(subject, "plain"));
    subject = {"x", Distance::kHamming, Element::kBit, Sample(1, 1, 1)};
    EXPECT_FALSE(has_storage(subject, "fast"));
}

}  // namespace
}  // namespace vx::bench
