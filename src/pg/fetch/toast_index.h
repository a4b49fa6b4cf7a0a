// Where the chunks of a TOAST value lie, by a descent of the B-tree of our own.
#pragma once

#include "pg/fetch/buffer_hints.h"

namespace vx::pg {

/// Reads the index of a TOAST relation.  The server's scan is made for any B-tree, and takes some 2
/// us a value; keys here are two numbers, and pages are found by hints.  What is not as usual
/// (duplicates, dead entries, pages that are being taken out) is left to the server.
class ToastIndex {
public:
    static constexpr uint32 kMostChunks = 64;  // 16,000 elements of 4 bytes are 33

    /// Begins to read an index, which stays open and locked meanwhile.
    void open(Relation index);

    /// Finds chunks 0 .. count - 1 of a value; false when the server must look for them.
    bool find(Oid value, uint32 count, ItemPointerData* places) const;

private:
    /// A chunk that is looked for, and how many there are.
    struct Wanted {
        Oid value;
        uint32 number;
        uint32 count;
        ItemPointerData* places;
    };

    int compare(IndexTuple entry, const Wanted& wanted) const;
    BlockNumber visit(Page page, Wanted& wanted) const;
    BlockNumber collect(Page page, OffsetNumber at, Wanted& wanted) const;

    Relation index_ = nullptr;
    BlockNumber root_ = InvalidBlockNumber;
};

}  // namespace vx::pg
