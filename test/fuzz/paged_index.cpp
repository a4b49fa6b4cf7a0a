// Damaged pages: bytes of a valid index are overwritten, then it is searched, inserted into and
// vacuumed.  What may come of it is a result or a reported corruption, never a crash or a loop.
//
// An input is three bytes that choose the index and the order of the operations, then damages of
// five bytes each (block, offset in two bytes, value in two bytes); what is left over seeds a
// generator of further ones, which know what likes to break.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "support/paged_index.h"

namespace {

using namespace vx;
using namespace vx::test;

constexpr uint64_t kWork = 1000000;  // reads and edits; undamaged, an operation takes 10,000

struct Origin {
    IndexOptions options;
    std::vector<std::byte> pages;
    uint32_t next_row = 0;
};

/// An index with levels, posting lists, dead, unlinked and free nodes.
Origin make_origin(const IndexOptions& options) {
    PagedIndex index(options);
    index.insert_random(45);
    for (int i = 0; i < 36; ++i) (void)index.insert(index.rows[static_cast<uint32_t>(1 + i % 3)]);
    for (uint32_t row = 500; row < 540; ++row) index.user.insert_null(tid_of(row));
    for (uint32_t row = 600; row < 603; ++row) index.user.insert_zero(tid_of(row));
    for (uint32_t row = 10; row < 20; ++row) index.remove(row);
    (void)index.vacuum();
    index.pages.advance_clock();
    for (uint32_t row = 20; row < 26; ++row) index.remove(row);
    (void)index.vacuum();
    for (uint32_t row = 26; row < 29; ++row) index.remove(row);
    (void)index.user.remove_dead_rows([&](uint32_t row) { return index.removed.count(row) != 0; });
    return {options, index.pages.dump(), index.next_row};
}

/// Small, on several pages a slot, and as real ones: each of every kind.
const std::vector<Origin>& origins() {
    static const std::vector<Origin> made = [] {
        std::vector<Origin> list;
        for (const IndexKind& kind : kKinds)
            for (const IndexOptions& options :
                 {IndexOptions{.dims = 3, .m = 2, .ef_construction = 12, .kind = kind},
                  IndexOptions{.dims = 1100, .m = 4, .ef_construction = 8, .kind = kind},
                  IndexOptions{
                      .dims = 8, .m = 16, .ef_construction = 32, .page_bytes = 8192, .kind = kind}})
                list.push_back(make_origin(options));
        return list;
    }();
    return made;
}

/// Overwrites bytes behind the server's part of a page header, which the server checks itself.
struct Damager {
    std::vector<std::byte>& pages;
    uint32_t page_bytes;

    void write(uint32_t block, uint32_t offset, uint32_t value, size_t bytes) const {
        const size_t first = block % (pages.size() / page_bytes) * page_bytes;
        const uint32_t room = page_bytes - kPageHeaderBytes - 3;
        std::memcpy(pages.data() + first + kPageHeaderBytes + offset % room, &value, bytes);
    }

    /// One word that is in use becomes something of the kind that is found in such words.
    void write_likely(SplitMix64& random) const {
        for (int probe = 0; probe < 20; ++probe) {
            const auto block = static_cast<uint32_t>(random.next() % 64);
            const auto offset = static_cast<uint32_t>(random.next() % page_bytes / 2 * 2);
            const size_t at = block % (pages.size() / page_bytes) * page_bytes + offset;
            if (offset < kPageHeaderBytes || offset + 4 > page_bytes ||
                (pages[at] == std::byte{0} && probe < 19))
                continue;
            const uint32_t words[] = {0,
                                      1,
                                      kNoNode,
                                      kNullListOwner,
                                      kMaxNodes,
                                      static_cast<uint32_t>(random.next() % 64),
                                      static_cast<uint32_t>(random.next())};
            const uint32_t word = words[random.next() % std::size(words)];
            return write(block, offset - kPageHeaderBytes, word, random.next() % 2 == 0 ? 4 : 2);
        }
    }

    void write_all(const uint8_t* data, size_t size) const {
        for (; size >= 5; data += 5, size -= 5) {
            uint16_t words[2];
            std::memcpy(words, data + 1, sizeof words);
            write(data[0], words[0], words[1], 2);
        }
        if (size == 0) return;
        uint64_t seed = 0;
        std::memcpy(&seed, data, size);
        SplitMix64 random(seed);
        for (uint64_t count = 1 + random.next() % 4; count > 0; --count) write_likely(random);
    }
};

template <class Operation>
void attempt(PagedIndex& index, Operation&& operation) {
    index.pages.limit_work(kWork);
    try {
        operation();
    } catch (const CorruptPage&) {
        // Reported: fine.
    }
    // Anything else ends the program where it was thrown: WorkLimit in the loop that does not end.
}

void run(PagedIndex& index, uint8_t operation) {
    const std::vector<float> query(index.options.dims, 0.5f);
    IndexUser& user = index.user;
    switch (operation % 5) {
    case 0:
        return attempt(index, [&] { (void)user.scan_nodes(query.data(), 4); });
    case 1:
        return attempt(index, [&] { (void)user.scan_rows(query.data(), 4); });
    case 2:
        return attempt(index, [&] { index.insert_random(4); });
    case 3:
        return attempt(index, [&] {
            for (uint32_t row = 700; row < 720; ++row) user.insert_null(tid_of(row));
        });
    default:
        return attempt(index, [&] {
            (void)user.remove_dead_rows([](uint32_t row) { return row % 3 == 0; });
            user.reclaim();
            index.pages.advance_clock();
        });
    }
}

}  // namespace

/// Makes the indexes before the first input, whose time is limited: on a busy machine they alone
/// take longer than that.
extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    (void)origins();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 3 || size > 400) return 0;
    const Origin& origin = origins()[data[0] % origins().size()];
    std::vector<std::byte> pages = origin.pages;
    Damager{pages, origin.options.page_bytes}.write_all(data + 3, size - 3);
    PagedIndex index(origin.options);
    index.pages.load(pages);
    index.next_row = origin.next_row;
    for (int i = 0; i < 4; ++i) run(index, static_cast<uint8_t>(data[1] + i * data[2]));
    return 0;
}
