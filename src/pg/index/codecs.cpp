// Setting up the code space of an index: rotation from its seed, mean from its pages.
#include "pg/index/codecs.h"

namespace vx::pg {

namespace {

struct CodeParts {
    CodeSpace space;
    CodeBuffers buffers;
};

CodeParts make_parts(Relation index, const OpenIndex& opened, const float* mean) {
    Arena arena = context_arena(CurrentMemoryContext);
    const auto padded = static_cast<uint32_t>(padded_dims(opened.dims, kPadMultiple));
    if (mean == nullptr) {
        auto* stored = arena.allocate_array<float>(opened.dims);
        BufferPages pages(index);
        read_mean(pages, opened.geometry, stored);
        mean = stored;
    }
    const float factor = scale_factor(opened.scale_exponent);
    const double unit = scaled_unit(opened);
    const CodeSpace space{
        opened.metric,
        opened.dims,
        padded,
        Rotation(padded, opened.seed, arena.allocate_array<uint16_t>(rotation_words(padded))),
        mean,
        clamped(portable_dot(mean, mean, opened.dims) * unit),
        factor};
    const CodeBuffers buffers{arena.allocate_array<float>(padded),
                              arena.allocate_array<int8_t>(padded),
                              arena.allocate_array<std::byte>(code_record_bytes(opened.dims))};
    return {space, buffers};
}

}  // namespace

PlainSpace plain_space(const OpenIndex& opened) {
    switch (opened.element) {
    case Element::kFloat16:
        if (opened.metric == Metric::kCosine) return PlainSpace(HalfCosineSpace(opened.dims));
        return PlainSpace(DenseSpace<Half>(ranking_kernel<Half>(opened.metric), opened.dims));
    case Element::kBit:
        return PlainSpace(BitSpace(opened.metric, opened.dims));
    case Element::kSparse:
        return PlainSpace(SparseSpace(opened.metric));
    case Element::kFloat32:
        break;
    }
    return PlainSpace(
        DenseSpace<float>(ranking_kernel(opened.metric), opened.dims, wide_ranking(opened.metric)));
}

CodeCodec open_code_codec(Relation index, const OpenIndex& opened, const float* mean) {
    const CodeParts parts = make_parts(index, opened, mean);
    return CodeCodec(parts.space, parts.buffers);
}

FastCodec open_fast_codec(Relation index, const OpenIndex& opened, const float* mean) {
    const CodeParts parts = make_parts(index, opened, mean);
    const SketchShape& shape = opened.sketch;
    const uint32_t lanes = opened.geometry.lanes;
    Arena arena = context_arena(CurrentMemoryContext);
    const SketchBuffers sketch{arena.allocate_array<uint8_t>(scan_table_bytes(shape)),
                               arena.allocate_array<uint8_t>(scan_table_bytes(shape)),
                               arena.allocate_array<uint8_t>(lanes * sketch_row_bytes(shape)),
                               arena.allocate_array<SketchFactors>(lanes),
                               arena.allocate_array<float>(shape.rotated),
                               arena.allocate_array<float>(shape.rotated),
                               arena.allocate_array<float>(shape.rotated)};
    return FastCodec(parts.space, parts.buffers, shape, sketch);
}

}  // namespace vx::pg
