// Blocks of postings as bytes.
#pragma once

#include "core/inverted/format.h"

namespace vx::inverted {

/// Postings of a block, in memory.
struct Postings {
    uint32_t documents[kMostPostings];
    float weights[kMostPostings];
};

namespace detail {

template <class Width>
std::byte* store_differences(const uint32_t* documents, uint32_t count, std::byte* to) {
    for (uint32_t i = 1; i < count; ++i, to += sizeof(Width)) {
        const auto difference = static_cast<Width>(documents[i] - documents[i - 1]);
        std::memcpy(to, &difference, sizeof difference);
    }
    return to;
}

/// The last document, or more than 32 bits.
template <class Width>
uint64_t load_differences(const std::byte* from, uint32_t count, uint32_t* documents) {
    uint64_t document = documents[0];
    for (uint32_t i = 1; i < count; ++i, from += sizeof(Width)) {
        Width difference;
        std::memcpy(&difference, from, sizeof difference);
        document += difference;
        documents[i] = static_cast<uint32_t>(document);
    }
    return document;
}

}  // namespace detail

/// Writes `count` postings, whose documents ascend; bytes written.
inline uint32_t store_block(const Postings& postings, uint32_t count, std::byte* to) {
    uint32_t widest = 0;
    for (uint32_t i = 1; i < count; ++i)
        widest |= postings.documents[i] - postings.documents[i - 1];
    const uint32_t width = widest < 1u << 8 ? 1 : widest < 1u << 16 ? 2 : 4;
    const BlockStart start{postings.documents[0], width};
    std::memcpy(to, &start, sizeof start);
    std::byte* at = to + sizeof start;
    if (width == 1)
        at = detail::store_differences<uint8_t>(postings.documents, count, at);
    else if (width == 2)
        at = detail::store_differences<uint16_t>(postings.documents, count, at);
    else
        at = detail::store_differences<uint32_t>(postings.documents, count, at);
    std::memcpy(at, postings.weights, count * sizeof(float));
    return Sizes::block_bytes(count, width);
}

/// Reads a block of `count` postings, 1 to kMostPostings, of a page's `payload`; false where there
/// is none whose documents are below `documents`.  Total: any bytes will do.
inline bool load_block(std::span<const std::byte> payload, uint32_t offset, uint32_t count,
                       uint32_t documents, Postings& postings) {
    BlockStart start;
    if (offset > payload.size() || payload.size() - offset < sizeof start) return false;
    std::memcpy(&start, payload.data() + offset, sizeof start);
    if ((start.width != 1 && start.width != 2 && start.width != 4) ||
        Sizes::block_bytes(count, start.width) > payload.size() - offset)
        return false;
    postings.documents[0] = start.first;
    const std::byte* at = payload.data() + offset + sizeof start;
    uint64_t last = 0;
    if (start.width == 1)
        last = detail::load_differences<uint8_t>(at, count, postings.documents);
    else if (start.width == 2)
        last = detail::load_differences<uint16_t>(at, count, postings.documents);
    else
        last = detail::load_differences<uint32_t>(at, count, postings.documents);
    std::memcpy(postings.weights, at + size_t{count - 1} * start.width, count * sizeof(float));
    return last < documents;
}

}  // namespace vx::inverted
