// An index as the code works with it: its operator class, its layout, its elements.
#pragma once

#include "core/graph/params.h"
#include "core/kernels/kernel_table.h"
#include "core/paged/meta.h"
#include "pg/index/pages.h"

namespace vx::pg {

/// What an operator class means.  Recognized by the addresses of its support functions, so that
/// catalogs written by pgvector, whose names and OIDs are not ours, work as they are.
struct OpclassInfo {
    Metric metric;
    Element element;
};

/// Numbers of an operator class's support functions, pgvector's.
inline constexpr uint16 kDistanceProc = 1;
inline constexpr uint16 kNormProc = 2;

/// The operator class with these support functions, the second being there or not; false when the
/// first is none of ours.
bool find_opclass(PGFunction distance, bool has_norm, OpclassInfo* found);

/// Raises ERRCODE_FEATURE_NOT_SUPPORTED when the support functions are none of ours.
OpclassInfo resolve_opclass(Relation index);

/// Everything about an existing index that does not change.
struct OpenIndex {
    Geometry geometry;
    GraphParams params;
    Metric metric;
    Element element;
    Storage storage;
    SketchShape sketch;  // of storage fast
    uint32_t dims;
    uint64_t seed;
    FilterKind filter_kinds[kMaxFilterColumns];
    int scale_exponent;  // of its codes (core/quantize/scale.h)
};

/// What ranking distances by codes are multiples of, beside those of the operator.
inline double scaled_unit(const OpenIndex& index) { return ldexp(1, 2 * index.scale_exponent); }

/// Has a query the dimensions of the indexed values?  To others an operator raises an error.
bool has_index_dims(const OpenIndex& index, Datum query);

/// The exponent of the power of two that a query is multiplied by before an index of codes is
/// searched for it: for the inner product, which is in proportion to its length, and where that is
/// far from the rows'.  Distances are then multiplied too.
int query_exponent(const OpenIndex& index, Datum query, bool is_null);

/// Reads and checks the meta page on first use, then answers from the relation's cache.  Raises
/// ERRCODE_INDEX_CORRUPTED when the page is not ours or contradicts itself; for a file of
/// pgvector's raise_foreign_file().
OpenIndex open_index(Relation index);

/// Meta page for an index about to be built over `dims` dimensions with parsed options (options.h).
/// Slots of sparse elements have room for `pairs` of them.  Without filter columns.
MetaContent make_meta(const OpclassInfo& opclass, const bytea* options, uint32_t dims,
                      uint32_t pairs);
/// The same for a relation's columns.
MetaContent make_meta(Relation index, uint32_t dims, uint32_t pairs);

/// What the meta page of an index being built says.
OpenIndex describe_index(const MetaContent& meta);

/// Room for an element: what read_element may write.
size_t element_bytes(const OpenIndex& index);

/// Writes the element of `value` to `out`, as the index's codec binds it (Codec::Element): floats
/// where the index holds codes, else what its records are made of; as a unit vector where the
/// metric wants it and precision allows (not of halves).  kZero: the metric needs a direction and
/// there is none.  Raises when the dimensions differ.
ElementKind read_element(const OpenIndex& index, Datum value, bool is_null, std::byte* out);

/// Elements of a sparse one that read_element has written.
inline std::span<const SparsePair> sparse_pairs(const std::byte* element) {
    RecordHead head;
    std::memcpy(&head, element, sizeof head);
    return {reinterpret_cast<const SparsePair*>(element + sizeof head),
            (head.bytes - sizeof head) / sizeof(SparsePair)};
}

/// As read_element, for a query: differing dimensions raise the operator's error.
ElementKind read_query(const OpenIndex& index, Datum value, bool is_null, std::byte* out);

}  // namespace vx::pg
