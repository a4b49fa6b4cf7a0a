// Building by one process, or by several that one thread plays.
#pragma once

#include <functional>
#include <stdexcept>

#include "core/graph/grow.h"

namespace vx::test {

/// One of those who build (build_steps.h), all of them in one thread: they write extents in
/// turns, and the first does the rest alone.
class TeamMember {
public:
    TeamMember(uint32_t number, uint32_t members, bool outgrew)
        : number_(number), members_(members), outgrew_(outgrew) {}

    bool arrive() const { return number_ == 0; }

    template <class F>
    void share(BuildStep step, uint32_t total, uint32_t, F&& f) const {
        if (step != kWriteStep) {
            if (total > 0) f(0, total);
            return;
        }
        if (others_write) others_write();
        // The last extents first: an order that only several writers would make.
        for (uint32_t extent = total; extent-- > 0;)
            if (extent % members_ == number_) f(extent, extent + 1);
    }

    void show(BuildStep, uint64_t) {}
    bool outgrew_memory() const { return outgrew_; }
    [[noreturn]] static void fail() { throw std::runtime_error("no parent"); }

    /// What the first one calls before it writes its own extents.
    std::function<void()> others_write;

private:
    uint32_t number_;
    uint32_t members_;
    bool outgrew_;
};

/// Grows a graph into which all rows have been put.
template <class Store>
void grow_alone(Store& store, InsertScratch<Store>& scratch, Arena arena) {
    TeamMember alone(0, 1, false);
    found_graph(store, scratch, alone);
    grow_graph(store, scratch, arena, alone, kScaffoldStep);
}

}  // namespace vx::test
