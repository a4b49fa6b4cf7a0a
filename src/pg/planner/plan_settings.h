// Settings under which a plan is made, and which its execution does not see.
#pragma once

#include "pg/pg.h"

namespace vx::pg {

struct Setting {
    const char* name;
    const char* value;
};

/// Under these the planner takes an index that orders by distance wherever it can.  Compilation
/// would be paid for each query anew, and disabled plans look as if they were worth it.
inline constexpr Setting kByIndexAlone[] = {{"jit", "off"},
                                            {"enable_seqscan", "off"},
                                            {"enable_bitmapscan", "off"},
                                            {"enable_sort", "off"},
                                            {"enable_indexscan", "on"}};

/// Sets what a nest level of settings ends with.
void set_meanwhile(const char* name, const char* value);

/// Calls f() under `settings`.  An error gives them back with its transaction.
template <class F>
void with_settings(std::span<const Setting> settings, F&& f) {
    const int level = NewGUCNestLevel();
    for (const Setting& setting : settings) set_meanwhile(setting.name, setting.value);
    f();
    AtEOXact_GUC(true, level);
}

}  // namespace vx::pg
