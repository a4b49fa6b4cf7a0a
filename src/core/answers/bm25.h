// Keyword search: the score BM25 of a document for the terms of a query, and sorted lists of terms.
//
// Robertson, Zaragoza: "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vx {

/// How much a term counts by the number of documents that have it.
enum class InverseFrequency : uint8_t {
    kLucene,  // ln(1 + (N - n + 0.5) / (n + 0.5)): never negative
    kOkapi,   // ln((N - n + 0.5) / (n + 0.5)): negative for what more than half of them have
    kPlus,    // ln((N + 1) / n), as in BM25+
};

/// `count` > 0 of `documents` have the term; what a set of documents does not have counts nothing.
inline double inverse_frequency(InverseFrequency formula, double documents, double count) {
    if (!(count > 0)) return 0;
    const double odds = (documents - count + 0.5) / (count + 0.5);
    switch (formula) {
    case InverseFrequency::kLucene:
        return std::log1p(odds);
    case InverseFrequency::kOkapi:
        return std::log(odds);
    case InverseFrequency::kPlus:
        return std::log((documents + 1) / count);
    }
    return 0;
}

/// `k1`: how much more a term counts that comes again, 0: nothing.  `b`: how far long documents are
/// held against, from 0 to 1.
struct Bm25Parameters {
    double k1;
    double b;
};

/// What a term counts that comes `frequency` > 0 times in a document of `length` terms, before its
/// inverse frequency: from 0 to k1 + 1.
inline double term_saturation(double frequency, double length, double average_length,
                              const Bm25Parameters& parameters) {
    const double ratio = average_length > 0 ? length / average_length : 1;
    const double norm = 1 - parameters.b + parameters.b * ratio;
    return frequency * (parameters.k1 + 1) / (frequency + parameters.k1 * norm);
}

// ---- Lists of terms in ascending order of their bytes, a term before those that it begins.  A
// class of them has size() and term(i).

/// The first term that is not before `text`.
template <class Terms>
size_t first_not_before(const Terms& terms, std::string_view text) {
    size_t low = 0;
    size_t high = terms.size();
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (terms.term(middle) < text)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// Numbers of terms, [first, end).
struct TermRange {
    size_t first;
    size_t end;
};

/// The term `text`, if it is there.
template <class Terms>
TermRange find_term(const Terms& terms, std::string_view text) {
    const size_t at = first_not_before(terms, text);
    return {at, at < terms.size() && terms.term(at) == text ? at + 1 : at};
}

/// All terms that begin with `prefix`.
template <class Terms>
TermRange find_prefix(const Terms& terms, std::string_view prefix) {
    const size_t first = first_not_before(terms, prefix);
    size_t low = first;
    size_t high = terms.size();
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (terms.term(middle).substr(0, prefix.size()) == prefix)
            low = middle + 1;
        else
            high = middle;
    }
    return {first, low};
}

/// Terms one after the other; `ends` says where each of them ends.
struct TermList {
    std::span<const uint32_t> ends;
    std::span<const char> bytes;

    [[nodiscard]] size_t size() const { return ends.size(); }

    /// Empty where the ends are not in order: they may come from a damaged file.
    [[nodiscard]] std::string_view term(size_t i) const {
        const size_t begin = i == 0 ? 0 : ends[i - 1];
        const size_t end = ends[i];
        if (begin > end || end > bytes.size()) return {};
        return {bytes.data() + begin, end - begin};
    }
};

}  // namespace vx
