// What an ordered scan costs: a search before the first row, then hops of the search and the row
// itself for each further one, or the sweep where that is less (core/paged/scan_request.h).
//
// The planner interpolates between the cost of the first and of all rows, which a scan's cost is
// not linear between.  Where the query says how many rows it wants, the total is what makes the
// interpolation right there.
//
// A scan without an order reads T pages, or searches as one by distance does, and no rows.
#include "pg/index/cost.h"

#include <algorithm>

#include "core/paged/scan_request.h"
#include "pg/index/foreign.h"
#include "pg/index/inverted.h"
#include "pg/index/open_index.h"
#include "pg/index/options.h"
#include "pg/index/within_share.h"

namespace vx::pg {
namespace {

struct IndexShape {
    bool usable;  // false: a file that is not ours
    bool scans_all_rows;
    bool fused;  // the first search goes by sketches: one page says all of a hop
    bool ranks;  // rows are read for their exact distances
    double m;
    double floats;  // that a distance looks at, or other things of four bytes
    double bytes;   // of a value in the table
    double ef;
    double sure_rows;  // that the query takes, as far as the scan will know
    double nodes_per_directory_page;
    double within;          // the share of rows that bounds let pass; below 0: unknown
    bool inverted = false;  // storage inverted, where the terms of a query have
    double postings = 0;    // so many postings
    double passing = 1;     // the share that conditions on filter columns let pass
};

/// The conditions that the scan is given.
struct ScanConditions {
    List* bounds = NIL;   // of the distance
    List* filters = NIL;  // on filter columns
    List* all = NIL;
};

ScanConditions conditions_of(const IndexPath* path) {
    ScanConditions found;
    ListCell* cell = nullptr;
    foreach (cell, path->indexclauses) {
        const auto* clause = lfirst_node(IndexClause, cell);
        List** list = is_distance_bound(clause) ? &found.bounds : &found.filters;
        *list = lappend(*list, clause->rinfo);
        found.all = lappend(found.all, clause->rinfo);
    }
    return found;
}

double selectivity_of(PlannerInfo* root, const IndexPath* path, List* conditions) {
    return clauselist_selectivity(root, conditions, static_cast<int>(path->indexinfo->rel->relid),
                                  JOIN_INNER, nullptr);
}

/// Does anything but `conditions` decide which rows of the table stay?
bool is_filtered(const PlannerInfo* root, const RelOptInfo* rel, const List* conditions) {
    if (bms_membership(root->all_baserels) == BMS_MULTIPLE) return true;
    ListCell* cell = nullptr;
    foreach (cell, rel->baserestrictinfo)
        if (!list_member_ptr(conditions, lfirst(cell))) return true;
    return false;
}

/// Does the query say how many rows it wants of a scan by distance?
bool wants_few(const PlannerInfo* root, const IndexPath* path) {
    return path->indexorderbys != NIL && root->limit_tuples >= 1;
}

/// What the scan will be asked for, as far as the plan tells; below a join a LIMIT says nothing.
ScanRequest request_of(const PlannerInfo* root, const IndexPath* path, Relation index,
                       const ScanConditions& conditions) {
    const bool bounded = conditions.bounds != NIL;
    const bool filtered = is_filtered(root, path->indexinfo->rel, conditions.all);
    ScanRequest request;
    request.ef = static_cast<size_t>(scan_ef(index));
    request.whole = scans_all_rows(index);
    request.strict = scans_in_strict_order(index);
    if (bounded) request.limit = 0;  // some distance
    if (!wants_few(root, path) && bounded && scans_ranges_exactly()) request.whole = true;
    if (wants_few(root, path) && bms_membership(root->all_baserels) != BMS_MULTIPLE) {
        request.least_rows = static_cast<uint64_t>(root->limit_tuples);
        if (!filtered) request.most_rows = request.least_rows;
    }
    request.settle_order();
    return request;
}

/// Postings that a search of storage inverted reads, where the plan says for which query; else a
/// guess.
double postings_of(PlannerInfo* root, const IndexPath* path, Relation index,
                   const OpenIndex& opened) {
    constexpr double kGuessedShare = 0.1;  // of the rows, all terms together
    const Const* query = find_query_value(root, path);
    if (query == nullptr || !has_index_dims(opened, query->constvalue))
        return path->indexinfo->tuples * kGuessedShare;
    return count_postings(index, opened, query->constvalue);
}

IndexShape shape_of(PlannerInfo* root, const IndexPath* path, const ScanConditions& conditions) {
    const IndexOptInfo* info = path->indexinfo;
    // The planner holds a lock on the index already.
    Relation index = index_open(info->indexoid, NoLock);
    IndexShape shape{};
    shape.usable = index->rd_amcache != nullptr || !is_foreign_file(index);
    if (shape.usable) {
        const OpenIndex opened = open_index(index);
        // A statement's own `@<` may have no query.
        const bool bounded = conditions.bounds != NIL && find_path_query(path) != nullptr;
        const ScanRequest request = request_of(root, path, index, conditions);
        shape.scans_all_rows = request.whole;
        shape.fused = opened.storage == Storage::kFast && !request.exceeds_sketches() &&
                      request.ef <= most_ef_by_sketches(opened.sketch);
        shape.ranks = path->indexorderbys != NIL && has_codes(opened.storage);
        shape.m = static_cast<double>(opened.params.m);
        shape.floats = static_cast<double>(opened.element == Element::kBit ? opened.dims / 32
                                           : opened.element == Element::kSparse
                                               ? opened.geometry.inline_bytes() / 4
                                               : opened.dims);
        shape.bytes = shape.floats * (opened.element == Element::kFloat16 ? 2 : 4);
        shape.ef = static_cast<double>(request.ef);
        shape.sure_rows = bounded ? 0 : static_cast<double>(request.least_rows);
        shape.nodes_per_directory_page = opened.geometry.nodes_per_extent;
        shape.inverted = opened.storage == Storage::kInverted;
        if (shape.inverted) shape.postings = postings_of(root, path, index, opened);
        shape.within = bounded ? share_within(root, path, index, opened) : 1;
        if (conditions.filters != NIL) {
            // Of what no statistics know, one row may pass nevertheless.
            const double least = 1 / std::max(info->tuples, 1.0);
            shape.passing = std::max(selectivity_of(root, path, conditions.filters), least);
        }
    }
    index_close(index, NoLock);
    return shape;
}

/// Of a list's nodes, those that were not met before; the others cost a look at a bitmap.
constexpr double kFreshNeighbors = 12;

/// Prices of what scans do, in the planner's units.
struct Prices {
    double visit;      // a page of the index at random
    double node;       // a distance of a node from the query
    double first_hop;  // a node's neighbors, in the first search
    double hop;        // the same when the search goes on
    double rank;       // the exact distance of a row
};

/// Cost of reading a page at random of a relation of so many; most of them are found in the cache
/// as long as the relation fits there.
double page_cost(Oid tablespace, double pages) {
    constexpr double kCachedShare = 0.96;
    double random_page = 0;
    get_tablespace_page_costs(tablespace, &random_page, nullptr);
    const double fits = pages > 0 ? effective_cache_size / pages : 1;
    return random_page * (1 - kCachedShare * (fits < 1 ? fits : 1));
}

Prices prices_of(const IndexOptInfo* index, const IndexShape& shape) {
    constexpr double kSketchesAsOperators = 300;  // of a list, with their places among the others
    constexpr double kFetchedRowAsTuples = 25;    // with its place in the order
    constexpr double kToastPages = 3;             // its index and a row's chunks
    Prices prices{};
    prices.visit = page_cost(index->reltablespace, static_cast<double>(index->pages));
    prices.node = cpu_operator_cost * (2 + shape.floats / 64);
    prices.hop = kFreshNeighbors * (prices.visit + prices.node);
    prices.first_hop = shape.fused
                           ? prices.visit + cpu_operator_cost * kSketchesAsOperators + prices.node
                           : prices.hop;
    if (shape.ranks) {
        const double table_pages = index->rel->pages;
        const bool out_of_line = table_pages * BLCKSZ < index->tuples * shape.bytes / 2;
        prices.rank = page_cost(index->rel->reltablespace, table_pages) +
                      kFetchedRowAsTuples * cpu_tuple_cost + prices.node;
        if (out_of_line)
            prices.rank += kToastPages * page_cost(index->rel->reltablespace,
                                                   index->tuples * shape.bytes / BLCKSZ);
    }
    return prices;
}

/// Nodes whose neighbors are looked at before the first row can be returned.  The constant (0.55)
/// is pgvector's fit over several data sets.
double first_hops(const IndexShape& shape, double rows) {
    const double levels = log(rows + 1) / log(shape.m);
    if (shape.fused) return 1.5 * shape.ef + levels;
    const double measured = 2 * shape.m * shape.ef * 0.55 * levels / (1 + log(shape.ef));
    return (measured + levels * shape.m) / kFreshNeighbors;
}

/// The cost of comparing the nodes that a filter lets pass: the T pages are read for their filter
/// columns, then the pages of those nodes.
double filtered_sweep_cost(const IndexOptInfo* index, const IndexShape& shape, double rows) {
    constexpr double kEntriesAsOperators = 0.1;  // of a T page, one of its entries
    const double visit = prices_of(index, shape).visit;
    const double passing = rows * shape.passing;
    const double pages = std::min(static_cast<double>(index->pages), passing);
    return rows / shape.nodes_per_directory_page * visit +
           rows * kEntriesAsOperators * cpu_operator_cost + pages * visit +
           passing * cpu_operator_cost * (8 + shape.floats / 64);
}

/// The cost of comparing all nodes, page by page.
double sweep_cost(const IndexOptInfo* index, const IndexShape& shape, double rows) {
    if (shape.passing < 1) return filtered_sweep_cost(index, shape, rows);
    double page = 0;
    get_tablespace_page_costs(index->reltablespace, nullptr, &page);
    const auto pages = static_cast<double>(index->pages);
    const double cached = prices_of(index, shape).visit;
    return pages * (page < cached ? page : cached) +
           rows * cpu_operator_cost * (8 + shape.floats / 64);
}

/// How many of the rows that a scan returns a query is likely to take, when it says how many it
/// wants.
double rows_wanted(const PlannerInfo* root, const IndexPath* path, double rows) {
    if (root->limit_tuples <= 0) return rows;
    const double kept = path->path.parent->rows > 1 ? path->path.parent->rows : 1;
    const double wanted = root->limit_tuples * (rows / kept);
    return wanted < rows ? wanted : rows;
}

/// By how much more than statistics say a scan's rows are counted where these know little: where a
/// join, or conditions of several columns, which the planner takes for independent, decide which
/// rows stay.  If they exclude each other, all rows are read for none; other plans cost what they
/// cost.  `conditions`: those of the scan itself.
double doubt(const PlannerInfo* root, const IndexPath* path, const List* conditions) {
    constexpr double kDoubt = 5;
    const RelOptInfo* rel = path->indexinfo->rel;
    if (bms_membership(root->all_baserels) == BMS_MULTIPLE) return kDoubt;
    Bitmapset* columns = nullptr;
    ListCell* cell = nullptr;
    foreach (cell, rel->baserestrictinfo) {
        auto* condition = lfirst_node(RestrictInfo, cell);
        if (!list_member_ptr(conditions, condition))
            pull_varattnos(reinterpret_cast<Node*>(condition->clause), rel->relid, &columns);
    }
    return bms_membership(columns) == BMS_MULTIPLE ? kDoubt : 1;
}

struct ScanCosts {
    double startup;
    double total;
};

/// What it costs to search posting lists: their blocks are read, and what they add up to compared;
/// those who read on search again and again.
ScanCosts posting_costs(const IndexOptInfo* index, const IndexShape& shape, double rows) {
    constexpr double kPostingsPerPage = 1000;
    constexpr double kPostingAsOperators = 0.5;
    constexpr double kRowAsOperators = 4;
    const double visit = prices_of(index, shape).visit;
    const double pages =
        std::min(static_cast<double>(index->pages), 1 + shape.postings / kPostingsPerPage);
    const double search = pages * visit + shape.postings * kPostingAsOperators * cpu_operator_cost;
    return {search, search + rows * (cpu_index_tuple_cost + kRowAsOperators * cpu_operator_cost)};
}

/// What it costs to read all rows that pass, of `rows`, such that interpolation is right at
/// `wanted` of them.
ScanCosts scan_costs(const IndexOptInfo* index, const IndexShape& shape, double rows,
                     double wanted) {
    if (shape.inverted) return posting_costs(index, shape, rows);
    const Prices prices = prices_of(index, shape);
    const double sweep = sweep_cost(index, shape, rows);
    const double search = first_hops(shape, rows) * prices.first_hop;
    const double row = cpu_index_tuple_cost + prices.rank;
    const double passing = std::max(rows * shape.passing, 1.0);
    const double hops = wanted / shape.passing * prices.hop;
    // The scan knows how far it would have to search, and does not begin to where that is more.
    const bool foreseen = shape.passing < 1 || wanted <= shape.sure_rows;
    if (shape.scans_all_rows || sweep <= search || (foreseen && sweep <= hops))
        return {sweep, sweep + passing * row};
    const double found = search + hops;
    const double swept = search + 2 * sweep;
    const double to_wanted = (found < swept ? found : swept) - search;
    return {search, search + passing * (row + to_wanted / wanted)};
}

bool is_null_of_vector(const IndexClause* clause) {
    const auto* qual = linitial_node(RestrictInfo, clause->indexquals);
    return clause->indexcol == 0 && IsA(qual->clause, NullTest) &&
           reinterpret_cast<const NullTest*>(qual->clause)->nulltesttype == IS_NULL;
}

/// What it costs to find the rows that pass without a distance: all T pages are read, or the list
/// of those whose vector is NULL.
ScanCosts walk_costs(PlannerInfo* root, const IndexPath* path, const IndexShape& shape,
                     double rows) {
    constexpr double kEntriesAsOperators = 0.2;  // of a T page: a look at its filters, and a copy
    constexpr double kRowsPerSegment = 16;       // of a list
    const double visit = prices_of(path->indexinfo, shape).visit;
    double walked = rows;
    double rows_per_page = shape.nodes_per_directory_page;
    ListCell* cell = nullptr;
    foreach (cell, path->indexclauses) {
        const auto* clause = lfirst_node(IndexClause, cell);
        if (!is_null_of_vector(clause)) continue;
        walked = rows * selectivity_of(root, path, list_make1(clause->rinfo));
        rows_per_page = kRowsPerSegment;
    }
    const double total = walked / rows_per_page * visit +
                         walked * kEntriesAsOperators * cpu_operator_cost +
                         rows * shape.passing * cpu_index_tuple_cost;
    return {0, total};
}

/// Not infinity: an incremental sort above the path takes differences of costs, which would not be
/// numbers, and what compares with those wins (seen with 17 under enable_seqscan = off).
void forbid(Cost* startup_cost, Cost* total_cost, IndexPath* path) {
    *startup_cost = *total_cost = 1e100;
    vx_disable_path(&path->path);
}

}  // namespace

void estimate_cost(PlannerInfo* root, IndexPath* path, double /*loop_count*/, Cost* startup_cost,
                   Cost* total_cost, Selectivity* selectivity, double* correlation, double* pages) {
    *selectivity = 1;
    *correlation = 0;
    *pages = 0;
    // Where no column is wanted, as by count(*), the server takes any index to have them all.  It
    // would believe the visibility map of rows that VACUUM takes out of the index meanwhile: a scan
    // holds no pins that keep it from that.
    if (path->path.pathtype == T_IndexOnlyScan) {
        forbid(startup_cost, total_cost, path);
        return;
    }
    const IndexOptInfo* index = path->indexinfo;
    const ScanConditions conditions = conditions_of(path);
    List* bounds = conditions.bounds;
    const IndexShape shape = shape_of(root, path, conditions);
    if (!shape.usable || (bounds != NIL && find_path_query(path) == nullptr)) {
        forbid(startup_cost, total_cost, path);
        return;
    }
    // Beyond a bound of the distance the scan ends.
    double within = shape.within >= 0 ? shape.within : selectivity_of(root, path, bounds);
    const double rows = index->tuples > 1 ? index->tuples : 1;
    const double passing = std::max(rows * shape.passing, 1.0);
    *pages = static_cast<double>(index->pages);
    if (path->indexorderbys == NIL && bounds == NIL) {
        const ScanCosts costs = walk_costs(root, path, shape, rows);
        *startup_cost = costs.startup;
        *total_cost = costs.total;
    } else if (bounds != NIL && !wants_few(root, path)) {
        // All rows within the bound, whoever filters them.  Where it is not known how many those
        // are, few: who asks for a range without a limit wants what is near.  With a limit a bitmap
        // is compared with the scan by distance, which goes by the same number.
        if (shape.within < 0 && root->limit_tuples < 1) within = DEFAULT_RANGE_INEQ_SEL;
        const ScanCosts costs = scan_costs(index, shape, rows, passing * within);
        *startup_cost = costs.startup;
        *total_cost = costs.startup + (costs.total - costs.startup) * within;
    } else {
        const ScanCosts costs = scan_costs(index, shape, rows, rows_wanted(root, path, passing));
        const double slope = (costs.total - costs.startup) * doubt(root, path, conditions.all);
        *startup_cost = costs.startup;
        *total_cost = costs.startup + slope * within;
    }
    *selectivity = within * shape.passing;
    // Of the table, of which a partial index has a share.
    if (path->indexorderbys == NIL && index->rel->tuples > index->tuples)
        *selectivity *= index->tuples / index->rel->tuples;
}

}  // namespace vx::pg
