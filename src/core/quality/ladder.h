// Which values of a setting to try, to find the least that is enough: upward by steps of a half
// octave, then halfway between what is too little and what is enough.
#pragma once

#include <cmath>

namespace vx {

/// At most so many values are tried.
inline constexpr int kMostRungs = 32;

class Ladder {
public:
    explicit Ladder(int most) : most_(most) {}

    int first() const { return kFirst; }

    /// The value to try after `tried`, which was enough or not; 0: no more.
    int next(int tried, bool enough) {
        if (enough && (least_ == 0 || tried < least_)) least_ = tried;
        if (!enough && tried > too_little_ && (least_ == 0 || tried < least_)) too_little_ = tried;
        if (least_ == 0) return tried < most_ ? step_up(tried) : 0;
        // One more, to see what more would cost.
        if (!looked_beyond_ && least_ < most_) {
            looked_beyond_ = true;
            return step_up(least_);
        }
        const int between = (too_little_ + least_) / 2;
        // Closer than that, chance decides.
        return too_little_ > 0 && least_ - too_little_ > 1 + least_ / 16 ? between : 0;
    }

    /// The least value that was enough; 0: none.
    int least() const { return least_; }

private:
    static constexpr int kFirst = 10;

    int step_up(int from) const {
        const int step = static_cast<int>(std::lround(from * std::sqrt(2.0)));
        return step < most_ ? step : most_;
    }

    int most_;
    int least_ = 0;
    int too_little_ = 0;
    bool looked_beyond_ = false;
};

}  // namespace vx
