// What must hold of an index on fake pages, checked by reading every page.  Written against the
// format, independently of the verifier in src/core, so that one can be held against the other.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/paged_index.h"

namespace vx::test {

/// What is wrong according to both checks, as text, and the directory.
struct CheckedIndex {
    std::vector<std::string> faults;  // empty when all is well
    std::map<NodeId, DirectoryEntry> entries;
};

/// `clean`: a vacuum has just finished, so no list may lead to a node that is gone.
CheckedIndex check_index(PagedIndex& index, bool clean = false);
std::vector<std::string> faults_of(PagedIndex& index, bool clean = false);

}  // namespace vx::test
