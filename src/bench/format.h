// Numbers as text, by printf's patterns.
#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace vx::bench {

inline std::string format(const char* pattern, double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), pattern, value);
    return text.data();
}

}  // namespace vx::bench
