// The verifier's comparison of an index with its table.
//
// Both sides become (TID, owner, hashes of the element and the filter columns) and go through one
// sort, so that memory is bounded and neither side is read at random.
#include "core/inverted/verify.h"
#include "pg/index/check.h"
#include "pg/index/codecs.h"

namespace vx::pg {
namespace {

constexpr int kColumns = 5;

int64 number_of(HeapTid tid) { return int64_t{tid.block()} << 16 | tid.offset; }

uint64 hash_filters(const FilterValues& values) {
    const uint64 nulls = values.nulls;
    return hash_bytes_extended(reinterpret_cast<const unsigned char*>(values.keys),
                               sizeof values.keys, nulls);
}

/// Does a row that belongs to `table` according to its value lie where it should in the index?
bool same_list(NodeId table, NodeId index) {
    const bool listed = index == kNullListOwner || index == kZeroListOwner;
    return table == (listed ? index : kNoNode);
}

TupleDesc make_descriptor() {
    TupleDesc descriptor = CreateTemplateTupleDesc(kColumns);
    for (AttrNumber i = 1; i <= kColumns; ++i)
        TupleDescInitEntry(descriptor, i, "number", INT8OID, -1, 0);
    return descriptor;
}

}  // namespace

RowComparison::RowComparison(Relation index, const OpenIndex& opened)
    : index_(opened), filters_(describe_filters(index)),
      element_(static_cast<std::byte*>(palloc(element_bytes(opened)))),
      row_context_(AllocSetContextCreate(CurrentMemoryContext, "vectorext check row",
                                         ALLOCSET_DEFAULT_SIZES)) {
    if (opened.storage == Storage::kInverted) {
        // In no order of its elements.
        codec_ = palloc(sizeof(uint64));
        identity_offset_ = kNoIdentity;
        record_ = [](void* self, const std::byte* element) {
            const uint64_t hash = inverted::row_hash(sparse_pairs(element));
            std::memcpy(self, &hash, sizeof hash);
            return std::span<const std::byte>(static_cast<const std::byte*>(self), sizeof hash);
        };
    } else {
        use_codec(index, opened);
    }
    const TupleDesc descriptor = make_descriptor();
    AttrNumber columns[] = {1, 2};
    Oid orders[] = {Int8LessOperator, Int8LessOperator};
    Oid collations[] = {InvalidOid, InvalidOid};
    bool nulls_first[] = {false, false};
    slot_ = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
    sorted_ = MakeSingleTupleTableSlot(descriptor, &TTSOpsMinimalTuple);
    sort_ = tuplesort_begin_heap(descriptor, 2, columns, orders, collations, nulls_first,
                                 maintenance_work_mem, nullptr, TUPLESORT_NONE);
}

void RowComparison::use_codec(Relation index, const OpenIndex& opened) {
    with_codec(index, opened, [&](const auto& codec) {
        using Codec = std::decay_t<decltype(codec)>;
        codec_ = new (palloc(sizeof(Codec))) Codec(codec);
        identity_offset_ = Codec::kIdentityOffset;
        record_ = [](void* self, const std::byte* element) {
            auto& made = *static_cast<Codec*>(self);
            made.bind_for_insert(reinterpret_cast<const typename Codec::Element*>(element));
            return std::span<const std::byte>(made.bound_record(), made.bound_bytes());
        };
        return true;
    });
}

void RowComparison::put(const Entry& entry) {
    ExecClearTuple(slot_);
    slot_->tts_values[0] = Int64GetDatum(entry.tid);
    slot_->tts_values[1] = Int64GetDatum(entry.source);
    slot_->tts_values[2] = Int64GetDatum(entry.owner);
    slot_->tts_values[3] = Int64GetDatum(static_cast<int64>(entry.hash));
    slot_->tts_values[4] = Int64GetDatum(static_cast<int64>(entry.filters));
    for (int i = 0; i < kColumns; ++i) slot_->tts_isnull[i] = false;
    ExecStoreVirtualTuple(slot_);
    tuplesort_puttupleslot(sort_, slot_);
}

bool RowComparison::next(Entry* entry) {
    if (!tuplesort_gettupleslot(sort_, true, false, sorted_, nullptr)) return false;
    slot_getallattrs(sorted_);
    const Datum* values = sorted_->tts_values;
    *entry = {DatumGetInt64(values[0]), static_cast<Source>(DatumGetInt64(values[1])),
              static_cast<NodeId>(DatumGetInt64(values[2])),
              static_cast<uint64>(DatumGetInt64(values[3])),
              static_cast<uint64>(DatumGetInt64(values[4]))};
    return true;
}

/// Of the code in the upper half, never 0; the identity below, never 0 where the codec has one.
uint64 RowComparison::hash_of(const std::byte* record, uint32_t bytes) const {
    const auto hash = [](const std::byte* from, uint32_t count, uint64 seed) {
        return hash_bytes_extended(reinterpret_cast<const unsigned char*>(from),
                                   static_cast<int>(count), seed);
    };
    uint64 code = 0;
    uint32 identity = 0;
    if (identity_offset_ == kNoIdentity) {
        code = hash(record, bytes, 0);
    } else {
        const uint32_t behind = identity_offset_ + sizeof identity;
        code = hash(record + behind, bytes - behind, hash(record, identity_offset_, 0));
        memcpy(&identity, record + identity_offset_, sizeof identity);
        identity |= 1;
    }
    const uint64 upper = code >> 32;
    return (upper != 0 ? upper : 1) << 32 | identity;
}

/// Are two hashes known to be of unequal codes, or of unequal elements?
bool RowComparison::differ(uint64 a, uint64 b) {
    if (a == 0 || b == 0) return false;
    const auto identity_a = static_cast<uint32>(a), identity_b = static_cast<uint32>(b);
    return a >> 32 != b >> 32 || (identity_a != 0 && identity_b != 0 && identity_a != identity_b);
}

uint64 RowComparison::hash_of_element() {
    const std::span<const std::byte> record = record_(codec_, element_);
    return hash_of(record.data(), static_cast<uint32_t>(record.size()));
}

void RowComparison::add_element(const StoredRecord& stored) {
    hashed_ = stored.id;
    hash_ = hash_of(stored.record, stored.bytes);
    // Of a mixed node's rows only the code is the same.
    if (stored.mixed) hash_ = hash_ >> 32 << 32;
}

void RowComparison::add_index_row(NodeId owner, bool live, const IndexRow& row) {
    put({number_of(row.tid), live ? kFromIndex : kFromPending, owner, owner == hashed_ ? hash_ : 0,
         hash_filters(row.filters)});
}

void RowComparison::add_table_row(Relation, ItemPointer row, Datum* values, bool* nulls, bool,
                                  void* self) {
    auto& rows = *static_cast<RowComparison*>(self);
    const MemoryContext caller = MemoryContextSwitchTo(rows.row_context_);
    const ElementKind kind = read_element(rows.index_, values[0], nulls[0], rows.element_);
    Entry entry{number_of(to_heap_tid(*row)), kFromTable, kNoNode, 0};
    if (rows.filters_.count > 0)
        entry.filters = hash_filters(read_filters(rows.filters_, values, nulls));
    if (kind == ElementKind::kNull)
        entry.owner = kNullListOwner;
    else if (kind == ElementKind::kZero)
        entry.owner = kZeroListOwner;
    else
        entry.hash = rows.hash_of_element();
    MemoryContextSwitchTo(caller);
    MemoryContextReset(rows.row_context_);
    rows.put(entry);
}

void RowComparison::add_table_rows(Relation heap, Relation index, Snapshot snapshot) {
    ::IndexInfo* info = BuildIndexInfo(index);
    // A scan under an MVCC snapshot waits for no process and sees each row once, under the TID that
    // the index has for it.
    info->ii_Concurrent = true;
    TableScanDesc scan = table_beginscan_strat(heap, snapshot, 0, nullptr, true, false);
    (void)table_index_build_scan(heap, index, info, false, false, add_table_row, this, scan);
}

void RowComparison::compare(CheckSink& sink) {
    tuplesort_performsort(sort_);
    Entry entry{-1, kFromIndex, kNoNode, 0};
    Entry found = entry;  // the live one of the index for this TID
    int64 tid = -1;
    bool live = false;
    while (next(&entry)) {
        CHECK_FOR_INTERRUPTS();
        const bool again = entry.tid == tid;
        const auto report = [&](FindingKind kind, NodeId node) {
            sink.finding({kind, kNoPage, node, entry.tid >> 16, entry.tid & 0xFFFF});
        };
        if (!again) live = false;
        tid = entry.tid;
        if (entry.source != kFromTable) {
            if ((entry.tid & 0xFFFF) == 0) report(FindingKind::kBadTid, entry.owner);
            if (again) report(FindingKind::kDuplicateTid, entry.owner);
            if (entry.source == kFromIndex && !live) {
                found = entry;
                live = true;
            }
        } else if (!live) {
            report(FindingKind::kMissingRow, kNoNode);
        } else if (!same_list(entry.owner, found.owner)) {
            report(FindingKind::kWrongList, found.owner);
        } else if (differ(entry.hash, found.hash)) {
            report(FindingKind::kWrongElement, found.owner);
        } else if (filters_.count > 0 && entry.filters != found.filters) {
            report(FindingKind::kWrongFilters, found.owner);
        }
    }
    tuplesort_end(sort_);
    ExecDropSingleTupleTableSlot(sorted_);
    ExecDropSingleTupleTableSlot(slot_);
}

}  // namespace vx::pg
