// vectorext_advise: which index a query uses, or what keeps one away and what would let it.
//
// The query is planned, with the caller's rights, and never executed: what is said comes from the
// catalogs and the query itself.
#include "pg/advice/inspect.h"
#include "pg/advice/rewrite.h"
#include "pg/fmgr.h"
#include "pg/index/cost.h"
#include "pg/planner/plan_scans.h"
#include "pg/planner/plan_settings.h"

namespace vx::pg {
namespace {

/// Types of the parameters of a statement.
struct ParameterTypes {
    Oid* types;
    int count;
};

/// A SELECT.
struct Statement {
    const char* text;
    ParameterTypes parameters;
    Query* analyzed;   // as it was written
    Query* rewritten;  // with its views and policies
};

/// The indexes that a statement's plan scans where the planner takes an index wherever it can.
struct ForcedPlan {
    const char* text;
    List* scans;
};

/// What is asked, and what is known of it.
struct Question {
    Statement statement;
    List* findings;
    List* scans;   // of the plan
    List* forced;  // ForcedPlan: partitions ask for the same ones
};

[[noreturn]] void raise_not_select(const char* what) {
    ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("cannot advise on %s", what),
            errhint("Give a single SELECT, with $1, $2 and so on for its parameters."));
    pg_unreachable();
}

/// Raises where the caller may not read what the query, or one within it, reads.
bool check_access(Node* node, void* context) {
    if (node == nullptr) return false;
    if (!IsA(node, Query)) return vx_walk_expression(node, check_access, context);
    auto* query = reinterpret_cast<Query*>(node);
    if (query->commandType != CMD_SELECT) raise_not_select("a statement that changes data");
    vx_check_permissions(query);
    return vx_walk_query(query, check_access, context);
}

void require_types(const ParameterTypes& parameters) {
    for (int i = 0; i < parameters.count; ++i)
        if (parameters.types[i] == InvalidOid || parameters.types[i] == UNKNOWNOID)
            ereport(ERROR, errcode(ERRCODE_INDETERMINATE_DATATYPE),
                    errmsg("could not determine data type of parameter $%d", i + 1),
                    errhint("Cast it, as in $%d::vector.", i + 1));
}

/// Lets an error say where in the query it is, and not where in the one that asks.
void point_into_query(void* text) {
    const int position = geterrposition();
    if (position <= 0) return;
    errposition(0);
    internalerrposition(position);
    internalerrquery(static_cast<const char*>(text));
}

/// `known`: types of parameters that the text alone may not tell.
Statement analyze(const char* text, const ParameterTypes& known) {
    List* parsed = pg_parse_query(text);
    if (list_length(parsed) == 0) raise_not_select("no statement");
    if (list_length(parsed) > 1) raise_not_select("several statements");
    auto* raw = linitial_node(RawStmt, parsed);
    if (!IsA(raw->stmt, SelectStmt)) raise_not_select("a statement that is no SELECT");
    Statement statement{text, known, nullptr, nullptr};
    statement.analyzed = parse_analyze_varparams(raw, text, &statement.parameters.types,
                                                 &statement.parameters.count, nullptr);
    require_types(statement.parameters);
    if (statement.analyzed->commandType != CMD_SELECT)
        raise_not_select("a statement that is no SELECT");
    auto* copy = static_cast<Query*>(copyObjectImpl(statement.analyzed));
    statement.rewritten = linitial_node(Query, pg_rewrite_query(copy));
    check_access(reinterpret_cast<Node*>(statement.rewritten), nullptr);
    return statement;
}

Statement read_statement(const char* text, const ParameterTypes& known) {
    ErrorContextCallback context{};
    context.callback = point_into_query;
    context.arg = const_cast<char*>(text);
    context.previous = error_context_stack;
    error_context_stack = &context;
    const Statement statement = analyze(text, known);
    error_context_stack = context.previous;
    return statement;
}

/// Indexes that the plan scans.
List* find_scans(const Statement& statement, List** findings) {
    auto* copy = static_cast<Query*>(copyObjectImpl(statement.rewritten));
    return find_index_scans(plan_and_inspect(copy, statement.text, findings));
}

/// The same where the planner takes an index wherever it can.
const List* find_possible_scans(Question* question, const char* text) {
    ListCell* cell = nullptr;
    foreach (cell, question->forced) {
        const auto* known = static_cast<const ForcedPlan*>(lfirst(cell));
        if (strcmp(known->text, text) == 0) return known->scans;
    }
    const Statement statement = read_statement(text, question->statement.parameters);
    auto* plan = static_cast<ForcedPlan*>(palloc(sizeof(ForcedPlan)));
    *plan = {text, NIL};
    List* findings = NIL;
    with_settings(kByIndexAlone, [&] { plan->scans = find_scans(statement, &findings); });
    question->forced = lappend(question->forced, plan);
    return plan->scans;
}

/// One of the indexes that is ours and on the table; InvalidOid where none is.
Oid find_scan_of(Oid table, const List* scans) {
    ListCell* cell = nullptr;
    foreach (cell, scans) {
        Relation index = index_open(lfirst_oid(cell), NoLock);
        const bool found =
            index->rd_indam->amcostestimate == estimate_cost && index->rd_index->indrelid == table;
        index_close(index, NoLock);
        if (found) return lfirst_oid(cell);
    }
    return InvalidOid;
}

/// A row of the answer; InvalidOid and null are NULLs.
struct Advice {
    Oid table;
    Oid index;
    bool used;
    const char* reason;
    const char* suggestion;
};

void put(ReturnSetInfo* result, const Advice& advice) {
    Datum values[5] = {ObjectIdGetDatum(advice.table), ObjectIdGetDatum(advice.index),
                       BoolGetDatum(advice.used), CStringGetTextDatum(advice.reason)};
    bool nulls[5] = {!OidIsValid(advice.table), !OidIsValid(advice.index), false, false,
                     advice.suggestion == nullptr};
    if (advice.suggestion != nullptr) values[4] = CStringGetTextDatum(advice.suggestion);
    tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/// Why the planner does not use an index that it could, as far as form goes.
const char* reason_of_costs(Question* question, const Finding& finding) {
    if (!enable_indexscan) return "enable_indexscan is off";
    const List* possible = find_possible_scans(question, question->statement.text);
    if (OidIsValid(find_scan_of(finding.table, possible)))
        return finding.lacks_limit
                   ? "there is no LIMIT, and to sort all rows is less work than to take them from "
                     "an index one by one"
                   : "the planner expects another plan to be less work, as for few rows, or where "
                     "other conditions leave few";
    return "the planner has no plan with the index: what is around the table, such as a join, "
           "needs another order";
}

/// A statement that would use an index: this is tried.
const char* suggest(Question* question, Finding finding) {
    if (finding.reason == nullptr) finding.edits |= finding.lacks_limit ? kAddLimit : 0U;
    const char* changed = rewrite_statement(question->statement.analyzed, finding);
    if (changed != nullptr &&
        OidIsValid(find_scan_of(finding.table, find_possible_scans(question, changed))))
        return changed;
    return finding.definition;
}

/// Whether it is for a finding that the plan scans an index of its table.  What was not expected to
/// be served yields to what was, where a query reads a table twice.
bool explains_scan(const List* findings, const Finding& finding) {
    ListCell* cell = nullptr;
    foreach (cell, findings) {
        const auto* other = static_cast<const Finding*>(lfirst(cell));
        if (other->table == finding.table && other->reason == nullptr)
            return finding.reason == nullptr;
    }
    return true;
}

Advice advise_on(Question* question, const Finding& finding) {
    const Oid used = find_scan_of(finding.table, question->scans);
    if (OidIsValid(used) && !finding.fails && explains_scan(question->findings, finding))
        return {finding.table, used, true, "the plan uses the index", nullptr};
    Advice advice{finding.table, finding.index, false, finding.reason, nullptr};
    if (advice.reason == nullptr) advice.reason = reason_of_costs(question, finding);
    advice.suggestion = suggest(question, finding);
    return advice;
}

bool same_text(const char* a, const char* b) {
    return a == nullptr || b == nullptr ? a == b : strcmp(a, b) == 0;
}

bool has_advice(const List* given, const Advice& advice) {
    ListCell* cell = nullptr;
    foreach (cell, given) {
        const auto* other = static_cast<const Advice*>(lfirst(cell));
        if (other->table == advice.table && other->index == advice.index &&
            same_text(other->reason, advice.reason) &&
            same_text(other->suggestion, advice.suggestion))
            return true;
    }
    return false;
}

/// The findings that are worth a row.
List* keep_telling(List* findings) {
    List* kept = NIL;
    ListCell* cell = nullptr;
    foreach (cell, findings)
        if (!static_cast<const Finding*>(lfirst(cell))->is_weak) kept = lappend(kept, lfirst(cell));
    return kept != NIL ? kept : findings;
}

Datum advise(FunctionCallInfo fcinfo) {
    InitMaterializedSRF(fcinfo, 0);
    auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
    Question question{};
    question.statement = read_statement(text_to_cstring(PG_GETARG_TEXT_PP(0)), {});
    question.scans = find_scans(question.statement, &question.findings);
    question.findings = keep_telling(question.findings);
    List* given = NIL;
    ListCell* cell = nullptr;
    foreach (cell, question.findings) {
        auto* advice = static_cast<Advice*>(palloc(sizeof(Advice)));
        *advice = advise_on(&question, *static_cast<const Finding*>(lfirst(cell)));
        if (has_advice(given, *advice)) continue;
        given = lappend(given, advice);
        put(result, *advice);
    }
    if (given == NIL)
        put(result,
            {InvalidOid, InvalidOid, false,
             "the query has no distance of a table's column by which an index orders", nullptr});
    return Datum{0};
}

}  // namespace
}  // namespace vx::pg

VX_FUNCTION(vectorext_advise, vx::pg::advise)
