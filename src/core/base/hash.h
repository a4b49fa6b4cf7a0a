// A hash of bytes, for tables in memory: not the same on every machine, never stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace vx {

/// Mixes eight bytes at a time by multiplication, as wyhash does.
inline uint64_t hash_bytes(const std::byte* bytes, size_t count) {
    constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;
    uint64_t hash = kOdd * (count + 1);
    const auto mix = [&](uint64_t word) {
        const auto product = static_cast<unsigned __int128>(hash ^ word) * kOdd;
        hash = static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
    };
    size_t at = 0;
    for (; at + sizeof(uint64_t) <= count; at += sizeof(uint64_t)) {
        uint64_t word = 0;
        std::memcpy(&word, bytes + at, sizeof word);
        mix(word);
    }
    uint64_t rest = 0;
    std::memcpy(&rest, bytes + at, count - at);
    mix(rest);
    return hash;
}

}  // namespace vx
