// What a whole index in a unit test is made of: the storages there are, its layout, its meta page,
// and codecs with memory of their own.
#pragma once

#include <utility>
#include <vector>

#include "core/paged/meta.h"
#include "paged/fake_pages.h"

namespace vx::test {

/// Every storage: what tests of whole indexes run over.  One more belongs here, in CodecOf and in
/// with_storage below, and nowhere else in these tests.
inline constexpr Storage kStorages[] = {Storage::kPlain, Storage::kCompact, Storage::kFast};

/// For the names of parameterised tests.
inline const char* name_of(Storage storage) {
    return storage == Storage::kPlain ? "plain" : storage == Storage::kCompact ? "compact" : "fast";
}

struct IndexOptions {
    uint32_t dims = 4;
    uint32_t m = 4;
    uint32_t ef_construction = 24;
    uint32_t page_bytes = 1024;
    uint64_t seed = 1;
    Storage storage = Storage::kPlain;
};

/// Shape of the sketches, of no dimensions where the storage has none.
inline SketchShape sketch_of(const IndexOptions& options) {
    if (options.storage != Storage::kFast) return {Metric::kL2, 0, 0, 0};
    // As the server chooses (make_meta in src/pg/index/open_index.cpp).
    const uint32_t lanes = 2 * options.m;
    return choose_sketch(Metric::kL2, options.dims, lanes, options.page_bytes - 512 - 5 * lanes);
}

/// The meta page but for what follows from the layout.
inline MetaContent begin_meta(const IndexOptions& options) {
    MetaContent meta{};
    meta.magic = kMagic;
    meta.format_version = kFormatVersion;
    meta.endian_mark = kEndianMark;
    meta.page_bytes = options.page_bytes;
    meta.dims = options.dims;
    meta.metric = static_cast<uint8_t>(Metric::kL2);
    meta.element = static_cast<uint8_t>(Element::kFloat32);
    meta.storage = static_cast<uint8_t>(options.storage);
    meta.m = static_cast<uint16_t>(options.m);
    meta.ef_construction = static_cast<uint16_t>(options.ef_construction);
    meta.seed = options.seed;
    meta.code_bytes = record_bytes(options.storage, options.dims);
    meta.mean_block = options.storage == Storage::kPlain ? kNoPage : 0;
    const SketchShape sketch = sketch_of(options);
    meta.sketch_dims = sketch.dims;
    meta.sketch_bits = sketch.bits;
    if (sketch.dims > 0) meta.sketch_bytes = sketch_area_bytes(sketch, 2 * options.m);
    return meta;
}

inline Geometry geometry_of(const IndexOptions& options) {
    const Result<Geometry> made = make_geometry(layout_of(begin_meta(options)));
    if (!made.ok()) throw ContractViolation("no such geometry");
    return made.value;
}

inline MetaContent make_meta(const IndexOptions& options, const Geometry& g) {
    MetaContent meta = begin_meta(options);
    describe_layout(meta, g);
    return meta;
}

/// The mean that codes are relative to: that of elements drawn from [0, 1).
inline std::vector<float> mean_of(const IndexOptions& options) {
    return std::vector<float>(options.dims, 0.5f);
}

/// A codec and what it works with; copies of `codec` share that memory.
template <Storage kStorage>
struct CodecOf;

template <>
struct CodecOf<Storage::kPlain> {
    explicit CodecOf(const IndexOptions& options)
        : codec(ranking_kernel(Metric::kL2), options.dims) {}

    PlainCodec codec;
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

template <>
struct CodecOf<Storage::kCompact> {
    explicit CodecOf(const IndexOptions& options)
        : memory(options), codec(memory.space(options), memory.buffers()) {}

    CodeMemory memory;
    CodeCodec codec;
};

template <>
struct CodecOf<Storage::kFast> {
    explicit CodecOf(const IndexOptions& options)
        : shape(sketch_of(options)), memory(options), tables(scan_table_bytes(shape)),
          rows(size_t{2} * options.m * sketch_row_bytes(shape)), factors(size_t{2} * options.m),
          values(3 * size_t{shape.rotated}),
          codec(memory.space(options), memory.buffers(), shape,
                {tables.data(), rows.data(), factors.data(), values.data(),
                 values.data() + shape.rotated, values.data() + 2 * size_t{shape.rotated}}) {}

    SketchShape shape;
    CodeMemory memory;
    std::vector<uint8_t> tables;
    std::vector<uint8_t> rows;
    std::vector<SketchFactors> factors;
    std::vector<float> values;
    FastCodec codec;
};

/// Calls f.operator()<storage>(): from a storage known at run time to a template.
template <class F>
auto with_storage(Storage storage, F&& f) {
    if (storage == Storage::kPlain) return f.template operator()<Storage::kPlain>();
    if (storage == Storage::kCompact) return f.template operator()<Storage::kCompact>();
    return f.template operator()<Storage::kFast>();
}

}  // namespace vx::test
