// Chosen when the tool runs: a tool compiled on one machine measures on another as well.
#include "bench/hnswlib_tables.h"

#include <stdexcept>

namespace vx::bench {

std::span<const HnswlibTable> hnswlib_tables() {
#ifdef VX_HAVE_HNSWLIB
    static const HnswlibTable kTables[] = {
#ifdef VX_HNSWLIB_X86
        kHnswlibAvx512, kHnswlibAvx2,
#endif
        kHnswlibBaseline};
    return kTables;
#else
    return {};
#endif
}

const HnswlibTable& best_hnswlib_table() {
    for (const HnswlibTable& table : hnswlib_tables()) {
        if (table.supported()) return table;
    }
    throw std::runtime_error("this tool was compiled without hnswlib; install its headers "
                             "(Debian: libhnswlib-dev) and compile it again");
}

}  // namespace vx::bench
