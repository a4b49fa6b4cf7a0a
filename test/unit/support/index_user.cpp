// Which index user an index has.
#include "support/index_user.h"

namespace vx::test {

/// Compiled in index_user_*.cpp.
template <class Holder>
std::unique_ptr<StorageUser> make_user(FakePages& pages, const IndexOptions& options,
                                       uint64_t seed);

std::unique_ptr<StorageUser> make_storage_user(FakePages& pages, const IndexOptions& options,
                                               uint64_t seed) {
    return with_codec(options.kind, [&]<class Holder>() -> std::unique_ptr<StorageUser> {
        return make_user<Holder>(pages, options, seed);
    });
}

}  // namespace vx::test
