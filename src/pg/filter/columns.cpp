#include "pg/filter/columns.h"

namespace vx::pg {
namespace {

/// Of operator classes with a distance: what open_index.h calls kDistanceProc, which is above.
constexpr int16 kDistanceProc = 1;

bool has_distance(Oid opclass) {
    const Oid type = get_opclass_input_type(opclass);
    return OidIsValid(get_opfamily_proc(get_opclass_family(opclass), type, type, kDistanceProc));
}

/// The hash operator family of a type, with an extended hash function; InvalidOid if there is none.
/// Also of types that stand for many.
Oid find_hash_family(Oid type) {
    const Oid opclass = GetDefaultOpClass(type, HASH_AM_OID);
    if (!OidIsValid(opclass)) return InvalidOid;
    const Oid family = get_opclass_family(opclass);
    const Oid hashed = get_opclass_input_type(opclass);
    return OidIsValid(get_opfamily_proc(family, hashed, hashed, HASHEXTENDED_PROC)) ? family
                                                                                    : InvalidOid;
}

/// An equality that values of equal hash belong to.
bool is_hashed(Oid op, Oid hash_family) {
    return OidIsValid(op) && OidIsValid(hash_family) && op_in_opfamily(op, hash_family);
}

bool is_polymorphic(Oid class_type) {
    // Not a pseudo-type of polymorphic functions, but the column's type says what it is made of.
    return IsPolymorphicType(class_type) || class_type == RECORDOID;
}

/// Values that are equal by the operator class or, for arrays, elements equal by the operators of
/// arrays, must have equal hashes.
FmgrInfo* find_hash(Oid type, Oid equality) {
    TypeCacheEntry* entry = lookup_type_cache(type, TYPECACHE_EQ_OPR | TYPECACHE_HASH_OPFAMILY |
                                                        TYPECACHE_HASH_EXTENDED_PROC_FINFO);
    if (!OidIsValid(equality)) equality = entry->eq_opr;
    if (!OidIsValid(entry->hash_extended_proc_finfo.fn_oid) ||
        !is_hashed(equality, entry->hash_opf))
        return nullptr;
    return &entry->hash_extended_proc_finfo;
}

void describe_labels(FilterColumn* column) {
    const Oid element = getBaseType(get_base_element_type(column->type));
    get_typlenbyvalalign(element, &column->element_bytes, &column->element_by_value,
                         &column->element_alignment);
    column->hash = find_hash(element, InvalidOid);
}

/// Its kind is kNone if its values cannot be kept.
FilterColumn describe_filter(const KeyColumn& key) {
    const Oid class_type = get_opclass_input_type(key.opclass);
    FilterColumn column{};
    column.kind = filter_kind(class_type);
    column.collation = key.collation;
    column.type = is_polymorphic(class_type) ? getBaseType(key.type) : class_type;
    column.is_varlena = get_typlen(column.type) == -1;
    switch (column.kind) {
    case FilterKind::kOrdered:
        column.encoding = find_ordered_type(class_type)->encoding;
        return column;
    case FilterKind::kLabels:
        describe_labels(&column);
        break;
    case FilterKind::kHashed:
        column.hash =
            find_hash(column.type, get_opfamily_member(get_opclass_family(key.opclass), class_type,
                                                       class_type, kEqualStrategy));
        break;
    case FilterKind::kNone:
        break;
    }
    if (column.hash == nullptr) column.kind = FilterKind::kNone;
    return column;
}

[[noreturn]] void raise_not_filter(const KeyColumn& key) {
    if (has_distance(key.opclass))
        ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                errmsg("an hnsw index cannot have more than one vector column"),
                errhint("The vector column comes first.  Create an index for each vector column."));
    ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
            errmsg("data type %s is not supported for filter columns of an hnsw index",
                   format_type_be(key.type)),
            errhint("A filter column needs a type with a hash function of its equality.  An "
                    "expression can have one, such as a cast to text."));
    pg_unreachable();
}

void check_first(const KeyColumn& key) {
    if (has_distance(key.opclass)) return;
    ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
            errmsg("first column of an hnsw index must be a vector column"),
            errhint("The vector column comes first, with an operator class that has a distance.  "
                    "Filter columns follow."));
}

void check_count(size_t filters) {
    if (filters <= kMaxFilterColumns) return;
    ereport(ERROR, errcode(ERRCODE_TOO_MANY_COLUMNS),
            errmsg("cannot use more than %u filter columns in an hnsw index", kMaxFilterColumns));
}

FilterColumns describe_columns(std::span<const KeyColumn> keys) {
    FilterColumns filters{};
    check_count(keys.size() - 1);
    check_first(keys[0]);
    for (const KeyColumn& key : keys.subspan(1)) {
        const FilterColumn column =
            has_distance(key.opclass) ? FilterColumn{} : describe_filter(key);
        if (column.kind == FilterKind::kNone) raise_not_filter(key);
        filters.columns[filters.count++] = column;
    }
    return filters;
}

uint64_t hash_value(const FilterColumn& column, Datum value) {
    return DatumGetUInt64(
        FunctionCall2Coll(column.hash, column.collation, value, Int64GetDatum(0)));
}

/// NULLs are in no intersection and contained in nothing, so they have no bit.
uint64_t signature(const FilterColumn& column, Datum value) {
    ArrayType* array = DatumGetArrayTypeP(value);
    Datum* elements = nullptr;
    bool* nulls = nullptr;
    int count = 0;
    // As the array calls its elements: a domain, where that is what the column has an array of.
    deconstruct_array(array, ARR_ELEMTYPE(array), column.element_bytes, column.element_by_value,
                      column.element_alignment, &elements, &nulls, &count);
    uint64_t bits = 0;
    for (int i = 0; i < count; ++i)
        if (!nulls[i]) bits |= uint64_t{1} << (hash_value(column, elements[i]) >> 58);
    if (elements != nullptr) pfree(elements);
    if (nulls != nullptr) pfree(nulls);
    return bits;
}

uint64_t key_of_detoasted(const FilterColumn& column, Datum value) {
    return column.kind == FilterKind::kLabels ? signature(column, value)
                                              : hash_value(column, value);
}

}  // namespace

FilterKind filter_kind(Oid class_type) {
    if (class_type == ANYARRAYOID) return FilterKind::kLabels;
    if (find_ordered_type(class_type) != nullptr) return FilterKind::kOrdered;
    return OidIsValid(find_hash_family(class_type)) ? FilterKind::kHashed : FilterKind::kNone;
}

bool can_filter(Oid type, StrategyNumber strategy, Oid op) {
    const bool is_equality = strategy == kEqualStrategy;
    switch (filter_kind(type)) {
    case FilterKind::kOrdered:
        return strategy == get_op_opfamily_strategy(
                               op, get_opclass_family(GetDefaultOpClass(type, BTREE_AM_OID)));
    case FilterKind::kHashed:
        return is_equality && is_hashed(op, find_hash_family(type));
    case FilterKind::kLabels:
        return is_equality || strategy == kOverlapsStrategy || strategy == kContainsStrategy;
    case FilterKind::kNone:
        break;
    }
    return false;
}

void check_key_columns(std::span<const KeyColumn> columns) { describe_columns(columns); }

FilterColumns describe_filters(Relation index) {
    KeyColumn keys[INDEX_MAX_KEYS];
    const auto count = static_cast<size_t>(IndexRelationGetNumberOfKeyAttributes(index));
    bool is_null = false;
    const Datum classes =
        SysCacheGetAttr(INDEXRELID, index->rd_indextuple, Anum_pg_index_indclass, &is_null);
    const auto* opclasses = reinterpret_cast<const oidvector*>(DatumGetPointer(classes));
    for (size_t i = 0; i < count; ++i)
        keys[i] = {opclasses->values[i],
                   TupleDescAttr(RelationGetDescr(index), static_cast<int>(i))->atttypid,
                   index->rd_indcollation[i]};
    return describe_columns({keys, count});
}

void filter_kinds(const FilterColumns& columns, FilterKind* kinds) {
    for (uint32_t i = 0; i < kMaxFilterColumns; ++i)
        kinds[i] = i < columns.count ? columns.columns[i].kind : FilterKind::kNone;
}

uint64_t filter_key(const FilterColumn& column, Datum value) {
    if (column.kind == FilterKind::kOrdered) return ordered_key(column.encoding, value);
    if (!column.is_varlena) return hash_value(column, value);
    // Here rather than in the hash function: not all of them free their copy.
    auto* stored = reinterpret_cast<varlena*>(DatumGetPointer(value));
    varlena* detoasted = pg_detoast_datum(stored);
    const uint64_t key = key_of_detoasted(column, PointerGetDatum(detoasted));
    if (detoasted != stored) pfree(detoasted);
    return key;
}

FilterValues read_filters(const FilterColumns& columns, const Datum* values, const bool* nulls) {
    FilterValues filters;
    for (uint32_t i = 0; i < columns.count; ++i) {
        if (nulls[i + 1])
            filters.nulls = static_cast<uint8_t>(filters.nulls | 1U << i);
        else
            filters.keys[i] = filter_key(columns.columns[i], values[i + 1]);
    }
    return filters;
}

}  // namespace vx::pg
