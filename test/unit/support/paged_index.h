// A whole index over fake pages, used as the server uses one: insert, search, scan to the end,
// delete and vacuum.  Keeps a list of what should be in it.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "core/paged/flush.h"
#include "support/index_user.h"
#include "support/test_arena.h"

namespace vx::test {

/// An index, the rows that should be in it, and those that were deleted since the last vacuum.
struct PagedIndex {
    explicit PagedIndex(const IndexOptions& chosen = {})
        : options(chosen), pages(chosen.page_bytes), user(pages, chosen, chosen.seed) {
        write_empty(pages, user.geometry(), make_meta(chosen));
        write_mean(pages, user.geometry(), mean_of(chosen).data());
        pages.limit_work(kWork);
    }

    std::vector<float> random_element() {
        std::vector<float> element(options.dims);
        for (float& value : element) value = static_cast<float>(values.next_unit());
        return element;
    }

    /// Inserts a row and remembers it; the element is kept for comparisons.
    uint32_t insert(const std::vector<float>& element) {
        const uint32_t row = next_row++;
        rows[row] = element;  // before the insert: a crash leaves a row that is deleted later
        if (!user.insert(element.data(), tid_of(row))) throw ContractViolation("index is full");
        return row;
    }
    void insert_random(uint32_t count) {
        for (uint32_t i = 0; i < count; ++i) (void)insert(random_element());
    }

    void remove(uint32_t row) {
        if (rows.erase(row) == 1) removed.insert(row);
    }
    void remove_all() {
        while (!rows.empty()) remove(rows.begin()->first);
    }
    /// Deletes every row for which `chosen(row)` holds.
    template <class Chosen>
    void remove_if(Chosen&& chosen) {
        for (const uint32_t row : expected_rows())
            if (chosen(row)) remove(row);
    }

    VacuumCounts vacuum() {
        const VacuumCounts counts =
            user.remove_dead_rows([&](uint32_t row) { return removed.count(row) != 0; });
        user.reclaim();
        removed.clear();
        return counts;
    }

    [[nodiscard]] std::set<uint32_t> expected_rows() const {
        std::set<uint32_t> expected;
        for (const auto& [row, element] : rows) expected.insert(row);
        return expected;
    }

    /// An element such that the index's metric orders as squared L2 distance does.
    [[nodiscard]] std::vector<float> comparable(std::vector<float> element) const {
        if (!needs_unit_vectors(options.kind.metric)) return element;
        double norm = 0;
        for (const float value : element)
            norm += static_cast<double>(value) * static_cast<double>(value);
        for (float& value : element) value /= static_cast<float>(std::sqrt(norm));
        return element;
    }

    /// What L2 distance orders as the index's metric does: of the element of a row from a query.
    [[nodiscard]] double distance(const std::vector<float>& query, uint32_t row) const {
        const auto found = rows.find(row);
        if (found == rows.end()) return __builtin_nan("");
        return ranking_kernel(Metric::kL2)(comparable(query).data(),
                                           comparable(found->second).data(), options.dims);
    }

    /// Is `row` nearer to the query than `before` by more than what the kind of element rounds to?
    [[nodiscard]] bool is_late(const std::vector<float>& query, uint32_t before,
                               uint32_t row) const {
        if (options.kind.element == Element::kBit)
            return bits_between(query, row) < bits_between(query, before);
        const double room = options.kind.element == Element::kFloat32 ? 1e-5 : 0.02;
        return distance(query, row) * (1 + room) < distance(query, before) - room * 0.1;
    }

    /// Hamming distance of a row's string of bits from the query's (PlainHolder::encode).
    [[nodiscard]] uint32_t bits_between(const std::vector<float>& query, uint32_t row) const {
        const auto set = [](float share) {
            return std::ceil(share * static_cast<float>(kBitsPerFloat));
        };
        uint32_t bits = 0;
        for (size_t i = 0; i < query.size(); ++i)
            bits += static_cast<uint32_t>(std::abs(set(query[i]) - set(rows.at(row)[i])));
        return bits;
    }

    /// The table as a scan for `query` sees it: deleted rows are no rows.
    TableRows table(const std::vector<float>& query) {
        return TableRows([this, query](uint32_t row) { return distance(query, row); });
    }

    /// The `count` nearest, by what their elements were before the index rounded them, among the
    /// first `2 * count` rows of a scan with `ef`, without a sweep.
    std::vector<uint32_t> nearest(const std::vector<float>& query, size_t ef, size_t count) {
        ScanRequest request;
        request.ef = ef;
        request.sweeps = false;
        TableRows seen = table(query);
        std::vector<std::pair<double, uint32_t>> found;
        for (const uint32_t row : user.scan(query.data(), request, &seen, 2 * count))
            if (rows.count(row) != 0) found.emplace_back(distance(query, row), row);
        std::sort(found.begin(), found.end());
        std::vector<uint32_t> nearest;
        for (size_t i = 0; i < found.size() && i < count; ++i) nearest.push_back(found[i].second);
        return nearest;
    }

    IndexOptions options;
    FakePages pages;
    IndexUser user;
    SplitMix64 values{7};
    std::map<uint32_t, std::vector<float>> rows;
    std::set<uint32_t> removed;
    uint32_t next_row = 1;

    static constexpr uint64_t kWork = 20000000;  // far beyond what a test does
};

/// Rows of a build, remembered as what `index` should have.
inline BuildInput build_input(PagedIndex& index, const std::vector<std::vector<float>>& elements) {
    BuildInput input{elements, {}, {}};
    for (const auto& element : elements) {
        index.rows[index.next_row] = element;
        input.tids.push_back(tid_of(index.next_row++));
    }
    return input;
}

}  // namespace vx::test
