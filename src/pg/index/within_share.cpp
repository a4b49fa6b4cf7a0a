// The server takes a third for any comparison whose left side it has no statistics of, so a bound
// that lets ten rows of a million pass would look no better than none at all.
#include "pg/index/within_share.h"

#include "core/paged/within_sample.h"
#include "pg/index/codecs.h"
#include "pg/index/pages.h"
#include "pg/index/scan_query.h"

namespace vx::pg {
namespace {

/// The value of an expression that needs nothing but this plan; null where there is none.
const Const* find_value(PlannerInfo* root, void* node) {
    Node* value = estimate_expression_value(root, static_cast<Node*>(node));
    return IsA(value, Const) ? reinterpret_cast<const Const*>(value) : nullptr;
}

/// The nearest of the bounds; false where one of them is not known.
bool find_bound(PlannerInfo* root, const IndexPath* path, double* bound) {
    *bound = get_float8_infinity();
    bool found = false;
    ListCell* cell = nullptr;
    foreach (cell, path->indexclauses) {
        if (!is_distance_bound(lfirst_node(IndexClause, cell))) continue;
        found = true;
        const auto* quals = lfirst_node(IndexClause, cell)->indexquals;
        const auto* qual = linitial_node(RestrictInfo, quals);
        const Const* value =
            find_value(root, lsecond(reinterpret_cast<OpExpr*>(qual->clause)->args));
        if (value == nullptr) return false;
        const double distance =
            value->constisnull ? -get_float8_infinity() : DatumGetFloat8(value->constvalue);
        if (distance < *bound) *bound = distance;
    }
    return found;
}

/// Is the path's selectivity that of its bounds alone?
bool has_bounds_only(const IndexPath* path) {
    ListCell* cell = nullptr;
    foreach (cell, path->indexclauses)
        if (!is_distance_bound(lfirst_node(IndexClause, cell))) return false;
    return true;
}

/// The query that a path takes distances to; null where the plan does not say it.
const Const* find_query(PlannerInfo* root, const IndexPath* path) {
    return find_value(root, find_path_query(path));
}

/// A path of the same index that has been made for the same query and bound, so that its
/// selectivity is what would be measured; null where there is none.  Such paths come in pairs: by
/// distance, and in any order.
const IndexPath* find_measured(PlannerInfo* root, const IndexPath* path, double bound,
                               const Const* query) {
    ListCell* cell = nullptr;
    foreach (cell, path->indexinfo->rel->pathlist) {
        if (!IsA(lfirst(cell), IndexPath)) continue;
        const auto* other = lfirst_node(IndexPath, cell);
        double other_bound = 0;
        if (other->indexinfo == path->indexinfo && other->indexorderbys != NIL &&
            has_bounds_only(other) && find_bound(root, other, &other_bound) &&
            other_bound == bound && equal(find_query(root, other), query))
            return other;
    }
    return nullptr;
}

/// `query` may be null: then it is taken to be like the rows.  `measured`: a path that has the
/// answer already, or null.
double measure_share(Relation index, const OpenIndex& opened, double bound, const Datum* query,
                     const IndexPath* measured) {
    QueryScale scale{0, has_codes(opened.storage) ? scaled_unit(opened) : 1};
    auto* element = static_cast<std::byte*>(palloc(element_bytes(opened)));
    if (query != nullptr) {
        scale = scale_query(opened, {*query, false});
        if (read_query(opened, *query, false, element) != ElementKind::kNormal) return -1;
        scale_elements(opened, scale, element);
    }
    if (measured != nullptr) return measured->indexselectivity;
    const float limit = ranking_limit(opened, bound, scale.unit);
    auto* scratch = static_cast<std::byte*>(
        palloc(opened.geometry.record_limit() * (opened.geometry.lanes + size_t{4})));
    return with_codec(index, opened, [&](const auto& codec) {
        using Codec = std::decay_t<decltype(codec)>;
        BufferPages pages(index);
        PagedStore<BufferPages, Codec> store(pages, opened.geometry, codec, opened.params, scratch);
        WithinSample sample;
        if (query != nullptr) {
            store.bind(reinterpret_cast<const typename Codec::Element*>(element));
            sample.take(store);
        } else {
            sample.take_between(store);
        }
        return sample.share(limit);
    });
}

}  // namespace

Node* find_path_query(const IndexPath* path) {
    if (path->indexorderbys != NIL)
        return static_cast<Node*>(lsecond(linitial_node(OpExpr, path->indexorderbys)->args));
    ListCell* cell = nullptr;
    foreach (cell, path->indexclauses) {
        const auto* clause = lfirst_node(IndexClause, cell);
        // The planner puts `@<@` behind the bound (bounds.cpp).
        if (!is_distance_bound(clause) || list_length(clause->indexquals) < 2) continue;
        const auto* qual = lsecond_node(RestrictInfo, clause->indexquals);
        return static_cast<Node*>(lsecond(reinterpret_cast<OpExpr*>(qual->clause)->args));
    }
    return nullptr;
}

bool is_distance_bound(const IndexClause* clause) {
    const auto* qual = linitial_node(RestrictInfo, clause->indexquals);
    if (clause->indexcol != 0 || !IsA(qual->clause, OpExpr)) return false;
    // A statement may have `@<@`, which the scan refuses.
    const auto* args = reinterpret_cast<const OpExpr*>(qual->clause)->args;
    return exprType(static_cast<Node*>(lsecond(args))) == FLOAT8OID;
}

const Const* find_query_value(PlannerInfo* root, const IndexPath* path) {
    if (planner_rt_fetch(path->indexinfo->rel->relid, root)->securityQuals != NIL) return nullptr;
    const Const* query = find_query(root, path);
    return query != nullptr && !query->constisnull ? query : nullptr;
}

double share_within(PlannerInfo* root, const IndexPath* path, Relation index,
                    const OpenIndex& opened) {
    constexpr double kUnknown = -1;
    // A cost that EXPLAIN shows would tell how far rows are that a policy hides.
    const Index table = path->indexinfo->rel->relid;
    if (planner_rt_fetch(table, root)->securityQuals != NIL) return kUnknown;
    double bound = 0;
    if (!find_bound(root, path, &bound)) return kUnknown;
    const Const* query = find_query(root, path);
    if (opened.storage == Storage::kInverted) return kUnknown;
    if (query != nullptr && (query->constisnull || !has_index_dims(opened, query->constvalue)))
        return kUnknown;
    return measure_share(index, opened, bound, query != nullptr ? &query->constvalue : nullptr,
                         find_measured(root, path, bound, query));
}

}  // namespace vx::pg
