#include "bench/report.h"

#include "bench/scratch_dir.h"

#include <atomic>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vx::bench {
namespace {

Measurement measured(double recall, double per_second) {
    Measurement m;
    m.recall = recall;
    m.per_second = per_second;
    return m;
}

Report sample() {
    Report report;
    report.title = "A <title> & \"more\"";
    report.setup = {{"data", "x"}};
    report.targets = {{"base", {{"plan", "a < b"}}}, {"</script>", {}}};
    report.points = {{0, 10, {measured(0.8, 1000)}},
                     {0, 20, {measured(0.9, 100), measured(0.9, 90), measured(0.9, 400)}},
                     {1, 10, {measured(0.85, 3162.2776601683795)}},
                     {1, 20, {measured(0.95, 500)}}};
    return report;
}

/// What is wrong with the nesting of an XML text, or nothing.
std::string nesting_error(const std::string& xml) {
    std::vector<std::string> open;
    std::size_t at = 0;
    while ((at = xml.find('<', at)) != std::string::npos) {
        const std::size_t end = xml.find('>', at);
        if (end == std::string::npos) return "a tag does not end";
        const std::string tag = xml.substr(at + 1, end - at - 1);
        at = end + 1;
        if (tag.find('<') != std::string::npos) return "a bare < before " + tag;
        if (tag.front() == '!' || tag.back() == '/') continue;
        if (tag.front() != '/') {
            open.push_back(tag.substr(0, tag.find(' ')));
        } else if (open.empty() || open.back() != tag.substr(1)) {
            return "unexpected " + tag;
        } else {
            open.pop_back();
        }
    }
    return open.empty() ? "" : open.back() + " is never closed";
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

TEST(Nesting, IsJudged) {
    EXPECT_EQ(nesting_error("<a><b x=\"1\"/></a>"), "");
    EXPECT_NE(nesting_error("<a><b></a></b>"), "");
    EXPECT_NE(nesting_error("<a>"), "");
    EXPECT_NE(nesting_error("<a> 1 < 2 </a>"), "");
}

TEST(Html, IsWellFormedAndSelfContained) {
    const std::string html = report_html(sample());
    EXPECT_EQ(nesting_error(html), "");
    EXPECT_EQ(count_of(html, "<circle"), 4U + 2U);  // points and legend
    EXPECT_EQ(count_of(html, "<tr>"), 1U + 4U);
    EXPECT_EQ(count_of(html, "<script"), 0U);
    EXPECT_EQ(count_of(html, "src="), 0U);
    EXPECT_EQ(count_of(html, "href="), 0U);
    EXPECT_EQ(count_of(html, "nan"), 0U);
    EXPECT_NE(html.find("A &lt;title&gt; &amp; &quot;more&quot;"), std::string::npos);
}

TEST(Html, StandsEmptyAndExtremeReports) {
    EXPECT_EQ(nesting_error(report_html({})), "");
    Report report = sample();
    report.points = {{0, 1, {measured(1, 5)}}, {1, 1, {measured(1, 5)}}};
    EXPECT_EQ(count_of(report_html(report), "nan"), 0U);
    report.points = {{0, 1, {measured(0, 0)}}};
    const std::string html = report_html(report);
    EXPECT_EQ(nesting_error(html), "");
    EXPECT_EQ(count_of(html, "nan") + count_of(html, "inf"), 0U);
}

TEST(Json, HoldsEveryRound) {
    const auto json = nlohmann::json::parse(report_json(sample()));
    ASSERT_EQ(json["targets"].size(), 2U);
    const auto& point = json["targets"][0]["points"][1];
    EXPECT_EQ(point["ef"], 20);
    EXPECT_EQ(point["rounds"].size(), 3U);
    EXPECT_EQ(point["queries_per_second"], 100);
    EXPECT_EQ(json["targets"][0]["facts"]["plan"], "a < b");
}

TEST(Summary, TakesTheMedianOfTheRounds) {
    const Summary summary = summarize(sample().points[1]);
    EXPECT_DOUBLE_EQ(summary.per_second, 100);
    EXPECT_DOUBLE_EQ(summary.slowest, 90);
    EXPECT_DOUBLE_EQ(summary.fastest, 400);
}

TEST(Advantage, InterpolatesTheFirstTargetsCurveOnALogScale) {
    const Report report = sample();
    // Half way in recall between 1000/s and 100/s lie 316/s.
    ASSERT_TRUE(advantage(report, report.points[2]).has_value());
    EXPECT_NEAR(*advantage(report, report.points[2]), 10, 1e-9);
    EXPECT_FALSE(advantage(report, report.points[0]).has_value());
    EXPECT_FALSE(advantage(report, report.points[3]).has_value());  // beyond the curve
    EXPECT_NEAR(rate_at_recall(report, 0, 0.8).value_or(0), 1000, 1e-9);
    EXPECT_NEAR(rate_at_recall(report, 0, 0.9).value_or(0), 100, 1e-9);
}

TEST(Advantage, ComparesWithTheFastestOfEqualRecall) {
    Report report = sample();
    report.points = {{0, 1, {measured(1, 100)}},
                     {0, 2, {measured(1, 50)}},
                     {0, 3, {measured(0.5, 20)}},
                     {1, 1, {measured(1, 300)}}};
    EXPECT_NEAR(*advantage(report, report.points[3]), 3, 1e-9);
    EXPECT_FALSE(rate_at_recall(report, 0, 0.4).has_value());
}

TEST(Table, HasALineForEachPoint) {
    const std::string table = report_table(sample());
    EXPECT_EQ(count_of(table, "\n"), 5U);
    EXPECT_NE(table.find("10.00"), std::string::npos);
}

/// Answers each query with its first element, and fails when told to.
class EchoSearcher : public Searcher {
public:
    void set_effort(int) override {}
    void search(std::size_t, std::span<const float> query, std::span<std::int64_t> out) override {
        if (fails) throw std::runtime_error("no answer");
        ++calls;
        std::fill(out.begin(), out.end(), kNoRow);
        out[0] = static_cast<std::int64_t>(query[0]);
    }
    Facts facts() override { return {}; }

    std::atomic<std::size_t> calls{0};
    bool fails = false;
};

class LoadTest : public ::testing::Test {
protected:
    void SetUp() override {
        DatasetWriter writer(dir.file("d"), 1);
        for (float i = 0; i < 20; ++i) writer.add_row(std::span(&i, 1));
        for (float i = 0; i < 20; ++i) writer.add_query(std::span(&i, 1));
        writer.finish();
        set.emplace(dir.file("d"));
    }

    ScratchDir dir;
    std::optional<Dataset> set;
    EchoSearcher searcher;
};

TEST_F(LoadTest, AsksEachQueryOnce) {
    const auto run = run_load(searcher, *set, {3, 20, 0, 1});
    EXPECT_EQ(searcher.calls, 20U);
    EXPECT_EQ(run.latencies_ms.size(), 20U);
    EXPECT_EQ(run.answered, 20U);
    const auto exact = compute_exact(*set, Metric::kL2, 1, 1);
    EXPECT_DOUBLE_EQ(measure(run, *set, Metric::kL2, exact).recall, 1);
}

TEST_F(LoadTest, CountsShortAnswers) {
    const auto run = run_load(searcher, *set, {1, 20, 0, 2});
    const auto exact = compute_exact(*set, Metric::kL2, 2, 1);
    const Measurement m = measure(run, *set, Metric::kL2, exact);
    EXPECT_EQ(m.short_answers, 20U);
    EXPECT_DOUBLE_EQ(m.recall, 0.5);
}

TEST_F(LoadTest, GoesRoundUntilTheTimeHasPassed) {
    const auto run = run_load(searcher, *set, {2, 5, 0.05, 1});
    EXPECT_GE(run.seconds, 0.05);
    EXPECT_GT(run.latencies_ms.size(), 5U);
    EXPECT_EQ(run.answered, 5U);
    EXPECT_EQ(run.found.size(), 5U);
}

TEST_F(LoadTest, PassesErrorsOn) {
    searcher.fails = true;
    EXPECT_THROW(static_cast<void>(run_load(searcher, *set, {2, 5, 0, 1})), std::runtime_error);
    EXPECT_THROW(static_cast<void>(run_load(searcher, *set, {1, 21, 0, 1})), std::runtime_error);
}

}  // namespace
}  // namespace vx::bench
