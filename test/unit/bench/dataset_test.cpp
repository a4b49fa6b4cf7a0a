#include "bench/dataset.h"

#include "bench/fetch.h"
#include "bench/scratch_dir.h"

#include <gtest/gtest.h>

namespace vx::bench {
namespace {

using Floats = std::vector<float>;

Floats copy(std::span<const float> vector) { return {vector.begin(), vector.end()}; }

void write_small(const std::filesystem::path& path, const std::string& label = {}) {
    DatasetWriter writer(path, 3);
    writer.add_row(Floats{1, 2, 3}, label);
    writer.add_row(Floats{4, 5, 6}, label);
    writer.add_query(Floats{7, 8, 9}, label);
    writer.finish();
}

/// The message with which opening fails, or nothing when it succeeds.
std::string complaint(const std::filesystem::path& path) {
    try {
        const Dataset data(path);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return {};
}

TEST(Dataset, ReadsWhatWasWritten) {
    const ScratchDir dir;
    write_small(dir.file("a"));
    const Dataset data(dir.file("a"));
    EXPECT_EQ(data.dims(), 3U);
    EXPECT_EQ(data.rows(), 2U);
    EXPECT_EQ(data.queries(), 1U);
    EXPECT_EQ(copy(data.row(1)), (Floats{4, 5, 6}));
    EXPECT_EQ(copy(data.query(0)), (Floats{7, 8, 9}));
    EXPECT_TRUE(data.labels().empty());
}

TEST(Dataset, KeepsLabelsOfRowsAndQueries) {
    const ScratchDir dir;
    write_small(dir.file("a"), "word");
    EXPECT_EQ(Dataset(dir.file("a")).labels(), std::vector<std::string>(3, "word"));
    std::filesystem::remove(labels_path(dir.file("a")));
    EXPECT_NE(complaint(dir.file("a")).find("labels is missing"), std::string::npos);
}

TEST(Dataset, LeavesNothingBehindWhenNotFinished) {
    const ScratchDir dir;
    {
        DatasetWriter writer(dir.file("a"), 3);
        writer.add_row(Floats{1, 2, 3});
    }
    EXPECT_FALSE(std::filesystem::exists(dir.file("a")));
}

TEST(Dataset, RejectsAnyChangedByteThatCounts) {
    const ScratchDir dir;
    write_small(dir.file("a"));
    const std::string whole = read_all(dir.file("a"));
    constexpr std::size_t kReservedFrom = 40;
    constexpr std::size_t kReservedTo = 64;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (i >= kReservedFrom && i < kReservedTo) continue;
        std::string broken = whole;
        broken[i] = static_cast<char>(broken[i] ^ 0x41);
        write_all(dir.file("b"), broken);
        EXPECT_FALSE(complaint(dir.file("b")).empty()) << "byte " << i;
    }
}

TEST(Dataset, RejectsAnyTruncation) {
    const ScratchDir dir;
    write_small(dir.file("a"));
    const std::string whole = read_all(dir.file("a"));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        write_all(dir.file("b"), whole.substr(0, length));
        EXPECT_FALSE(complaint(dir.file("b")).empty()) << "length " << length;
    }
    EXPECT_TRUE(complaint(dir.file("a")).empty());
}

TEST(Dataset, NamesTheFileThatIsMissing) {
    EXPECT_NE(complaint("/nowhere/at/all").find("/nowhere/at/all"), std::string::npos);
}

TEST(Glove, ReadsWordsInTheirOrderWithoutNormAndRank) {
    const ScratchDir dir;
    write_all(dir.file("g.json"),
              R"({"precision":8,"size":2,"dimensions":2,"words":["the","a,"],)"
              R"("vectors":{"a,":[3,-4.5,5.4,1],"the":[1,2e-1,1,0]},"unkVector":[0,0,-1]})");
    const auto words = read_glove(dir.file("g.json"));
    ASSERT_EQ(words.size(), 2U);
    EXPECT_EQ(words[0].word, "the");
    EXPECT_EQ(words[0].vector, (Floats{1, 0.2F}));
    EXPECT_EQ(words[1].word, "a,");
    EXPECT_EQ(words[1].vector, (Floats{3, -4.5F}));
}

TEST(Glove, RejectsWhatIsNotJsonAndWordsWithoutVector) {
    const ScratchDir dir;
    write_all(dir.file("g.json"), R"({"words":["the")");
    EXPECT_THROW(static_cast<void>(read_glove(dir.file("g.json"))), std::runtime_error);
    write_all(dir.file("g.json"), R"({"dimensions":1,"words":["the"],"vectors":{}})");
    EXPECT_THROW(static_cast<void>(read_glove(dir.file("g.json"))), std::runtime_error);
}

TEST(Glove, HoldsOutATenthAndDropsZeroVectors) {
    const ScratchDir dir;
    std::vector<WordVector> words;
    words.reserve(101);
    for (int i = 0; i < 100; ++i) words.push_back({"w" + std::to_string(i), {float(i), 1}});
    words.push_back({"zero", {0, 0}});
    write_glove(words, dir.file("g"));
    const Dataset data(dir.file("g"));
    EXPECT_EQ(data.rows() + data.queries(), 100U);
    EXPECT_GE(data.queries(), 9U);
    EXPECT_EQ("w" + std::to_string(int(data.query(0)[0])), data.labels()[data.rows()]);
}

TEST(Words, TakesLowerCaseWordsWithAVowel) {
    std::vector<WordVector> words;
    for (const char* word : {"the", ",", "U.S.", "Paris", "nba", "tv", "a", "x", "sky", "co-op"}) {
        words.push_back({word, {1}});
    }
    std::vector<std::string> taken;
    taken.reserve(4);
    for (const auto& word : frequent_words(words, 4)) taken.push_back(word.word);
    EXPECT_EQ(taken, (std::vector<std::string>{"the", "nba", "a", "sky"}));
    EXPECT_THROW(static_cast<void>(frequent_words(words, 5)), std::runtime_error);
}

TEST(Words, WritesShortNumbers) {
    const ScratchDir dir;
    write_words({{"w", {0.5F, -0.25F, 1, -2.0004F, 0, -0.0001F, 10}}}, dir.file("w.tsv"), 3);
    EXPECT_EQ(read_all(dir.file("w.tsv")), "w\t[.5,-.25,1,-2,0,0,10]\n");
}

TEST(Idx, ReadsImagesAndRejectsTruncation) {
    const ScratchDir dir;
    const std::string whole("\0\0\x08\x03\0\0\0\2\0\0\0\1\0\0\0\2\x01\x02\xfe\xff", 20);
    write_all(dir.file("i"), whole);
    std::vector<Floats> images;
    read_idx_images(dir.file("i"), [&](auto image) { images.push_back(copy(image)); });
    EXPECT_EQ(images, (std::vector<Floats>{{1, 2}, {254, 255}}));
    write_all(dir.file("i"), whole.substr(0, 19));
    const auto ignore = [](auto) {};
    EXPECT_THROW(read_idx_images(dir.file("i"), ignore), std::runtime_error);
}

TEST(Synthetic, GivesTheSameUnitVectorsForASeed) {
    const ScratchDir dir;
    SyntheticOptions options;
    options.dims = 20;
    options.rows = 50;
    options.queries = 5;
    write_synthetic(options, dir.file("a"));
    write_synthetic(options, dir.file("b"));
    options.seed = 2;
    write_synthetic(options, dir.file("c"));
    const Dataset data(dir.file("a"));
    EXPECT_EQ(data.rows(), 50U);
    EXPECT_EQ(data.queries(), 5U);
    EXPECT_EQ(data.checksum(), Dataset(dir.file("b")).checksum());
    EXPECT_NE(data.checksum(), Dataset(dir.file("c")).checksum());
    float squares = 0;
    for (const float value : data.row(7)) squares += value * value;
    EXPECT_NEAR(squares, 1, 1e-5);
}

}  // namespace
}  // namespace vx::bench
