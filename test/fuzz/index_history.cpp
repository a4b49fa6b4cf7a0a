// Histories of an index: rows are inserted, deleted and vacuumed, and scans compare what the index
// finds with the table that it is of.  Each live row comes once, and the rows come in the order of
// their exact distances as far as a scan promises it: up to ef, or whatever the depth when it is
// strict.
//
// An input is three bytes that choose the index and how many rows it is built of, then steps of two
// bytes each: what is done, and with what.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "support/index_check.h"
#include "support/paged_index.h"

namespace {

using namespace vx;
using namespace vx::test;

[[noreturn]] void fail(const char* what, uint32_t row) {
    std::fprintf(stderr, "%s: row %u\n", what, row);
    std::abort();
}

IndexOptions options_of(uint8_t kind, uint8_t shape) {
    IndexOptions options{.dims = 8, .m = 6, .ef_construction = 24, .page_bytes = 8192};
    if (shape % 4 == 1) options = {.dims = 3, .m = 2, .ef_construction = 12, .page_bytes = 1024};
    if (shape % 4 == 2) options = {.dims = 300, .m = 4, .ef_construction = 16, .page_bytes = 1024};
    if (shape % 4 == 3) options = {.dims = 40, .m = 8, .ef_construction = 40, .page_bytes = 8192};
    options.kind = kKinds[kind % std::size(kKinds)];
    options.seed = 1 + shape / 4u;
    return options;
}

class History {
public:
    explicit History(const IndexOptions& options) : index_(options) {}

    void build(uint8_t rows) {
        std::vector<std::vector<float>> elements;
        for (uint32_t i = 0; i < rows; ++i)
            elements.push_back(element(static_cast<uint8_t>(i * 7)));
        BuildInput input = build_input(index_, elements);
        // With little memory it outgrows it.
        if (rows % 4 == 3) input.memory = size_t{64} << 10;
        (void)index_.user.build(input);
    }

    void step(uint8_t what, uint8_t with) {
        index_.pages.limit_work(PagedIndex::kWork);
        switch (what % 16) {
        case 0:
            listed_.insert(index_.next_row);
            return with % 2 == 0 ? index_.user.insert_null(tid_of(index_.next_row++))
                                 : index_.user.insert_zero(tid_of(index_.next_row++));
        case 1:
        case 2:
            return remove(with);
        case 3:
            return vacuum(with);
        case 4:
        case 5:
        case 6:
        case 7:
        case 8:
            return scan(what, with);
        default:
            // Several at once, so that short inputs make graphs of some size.
            for (uint32_t i = 0; i <= what / 64u; ++i)
                (void)index_.insert(element(static_cast<uint8_t>(with + i)));
        }
    }

    void end() {
        scan(0, 0);
        const auto faults = faults_of(index_, false);
        if (!faults.empty()) fail(faults[0].c_str(), 0);
    }

private:
    /// Some are equal, some lie on a grid, most are anywhere.
    std::vector<float> element(uint8_t with) {
        if (with % 4 != 0) return index_.random_element();
        std::vector<float> made(index_.options.dims);
        for (uint32_t i = 0; i < made.size(); ++i)
            made[i] = static_cast<float>(1 + (with / 4u >> i % 6 & 1)) / 4;
        return made;
    }

    void remove(uint8_t with) {
        for (uint32_t i = 0; i <= with % 8u && !index_.rows.empty(); ++i) {
            const auto after = index_.rows.lower_bound(with * index_.next_row / 256);
            index_.remove(after == index_.rows.end() ? index_.rows.begin()->first : after->first);
        }
        if (with % 4 == 0 && !listed_.empty()) {
            index_.removed.insert(*listed_.begin());
            listed_.erase(listed_.begin());
        }
    }

    void vacuum(uint8_t with) {
        if (with % 3 == 0) {
            // A vacuum that did not come to its end.
            (void)index_.user.remove_dead_rows(
                [&](uint32_t row) { return index_.removed.count(row) != 0; });
            return;
        }
        (void)index_.vacuum();
        if (with % 3 == 1) index_.pages.advance_clock();
    }

    void scan(uint8_t what, uint8_t with) {
        ScanRequest request;
        request.ef = 1 + with % 64u;
        request.strict = what / 16u % 4 == 1;
        // A strict scan without a limit compares all rows.
        request.sweeps = with % 2 == 0 || request.strict;
        const size_t limit = what / 64u % 2 == 1 ? request.ef : SIZE_MAX;
        if (limit != SIZE_MAX) request.least_rows = request.most_rows = limit;
        std::vector<float> query = index_.random_element();
        if (!index_.rows.empty() && what / 32u % 2 == 1) query = index_.rows.begin()->second;
        TableRows table = index_.table(query);
        check(request, limit, query, index_.user.scan(query.data(), request, &table, limit));
    }

    void check(const ScanRequest& request, size_t limit, const std::vector<float>& query,
               const std::vector<uint32_t>& found) {
        // A search that comes to the end of the graph before ef rows were returned gives there what
        // it found too late; a server's scan compares all rows instead.
        const bool ends = !request.sweeps && index_.rows.size() < 2 * request.ef;
        const size_t promised = request.strict ? SIZE_MAX : ends ? 0 : request.ef;
        std::set<uint32_t> unique;
        uint32_t before = 0;
        size_t place = 0;
        for (const uint32_t row : found) {
            if (!unique.insert(row).second) fail("came twice", row);
            const bool live = index_.rows.count(row) != 0;
            if (!live && listed_.count(row) == 0 && index_.removed.count(row) == 0)
                fail("is not there", row);
            // Of a deleted row the exact distance is gone.
            if (live && place < promised) {
                if (before != 0 && index_.is_late(query, before, row)) fail("came late", row);
                before = row;
            }
            ++place;
        }
        if (limit != SIZE_MAX) return check_count(limit, found.size());
        for (const auto& [row, element] : index_.rows)
            if (unique.count(row) == 0) fail("a row of a node did not come", row);
        for (const uint32_t row : listed_)
            if (unique.count(row) == 0) fail("a listed row did not come", row);
    }

    void check_count(size_t limit, size_t found) const {
        if (found < std::min(limit, index_.rows.size() + listed_.size()))
            fail("fewer than there are", static_cast<uint32_t>(found));
    }

    PagedIndex index_;
    std::set<uint32_t> listed_;  // NULLs and elements without a direction
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 3 || size > 200) return 0;
    History history(options_of(data[0], data[1]));
    if (data[2] != 0) history.build(data[2]);
    for (size_t at = 3; at + 1 < size; at += 2) history.step(data[at], data[at + 1]);
    history.end();
    return 0;
}
