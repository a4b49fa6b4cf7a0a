#include "bench/kinds/sample.h"

#include "bench/wire.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace vx::bench {

namespace {

struct DistanceFacts {
    Distance distance;
    const char* op;
    const char* ops;
};

constexpr std::array<DistanceFacts, 6> kDistances = {{{Distance::kL2, "<->", "l2_ops"},
                                                      {Distance::kInnerProduct, "<#>", "ip_ops"},
                                                      {Distance::kCosine, "<=>", "cosine_ops"},
                                                      {Distance::kL1, "<+>", "l1_ops"},
                                                      {Distance::kHamming, "<~>", "hamming_ops"},
                                                      {Distance::kJaccard, "<%>", "jaccard_ops"}}};

struct ElementFacts {
    Element element;
    const char* type;
};

constexpr std::array<ElementFacts, 4> kElements = {{{Element::kFloat, "vector"},
                                                    {Element::kHalf, "halfvec"},
                                                    {Element::kSparse, "sparsevec"},
                                                    {Element::kBit, "bit"}}};

const DistanceFacts& facts_of(Distance distance) {
    for (const auto& facts : kDistances) {
        if (facts.distance == distance) return facts;
    }
    throw std::logic_error("distance without an operator");
}

}  // namespace

const char* operator_of(Distance distance) { return facts_of(distance).op; }

Distance distance_of_operator(const std::string& op) {
    for (const auto& facts : kDistances) {
        if (op == facts.op) return facts.distance;
    }
    throw std::runtime_error("unknown distance operator \"" + op +
                             "\" (known: <-> <#> <=> <+> <~> <%>)");
}

const char* type_of(Element element) {
    for (const auto& facts : kElements) {
        if (facts.element == element) return facts.type;
    }
    throw std::logic_error("element without a type");
}

Element element_of_type(const std::string& type) {
    for (const auto& facts : kElements) {
        if (type == facts.type) return facts.element;
    }
    throw std::runtime_error("unknown type \"" + type + "\" (known: vector halfvec sparsevec bit)");
}

std::string operator_class(Element element, Distance distance) {
    return std::string(type_of(element)) + "_" + facts_of(distance).ops;
}

void round_to_type(Sample& sample, Element element) {
    if (element == Element::kHalf) {
        for (float& value : sample.values) value = float_of_half(half_of_float(value));
    } else if (element == Element::kBit) {
        for (float& value : sample.values) value = value == 0 ? 0.0F : 1.0F;
    }
}

Sample sample_of(const Dataset& data, std::size_t rows, std::size_t queries) {
    Sample sample(data.dims(), std::min(rows, data.rows()), std::min(queries, data.queries()));
    for (std::size_t i = 0; i < sample.count(); ++i) {
        const auto from = i < sample.rows ? data.row(i) : data.query(i - sample.rows);
        std::copy(from.begin(), from.end(), sample.at(i).begin());
    }
    return sample;
}

}  // namespace vx::bench
