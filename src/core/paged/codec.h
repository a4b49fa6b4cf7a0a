// What a slot holds of its element, and how distances come from it.
//
// The paged store moves bytes; a codec gives them meaning: `plain` keeps the element itself, codes
// (storage `compact`) a rotated, centred, quantised form.  A large element lies on several pages,
// so every distance is a sum over parts.
#pragma once

#include <cstddef>
#include <cstring>

#include "core/kernels/kernel_table.h"
#include "core/quantize/estimate.h"
#include "core/quantize/rotation.h"

namespace vx {

/// Some bytes of a record, from its byte `first` on.
struct RecordPart {
    const std::byte* bytes;
    uint32_t first;
    uint32_t count;
};

/// Elements as they are: distances are exact.
class PlainCodec {
public:
    static constexpr bool kExact = true;
    static constexpr bool kSketches = false;

    /// What callers bind.
    using Element = float;
    /// What an insertion writes and compares.
    using Handle = const float*;
    /// The codec by which a graph in memory is built.
    using GraphCodec = PlainCodec;
    struct Sum {
        float value = 0;
    };

    PlainCodec() = default;
    PlainCodec(DistanceFn distance, uint32_t dims) : distance_(distance), dims_(dims) {}

    /// The element that `add` measures from; outlives its use.
    void bind(const float* query) { query_ = query; }
    /// The same for an element about to be inserted.
    void bind_for_insert(const float* element) { query_ = element; }
    /// The same for the element of a record.
    void bind_record(Handle record) { query_ = record; }

    /// Pool entries for which a search has the recall that `ef` stands for.
    static constexpr size_t pool_entries(size_t ef) { return ef; }

    void add(Sum& sum, RecordPart part) const { add_from(sum, query_, part); }
    float finish(const Sum& sum) const { return sum.value; }
    float error(const Sum&, float) const { return 0; }

    void add_between(Sum& sum, Handle held, RecordPart part) const { add_from(sum, held, part); }
    float finish_between(const Sum& sum, Handle) const { return sum.value; }

    Handle as_handle(const std::byte* record) const {
        return reinterpret_cast<const float*>(record);
    }
    float between(Handle a, Handle b) const { return distance_(a, b, dims_); }

    /// The record of the element bound for insertion.
    const std::byte* bound_record() const { return reinterpret_cast<const std::byte*>(query_); }
    /// What the bound element measures from itself.
    float self_distance() const { return distance_(query_, query_, dims_); }

private:
    // All metrics are sums over the dimensions.
    void add_from(Sum& sum, const float* from, RecordPart part) const {
        sum.value +=
            distance_(from + part.first / sizeof(float), reinterpret_cast<const float*>(part.bytes),
                      part.count / sizeof(float));
    }

    DistanceFn distance_ = nullptr;
    uint32_t dims_ = 0;
    const float* query_ = nullptr;
};

}  // namespace vx
