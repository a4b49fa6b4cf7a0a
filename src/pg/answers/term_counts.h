// Terms by how many documents have them, while documents come.
#pragma once

#include <algorithm>
#include <string_view>

#include "core/base/hash.h"
#include "pg/answers/document.h"
#include "pg/answers/term_statistics.h"

namespace vx::pg {

/// Allocates in the context that it is made in.
class TermCounts {
public:
    TermCounts() : context_(CurrentMemoryContext) {
        entries_ = allocate<Entry>(room_);
        slots_ = allocate<uint32>(mask_ + 1, MCXT_ALLOC_ZERO);
        text_ = allocate<char>(text_room_);
    }

    /// Counts `documents` of `words` words together, whose terms are added one by one.
    void add_documents(int64 documents, int64 words) {
        if (documents > TermStatistics::kMostDocuments - documents_)
            ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many documents"));
        documents_ += documents;
        if (__builtin_add_overflow(words_, words, &words_))
            ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many words"));
    }

    /// Counts `documents` for a term.  False if it has been there.
    bool add_term(std::string_view term, uint32 documents) {
        const auto hash = static_cast<uint32>(
            hash_bytes(reinterpret_cast<const std::byte*>(term.data()), term.size()));
        size_t at = hash & mask_;
        for (; slots_[at] != 0; at = (at + 1) & mask_) {
            Entry& entry = entries_[slots_[at] - 1];
            if (entry.hash != hash || view(entry) != term) continue;
            entry.documents += documents;
            return false;
        }
        if (count_ == room_) {
            grow();
            at = free_slot(hash);
        }
        entries_[count_] = {append(term), static_cast<uint32>(term.size()), documents, hash};
        slots_[at] = static_cast<uint32>(++count_);
        return true;
    }

    void add(const Document& document) {
        add_documents(1, document.length());
        for (size_t i = 0; i < document.size(); ++i) add_term(document.term(i), 1);
    }

    void add(const TermStatistics& statistics) {
        add_documents(statistics.documents, statistics.words);
        const TermList terms = statistics.terms();
        for (size_t i = 0; i < terms.size(); ++i) {
            CHECK_FOR_INTERRUPTS();
            add_term(terms.term(i), statistics.frequencies()[i]);
        }
    }

    /// Sorts the terms.
    void sort() {
        std::sort(entries_, entries_ + count_, [this](const Entry& a, const Entry& b) {
            CHECK_FOR_INTERRUPTS();
            return view(a) < view(b);
        });
    }

    /// A value in the current context, in the order in which terms have come or were sorted.
    TermStatistics& to_statistics() const {
        TermStatistics& statistics = new_term_statistics(count_, text_size_);
        statistics.documents = documents_;
        statistics.words = words_;
        char* text = statistics.text();
        uint32 end = 0;
        for (size_t i = 0; i < count_; ++i) {
            CHECK_FOR_INTERRUPTS();
            const std::string_view term = view(entries_[i]);
            memcpy(text + end, term.data(), term.size());
            end += static_cast<uint32>(term.size());
            statistics.ends()[i] = end;
            statistics.frequencies()[i] = entries_[i].documents;
        }
        return statistics;
    }

private:
    struct Entry {
        size_t text;
        uint32 length;
        uint32 documents;
        uint32 hash;
    };

    template <class T>
    T* allocate(size_t count, int flags = 0) {
        return static_cast<T*>(
            MemoryContextAllocExtended(context_, count * sizeof(T), MCXT_ALLOC_HUGE | flags));
    }

    std::string_view view(const Entry& entry) const { return {text_ + entry.text, entry.length}; }

    size_t append(std::string_view term) {
        if (term.size() > text_room_ - text_size_) {
            text_room_ = 2 * (text_room_ + term.size());
            text_ = static_cast<char*>(repalloc_huge(text_, text_room_));
        }
        const size_t at = text_size_;
        memcpy(text_ + at, term.data(), term.size());
        text_size_ += term.size();
        return at;
    }

    size_t free_slot(uint32 hash) const {
        size_t at = hash & mask_;
        while (slots_[at] != 0) at = (at + 1) & mask_;
        return at;
    }

    /// The slots are twice the entries that there is room for.
    void grow() {
        if (room_ > UINT32_MAX / 4)
            ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many terms"));
        room_ *= 2;
        entries_ = static_cast<Entry*>(repalloc_huge(entries_, room_ * sizeof(Entry)));
        pfree(slots_);
        mask_ = 2 * room_ - 1;
        slots_ = allocate<uint32>(mask_ + 1, MCXT_ALLOC_ZERO);
        for (size_t i = 0; i < count_; ++i)
            slots_[free_slot(entries_[i].hash)] = static_cast<uint32>(i + 1);
    }

    MemoryContext context_;
    int64 documents_ = 0;
    int64 words_ = 0;
    size_t count_ = 0;
    size_t room_ = 512;
    size_t mask_ = 1023;
    size_t text_size_ = 0;
    size_t text_room_ = 4096;
    Entry* entries_;
    uint32* slots_;  // number of an entry + 1; 0: free
    char* text_;
};

}  // namespace vx::pg
