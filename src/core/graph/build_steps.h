// The steps of a build, and the processes that do them.
//
// Any number of processes take part.  What is to be done in a step is taken in portions; between
// two steps each waits for the others.  `Team` is the processes that build, as one of them sees
// them:
//
//   bool arrive()            waits until all have come; true for one of them
//   void share(BuildStep step, uint32_t total, uint32_t portion, f)
//                            calls f(first, end) for portions of `total` until all have been
//                            taken, by whichever process
//   void show(BuildStep step, uint64_t total)   a step begins: progress
//   bool outgrew_memory()    are there rows that the graph has no room for?
//   void fail()              a node found no parent, which cannot be; does not return
#pragma once

#include <cstdint>

namespace vx {

enum BuildStep : int {
    kLoadStep,      // rows are put into memory, until there are no more or memory is full
    kFoundStep,     // one process inserts the first one into the graph
    kScaffoldStep,  // then some
    kPivotsStep,    // by which it is found out which are near
    kSortStep,      // one process puts them into an order
    kInsertStep,    // in which all others are inserted
    kCountStep,     // in-links are counted
    kAskStep,       // nodes that a query might miss are asked for
    kConnectStep,   // one process asks again
    kWriteStep,     // extents are written
    kFinishStep,    // one process writes the state page and frees the graph
    kRestStep,      // rows that are left go into the pages
    kSettleStep,    // their slots get what they lack: sketches
    kLogStep,       // pages are logged
    kBuildSteps
};

/// Nodes are taken in portions of these.
inline constexpr uint32_t kNodesAtOnce = 512;

}  // namespace vx
