// What a whole index in a unit test is made of: the storages there are, its layout, its meta page,
// and codecs with memory of their own.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "core/paged/meta_plan.h"
#include "paged/fake_pages.h"

namespace vx::test {

/// What tests of whole indexes run over: every storage of single-precision elements, and every
/// other kind of element.  One more belongs here, among the holders of codecs and in with_codec,
/// and nowhere else in these tests.
struct IndexKind {
    const char* name;
    Element element;
    Metric metric;
    Storage storage;
};
inline constexpr IndexKind kKinds[] = {
    {"plain", Element::kFloat32, Metric::kL2, Storage::kPlain},
    {"compact", Element::kFloat32, Metric::kL2, Storage::kCompact},
    {"fast", Element::kFloat32, Metric::kL2, Storage::kFast},
    {"half", Element::kFloat16, Metric::kL2, Storage::kPlain},
    {"half_cosine", Element::kFloat16, Metric::kCosine, Storage::kPlain},
    {"bit", Element::kBit, Metric::kHamming, Storage::kPlain},
    {"sparse", Element::kSparse, Metric::kL2, Storage::kPlain},
};

/// Tests give elements as floats from [0, 1).  As bits, each becomes this many, of which the first
/// ones are set: as many as its share.  Hamming distance is then their L1 distance.
inline constexpr uint32_t kBitsPerFloat = 128;

struct IndexOptions {
    uint32_t dims = 4;
    uint32_t m = 4;
    uint32_t ef_construction = 24;
    uint32_t page_bytes = 1024;
    uint64_t seed = 1;
    IndexKind kind = kKinds[0];
    uint32_t filter_columns = 0;
};

/// The index as planned for such a table; of sparse elements few pairs, so that most go on behind
/// their slot.
inline MetaContent make_meta(const IndexOptions& options) {
    constexpr uint32_t kPairs = 6;
    const auto [name, element, metric, storage] = options.kind;
    const uint32_t dims = options.dims * (element == Element::kBit ? kBitsPerFloat : 1);
    IndexPlan plan{options.page_bytes,      element,      metric, storage, dims, kPairs, options.m,
                   options.ef_construction, options.seed, {}};
    std::fill_n(plan.filter_kinds, options.filter_columns, FilterKind::kOrdered);
    const Result<MetaContent> made = plan_meta(plan);
    if (!made.ok()) throw ContractViolation("no such index");
    return made.value;
}

inline Geometry geometry_of(const IndexOptions& options) {
    return make_geometry(layout_of(make_meta(options))).value;
}

/// The mean that codes are relative to: that of elements drawn from [0, 1).
inline std::vector<float> mean_of(const IndexOptions& options) {
    return std::vector<float>(options.dims, 0.5f);
}

// Holders have a codec and what it works with; copies of `codec` share that memory.  `encode` makes
// of a test's floats the element that the codec binds, which lasts until the next call.

/// Elements of storage `plain`.  As sparse ones they have the floats at places that are far apart,
/// and behind them up to 40 others, too small to matter, whose number depends on the element: so
/// that some elements fit their slots and some do not.
struct PlainHolder {
    explicit PlainHolder(const IndexOptions& options)
        : codec(space_of(options)), element(options.kind.element), dims(options.dims),
          halves(options.dims), bits(options.dims * kBitsPerFloat / 8), record(kLongestRecord) {}

    const void* encode(const float* values) {
        switch (element) {
        case Element::kFloat16:
            return as_halves(values);
        case Element::kBit:
            return as_bits(values);
        case Element::kSparse:
            return as_sparse(values);
        case Element::kFloat32:
            break;
        }
        return values;
    }

    PlainCodec codec;
    Element element;
    uint32_t dims;
    std::vector<Half> halves;
    std::vector<uint8_t> bits;
    std::vector<std::byte> record;

private:
    static PlainSpace space_of(const IndexOptions& options) {
        const Metric metric = options.kind.metric;
        switch (options.kind.element) {
        case Element::kFloat16:
            if (metric == Metric::kCosine) return PlainSpace(HalfCosineSpace(options.dims));
            return PlainSpace(DenseSpace<Half>(ranking_kernel<Half>(metric), options.dims));
        case Element::kBit:
            return PlainSpace(BitSpace(metric, options.dims * kBitsPerFloat));
        case Element::kSparse:
            return PlainSpace(SparseSpace(metric));
        case Element::kFloat32:
            break;
        }
        return PlainSpace(DenseSpace<float>(ranking_kernel(metric), options.dims));
    }

    const void* as_halves(const float* values) {
        for (size_t i = 0; i < halves.size(); ++i) halves[i] = Half(values[i]);
        return halves.data();
    }
    const void* as_bits(const float* values) {
        std::fill(bits.begin(), bits.end(), uint8_t{0});
        for (size_t i = 0; i < bits.size() * 8; ++i)
            if (static_cast<float>(i % kBitsPerFloat) <
                values[i / kBitsPerFloat] * static_cast<float>(kBitsPerFloat))
                bits[i / 8] |= static_cast<uint8_t>(0x80 >> i % 8);
        return bits.data();
    }
    const void* as_sparse(const float* values) {
        auto* pairs = reinterpret_cast<SparsePair*>(record.data() + sizeof(RecordHead));
        uint32_t count = 0;
        uint32_t more = 0;
        for (uint32_t i = 0; i < dims; ++i) {
            more += static_cast<uint32_t>(values[i] * 1000);
            if (values[i] != 0) pairs[count++] = {i * 1000 + 7, values[i]};
        }
        for (uint32_t i = 0; i < more % 41; ++i) pairs[count++] = {dims * 1000 + i, 1e-6f};
        const RecordHead head{static_cast<uint32_t>(sizeof(RecordHead) + count * sizeof *pairs), 0};
        std::memcpy(record.data(), &head, sizeof head);
        return record.data();
    }
};

/// Memory of a code space.
struct CodeMemory {
    explicit CodeMemory(const IndexOptions& options)
        : padded(static_cast<uint32_t>(padded_dims(options.dims, kPadMultiple))),
          signs(rotation_words(padded)), mean(mean_of(options)), rotated(padded), query(padded),
          record(code_record_bytes(options.dims)) {}

    CodeSpace space(const IndexOptions& options) {
        return {Metric::kL2, options.dims,
                padded,      Rotation(padded, options.seed, signs.data()),
                mean.data(), 0.25f * static_cast<float>(options.dims)};
    }
    CodeBuffers buffers() { return {rotated.data(), query.data(), record.data()}; }

    uint32_t padded;
    std::vector<uint16_t> signs;
    std::vector<float> mean;
    std::vector<float> rotated;
    std::vector<int8_t> query;
    std::vector<std::byte> record;
};

struct CompactHolder {
    explicit CompactHolder(const IndexOptions& options)
        : memory(options), codec(memory.space(options), memory.buffers()) {}
    const float* encode(const float* element) { return element; }

    CodeMemory memory;
    CodeCodec codec;
};

struct FastHolder {
    explicit FastHolder(const IndexOptions& options)
        : shape(sketch_shape(make_meta(options))), memory(options),
          tables(2 * scan_table_bytes(shape)),
          rows(size_t{2} * options.m * sketch_row_bytes(shape)), factors(size_t{2} * options.m),
          values(3 * size_t{shape.rotated}),
          codec(memory.space(options), memory.buffers(), shape,
                {tables.data(), tables.data() + scan_table_bytes(shape), rows.data(),
                 factors.data(), values.data(), values.data() + shape.rotated,
                 values.data() + 2 * size_t{shape.rotated}}) {}
    const float* encode(const float* element) { return element; }

    SketchShape shape;
    CodeMemory memory;
    std::vector<uint8_t> tables;
    std::vector<uint8_t> rows;
    std::vector<SketchFactors> factors;
    std::vector<float> values;
    FastCodec codec;
};

/// Calls f.operator()<Holder>(): from a kind known at run time to a template.
template <class F>
auto with_codec(const IndexKind& kind, F&& f) {
    if (kind.storage == Storage::kPlain) return f.template operator()<PlainHolder>();
    if (kind.storage == Storage::kCompact) return f.template operator()<CompactHolder>();
    return f.template operator()<FastHolder>();
}

}  // namespace vx::test
