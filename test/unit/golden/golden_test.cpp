// Index files of format version 4 that every later version must read as they are read here.
//
// NAME.pages holds what is not zero of a small index (page headers' server part left out),
// NAME.fields what is in it, field by field.  Those that are missing are made by this program when
// the environment variable VX_WRITE_GOLDEN is set, and none is made again for the same version.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

#include "support/index_check.h"

namespace vx::test {
namespace {

using testing::IsEmpty;

struct GoldenIndex {
    const char* name;
    IndexOptions options;
};
constexpr IndexOptions options_of(const char* kind, uint32_t page_bytes) {
    for (const IndexKind& k : kKinds)
        if (std::string_view(k.name) == kind)
            return {.dims = 3,
                    .m = 2,
                    .ef_construction = 12,
                    .page_bytes = page_bytes,
                    .seed = 12,
                    .kind = k};
    return {};
}
// The sparse one has small pages, so that its elements are chains of up to three segments.
constexpr GoldenIndex kGolden[] = {
    {"index_v4", options_of("plain", 8192)},
    {"sparse_v4", options_of("sparse", 1024)},
    {"fast_v4", options_of("fast", 8192)},
};
constexpr uint32_t kRunBytes = 16;

std::string path_of(const GoldenIndex& golden, const char* suffix) {
    return std::string(VX_SOURCE_DIR) + "/test/unit/golden/" + golden.name + suffix;
}

std::string file_text(const GoldenIndex& golden, const char* suffix) {
    std::ifstream file(path_of(golden, suffix));
    EXPECT_TRUE(file.good()) << golden.name << suffix;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Twenty nodes: on several levels, with one and many rows, dead, unlinked, free and used again.
void fill(PagedIndex& index) {
    index.insert_random(20);
    for (int i = 0; i < 19; ++i) (void)index.insert(index.rows[4]);
    for (int i = 0; i < 2; ++i) (void)index.insert(index.rows[6]);
    for (uint32_t row = 1000; row < 1020; ++row) index.user.insert_null(tid_of(row));
    index.user.insert_zero(tid_of(2000));
    for (const uint32_t row : {2u, 3u, 5u}) index.remove(row);
    (void)index.vacuum();
    index.pages.advance_clock();
    for (const uint32_t row : {7u, 8u}) index.remove(row);
    (void)index.vacuum();
    index.insert_random(1);
    index.remove(9);
    (void)index.user.remove_dead_rows([&](uint32_t row) { return index.removed.count(row) != 0; });
}

std::string to_text(const std::vector<std::byte>& pages, uint32_t page_bytes) {
    std::string text;
    char part[64];
    const std::vector<std::byte> zeros(kRunBytes);
    for (size_t at = 0; at < pages.size(); at += kRunBytes) {
        if (std::equal(zeros.begin(), zeros.end(), pages.begin() + static_cast<ptrdiff_t>(at)))
            continue;
        std::snprintf(part, sizeof part, "%zu %04zx", at / page_bytes, at % page_bytes);
        text += part;
        for (size_t i = 0; i < kRunBytes; ++i) {
            std::snprintf(part, sizeof part, "%s%02x", i % 4 == 0 ? " " : "",
                          std::to_integer<unsigned>(pages[at + i]));
            text += part;
        }
        text += '\n';
    }
    std::snprintf(part, sizeof part, "end %zu\n", pages.size() / page_bytes);
    return text + part;
}

std::vector<std::byte> from_text(const std::string& text, uint32_t page_bytes) {
    std::vector<std::byte> pages;
    std::istringstream lines(text);
    std::string word;
    while (lines >> word) {
        uint32_t number = 0;
        if (word == "end") {
            lines >> std::dec >> number;
            pages.resize(static_cast<size_t>(number) * page_bytes);
            break;
        }
        lines >> std::hex >> number;
        const size_t at = std::stoul(word) * page_bytes + number;
        pages.resize(std::max(pages.size(), at + kRunBytes));
        std::string bytes;
        for (uint32_t i = 0; i < kRunBytes / 4; ++i) {
            lines >> word;
            bytes += word;
        }
        for (uint32_t i = 0; i < kRunBytes; ++i)
            pages[at + i] =
                static_cast<std::byte>(std::stoul(bytes.substr(size_t{2} * i, 2), nullptr, 16));
    }
    return pages;
}

class Fields {
public:
    template <class Value>
    Fields& operator()(const char* name, Value value) {
        text_ << ' ' << name << '=' << std::hex << +value << std::dec;
        return *this;
    }
    Fields& operator()(const char* name, Place place) {
        text_ << ' ' << name << '=' << std::hex << place.block << '/' << place.index << '/'
              << place.reserved << std::dec;
        return *this;
    }
    Fields& line(const std::string& what) {
        text_ << '\n' << what;
        return *this;
    }
    std::string text() const { return text_.str().substr(1) + "\n"; }

private:
    std::ostringstream text_;
};

void describe(Fields& out, const MetaContent& meta) {
    out.line("meta")("magic", meta.magic)("format_version", meta.format_version);
    out("reserved", meta.reserved)("endian_mark", meta.endian_mark);
    out("feature_flags", meta.feature_flags)("page_bytes", meta.page_bytes)("dims", meta.dims);
    out("metric", meta.metric)("element", meta.element)("storage", meta.storage);
    out("reserved_byte", meta.reserved_byte)("m", meta.m);
    out("ef_construction", meta.ef_construction)("seed", meta.seed);
    out("entry_bytes", meta.entry_bytes)("record_bytes", meta.record_bytes);
    out("sketch_bytes", meta.sketch_bytes)("slot_bytes", meta.slot_bytes);
    out("slots_per_page", meta.slots_per_page)("upper_slot_bytes", meta.upper_slot_bytes);
    out("upper_slots_per_page", meta.upper_slots_per_page);
    out("nodes_per_extent", meta.nodes_per_extent);
    out("aux_pages_per_extent", meta.aux_pages_per_extent)("extent_pages", meta.extent_pages);
    out("first_aux_block", meta.first_aux_block);
    out("first_extent_block", meta.first_extent_block)("mean_block", meta.mean_block);
    out("sketch_dims", meta.sketch_dims)("sketch_bits", meta.sketch_bits);
    out("scale_exponent", meta.scale_exponent);
    for (const FilterKind kind : meta.filter_kinds) out("filter", static_cast<uint32_t>(kind));
}

void describe(Fields& out, const StateContent& state) {
    out.line("state")("extent_count", state.extent_count)("next_id", state.next_id);
    out("live_count", state.live_count)("dead_count", state.dead_count);
    out("free_count", state.free_count)("free_cursor", state.free_cursor)("root", state.root);
    out("aux_extent", state.aux_extent)("aux_used", state.aux_used)("aux_whole", state.aux_whole);
    out("upper_block", state.upper_block)("upper_used", state.upper_used);
    out("postings_block", state.postings_block)("postings_used", state.postings_used);
    out("vacuum_cursor", state.vacuum_cursor)("free_segments", state.free_segments);
    out("null_list", state.null_list)("zero_list", state.zero_list);
    for (const EntryCandidate& entry : state.entries) out("entry", entry.id)("level", entry.level);
    out("free_overflow", state.free_overflow)("overflow_block", state.overflow_block);
    out("overflow_used", state.overflow_used);
    out("calibrated_ef", state.calibrated_ef)("calibrated_recall", state.calibrated_recall);
    out("reserved", state.reserved);
}

void describe_words(Fields& out, const std::byte* words, uint32_t bytes) {
    for (uint32_t at = 0; at < bytes; at += sizeof(uint32_t)) {
        uint32_t bits = 0;
        std::memcpy(&bits, words + at, sizeof bits);
        out("element", bits);
    }
}

void describe(Fields& out, NodeId id, const DirectoryEntry& entry, const ConstSlot& slot) {
    out.line("node " + std::to_string(id))("state", static_cast<unsigned>(entry.state));
    out("level", entry.level)("generation", entry.generation);
    for (const uint16_t word : entry.payload) out("payload", word);
    const SlotHeader& header = *slot.header();
    out.line("  slot")("generation", header.generation)("level", header.level);
    out("flags", header.flags)("parent", header.parent)("upper_block", header.upper_block);
    out("upper_index", header.upper_index)("reserved", header.reserved);
    for (uint32_t lane = 0; lane < slot.g->lanes; ++lane)
        out("link", slot.ids()[lane])("pinned", slot.pinned(lane));
    if (slot.g->marks_offset != 0) {
        for (uint32_t i = 0; i < slot.g->mask_words; ++i) out("marks", slot.marks()[i]);
        describe_words(out, slot.sketches(), slot.g->layout.sketch_bytes);
    }
    if (slot.g->layout.variable)
        out("overflow", *slot.overflow())("bytes", record_length(slot.inline_part()));
    // Numbers or pairs, but for the head of a record of any length.
    const uint32_t head = slot.g->layout.variable ? sizeof(Place) + sizeof(RecordHead) : 0;
    describe_words(out, slot.code() + head, slot.g->layout.record_bytes - head);
}

/// The segments on an O page, free ones included.
void describe_overflow(Fields& out, const std::byte* page, const Geometry& g) {
    for (uint32_t index = 0; index < g.overflow_segments_per_page; ++index) {
        const OverflowSegment& segment = *overflow_at(page, g, index);
        out.line("overflow " + std::to_string(index))("owner", segment.owner);
        out("generation", segment.generation)("reserved", segment.reserved)("next", segment.next);
        describe_words(out, reinterpret_cast<const std::byte*>(&segment + 1),
                       g.overflow_data_bytes);
    }
}

/// Everything that the pages hold, in words.
std::string describe(FakePages& pages, const Geometry& g) {
    Fields out;
    const auto page = [&](uint32_t block) {
        return content(static_cast<const FakePages&>(pages).image(block));
    };
    describe(out, *record_at<MetaContent>(page(kMetaBlock), 0));
    const StateContent& state = *record_at<StateContent>(page(kStateBlock), 0);
    describe(out, state);
    for (NodeId id = 0; id < state.next_id; ++id)
        describe(out, id, *entry_at(page(g.directory_block(id)), g.directory_index(id)),
                 slot_at(page(g.slot_block(id)), g, id));
    for (uint32_t index = 0; index < state.upper_used; ++index) {
        const UpperHeader& header = *upper_header(page(state.upper_block), g, index);
        out.line("upper " + std::to_string(index))("node", header.node)("level", header.level);
        out("reserved", header.reserved);
        for (uint32_t lane = 0; lane < g.layout.m; ++lane)
            out("link", upper_ids(page(state.upper_block), g, index)[lane]);
    }
    for (uint32_t index = 0; index < state.postings_used; ++index) {
        const PostingSegment& segment = *segment_at(page(state.postings_block), g, index);
        out.line("segment " + std::to_string(index))("owner", segment.owner);
        out("generation", segment.generation)("count", segment.count)("next", segment.next);
        for (const HeapTid& tid : segment.tids) out("block", tid.block())("offset", tid.offset);
    }
    for (uint32_t block = 0; block < pages.page_count(); ++block) {
        const PageKind kind = page_kind(pages.image(block), g.layout.page_bytes);
        out.line("page " + std::to_string(block))("kind", static_cast<unsigned>(kind));
        if (kind == PageKind::kOverflow) describe_overflow(out, page(block), g);
    }
    return out.text();
}

void write_files(const GoldenIndex& golden) {
    if (std::ifstream(path_of(golden, ".pages")).good()) return;
    PagedIndex index(golden.options);
    fill(index);
    std::ofstream(path_of(golden, ".pages"))
        << to_text(index.pages.dump(), golden.options.page_bytes);
    std::ofstream(path_of(golden, ".fields")) << describe(index.pages, index.user.geometry());
}

class Golden : public testing::TestWithParam<GoldenIndex> {
protected:
    void SetUp() override {
        if (std::getenv("VX_WRITE_GOLDEN") != nullptr) write_files(GetParam());
        const std::vector<std::byte> pages =
            from_text(file_text(GetParam(), ".pages"), GetParam().options.page_bytes);
        ASSERT_GT(pages.size(), 0u);
        index.pages.load(pages);
    }
    PagedIndex index{GetParam().options};
};
INSTANTIATE_TEST_SUITE_P(Format, Golden, testing::ValuesIn(kGolden),
                         [](const auto& golden) { return std::string(golden.param.name); });

TEST_P(Golden, EveryFieldIsReadAsItWasWritten) {
    EXPECT_EQ(describe(index.pages, index.user.geometry()), file_text(GetParam(), ".fields"));
}

TEST_P(Golden, TheLayoutIsStillWhatTheMetaPageSays) {
    const auto meta = read_page(index.pages, kMetaBlock, PageKind::kMeta,
                                [](const std::byte* b) { return *record_at<MetaContent>(b, 0); });
    const MetaContent now = make_meta(GetParam().options);
    EXPECT_EQ(std::memcmp(&meta, &now, sizeof meta), 0);
}

TEST_P(Golden, TheIndexIsSoundAndComplete) {
    EXPECT_THAT(faults_of(index), IsEmpty());
    const float query[] = {0.5f, 0.5f, 0.5f};
    std::set<uint32_t> expected;
    for (uint32_t row = 1; row <= 42; ++row) expected.insert(row);
    for (const uint32_t row : {2u, 3u, 5u, 7u, 8u, 9u}) expected.erase(row);
    for (uint32_t row = 1000; row < 1020; ++row) expected.insert(row);
    expected.insert(2000);
    const std::vector<uint32_t> rows = index.user.scan_rows(query, 4);
    EXPECT_EQ(std::set<uint32_t>(rows.begin(), rows.end()), expected);
    EXPECT_EQ(rows.size(), expected.size());
}

TEST_P(Golden, TheIndexCanBeWrittenTo) {
    index.next_row = 3000;
    index.insert_random(10);
    index.pages.advance_clock();
    (void)index.vacuum();
    EXPECT_THAT(faults_of(index, true), IsEmpty());
}

}  // namespace
}  // namespace vx::test
