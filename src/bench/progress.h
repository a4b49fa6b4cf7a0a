// Progress on standard error: a bar that redraws itself on a terminal, a line now and then in a
// log. Standard output is for results only.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace vx::bench {

class Progress {
public:
    /// `total` may be 0 when it is not known; `unit` is the plural of what is counted.
    Progress(std::string label, std::uint64_t total, std::string unit);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Cheap enough for a loop: draws at most ten times per second (every ten seconds in a log).
    void update(std::uint64_t done);
    void set_total(std::uint64_t total) { total_ = total; }
    void set_label(const std::string& label);
    /// Ends the line; called by the destructor too.
    void finish();

private:
    void draw(double elapsed);

    using Clock = std::chrono::steady_clock;
    std::string label_;
    std::string unit_;
    std::uint64_t total_;
    std::uint64_t done_ = 0;
    Clock::time_point start_ = Clock::now();
    Clock::time_point drawn_ = start_;
    bool terminal_;
    bool dirty_ = false;  // a bar is on the terminal's current line
};

/// "12.3k", "4.56M": three significant digits.
[[nodiscard]] std::string human_count(double value);
/// "1.5 GB" in powers of 1024, as pg_size_pretty.
[[nodiscard]] std::string human_bytes(double bytes);
/// "42 s", "3 min 05 s".
[[nodiscard]] std::string human_seconds(double seconds);

}  // namespace vx::bench
