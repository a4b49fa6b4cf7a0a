// What a distance costs.  By pg_proc alone each would cost as much as a comparison of integers, at
// any length, though a table's vectors may even lie outside of its pages: then all plans that
// compare many rows look cheaper than those that ask an index.
//
// The prices are such that a unit of cost takes about as long with long vectors as with short ones.
#include "pg/fmgr.h"
#include "pg/types/datum.h"

namespace vx::pg {
namespace {

/// Elements that are compared in the time of an operator.
constexpr double kElementsPerOperator = 64;
/// Of a distance whose operands tell nothing.
constexpr double kUnknownElements = 100;
/// What reading a TOAST value costs beside its pages and chunks: the way through the TOAST index.
constexpr double kFetchAsOperators = 350;
/// Of a chunk of a TOAST value.
constexpr double kChunkAsTuples = 6;

/// How a type stores its elements.
struct Format {
    const char* type;
    double header;
    double element_bytes;
    double element_work;  // 1: as much as an element of `vector`
    bool declares_elements;
};
constexpr Format kFormats[] = {
    {Vector::kName, sizeof(Vector::Value), sizeof(Vector::Element), 1, true},
    {HalfVector::kName, sizeof(HalfVector::Value), sizeof(HalfVector::Element), 1, true},
    {SparseVector::kName, sizeof(SparseVector::Value), sizeof(int32) + sizeof(float), 16, false},
    {"bit", VARHDRSZ + sizeof(int32), 1.0 / BITS_PER_BYTE, 1.0 / 32, true},
};

/// A type's format, by its name; nullptr for what is none of ours.
const Format* find_format(Oid type) {
    HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple)) return nullptr;
    const char* name = NameStr(reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple))->typname);
    const Format* found = nullptr;
    for (const Format& format : kFormats)
        if (strcmp(format.type, name) == 0) found = &format;
    ReleaseSysCache(tuple);
    return found;
}

const Format* format_of(Node* node, int32* typmod) {
    *typmod = exprTypmod(node);
    return find_format(getBaseTypeAndTypmod(exprType(node), typmod));
}

/// Elements of an operand, as far as its type or its value says; 0: unknown.
double elements_of(Node* node) {
    int32 typmod = -1;
    const Format* format = format_of(node, &typmod);
    if (format == nullptr) return 0;
    if (typmod > 0 && format->declares_elements) return typmod;
    if (!IsA(node, Const) || reinterpret_cast<Const*>(node)->constisnull) return 0;
    const Datum value = reinterpret_cast<Const*>(node)->constvalue;
    return (static_cast<double>(toast_raw_datum_size(value)) - format->header) /
           format->element_bytes;
}

/// A column of a table from which an operand comes, by casts and other functions of one value.
struct Column {
    Oid table;
    AttrNumber number;
    int32 width;           // on average, as stored, by ANALYZE; 0: unknown
    double elements;       // 0: unknown
    const Format* format;  // nullptr: there is no such column
};

Node* innermost(Node* node) {
    for (;;) {
        if (IsA(node, RelabelType)) {
            node = reinterpret_cast<Node*>(reinterpret_cast<RelabelType*>(node)->arg);
        } else if (IsA(node, FuncExpr) && reinterpret_cast<FuncExpr*>(node)->args != NIL) {
            node = static_cast<Node*>(linitial(reinterpret_cast<FuncExpr*>(node)->args));
        } else {
            return node;
        }
    }
}

Column find_column(PlannerInfo* root, Node* operand) {
    Column column{};
    Node* node = innermost(operand);
    if (root == nullptr || !IsA(node, Var)) return column;
    const auto* var = reinterpret_cast<const Var*>(node);
    const auto relation = static_cast<int>(var->varno);
    if (var->varlevelsup != 0 || var->varattno <= 0 || relation <= 0 ||
        relation > list_length(root->parse->rtable))
        return column;
    const RangeTblEntry* entry = rt_fetch(relation, root->parse->rtable);
    if (entry->rtekind != RTE_RELATION || entry->relkind == RELKIND_FOREIGN_TABLE) return column;
    int32 typmod = -1;
    column.table = entry->relid;
    column.number = var->varattno;
    column.width = get_attavgwidth(entry->relid, var->varattno);
    column.format = format_of(node, &typmod);
    column.elements = elements_of(node);
    return column;
}

char storage_of(const Column& column) {
    HeapTuple tuple =
        SearchSysCache2(ATTNUM, ObjectIdGetDatum(column.table), Int16GetDatum(column.number));
    if (!HeapTupleIsValid(tuple)) return TYPSTORAGE_PLAIN;
    const char storage = reinterpret_cast<Form_pg_attribute>(GETSTRUCT(tuple))->attstorage;
    ReleaseSysCache(tuple);
    return storage;
}

/// What ANALYZE sees of a value that lies out of line.
constexpr int32 kPointerBytes = TOAST_POINTER_SIZE;
/// From here on it does, unless the row is short otherwise or the table says so.
constexpr double kInlineBytes = TOAST_TUPLE_THRESHOLD - MAXALIGN(SizeofHeapTupleHeader);

/// How many of a column's values lie out of line, from 0 to 1, when they have so many bytes.
double out_of_line(const Column& column, double bytes) {
    if (column.width > 0) {
        if (bytes <= 2 * kPointerBytes) return 0;
        const double share = (bytes - VARHDRSZ - column.width) / (bytes - VARHDRSZ - kPointerBytes);
        return share < 0 ? 0 : share > 1 ? 1 : share;
    }
    switch (storage_of(column)) {
    case TYPSTORAGE_PLAIN:
        return 0;
    case TYPSTORAGE_MAIN:
        return bytes > TOAST_TUPLE_TARGET_MAIN ? 1 : 0;
    default:
        return bytes > kInlineBytes ? 1 : 0;
    }
}

/// Fetching an operand that may lie out of line; `elements` as the distance has them.
double fetch_cost(const Column& column, double elements) {
    if (column.format == nullptr) return 0;
    if (column.elements > 0) elements = column.elements;
    double bytes = column.format->header + elements * column.format->element_bytes;
    if (column.width == kPointerBytes && bytes < kInlineBytes) bytes = kInlineBytes;
    const double share = out_of_line(column, bytes);
    // Rows that follow each other have their chunks side by side.
    return share * (bytes / BLCKSZ * seq_page_cost +
                    bytes / TOAST_MAX_CHUNK_SIZE * kChunkAsTuples * cpu_tuple_cost +
                    kFetchAsOperators * cpu_operator_cost);
}

/// Elements of the operands of a distance between two columns, or values of unknown length.
double elements_by_width(const Column& column) {
    if (column.format == nullptr || column.width <= 0 || column.width == kPointerBytes) return 0;
    const double bytes = column.width - column.format->header;
    return bytes > 0 ? bytes / column.format->element_bytes : 0;
}

double greater(double a, double b) { return a > b ? a : b; }

double distance_cost(PlannerInfo* root, List* operands) {
    double elements = 0;
    double work = 1;
    ListCell* cell = nullptr;
    foreach (cell, operands) {
        int32 typmod = -1;
        auto* operand = static_cast<Node*>(lfirst(cell));
        elements = greater(elements, elements_of(operand));
        const Format* format = format_of(operand, &typmod);
        if (format != nullptr) work = format->element_work;
    }
    double fetching = 0;
    foreach (cell, operands) {
        const Column column = find_column(root, static_cast<Node*>(lfirst(cell)));
        if (elements <= 0) elements = elements_by_width(column);
        fetching += fetch_cost(column, elements > 0 ? elements : kUnknownElements);
    }
    if (elements <= 0) elements = kUnknownElements;
    return cpu_operator_cost * (1 + elements * work / kElementsPerOperator) + fetching;
}

/// Is the function's cost the default?  Otherwise somebody has set it, and it counts.
bool has_default_cost(Oid function) {
    HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
    if (!HeapTupleIsValid(tuple)) return false;
    const bool is_default = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple))->procost == 1;
    ReleaseSysCache(tuple);
    return is_default;
}

List* operands_of(Node* node) {
    if (node == nullptr) return NIL;
    if (IsA(node, OpExpr)) return reinterpret_cast<OpExpr*>(node)->args;
    return IsA(node, FuncExpr) ? reinterpret_cast<FuncExpr*>(node)->args : NIL;
}

/// The support function of distances.
Datum distance_support(FunctionCallInfo fcinfo) {
    auto* request = reinterpret_cast<Node*>(PG_GETARG_POINTER(0));
    if (!IsA(request, SupportRequestCost)) PG_RETURN_POINTER(nullptr);
    auto* cost = reinterpret_cast<SupportRequestCost*>(request);
    List* operands = operands_of(cost->node);
    if (operands == NIL || !has_default_cost(cost->funcid)) PG_RETURN_POINTER(nullptr);
    cost->startup = 0;
    cost->per_tuple = distance_cost(cost->root, operands);
    PG_RETURN_POINTER(cost);
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(vectorext_distance_support, vx::pg::distance_support)
