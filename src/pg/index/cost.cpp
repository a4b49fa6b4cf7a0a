// What an ordered scan costs: a search before the first row, then a little for each further row.
//
// The total is that of reading everything through the index, which orders as many rows as a sort
// would, so that the planner's interpolation for LIMIT comes out right and a query without LIMIT
// prefers a sequential scan and a sort.
#include "pg/index/cost.h"

#include "pg/index/foreign.h"
#include "pg/index/open_index.h"
#include "pg/index/options.h"

namespace vx::pg {
namespace {

struct IndexShape {
    bool usable;  // false: a file that is not ours
    bool scans_all_rows;
    double m;
    double floats;  // that a distance looks at, or other things of four bytes
    double bytes;   // of a value in the table
    double ef;
};

IndexShape shape_of(Oid index_oid) {
    // The planner holds a lock on the index already.
    Relation index = index_open(index_oid, NoLock);
    IndexShape shape{};
    shape.usable = index->rd_amcache != nullptr || !is_foreign_file(index);
    if (shape.usable) {
        const OpenIndex opened = open_index(index);
        shape.scans_all_rows = scans_all_rows(index);
        shape.m = static_cast<double>(opened.params.m);
        shape.floats = static_cast<double>(opened.element == Element::kBit ? opened.dims / 32
                                           : opened.element == Element::kSparse
                                               ? opened.geometry.inline_bytes() / 4
                                               : opened.dims);
        shape.bytes = shape.floats * (opened.element == Element::kFloat16 ? 2 : 4);
        shape.ef = static_cast<double>(scan_ef(index));
    }
    index_close(index, NoLock);
    return shape;
}

/// Nodes measured before the first row can be returned: the descent, and the base level search,
/// whose constant (.55) is pgvector's fit over several data sets.
double nodes_visited(const IndexShape& shape, double rows) {
    if (shape.scans_all_rows) return rows;
    const double levels = log(rows + 1) / log(shape.m);
    const double base = 2 * shape.m * shape.ef * 0.55 * levels / (1 + log(shape.ef));
    const double visited = levels * shape.m + base;
    return visited < rows ? visited : rows;
}

/// Cost of reading a page of the index at random; most of them are found in the cache as long as
/// the index fits there.
double page_cost(const IndexOptInfo* index) {
    constexpr double kCachedShare = 0.9;
    double random_page = 0;
    get_tablespace_page_costs(index->reltablespace, &random_page, nullptr);
    const double fits =
        index->pages > 0 ? effective_cache_size / static_cast<double>(index->pages) : 1;
    return random_page * (1 - kCachedShare * (fits < 1 ? fits : 1));
}

/// What a search costs before the first row, when it visits so many nodes.
///
/// A sequential scan is charged for the pages of the table alone.  Where these do not hold the
/// vectors, it is charged neither for reading them nor for comparing them at their length; then a
/// search that visits fewer is charged for no more.  2,000 rows of 1,536 dimensions on 18 pages:
/// 0.6 ms by the index, 14 ms without, which costs 81.
double search_cost(const IndexOptInfo* index, const IndexShape& shape, double visited) {
    const auto index_pages = static_cast<double>(index->pages);
    // Neighbours lie on pages of their own unless a page holds a good part of the index.
    const double reading = (visited < index_pages ? visited : index_pages) * page_cost(index);
    const double per_node = cpu_operator_cost * (2 + shape.floats / 64);
    const double table_pages = index->rel->pages;
    const bool out_of_line = table_pages * BLCKSZ < index->tuples * shape.bytes / 2;
    if (!out_of_line || visited > index->tuples / 2) return reading + visited * per_node;
    double page = 0;
    get_tablespace_page_costs(index->rel->reltablespace, nullptr, &page);
    const double scanning = table_pages * page;
    return (reading < scanning ? reading : scanning) + visited * 2 * cpu_operator_cost;
}

/// Not infinity: an incremental sort above the path takes differences of costs, which would not be
/// numbers, and what compares with those wins (seen with 17 under enable_seqscan = off).
void forbid(Cost* startup_cost, Cost* total_cost, IndexPath* path) {
    *startup_cost = *total_cost = 1e100;
    vx_disable_path(&path->path);
}

}  // namespace

void estimate_cost(PlannerInfo* /*root*/, IndexPath* path, double /*loop_count*/,
                   Cost* startup_cost, Cost* total_cost, Selectivity* selectivity,
                   double* correlation, double* pages) {
    *selectivity = 1;
    *correlation = 0;
    *pages = 0;
    if (path->indexorderbys == NIL) {
        forbid(startup_cost, total_cost, path);
        return;
    }
    const IndexOptInfo* index = path->indexinfo;
    const double rows = index->tuples > 1 ? index->tuples : 1;
    const IndexShape shape = shape_of(index->indexoid);
    if (!shape.usable) {
        forbid(startup_cost, total_cost, path);
        return;
    }
    const double visited = nodes_visited(shape, rows);
    const double nodes_per_page = index->pages > 0 ? rows / static_cast<double>(index->pages) : 1;
    const double per_node = cpu_operator_cost * (2 + shape.floats / 64);
    *startup_cost = search_cost(index, shape, visited);
    // As cost_tuplesort has it: the index puts all rows in order, too.
    const double ordering = 2 * cpu_operator_cost * rows * log2(rows + 1);
    *total_cost = *startup_cost + rows * (per_node + cpu_index_tuple_cost) + ordering +
                  rows / (nodes_per_page > 1 ? nodes_per_page : 1) * page_cost(index);
    *pages = static_cast<double>(index->pages);
}

}  // namespace vx::pg
