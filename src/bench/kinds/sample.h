// A sample of some kind of data: vectors and queries in memory, as a table stores them.
#pragma once

#include "bench/dataset.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace vx::bench {

/// What an operator measures; all but the inner product are never negative.
enum class Distance { kL2, kInnerProduct, kCosine, kL1, kHamming, kJaccard };

/// What a vector consists of.
enum class Element { kFloat, kHalf, kSparse, kBit };

/// `<->`, as in ORDER BY.
[[nodiscard]] const char* operator_of(Distance distance);
/// The distance of `<->`, `<#>`, `<=>` or `<+>`, or of `<~>` or `<%>`; throws std::runtime_error.
[[nodiscard]] Distance distance_of_operator(const std::string& op);
/// `vector`, `halfvec`, `sparsevec` or `bit`.
[[nodiscard]] const char* type_of(Element element);
[[nodiscard]] Element element_of_type(const std::string& type);
/// `vector_l2_ops` and the like.
[[nodiscard]] std::string operator_class(Element element, Distance distance);

/// Elements are floats whatever the type: a bit is 0 or 1, a half has been rounded.
struct Sample {
    std::size_t dims = 0;
    std::size_t rows = 0;
    std::size_t queries = 0;
    std::vector<float> values;  ///< the rows, then the queries

    Sample(std::size_t dimensions, std::size_t row_count, std::size_t query_count)
        : dims(dimensions), rows(row_count), queries(query_count),
          values(dimensions * (row_count + query_count)) {}

    /// Rows and queries together.
    [[nodiscard]] std::size_t count() const { return rows + queries; }
    [[nodiscard]] std::span<float> at(std::size_t i) {
        return std::span(values).subspan(i * dims, dims);
    }
    [[nodiscard]] std::span<const float> row(std::size_t i) const {
        return std::span(values).subspan(i * dims, dims);
    }
    [[nodiscard]] std::span<const float> query(std::size_t i) const { return row(rows + i); }
};

/// A sample with all that is needed to ask a server about it.
struct Subject {
    std::string name;
    Distance distance = Distance::kL2;
    Element element = Element::kFloat;
    Sample sample{0, 0, 0};
};

/// Makes each element what its type keeps of it: truth is to be that of the stored values.
void round_to_type(Sample& sample, Element element);

/// The first rows and queries of a file, at most as many as are wanted.
[[nodiscard]] Sample sample_of(const Dataset& data, std::size_t rows, std::size_t queries);

}  // namespace vx::bench
