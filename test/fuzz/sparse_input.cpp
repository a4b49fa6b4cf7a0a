// Any bytes as the text of a sparse vector: no access out of bounds, and what was accepted survives
// being sorted, printed and read again.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/text/sparse_text.h"
#include "core/text/vector_text.h"

namespace {

constexpr int32_t kMaxDims = 1000000000;

void check(bool holds) {
    if (!holds) std::abort();
}

struct Read {
    vx::SparseText text;
    std::vector<vx::IndexedValue> elements;
};

/// Parses into an allocation of exactly the promised size, so that the sanitizer sees one too many.
Read parse(std::span<const char> text) {
    const size_t room = vx::count_elements(text);
    const std::unique_ptr<vx::IndexedValue[]> out(new vx::IndexedValue[room]);
    Read read{vx::parse_sparse(text, kMaxDims, out.get()), {}};
    if (read.text.text.fault != vx::TextFault::kNone) return read;
    check(read.text.text.count <= room);
    check(read.text.dims >= 1 && read.text.dims <= kMaxDims);
    read.elements.assign(out.get(), out.get() + read.text.text.count);
    for (const vx::IndexedValue& element : read.elements) {
        check(element.value != 0 && std::isfinite(element.value));
    }
    return read;
}

bool indices_are_legal(const Read& read) {
    int32_t previous = -1;
    for (const vx::IndexedValue& element : read.elements) {
        if (vx::check_index(previous, element.index, read.text.dims) != vx::IndexFault::kNone) {
            return false;
        }
        previous = element.index;
    }
    return true;
}

std::string print(const Read& read) {
    std::string text = "{";
    for (const vx::IndexedValue& element : read.elements) {
        char item[60];
        std::snprintf(item, sizeof item, "%d:%.9g,", element.index + 1,
                      static_cast<double>(element.value));
        text += item;
    }
    if (text.back() == ',') text.pop_back();
    return text + "}/" + std::to_string(read.text.dims);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Read read = parse({reinterpret_cast<const char*>(data), size});
    if (read.text.text.fault != vx::TextFault::kNone) return 0;
    vx::sort_by_index(read.elements);
    if (!indices_are_legal(read)) return 0;
    const Read again = parse(print(read));
    check(again.text.text.fault == vx::TextFault::kNone && again.text.dims == read.text.dims);
    check(again.elements.size() == read.elements.size());
    for (size_t i = 0; i < read.elements.size(); ++i) {
        check(again.elements[i].index == read.elements[i].index);
        check(again.elements[i].value == read.elements[i].value);
    }
    return 0;
}
