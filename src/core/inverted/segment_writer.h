// Writing a segment: rows first, then terms in ascending order, each with its postings.
//
// The segment becomes part of the index when the state page names it (maintain.h).  *Crash before
// that:* its pages belong to nobody.
#pragma once

#include "core/base/arena.h"
#include "core/inverted/postings.h"
#include "core/inverted/state.h"

namespace vx::inverted {

template <class Pages>
class SegmentWriter {
public:
    SegmentWriter(Pages& pages, Arena arena) : pages_(pages), sizes_(pages.page_bytes()) {
        for (Output& output : outputs_)
            output.bytes = arena.allocate_array<std::byte>(sizes_.usable);
        runs_ = arena.allocate_array<PageRun>(sizes_.most_runs);
    }

    /// False when memory is out.
    bool start() {
        for (const Output& output : outputs_)
            if (output.bytes == nullptr) return false;
        if (runs_ == nullptr) return false;
        root_.serial = take_serial(pages_);
        return true;
    }

    /// The next row, by its order the next document; those without a vector last.
    void add_row(HeapTid tid, bool is_null) {
        put(Part::kTids, &tid, sizeof tid);
        ++(is_null ? root_.nulls : root_.documents);
    }

    /// A posting; terms ascend, documents within a term do.
    void add(uint32_t term, uint32_t document, float weight) {
        if (held_ > 0 && term != entry_.term) end_term();
        if (held_ == sizes_.postings_per_block) write_block();
        if (entry_.count == 0) entry_ = {term, 0, weight, weight, {0, 0}};
        entry_.greatest = weight > entry_.greatest ? weight : entry_.greatest;
        entry_.least = weight < entry_.least ? weight : entry_.least;
        ++entry_.count;
        postings_.documents[held_] = document;
        postings_.weights[held_++] = weight;
    }

    /// What the state page is to say of it.
    SegmentRef finish() {
        if (held_ > 0) end_term();
        for (uint32_t part = 0; part < kParts; ++part)
            if (outputs_[part].used > 0) flush(part);
        for (const Output& output : outputs_) free_pages(pages_, output.left);
        const PageSpan root = take_pages(pages_, 1, true);
        for (uint32_t part = 0; part < kParts; ++part) {
            root_.part_pages[part] = outputs_[part].pages;
            root_.pages += outputs_[part].pages;
        }
        ++root_.pages;
        root_.runs = run_count_;
        write_page(root.first, PageKind::kSegmentRoot, [&](std::byte* to) {
            std::memcpy(to, &root_, sizeof root_);
            std::memcpy(to + sizeof root_, runs_, run_count_ * sizeof(PageRun));
            return sizeof root_ + run_count_ * sizeof(PageRun);
        });
        return {root_.serial, root.first, root_.pages, root_.documents + root_.nulls, 0};
    }

    /// Gives the memory back.
    void release(Arena arena) {
        for (const Output& output : outputs_) arena.release(output.bytes);
        arena.release(runs_);
    }

private:
    static constexpr uint32_t kFirstPages = 2;

    /// A part's page being filled, and pages for those to come.
    struct Output {
        std::byte* bytes = nullptr;
        uint32_t used = 0;
        uint32_t pages = 0;
        uint32_t run = 0;  // of the page being filled
        PageSpan left;
    };

    void put(Part part, const void* item, size_t bytes) {
        Output& output = outputs_[part_number(part)];
        if (bytes > sizes_.payload - output.used) flush(part_number(part));
        if (part == Part::kTerms && output.used == 0)
            put(Part::kFences, &static_cast<const TermEntry*>(item)->term, sizeof(uint32_t));
        std::memcpy(output.bytes + output.used, item, bytes);
        output.used += static_cast<uint32_t>(bytes);
    }

    void flush(uint32_t part) {
        Output& output = outputs_[part];
        if (output.left.pages == 0) take(part);
        const uint32_t block = output.left.first++;
        --output.left.pages;
        const SegmentHead head{root_.serial, part, output.pages++};
        write_page(block, PageKind::kSegment, [&](std::byte* to) {
            std::memcpy(to, &head, sizeof head);
            std::memcpy(to + sizeof head, output.bytes, output.used);
            return sizeof head + output.used;
        });
        output.used = 0;
        ++runs_[output.run].pages;
    }

    /// Spans are as long as a quarter of what the part has, so that a root page has room for all;
    /// what is left of them is given back.  Free runs may be shorter: so only half of the room is
    /// for them.
    void take(uint32_t part) {
        Output& output = outputs_[part];
        const uint32_t wanted = kFirstPages + output.pages / 4;
        output.left = take_pages(pages_, wanted, run_count_ < sizes_.most_runs / 2);
        if (run_count_ == sizes_.most_runs) pages_.corrupt(kStateBlock, CorruptReason::kBadState);
        output.run = run_count_++;
        runs_[output.run] = {part, output.left.first, 0};
    }

    template <class F>
    void write_page(uint32_t block, PageKind kind, F&& fill) {
        pages_.poll();
        pages_.extend_to(block + 1);
        EditSet set{};
        set.add(block);
        (void)pages_.edit(set, [&](const EditPages& edit) {
            std::byte* page = edit.page(block);
            const uint8_t fault = page_fault(page, pages_.page_bytes(), PageKind::kFree);
            if (fault != 0 && fault != static_cast<uint8_t>(CorruptReason::kNewPage))
                pages_.corrupt(block, CorruptReason::kWrongKind);
            pages_.init_page(page, kind);
            pages_.set_used(page, fill(content(page)));
            return true;
        });
    }

    /// The postings held become a block.
    void write_block() {
        const float* weights = postings_.weights;
        BlockHead head{postings_.documents[held_ - 1], weights[0], weights[0], {0, 0}};
        for (uint32_t i = 1; i < held_; ++i) {
            head.greatest = weights[i] > head.greatest ? weights[i] : head.greatest;
            head.least = weights[i] < head.least ? weights[i] : head.least;
        }
        std::byte block[Sizes::block_bytes(kMostPostings, 4)];
        const uint32_t bytes = store_block(postings_, held_, block);
        put(Part::kBlocks, block, bytes);
        const Output& output = outputs_[part_number(Part::kBlocks)];
        head.place = {output.pages, output.used - bytes};
        add_head(head);
        root_.postings += held_;
        held_ = 0;
    }

    /// Heads are for terms with several blocks.
    void add_head(const BlockHead& head) {
        if (blocks_++ == 0) {
            first_head_ = head;
            return;
        }
        if (blocks_ == 2) {
            entry_.place = {root_.heads++, 0};
            put(Part::kHeads, &first_head_, sizeof first_head_);
        }
        ++root_.heads;
        put(Part::kHeads, &head, sizeof head);
    }

    void end_term() {
        write_block();
        if (blocks_ == 1) entry_.place = first_head_.place;
        put(Part::kTerms, &entry_, sizeof entry_);
        ++root_.terms;
        entry_.count = 0;
        blocks_ = 0;
    }

    Pages& pages_;
    Sizes sizes_;
    SegmentRoot root_{};
    Output outputs_[kParts];
    PageRun* runs_ = nullptr;
    uint32_t run_count_ = 0;
    TermEntry entry_{};  // of the term being written
    BlockHead first_head_{};
    uint32_t blocks_ = 0;  // of the term
    uint32_t held_ = 0;    // of the next block
    Postings postings_;
};

}  // namespace vx::inverted
