// Codecs of an open index, and code written once for all of them.
#pragma once

#include "core/paged/flush.h"
#include "pg/index/open_index.h"
#include "pg/memory.h"

namespace vx::pg {

/// Memory and mean of a code space, in the current context.  `mean` may be null: it is then read
/// from the index.
CodeCodec open_code_codec(Relation index, const OpenIndex& opened, const float* mean);

FastCodec open_fast_codec(Relation index, const OpenIndex& opened, const float* mean);

/// How elements are measured in storage plain.
PlainSpace plain_space(const OpenIndex& opened);

/// Calls f(codec) with the codec of the index; one instance of f a codec.
template <class F>
auto with_codec(Relation index, const OpenIndex& opened, F&& f) {
    if (opened.storage == Storage::kPlain) return f(PlainCodec(plain_space(opened)));
    if (opened.storage == Storage::kFast) return f(open_fast_codec(index, opened, nullptr));
    return f(open_code_codec(index, opened, nullptr));
}

}  // namespace vx::pg
