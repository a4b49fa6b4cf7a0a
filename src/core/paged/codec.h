// What a slot holds of its element, and how distances come from it.
//
// The paged store moves bytes; a codec gives them meaning: `plain` keeps the element itself, codes
// (storage `compact`) a rotated, centered, quantized form.  A large element lies on several pages,
// so every distance is put together from parts.
#pragma once

#include <cstddef>
#include <cstring>

#include "core/paged/plain_space.h"
#include "core/quantize/estimate.h"
#include "core/quantize/rotation.h"

namespace vx {

/// Where records of a codec tell unequal elements of one code apart, in four bytes; this: nowhere,
/// the record is the element.
inline constexpr uint32_t kNoIdentity = UINT32_MAX;

/// Elements as they are: distances are exact.
class PlainCodec {
public:
    static constexpr bool kExact = true;
    static constexpr bool kSketches = false;
    static constexpr uint32_t kIdentityOffset = kNoIdentity;

    /// What callers bind.
    using Element = void;
    /// What an insertion writes and compares.
    using Handle = const void*;
    /// The codec by which a graph in memory is built.
    using GraphCodec = PlainCodec;
    using Sum = PlainSpace::Sum;

    PlainCodec() = default;
    explicit PlainCodec(const PlainSpace& space) : space_(space) {}

    /// Have records lengths of their own?
    bool variable() const { return space_.variable(); }

    /// The element that `add` measures from; outlives its use.
    void bind(const void* query) { query_ = query; }
    /// The same for an element about to be inserted.
    void bind_for_insert(const void* element) { query_ = element; }

    /// The same for the element of a record, which stays where it is.
    void bind_record(Handle record) { query_ = record; }
    void bind_record_for_insert(Handle record) { query_ = record; }

    /// Pool entries for which a search has the recall that `ef` stands for.
    static constexpr size_t pool_entries(size_t ef) { return ef; }

    void add(Sum& sum, RecordPart part) const { space_.add(sum, query_, part); }
    float finish(const Sum& sum) const { return space_.finish(sum, query_); }
    float error(const Sum&, float) const { return 0; }

    /// What `add` and `finish` give for whole records, several at once.
    void measure(const std::byte* const* records, uint32_t count, float* distances) const {
        space_.measure(query_, records, count, distances);
    }

    static Handle as_handle(const std::byte* record) { return record; }
    float between(Handle a, Handle b) const {
        const auto* record = static_cast<const std::byte*>(b);
        float distance = 0;
        space_.measure(a, &record, 1, &distance);
        return distance;
    }

    /// The record of the element bound for insertion, and its length.
    const std::byte* bound_record() const { return static_cast<const std::byte*>(query_); }
    uint32_t bound_bytes() const { return space_.bytes(query_); }
    uint32_t record_bytes(Handle record) const { return space_.bytes(record); }
    /// What the bound element measures from itself.
    float self_distance() const { return between(query_, query_); }
    /// Is the part what the record `other` has there?
    static bool same_code(RecordPart part, const std::byte* other) {
        return std::memcmp(part.bytes, other + part.first, part.count) == 0;
    }
    /// Do records of the same code stand for equal elements?
    static bool same_element(const std::byte*, const std::byte*) { return true; }

private:
    PlainSpace space_;
    const void* query_ = nullptr;
};

}  // namespace vx
