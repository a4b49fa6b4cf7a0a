// What an element is, for each kind of element that storage `plain` keeps, and how the distance of
// two comes from parts of one of them.
//
// A space offers: Element (what pointers point to), Sum (what a distance is put together from; a
// default one is empty, all of it zero bytes), bytes(element), add(sum, from, part), which measures
// a part of a record from the element `from`, parts in order, and finish(sum, from).  Not every
// distance is a sum over the dimensions, so Sum is the space's own.  plain_space.h makes one of
// them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/kernels/kernel_table.h"
#include "core/kernels/ranking_value.h"
#include "core/paged/page_format.h"

namespace vx {

/// Some bytes of a record, from its byte `first` on.
struct RecordPart {
    const std::byte* bytes;
    uint32_t first;
    uint32_t count;
};

/// Elements of `dims` numbers under a distance that is a sum over the dimensions; those of float
/// have unit length where the metric is cosine.  Sums of floats that leave single precision go on
/// in double, if there is such a distance; halves never do.
template <class T>
class DenseSpace {
public:
    using Element = T;
    using Sum = RankingSum;

    DenseSpace() = default;
    DenseSpace(ElementDistanceFn<T> distance, uint32_t dims, WideDistanceFn<T> wide = nullptr)
        : distance_(distance), wide_(wide), dims_(dims) {}

    uint32_t bytes(const T*) const { return dims_ * static_cast<uint32_t>(sizeof(T)); }
    void add(Sum& sum, const T* from, RecordPart part) const {
        const T* a = from + part.first / sizeof(T);
        const auto* b = reinterpret_cast<const T*>(part.bytes);
        const float value = sum.value + distance_(a, b, part.count / sizeof(T));
        if (wide_ != nullptr && (sum.is_wide || !is_ranked(value))) [[unlikely]] {
            sum.widen();
            sum.wide += wide_(a, b, part.count / sizeof(T));
            return;
        }
        sum.value = value;
    }
    static float finish(const Sum& sum, const T*) { return sum.ranked(); }

private:
    ElementDistanceFn<T> distance_ = nullptr;
    WideDistanceFn<T> wide_ = nullptr;
    uint32_t dims_ = 0;
};

/// Halves under cosine distance, of any length: rounded to halves, unit vectors would be off by a
/// part in 2,000, and rows not in the order of their distance.
class HalfCosineSpace {
public:
    using Element = Half;
    struct Sum {
        CosineSums sums{};
    };

    HalfCosineSpace() = default;
    explicit HalfCosineSpace(uint32_t dims) : dims_(dims) {}

    uint32_t bytes(const Half*) const { return dims_ * static_cast<uint32_t>(sizeof(Half)); }
    void add(Sum& sum, const Half* from, RecordPart part) const {
        const CosineSums more = kernels().halves.cosine(from + part.first / sizeof(Half),
                                                        reinterpret_cast<const Half*>(part.bytes),
                                                        part.count / sizeof(Half));
        sum.sums.dot += more.dot;
        sum.sums.norm_a += more.norm_a;
        sum.sums.norm_b += more.norm_b;
    }
    static float finish(const Sum& sum, const Half*) {
        const double norms =
            static_cast<double>(sum.sums.norm_a) * static_cast<double>(sum.sums.norm_b);
        // A slot that was erased, which a standby's query may still know.
        if (norms == 0) [[unlikely]]
            return 0;
        const double similarity = static_cast<double>(sum.sums.dot) / __builtin_sqrt(norms);
        return static_cast<float>(similarity > 1 ? -1 : similarity < -1 ? 1 : -similarity);
    }

private:
    uint32_t dims_ = 0;
};

/// Strings of bits, the last byte filled up with zeros.  Counts are added up in integers: neither
/// the share of bits in common is a sum, nor are the counts of long strings exact as floats.
class BitSpace {
public:
    using Element = uint8_t;
    struct Sum {
        uint64_t both = 0;    // bits set in both; under Hamming distance unused
        uint64_t either = 0;  // bits set in one or both; under Hamming distance in one
    };

    BitSpace() = default;
    BitSpace(Metric metric, uint32_t bits) : metric_(metric), bytes_((bits + 7) / 8) {}

    uint32_t bytes(const uint8_t*) const { return bytes_; }
    void add(Sum& sum, const uint8_t* from, RecordPart part) const {
        const auto* bits = reinterpret_cast<const uint8_t*>(part.bytes);
        const BitKernels& measure = *kernels().bits;
        if (metric_ == Metric::kHamming) {
            sum.either += measure.hamming(from + part.first, bits, part.count);
        } else {
            const BitOverlap overlap = measure.overlap(from + part.first, bits, part.count);
            sum.both += overlap.both;
            sum.either += overlap.either;
        }
    }
    /// Strings that have no bit in common are as far apart as can be, also when both are empty.
    float finish(const Sum& sum, const uint8_t*) const {
        if (metric_ == Metric::kHamming) return static_cast<float>(sum.either);
        if (sum.both == 0) return 0;
        return static_cast<float>(-static_cast<double>(sum.both) / static_cast<double>(sum.either));
    }

private:
    Metric metric_ = Metric::kHamming;
    uint32_t bytes_ = 0;
};

/// The pairs of a sparse element, which begins with a RecordHead.
struct SparseElement {
    const SparsePair* pairs;
    uint32_t count;
};
inline SparseElement view_sparse(const std::byte* record) {
    RecordHead head;
    __builtin_memcpy(&head, record, sizeof head);
    return {reinterpret_cast<const SparsePair*>(record + sizeof head),
            static_cast<uint32_t>((head.bytes - sizeof head) / sizeof(SparsePair))};
}

/// Sparse elements, whose records have lengths of their own.  The two lists of pairs are merged;
/// Sum remembers how far the merge has come in the element that is measured from.  Sums that leave
/// single precision go on in double.
class SparseSpace {
public:
    using Element = std::byte;
    struct Sum : RankingSum {
        uint32_t merged = 0;  // pairs of `from` that are done with
    };

    SparseSpace() = default;
    explicit SparseSpace(Metric metric) : metric_(metric) {}

    static uint32_t bytes(const std::byte* element) {
        RecordHead head;
        __builtin_memcpy(&head, element, sizeof head);
        return head.bytes;
    }

    [[gnu::noinline]] void add(Sum& sum, const std::byte* from, RecordPart part) const {
        if (part.first == 0) {
            part.bytes += sizeof(RecordHead);
            part.count -= static_cast<uint32_t>(sizeof(RecordHead));
        }
        const SparseElement pairs = view_sparse(from);
        const Sum before = sum;
        with_step([&](auto step) { sum = merged(before, pairs, part, step); });
        if (leaves_range(sum)) [[unlikely]]
            go_on_wide(sum, before, pairs, part);
    }
    [[gnu::noinline]] float finish(Sum sum, const std::byte* from) const {
        const SparseElement rest = view_sparse(from);
        const Sum before = sum;
        with_step([&](auto step) {
            for (uint32_t i = sum.merged; i < rest.count; ++i)
                sum.value += step(rest.pairs[i].value, 0.0F);
        });
        if (leaves_range(sum)) [[unlikely]]
            go_on_wide(sum, before, rest, {nullptr, 0, 0});
        const float ranked = sum.ranked();
        return metric_ == Metric::kL2 || metric_ == Metric::kL1 ? ranked : -ranked;
    }

private:
    static float absolute(float value) { return __builtin_fabsf(value); }
    static double absolute(double value) { return __builtin_fabs(value); }

    /// Calls f with the term of a pair of numbers, in their own precision.
    template <class F>
    void with_step(F&& f) const {
        if (metric_ == Metric::kL2)
            f([](auto a, auto b) { return (a - b) * (a - b); });
        else if (metric_ == Metric::kL1)
            f([](auto a, auto b) { return absolute(a - b); });
        else
            f([](auto a, auto b) { return a * b; });
    }

    /// Sums of unit vectors' products are right beside 1, however small they are.
    bool leaves_range(const Sum& sum) const {
        return metric_ != Metric::kCosine && (sum.is_wide || !is_ranked(sum.value));
    }

    /// What `sum` is after `before` and the part, or without one the rest of `from`, in double.
    [[gnu::cold, gnu::noinline]] void go_on_wide(Sum& sum, const Sum& before, SparseElement from,
                                                 RecordPart part) const {
        const SparseElement with{reinterpret_cast<const SparsePair*>(part.bytes),
                                 static_cast<uint32_t>(part.count / sizeof(SparsePair))};
        const bool ends = part.bytes == nullptr;
        // Vectors without an index in common have an inner product of zero, and are many.
        if (!sum.is_wide && sum.value == 0 && metric_ == Metric::kInnerProduct &&
            !has_short(from) && !has_short(with))
            return;
        Sum wide = before;
        wide.widen();
        uint32_t i = before.merged;
        with_step([&](auto step) {
            const auto add = [&](float a, float b) {
                wide.wide += step(static_cast<double>(a), static_cast<double>(b));
            };
            for (uint32_t j = 0; j < with.count; ++j) {
                for (; i < from.count && from.pairs[i].index < with.pairs[j].index; ++i)
                    add(from.pairs[i].value, 0);
                const bool both = i < from.count && from.pairs[i].index == with.pairs[j].index;
                add(both ? from.pairs[i].value : 0.0F, with.pairs[j].value);
                i += both ? 1 : 0;
            }
            for (; ends && i < from.count; ++i) add(from.pairs[i].value, 0);
        });
        wide.merged = i;
        sum = wide;
    }

    /// Has an element numbers whose product with another such number may be zero?
    static bool has_short(SparseElement element) {
        for (uint32_t i = 0; i < element.count; ++i)
            if (__builtin_fabsf(element.pairs[i].value) < 0x1p-74F) return true;
        return false;
    }

    /// 1 when a <= b, else 0.
    static uint32_t not_above(uint32_t a, uint32_t b) {
        return static_cast<uint32_t>((uint64_t{a} - b - 1) >> 63);
    }
    /// `value` when `taken` is 1, zero when it is 0.
    static float if_taken(float value, uint32_t taken) {
        return __builtin_bit_cast(float, __builtin_bit_cast(uint32_t, value) & (0U - taken));
    }

    /// Steps over all pairs of the part, and those of `from` that come before the last of them.
    /// Without branches on the data, since which list is behind cannot be predicted; and in integer
    /// arithmetic, since compilers make branches of comparisons: two vectors of 60
    /// pairs, 36 indices in common, took 650 ns so, and take 400 (g++ 12) or 310 (clang++ 14).
    template <class Step>
    static Sum merged(Sum sum, SparseElement from, RecordPart part, Step step) {
        const SparsePair* a = from.pairs + sum.merged;
        const SparsePair* const a_end = from.pairs + from.count;
        const auto* b = reinterpret_cast<const SparsePair*>(part.bytes);
        const SparsePair* const b_end = b + part.count / sizeof(SparsePair);
        float value = sum.value;
        while (a < a_end && b < b_end) {
            const uint32_t take_a = not_above(a->index, b->index);
            const uint32_t take_b = not_above(b->index, a->index);
            value += step(if_taken(a->value, take_a), if_taken(b->value, take_b));
            a += take_a;
            b += take_b;
        }
        for (; b < b_end; ++b) value += step(0.0F, b->value);
        sum.value = value;
        sum.merged = static_cast<uint32_t>(a - from.pairs);
        return sum;
    }

    Metric metric_ = Metric::kL2;
};

}  // namespace vx
