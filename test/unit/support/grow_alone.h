// All steps of growing a graph, by one process.
#pragma once

#include <stdexcept>

#include "core/graph/grow.h"

namespace vx::test {

template <class Store>
void grow_alone(Store& store, InsertScratch<Store>& scratch, Arena arena) {
    Growth<Store> growth(store, scratch);
    bool grown = growth.found() && growth.insert_scaffold(0, growth.scaffold());
    growth.find_hubs(0, store.size());
    growth.prepare_others(arena);
    grown = grown && growth.insert_others(0, growth.others());
    if (!grown) throw std::runtime_error("no parent");
}

}  // namespace vx::test
