// Pages in memory: the page source of core/paged/pages.h for unit tests and the fuzzer.
//
// Stricter than the server: one page is lent at a time or the test fails, an edit works on copies
// that are dropped when it says so, and what lies behind the used part of a page is zeroed when it
// is kept, as generic WAL does at replay.  An edit can be made to crash before it takes effect, a
// hook runs before each edit (nothing is lent then), so that another user of the same pages can be
// put there, and time passes only when told to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/paged/pages.h"

namespace vx::test {

/// What `corrupt` raises.
struct CorruptPage {
    uint32_t block;
    CorruptReason reason;
};

/// The machine stopped before an edit.
struct Crash {};

/// More work than the test allows: a loop that does not end.
struct WorkLimit {};

/// The code under test broke the rules of pages.h.
struct ContractViolation : std::logic_error {
    using std::logic_error::logic_error;
};

class FakePages {
public:
    explicit FakePages(uint32_t page_bytes = 8192) : page_bytes_(page_bytes) {}

    // ---- the page source

    [[nodiscard]] uint32_t page_bytes() const { return page_bytes_; }

    template <class F>
    auto read(uint32_t block, F&& f) {
        count_work();
        ++reads_;
        most_undelayed_ = std::max(most_undelayed_, ++undelayed_);
        if (block >= count_) corrupt(block, CorruptReason::kMissingPage);
        const Lending lending(*this);
        return f(static_cast<const std::byte*>(image(block)));
    }

    template <class F>
    bool edit(const EditSet& set, F&& f) {
        if (set.count() == 0 || set.count() > kMaxEditPages)
            throw ContractViolation("an edit of no page or of too many");
        if (before_edit && !in_hook_) run_hook();
        if (edits_until_crash_ == 0) throw Crash{};
        count_work();
        EditPages pages{&set, {}};
        std::vector<std::byte> copies[kMaxEditPages];
        for (uint32_t i = 0; i < set.count(); ++i) {
            if (set.block(i) >= count_) corrupt(set.block(i), CorruptReason::kMissingPage);
            copies[i].assign(image(set.block(i)), image(set.block(i)) + page_bytes_);
            pages.images[i] = copies[i].data();
        }
        {
            const Lending lending(*this);
            if (!f(static_cast<const EditPages&>(pages))) return false;
        }
        for (uint32_t i = 0; i < set.count(); ++i) {
            drop_hole(copies[i].data());
            std::memcpy(image(set.block(i)), copies[i].data(), page_bytes_);
        }
        ++edits_;
        if (edits_until_crash_ != kNever) --edits_until_crash_;
        return true;
    }

    void init_page(std::byte* page, PageKind kind) {
        std::memset(page, 0, page_bytes_);
        const PageTrailer trailer{kind, kFormatVersion, kMagic};
        std::memcpy(page + page_bytes_ - sizeof trailer, &trailer, sizeof trailer);
        // Any entry of a directory page may be used at any time.
        set_lower(page, kind == PageKind::kDirectory ? upper() : kPageHeaderBytes);
    }

    void set_used(std::byte* page, size_t bytes) {
        if (kPageHeaderBytes + bytes > upper()) throw ContractViolation("used beyond the page");
        set_lower(page, std::max(lower(page), static_cast<uint32_t>(kPageHeaderBytes + bytes)));
    }

    [[nodiscard]] uint32_t page_count() const { return std::max(count_, claimed_); }

    /// Pages that were lent for reading.
    [[nodiscard]] uint64_t reads() const { return reads_; }

    /// Is a page lent, that is its content lock held?
    [[nodiscard]] bool lent() const { return lent_; }

    /// The most that were read without asking whether vacuum ought to sleep.
    [[nodiscard]] uint64_t most_undelayed() const { return most_undelayed_; }
    void forget_undelayed() { undelayed_ = most_undelayed_ = 0; }

    void extend_to(uint32_t pages) {
        if (lent_) throw ContractViolation("the file grows while a page is lent");
        if (pages > kMostPages) throw WorkLimit{};
        while (count_ < pages) {
            // One allocation a page, so that AddressSanitizer sees where each one ends.
            images_.push_back(std::make_unique<std::byte[]>(page_bytes_));
            ++count_;
        }
    }

    void prefetch(uint32_t, uint32_t, uint32_t) {}

    /// What the header says is in use, for the verifier.
    [[nodiscard]] int64_t used_bytes(const std::byte* page) const {
        const auto from = static_cast<int64_t>(lower(page));
        return from < kPageHeaderBytes || from > upper() ? -1 : from - kPageHeaderBytes;
    }

    void poll() {
        if (lent_) throw ContractViolation("interrupts are answered while a page is lent");
        count_work();
    }
    void vacuum_delay() {
        poll();
        undelayed_ = 0;
    }

    [[noreturn]] void corrupt(uint32_t block, CorruptReason reason) {
        throw CorruptPage{block, reason};
    }

    [[nodiscard]] uint64_t stamp() const { return clock_; }
    [[nodiscard]] bool past(uint64_t stamp) const { return stamp < horizon_; }

    // ---- what tests do with it

    /// Called before each edit with nothing lent; edits made by the hook do not call it again.
    std::function<void()> before_edit;

    /// The next `edits` edits take effect, the one after them crashes.
    void crash_after(uint64_t edits) { edits_until_crash_ = edits; }
    void never_crash() { edits_until_crash_ = kNever; }

    /// Everybody who was there until now has gone.
    void advance_clock() { horizon_ = ++clock_; }
    /// Time passes but somebody stays.
    void advance_clock_with_reader() { ++clock_; }

    /// The file seems to have as many pages; those beyond the real ones cannot be read.
    void claim_pages(uint32_t pages) { claimed_ = pages; }

    /// Reads, edits and polls left before WorkLimit.
    void limit_work(uint64_t work) { work_left_ = work; }

    [[nodiscard]] uint64_t edits() const { return edits_; }

    std::byte* image(uint32_t block) { return images_[block].get(); }
    [[nodiscard]] const std::byte* image(uint32_t block) const { return images_[block].get(); }

    /// All pages in one piece, with the server's part of the headers zeroed.
    [[nodiscard]] std::vector<std::byte> dump() const {
        std::vector<std::byte> all(static_cast<size_t>(count_) * page_bytes_);
        for (uint32_t block = 0; block < count_; ++block) {
            std::byte* to = all.data() + static_cast<size_t>(block) * page_bytes_;
            std::memcpy(to + kPageHeaderBytes, image(block) + kPageHeaderBytes,
                        page_bytes_ - kPageHeaderBytes);
        }
        return all;
    }

    /// The contrary of `dump`; the used part of each page is taken to be all of it.
    void load(const std::vector<std::byte>& all) {
        images_.clear();
        count_ = 0;
        extend_to(static_cast<uint32_t>(all.size() / page_bytes_));
        for (uint32_t block = 0; block < count_; ++block) {
            std::memcpy(image(block), all.data() + static_cast<size_t>(block) * page_bytes_,
                        page_bytes_);
            if (page_kind(image(block), page_bytes_) != PageKind{0})
                set_lower(image(block), upper());
        }
    }

private:
    static constexpr uint64_t kNever = UINT64_MAX;
    static constexpr uint32_t kMostPages = 1u << 17;
    static constexpr uint32_t kLowerAt = 12;  // as in the server's page header

    /// Marks that a page is lent; leaves with exceptions, too.
    struct Lending {
        explicit Lending(FakePages& owner) : pages(owner) {
            if (pages.lent_) throw ContractViolation("two pages lent at once");
            pages.lent_ = true;
        }
        Lending(const Lending&) = delete;
        Lending& operator=(const Lending&) = delete;
        ~Lending() { pages.lent_ = false; }
        FakePages& pages;
    };

    void run_hook() {
        if (lent_) throw ContractViolation("an edit while a page is lent");
        in_hook_ = true;
        try {
            before_edit();
        } catch (...) {
            in_hook_ = false;
            throw;
        }
        in_hook_ = false;
    }

    void count_work() {
        if (work_left_ == 0) throw WorkLimit{};
        if (work_left_ != kNever) --work_left_;
    }

    [[nodiscard]] uint32_t upper() const {
        return page_bytes_ - static_cast<uint32_t>(sizeof(PageTrailer));
    }
    static uint32_t lower(const std::byte* page) {
        uint16_t value = 0;
        std::memcpy(&value, page + kLowerAt, sizeof value);
        return value;
    }
    static void set_lower(std::byte* page, uint32_t bytes) {
        const auto value = static_cast<uint16_t>(bytes);
        std::memcpy(page + kLowerAt, &value, sizeof value);
    }
    void drop_hole(std::byte* page) const {
        const uint32_t from = std::max(lower(page), kPageHeaderBytes);
        if (from < upper()) std::memset(page + from, 0, upper() - from);
    }

    uint32_t page_bytes_;
    std::vector<std::unique_ptr<std::byte[]>> images_;
    uint32_t count_ = 0;
    uint32_t claimed_ = 0;
    uint64_t reads_ = 0;
    uint64_t undelayed_ = 0;
    uint64_t most_undelayed_ = 0;
    bool lent_ = false;
    bool in_hook_ = false;
    uint64_t edits_ = 0;
    uint64_t edits_until_crash_ = kNever;
    uint64_t work_left_ = kNever;
    uint64_t clock_ = 1;
    uint64_t horizon_ = 0;
};

}  // namespace vx::test
