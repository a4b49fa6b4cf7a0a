// amvalidate: one ordering operator (T, T) -> float8, a distance function of the same types, and
// optionally a norm function (T) -> float8, and what the planner gives to scans
// (strategies.h): bounds (T, float8) -> bool, what they are from (T, T) -> bool, and a second
// ordering operator.  Support
// functions beyond these are pgvector's: catalogs that it wrote have them, and here nothing calls
// them.  Operator classes of filter columns have conditions (T, U) -> bool and no function.
#include "pg/index/validate.h"

#include "pg/filter/columns.h"
#include "pg/index/strategies.h"

namespace vx::pg {
namespace {

constexpr int kDistanceProc = 1;

enum class Role : uint8_t { kNone, kDistance, kNorm, kTypeSupport };

/// An access method's name and what its support functions are, by their numbers.
struct Method {
    const char* name;
    Role roles[6];
};

constexpr Method kHnsw{"hnsw", {Role::kNone, Role::kDistance, Role::kNorm, Role::kTypeSupport}};
constexpr Method kIvfflat{
    "ivfflat",
    {Role::kNone, Role::kDistance, Role::kNorm, Role::kDistance, Role::kNorm, Role::kTypeSupport}};

struct Opclass {
    Form_pg_opclass form;
    const char* name;
    const Method& method;
};

template <class Form>
Form* member(const CatCList& list, int number) {
    return reinterpret_cast<Form*>(GETSTRUCT(&list.members[number]->tuple));
}

Role role_of(const Method& method, int number) {
    return number > 0 && number < static_cast<int>(lengthof(method.roles)) ? method.roles[number]
                                                                           : Role::kNone;
}

bool check_function(const Opclass& opclass, Form_pg_amproc proc) {
    const Oid type = opclass.form->opcintype;
    bool ok = proc->amproclefttype == type && proc->amprocrighttype == type;
    switch (role_of(opclass.method, proc->amprocnum)) {
    case Role::kDistance:
        ok = ok && check_amproc_signature(proc->amproc, FLOAT8OID, true, 2, 2, type, type);
        break;
    case Role::kNorm:
        ok = ok && check_amproc_signature(proc->amproc, FLOAT8OID, true, 1, 1, type);
        break;
    case Role::kTypeSupport:
        ok = ok && check_amproc_signature(proc->amproc, INTERNALOID, true, 1, 1, INTERNALOID);
        break;
    case Role::kNone:
        ok = false;
    }
    if (!ok)
        ereport(INFO, errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                errmsg("operator family \"%s\" of access method %s contains function %s with wrong "
                       "signature for support number %d",
                       opclass.name, opclass.method.name, format_procedure(proc->amproc),
                       proc->amprocnum));
    return ok;
}

bool is_ordering(Form_pg_amop amop, Oid type) {
    return amop->amoppurpose == AMOP_ORDER && amop->amoprighttype == type &&
           check_amop_signature(amop->amopopr, FLOAT8OID, type, type) &&
           opfamily_can_sort_type(amop->amopsortfamily, FLOAT8OID);
}

bool is_condition(Form_pg_amop amop, Oid type, Oid argument) {
    return amop->amoppurpose == AMOP_SEARCH && amop->amoprighttype == argument &&
           check_amop_signature(amop->amopopr, BOOLOID, type, argument);
}

bool is_vector_operator(Form_pg_amop amop, Oid type) {
    if (amop->amoplefttype != type) return false;
    switch (amop->amopstrategy) {
    case kDistanceStrategy:
    case kNanFirstStrategy:
        return is_ordering(amop, type);
    case kWithinStrategy:
    case kWithinOrNanStrategy:
        return is_condition(amop, type, FLOAT8OID);
    case kQueryStrategy:
        return is_condition(amop, type, type);
    default:
        return false;
    }
}

/// A family of ordered types has the operators of all of them.
bool is_filter_operator(Form_pg_amop amop, Oid type) {
    const Oid left = amop->amoplefttype;
    const Oid right = amop->amoprighttype;
    return amop->amoppurpose == AMOP_SEARCH &&
           check_amop_signature(amop->amopopr, BOOLOID, left, right) &&
           (left == type || are_comparable(left, type)) &&
           (right == left || are_comparable(left, right)) &&
           can_filter(left, static_cast<StrategyNumber>(amop->amopstrategy), amop->amopopr);
}

bool check_operator(const Opclass& opclass, Form_pg_amop amop, bool is_filter) {
    const Oid type = opclass.form->opcintype;
    const bool ok = is_filter ? is_filter_operator(amop, type) : is_vector_operator(amop, type);
    if (!ok)
        ereport(INFO, errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
                errmsg("operator family \"%s\" of access method %s contains invalid %s "
                       "specification for operator %s",
                       opclass.name, opclass.method.name,
                       amop->amoppurpose == AMOP_ORDER ? "ORDER BY" : "search",
                       format_operator(amop->amopopr)));
    return ok;
}

/// A filter column's: conditions, and nothing about a distance.  One whose distance function has
/// been forgotten has its ordering operator.
bool is_filter_class(const Opclass& opclass, const CatCList& functions, const CatCList& operators) {
    if (&opclass.method != &kHnsw || functions.n_members != 0 || operators.n_members == 0)
        return false;
    for (int i = 0; i < operators.n_members; ++i)
        if (member<FormData_pg_amop>(operators, i)->amoppurpose != AMOP_SEARCH) return false;
    return true;
}

bool check_complete(const Opclass& opclass, bool has_operator, bool has_distance) {
    if (has_operator && has_distance) return true;
    ereport(INFO, errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
            errmsg("operator class \"%s\" of access method %s is missing %s", opclass.name,
                   opclass.method.name,
                   has_distance ? "its ordering operator" : "support function 1"));
    return false;
}

bool validate(Oid opclass_oid, const Method& method) {
    HeapTuple tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass_oid));
    if (!HeapTupleIsValid(tuple))
        elog(ERROR, "cache lookup failed for operator class %u", opclass_oid);
    const Opclass opclass{reinterpret_cast<Form_pg_opclass>(GETSTRUCT(tuple)),
                          NameStr(reinterpret_cast<Form_pg_opclass>(GETSTRUCT(tuple))->opcname),
                          method};
    const Datum family = ObjectIdGetDatum(opclass.form->opcfamily);
    CatCList* functions = SearchSysCacheList1(AMPROCNUM, family);
    CatCList* operators = SearchSysCacheList1(AMOPSTRATEGY, family);
    const bool is_filter = is_filter_class(opclass, *functions, *operators);
    bool ok = true;
    bool has_distance = false;
    bool has_operator = false;
    for (int i = 0; i < functions->n_members; ++i) {
        auto* proc = member<FormData_pg_amproc>(*functions, i);
        ok = check_function(opclass, proc) && ok;
        has_distance = has_distance || proc->amprocnum == kDistanceProc;
    }
    for (int i = 0; i < operators->n_members; ++i) {
        auto* amop = member<FormData_pg_amop>(*operators, i);
        ok = check_operator(opclass, amop, is_filter) && ok;
        has_operator = has_operator || amop->amopstrategy == kDistanceStrategy;
    }
    if (!is_filter) ok = check_complete(opclass, has_operator, has_distance) && ok;
    ReleaseCatCacheList(operators);
    ReleaseCatCacheList(functions);
    ReleaseSysCache(tuple);
    return ok;
}

}  // namespace

bool validate_opclass(Oid opclass) { return validate(opclass, kHnsw); }

bool validate_ivfflat_opclass(Oid opclass) { return validate(opclass, kIvfflat); }

}  // namespace vx::pg
