// The spaces of storage `plain` as one: which of them it is is known when the server runs.
//
// Whatever is made of a codec (stores, searches, insertions, builds, vacuum) is compiled for each
// codec.  Vectors of floats and of halves, strings of bits and sparse vectors differ in how bytes
// are measured, and in whether records have one length, so they share one codec.  Branches that
// always go the same way cost 3 to 4 % of a build of 8 dimensions (1 to 2 % before sparse vectors
// were among them), and of a query nothing that shows; a call through a pointer in their place cost
// 12 %.
#pragma once

#include <cstring>
#include <type_traits>

#include "core/paged/spaces.h"

namespace vx {

class PlainSpace {
    enum class Kind : uint8_t { kFloats, kHalves, kHalfCosine, kBits, kSparse };

    template <class F>
    [[gnu::always_inline]] auto with_space(F&& f) const {
        if (kind_ == Kind::kFloats) return f(floats_);
        if (kind_ == Kind::kHalves) return f(halves_);
        if (kind_ == Kind::kBits) return f(bits_);
        return kind_ == Kind::kSparse ? f(sparse_) : f(cosine_);
    }

public:
    /// The sum of whichever space it is.  All zero bytes: an empty one, as in each of them.
    class Sum {
    public:
        template <class Own>
        Own load() const {
            static_assert(std::is_trivially_copyable_v<Own> && sizeof(Own) <= sizeof(value_));
            Own own;
            std::memcpy(&own, value_, sizeof own);
            return own;
        }
        template <class Own>
        void store(const Own& own) {
            std::memcpy(value_, &own, sizeof own);
        }

    private:
        alignas(8) std::byte value_[24] = {};
    };

    PlainSpace() = default;
    explicit PlainSpace(const DenseSpace<float>& space)
        : kind_(Kind::kFloats), bytes_(space.bytes(nullptr)), floats_(space) {}
    explicit PlainSpace(const DenseSpace<Half>& space)
        : kind_(Kind::kHalves), bytes_(space.bytes(nullptr)), halves_(space) {}
    explicit PlainSpace(const HalfCosineSpace& space)
        : kind_(Kind::kHalfCosine), bytes_(space.bytes(nullptr)), cosine_(space) {}
    explicit PlainSpace(const BitSpace& space)
        : kind_(Kind::kBits), bytes_(space.bytes(nullptr)), bits_(space) {}
    explicit PlainSpace(const SparseSpace& space) : kind_(Kind::kSparse), sparse_(space) {}

    /// Have records lengths of their own?
    bool variable() const { return kind_ == Kind::kSparse; }
    uint32_t bytes(const void* element) const {
        return variable() ? SparseSpace::bytes(static_cast<const std::byte*>(element)) : bytes_;
    }
    [[gnu::always_inline]] void add(Sum& sum, const void* from, RecordPart part) const {
        with_space([&](const auto& space) {
            using Space = std::decay_t<decltype(space)>;
            auto own = sum.load<typename Space::Sum>();
            space.add(own, static_cast<const typename Space::Element*>(from), part);
            sum.store(own);
        });
    }
    [[gnu::always_inline]] float finish(const Sum& sum, const void* from) const {
        return with_space([&](const auto& space) {
            using Space = std::decay_t<decltype(space)>;
            return space.finish(sum.load<typename Space::Sum>(),
                                static_cast<const typename Space::Element*>(from));
        });
    }
    /// The distances of whole records.
    [[gnu::always_inline]] void measure(const void* from, const std::byte* const* records,
                                        uint32_t count, float* distances) const {
        with_space([&](const auto& space) {
            using Space = std::decay_t<decltype(space)>;
            const auto* element = static_cast<const typename Space::Element*>(from);
            for (uint32_t i = 0; i < count; ++i) {
                typename Space::Sum sum;
                space.add(sum, element, {records[i], 0, bytes(records[i])});
                distances[i] = space.finish(sum, element);
            }
        });
    }

private:
    Kind kind_ = Kind::kFloats;
    uint32_t bytes_ = 0;
    // Of these, the one of kind_.
    DenseSpace<float> floats_;
    DenseSpace<Half> halves_;
    HalfCosineSpace cosine_;
    BitSpace bits_;
    SparseSpace sparse_;
};

}  // namespace vx
