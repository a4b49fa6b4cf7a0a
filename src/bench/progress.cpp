#include "bench/progress.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <unistd.h>

#include "bench/format.h"

namespace vx::bench {

namespace {

constexpr int kBarCells = 28;

std::string three_digits(double value) {
    return format(value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
}

}  // namespace

std::string human_count(double value) {
    if (value < 1000) return format("%.0f", value);
    if (value < 999500) return three_digits(value / 1e3) + "k";
    return three_digits(value / 1e6) + "M";
}

std::string human_bytes(double bytes) {
    constexpr std::array<const char*, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < kUnits.size()) {
        bytes /= 1024;
        ++unit;
    }
    return (unit == 0 ? format("%.0f", bytes) : three_digits(bytes)) + " " + kUnits[unit];
}

std::string human_seconds(double seconds) {
    if (seconds < 10) return format("%.1f s", seconds);
    if (seconds < 60) return format("%.0f s", seconds);
    const double minutes = std::floor(seconds / 60);
    return format("%.0f min ", minutes) + format("%02.0f s", std::floor(seconds - minutes * 60));
}

Progress::Progress(std::string label, std::uint64_t total, std::string unit)
    : label_(std::move(label)), unit_(std::move(unit)), total_(total),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() { finish(); }

void Progress::set_label(const std::string& label) {
    if (label == label_) return;
    label_ = label;
    done_ = 0;
    start_ = Clock::now();
}

void Progress::update(std::uint64_t done) {
    done_ = done;
    const auto now = Clock::now();
    const double since = std::chrono::duration<double>(now - drawn_).count();
    if (since < (terminal_ ? 0.1 : 10.0)) return;
    drawn_ = now;
    draw(std::chrono::duration<double>(now - start_).count());
}

void Progress::draw(double elapsed) {
    const double rate = elapsed > 0 ? static_cast<double>(done_) / elapsed : 0;
    std::string line = label_;
    if (total_ > 0) {
        const double part = std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
        if (terminal_) {
            const int full = static_cast<int>(part * kBarCells);
            line += " [" + std::string(static_cast<std::size_t>(full), '#') +
                    std::string(static_cast<std::size_t>(kBarCells - full), '.') + "]";
        }
        line += format(" %3.0f %%", part * 100);
    }
    line += "  " + human_count(static_cast<double>(done_)) + " " + unit_ + ", " +
            human_count(rate) + "/s";
    if (total_ > done_ && rate > 0) {
        line += ", " + human_seconds(static_cast<double>(total_ - done_) / rate) + " to go";
    }
    if (terminal_) {
        std::fprintf(stderr, "\r\033[K%s", line.c_str());  // erases the rest of a longer old line
        std::fflush(stderr);
        dirty_ = true;
    } else {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
}

void Progress::finish() {
    if (!dirty_) return;
    std::fprintf(stderr, "\r\033[K");
    dirty_ = false;
}

}  // namespace vx::bench
