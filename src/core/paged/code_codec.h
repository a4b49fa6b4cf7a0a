// Elements as 8-bit codes (storages `compact` and `fast`): distances are estimates.
//
// The record is a head with the factors of the code, then one byte a padded dimension.  Elements
// that differ by less than the code's resolution have the same code, and their rows share a node.
// The record's identity tells whether they are equal: a node that has rows of unequal elements is
// marked as mixed, and scans rank each of its rows, not one for all.
#pragma once

#include "core/paged/codec.h"
#include "core/quantize/scale.h"

namespace vx {

/// Head of a code record; the code follows.
struct CodeHead {
    CodeFactors factors;
    float mean_dot;     // <x, c>; what the inner product needs of the mean
    uint32_t identity;  // a hash of the element
};
static_assert(sizeof(CodeHead) == 24);

/// Dimensions are padded to this: a multiple of 16 fits the kernels, and 64 would cost a slot a
/// page at 100 dimensions.
inline constexpr size_t kPadMultiple = 16;
inline constexpr unsigned kOwnBits = 8;

constexpr uint32_t code_record_bytes(uint32_t dims) {
    return static_cast<uint32_t>(sizeof(CodeHead) + padded_dims(dims, kPadMultiple));
}

/// What all codes of an index share.  Memory belongs to the caller.
struct CodeSpace {
    Metric metric;
    uint32_t dims;
    uint32_t padded;
    Rotation rotation;
    const float* mean;   // of `dims` elements
    float mean_norm_sq;  // portable_dot of the mean with itself, in the unit of codes
    // What vectors are multiplied by before they become codes (quantize/scale.h).  The mean is as
    // it is, all distances are of the products.
    float factor = 1;
};

/// Working memory of one codec; all arrays of `padded` elements, the record of code_record_bytes.
struct CodeBuffers {
    float* rotated;
    int8_t* query;
    std::byte* record;
};

class CodeCodec {
public:
    static constexpr bool kExact = false;
    static constexpr bool kSketches = false;
    static constexpr uint32_t kIdentityOffset = offsetof(CodeHead, identity);

    using Element = float;
    using Handle = const std::byte*;
    using GraphCodec = CodeCodec;
    struct Sum {
        int64_t dot = 0;
        CodeHead head;
    };

    CodeCodec(const CodeSpace& space, const CodeBuffers& buffers)
        : space_(space), buffers_(buffers), kernels_(vx::kernels().codes) {}

    /// Have records lengths of their own?
    static constexpr bool variable() { return false; }

    /// Prepares a query; `bind_for_insert` also makes the record that an insertion writes.
    void bind(const float* element) {
        space_.rotation.rotate_centered({element, space_.mean, space_.factor}, space_.dims,
                                        buffers_.rotated);
        bind_rotated(mean_dot_of(element));
    }
    void bind_for_insert(const float* element) {
        bind(element);
        encode_bound(element, buffers_.record);
        bound_ = buffers_.record;
    }
    /// Prepares what a record stands for as a query.
    void bind_record(Handle record) {
        decode_record(record, buffers_.rotated);
        bind_rotated(mean_dot(record));
    }
    /// The same for an insertion of it; the record stays where it is.
    void bind_record_for_insert(Handle record) {
        bind_record(record);
        bound_ = record;
    }

    /// Writes the record of the bound element.
    void encode_bound(const float* element, std::byte* record) const {
        CodeHead head{};
        head.factors = encode(buffers_.rotated, space_.padded, kOwnBits,
                              reinterpret_cast<uint8_t*>(record + sizeof(CodeHead)));
        head.mean_dot = mean_query_ - space_.mean_norm_sq;
        head.identity = identity_of(element);
        std::memcpy(record, &head, sizeof head);
    }

    /// Pool entries for which a search has the recall that `ef` stands for.
    static constexpr size_t pool_entries(size_t ef) { return ef; }

    void add(Sum& sum, RecordPart part) const {
        const uint32_t offset = open(sum, part);
        sum.dot += kernels_->dot_u8s8(reinterpret_cast<const uint8_t*>(part.bytes),
                                      buffers_.query + offset, part.count);
    }
    float finish(const Sum& sum) const {
        return estimate_distance(query_, node(sum.head), inner(sum));
    }
    /// The same for whole records, several at once.
    void measure(const std::byte* const* records, uint32_t count, float* distances) const {
        constexpr uint32_t kAtOnce = 16;
        const uint8_t* codes[kAtOnce];
        int32_t dots[kAtOnce];
        for (uint32_t done = 0; done < count; done += kAtOnce) {
            const uint32_t part = std::min(kAtOnce, count - done);
            for (uint32_t i = 0; i < part; ++i)
                codes[i] = reinterpret_cast<const uint8_t*>(records[done + i] + sizeof(CodeHead));
            kernels_->dot_rows(codes, part, buffers_.query, space_.padded, dots);
            for (uint32_t i = 0; i < part; ++i)
                distances[done + i] = finish({dots[i], head_of(records[done + i])});
        }
    }
    /// How far `finish` may be off.
    float error(const Sum& sum, float z_score) const {
        if (sum.head.factors.g == 0) [[unlikely]] {
            if (sum.head.factors.norm_sq > 0) return __builtin_inff();
            return error_without_code(query_, __builtin_sqrtf(kTinyNorm));
        }
        return estimate_error(query_, sum.head.factors, space_.padded, inner(sum), z_score);
    }

    Handle as_handle(const std::byte* record) const { return record; }
    float between(Handle a, Handle b) const {
        const int32_t dot = kernels_->dot_u8u8(
            reinterpret_cast<const uint8_t*>(a + sizeof(CodeHead)),
            reinterpret_cast<const uint8_t*>(b + sizeof(CodeHead)), space_.padded);
        const CodeHead head_a = head_of(a), head_b = head_of(b);
        return distance(head_a, head_b, dot) + scatter(head_a, head_b);
    }
    /// The most by which `between` sets a near-copy of a record apart from it.
    float most_scatter(Handle record) const { return head_of(record).factors.norm_sq * kScatter; }

    const std::byte* bound_record() const { return bound_; }
    uint32_t bound_bytes() const { return code_record_bytes(space_.dims); }
    uint32_t record_bytes(Handle) const { return bound_bytes(); }
    /// What an equal element is estimated at.
    float self_distance() const {
        Sum sum;
        add(sum, {bound_, 0, code_record_bytes(space_.dims)});
        return finish(sum);
    }
    /// Is the part what the record `other` has there, the identity aside?
    static bool same_code(RecordPart part, const std::byte* other) {
        const std::byte* there = other + part.first;
        if (part.first > 0) return std::memcmp(part.bytes, there, part.count) == 0;
        constexpr uint32_t kBehind = kIdentityOffset + sizeof(uint32_t);
        return std::memcmp(part.bytes, there, kIdentityOffset) == 0 &&
               std::memcmp(part.bytes + kBehind, there + kBehind, part.count - kBehind) == 0;
    }
    /// Do records of the same code stand for equal elements?
    static bool same_element(const std::byte* a, const std::byte* b) {
        return std::memcmp(a + kIdentityOffset, b + kIdentityOffset, sizeof(uint32_t)) == 0;
    }

protected:
    const float* rotated() const { return buffers_.rotated; }

    /// The rotated, centered vector that a record stands for.
    void decode_record(Handle record, float* values) const {
        decode(reinterpret_cast<const uint8_t*>(record + sizeof(CodeHead)), space_.padded, kOwnBits,
               head_of(record).factors.scale, values);
    }
    static float mean_dot(Handle record) { return head_of(record).mean_dot; }
    float mean_dot_of(const float* element) const {
        const auto factor = static_cast<double>(space_.factor);
        return clamped(portable_dot(element, space_.mean, space_.dims) * factor * factor) -
               space_.mean_norm_sq;
    }

private:
    void bind_rotated(float mean_dot) {
        mean_query_ = mean_dot + space_.mean_norm_sq;
        query_ = make_byte_query(space_.metric, buffers_.rotated, space_.padded, mean_query_,
                                 buffers_.query);
    }

    /// Of equal elements the same, of others almost never.
    uint32_t identity_of(const float* element) const {
        constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;
        uint64_t hash = kOdd;
        for (uint32_t i = 0; i < space_.dims; ++i) {
            const float value = element[i] + 0.0F;  // zeros of either sign are equal
            uint32_t bits = 0;
            std::memcpy(&bits, &value, sizeof bits);
            hash = (hash ^ bits) * kOdd;
            hash ^= hash >> 32;
        }
        return static_cast<uint32_t>(hash);
    }

    static CodeHead head_of(Handle record) {
        CodeHead head;
        std::memcpy(&head, record, sizeof head);
        return head;
    }

    /// Takes the head off the first part; returns the code bytes before this part.
    static uint32_t open(Sum& sum, RecordPart& part) {
        if (part.first > 0) return part.first - static_cast<uint32_t>(sizeof(CodeHead));
        std::memcpy(&sum.head, part.bytes, sizeof(CodeHead));
        part.bytes += sizeof(CodeHead);
        part.count -= static_cast<uint32_t>(sizeof(CodeHead));
        return 0;
    }

    float inner(const Sum& sum) const {
        return inner_estimate(query_, sum.head.factors.g, kOwnBits, static_cast<int32_t>(sum.dot));
    }
    float node(const CodeHead& head) const {
        return node_term(space_.metric, head.factors, head.mean_dot);
    }

    // What `scatter` may be, in products of the lengths of both: a sixth of what codes err by.
    static constexpr float kScatter = 0x1p-12F;

    /// What sets pairs of near-copies apart, whose codes cannot: a number of the pair, always the
    /// same, below what the distance of two codes errs by anyway.
    ///
    /// Near-copies have the same bytes and factors that differ a little.  By these alone the one
    /// with the least of them is nearest to all that is far, and so the only one in its group whose
    /// links lead out of it; by vectors, each is nearest to something.  Recall at ef_search 40 of
    /// groups of 20 to 40 rows that differ by 1e-5, LIMIT 10: 0.94 without it, 1.00 with it, 0.92
    /// with a tenth of it.
    static float scatter(const CodeHead& a, const CodeHead& b) {
        constexpr uint32_t kOdd = 0x9E3779B1;
        if (a.identity == b.identity) return 0;
        uint32_t hash = (a.identity ^ b.identity) * kOdd;
        hash = (hash ^ hash >> 15) * kOdd;
        const float fraction = static_cast<float>(hash >> 8) * 0x1p-23F - 1;
        return fraction * kScatter * __builtin_sqrtf(a.factors.norm_sq) *
               __builtin_sqrtf(b.factors.norm_sq);
    }

    float distance(const CodeHead& a, const CodeHead& b, int32_t dot) const {
        const float inner = inner_of_codes(a.factors, b.factors, dot, space_.padded, kOwnBits);
        return distance_of_codes(space_.metric, node(a), node(b), inner, space_.mean_norm_sq);
    }

    CodeSpace space_;
    CodeBuffers buffers_;
    const std::byte* bound_ = nullptr;  // the record to be inserted
    const CodeKernels* kernels_;
    ByteQuery query_;
    float mean_query_ = 0;
};

}  // namespace vx
