// Every difference between PostgreSQL 15, 16, 17 and 18 that this extension meets.
//
// The only file that tests PG_VERSION_NUM (lint checks).  Included by pg.h inside its extern "C",
// so everything here is plain C-compatible inline code.
#pragma once

#if PG_VERSION_NUM < 150000
#error "vectorext needs PostgreSQL 15 or newer"
#endif

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "utils/backend_progress.h"
#include "varatt.h"
#else
#include "utils/backend_progress.h"
#endif

/* EXPLAIN asks extensions about nodes of plans from 18 on. */
#if PG_VERSION_NUM >= 180000
#include "commands/explain.h"
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#define VX_EXPLAINS_NODES 1
#endif

/* The collation "POSIX" has lost its symbol in 18, not its number. */
#if PG_VERSION_NUM >= 180000
#define POSIX_COLLATION_OID 951
#endif

/* PG 18 wants name and version in the magic block; older servers only the plain one. */
#if PG_VERSION_NUM >= 180000
#define VX_MODULE_MAGIC(name_, version_) PG_MODULE_MAGIC_EXT(.name = name_, .version = version_)
#else
#define VX_MODULE_MAGIC(name_, version_) PG_MODULE_MAGIC
#endif

/* Soft errors for input functions: PG 16 can return instead of raising. */
#if PG_VERSION_NUM >= 160000
#define VX_SOFT_ERROR(context, ...) ereturn(context, (Datum)0, __VA_ARGS__)
#define VX_ERROR_CONTEXT(fcinfo) ((fcinfo)->context)
#else
#define VX_SOFT_ERROR(context, ...)                                                                \
    do {                                                                                           \
        (void)(context);                                                                           \
        ereport(ERROR, __VA_ARGS__);                                                               \
        return (Datum)0;                                                                           \
    } while (0)
#define VX_ERROR_CONTEXT(fcinfo) (nullptr)
#endif

/* ReadRecentBuffer names the relation by RelFileNode before 16 and RelFileLocator after. */
static inline bool vx_read_recent_buffer(Relation rel, BlockNumber block, Buffer recent) {
#if PG_VERSION_NUM >= 160000
    return ReadRecentBuffer(rel->rd_locator, MAIN_FORKNUM, block, recent);
#else
    return ReadRecentBuffer(rel->rd_node, MAIN_FORKNUM, block, recent);
#endif
}

static inline uint32 vx_relation_file_number(Relation rel) {
#if PG_VERSION_NUM >= 160000
    return (uint32)rel->rd_locator.relNumber;
#else
    return (uint32)rel->rd_node.relNode;
#endif
}

/* Does a shared buffer hold the block just now?  No lock is taken: a hint. */
static inline bool vx_buffer_seems_to_hold(Relation rel, BlockNumber block, Buffer buffer) {
    const BufferDesc* descriptor = GetBufferDescriptor((uint32)(buffer - 1));
#if PG_VERSION_NUM >= 160000
    return descriptor->tag.blockNum == block &&
           descriptor->tag.relNumber == rel->rd_locator.relNumber;
#else
    return descriptor->tag.blockNum == block &&
           descriptor->tag.rnode.relNode == rel->rd_node.relNode;
#endif
}

/* Appends one zeroed page; returns it pinned and exclusively locked. */
static inline Buffer vx_extend_relation(Relation rel, ForkNumber fork) {
#if PG_VERSION_NUM >= 170000
    return ExtendBufferedRel(BMR_REL(rel), fork, nullptr, EB_LOCK_FIRST);
#elif PG_VERSION_NUM >= 160000
    return ExtendBufferedRel(EB_REL(rel), fork, nullptr, EB_LOCK_FIRST);
#else
    Buffer buffer;
    /* A new relation is local to its transaction, but not to one process: builds have workers. */
    bool need_lock = !RelationUsesLocalBuffers(rel);

    if (need_lock) LockRelationForExtension(rel, ExclusiveLock);
    buffer = ReadBufferExtended(rel, fork, P_NEW, RBM_NORMAL, nullptr);
    LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
    if (need_lock) UnlockRelationForExtension(rel, ExclusiveLock);
    return buffer;
#endif
}

/* What sees the chunks of a TOAST value.  PG 18 has one snapshot for all; before, each reader has
 * its own, which lives as long as it reads. */
static inline Snapshot vx_toast_snapshot(Snapshot own) {
#if PG_VERSION_NUM >= 180000
    (void)own;
    return get_toast_snapshot();
#else
    init_toast_snapshot(own);
    return own;
#endif
}

/* A scan of a TOAST relation's chunks by value id. */
static inline IndexScanDesc vx_begin_toast_scan(Relation toast, Relation index, Snapshot snapshot) {
#if PG_VERSION_NUM >= 180000
    return index_beginscan(toast, index, snapshot, nullptr, 1, 0);
#else
    return index_beginscan(toast, index, snapshot, 1, 0);
#endif
}

/* What EXPLAIN ANALYZE shows as "Index Searches", from 18 on. */
static inline void vx_count_index_search(IndexScanDesc scan) {
#if PG_VERSION_NUM >= 180000
    if (scan->instrument != nullptr) scan->instrument->nsearches++;
#else
    (void)scan;
#endif
}

/*
 * Rows that scans of an index have found visible (idx_tup_fetch, not yet reported); -1 where
 * track_counts is off.
 */
static inline int64 vx_rows_fetched(Relation index) {
    if (index->pgstat_info == nullptr) return -1;
#if PG_VERSION_NUM >= 160000
    return index->pgstat_info->counts.tuples_fetched;
#else
    return index->pgstat_info->t_counts.t_tuples_fetched;
#endif
}

/* Superusers own everything. */
static inline bool vx_owns_relation(Oid relation, Oid role) {
#if PG_VERSION_NUM >= 160000
    return object_ownercheck(RelationRelationId, relation, role);
#else
    return pg_class_ownercheck(relation, role);
#endif
}

/* From 17 on a table may be given to others to VACUUM. */
static inline bool vx_may_maintain(Oid relation, Oid role) {
#if PG_VERSION_NUM >= 170000
    return pg_class_aclcheck(relation, role, ACL_MAINTAIN) == ACLCHECK_OK;
#else
    (void)relation;
    (void)role;
    return false;
#endif
}

/* Memory for what a check hook keeps with a setting's value, which the server frees; null when
 * there is none. */
static inline void* vx_guc_alloc(size_t bytes) {
#if PG_VERSION_NUM >= 160000
    return guc_malloc(LOG, bytes);
#else
    return malloc(bytes);
#endif
}

static inline void vx_vacuum_delay(void) {
#if PG_VERSION_NUM >= 180000
    vacuum_delay_point(false);
#else
    vacuum_delay_point();
#endif
}

/* Descriptor of a shared buffer, as an address to prefetch; never dereferenced here. */
static inline const void* vx_buffer_descriptor(Buffer buffer) {
    return (const char*)BufferDescriptors + (size_t)(buffer - 1) * sizeof(BufferDescPadded);
}

/* PG 18 counts disabled nodes instead of adding a huge cost. */
static inline void vx_disable_path(Path* path) {
#if PG_VERSION_NUM >= 180000
    path->disabled_nodes = 2;
#else
    (void)path;
#endif
}

/* Functions of an index run with a safe search_path from 17 on, when a check calls them, too. */
static inline void vx_restrict_search_path(void) {
#if PG_VERSION_NUM >= 170000
    RestrictSearchPath();
#endif
}

/* PG 18 names orders by what they mean, not by the strategy numbers of B-trees. */
static inline bool vx_pathkey_descends(const PathKey* key) {
#if PG_VERSION_NUM >= 180000
    return key->pk_cmptype == COMPARE_GT;
#else
    return key->pk_strategy == BTGreaterStrategyNumber;
#endif
}

/* Members of an equivalence class, those of child relations `relids` included. */
static inline List* vx_members(EquivalenceClass* ec, Relids relids) {
#if PG_VERSION_NUM >= 180000
    EquivalenceMemberIterator iterator;
    EquivalenceMember* member;
    List* members = NIL;

    setup_eclass_member_iterator(&iterator, ec, relids);
    while ((member = eclass_member_iterator_next(&iterator)) != nullptr)
        members = lappend(members, member);
    return members;
#else
    (void)relids;
    return ec->ec_members;
#endif
}

/* Has a column a valid NOT NULL constraint?  The planner knows from PG 17 on; from 18 on a
 * constraint in the catalog may be one that rows do not meet yet. */
static inline bool vx_is_not_null(const RelOptInfo* rel, Oid table, AttrNumber column) {
#if PG_VERSION_NUM >= 170000
    (void)table;
    return bms_is_member(column, rel->notnullattnums);
#else
    HeapTuple tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(table), Int16GetDatum(column));
    bool not_null = false;

    (void)rel;
    if (HeapTupleIsValid(tuple)) {
        not_null = ((Form_pg_attribute)GETSTRUCT(tuple))->attnotnull;
        ReleaseSysCache(tuple);
    }
    return not_null;
#endif
}

/* Calls the walker for each node below; 15 has it as a function without a prototype. */
static inline bool vx_walk_plan(PlanState* node, bool (*walker)(PlanState*, void*), void* context) {
#if PG_VERSION_NUM >= 160000
    return planstate_tree_walker(node, walker, context);
#else
    return planstate_tree_walker(node, (bool (*)())(void (*)(void))walker, context);
#endif
}

/* The same for expressions, and for the statements and expressions within a statement. */
static inline bool vx_walk_expression(Node* node, bool (*walker)(Node*, void*), void* context) {
#if PG_VERSION_NUM >= 160000
    return expression_tree_walker(node, walker, context);
#else
    return expression_tree_walker(node, (bool (*)())(void (*)(void))walker, context);
#endif
}

static inline bool vx_walk_query(Query* query, bool (*walker)(Node*, void*), void* context) {
#if PG_VERSION_NUM >= 160000
    return query_tree_walker(query, walker, context, 0);
#else
    return query_tree_walker(query, (bool (*)())(void (*)(void))walker, context, 0);
#endif
}

/* Raises unless the relations of a query, those of queries within it left out, may be read.  From
 * PG 16 on their permissions are a list of their own. */
static inline void vx_check_permissions(const Query* query) {
#if PG_VERSION_NUM >= 160000
    (void)ExecCheckPermissions(query->rtable, query->rteperminfos, true);
#else
    (void)ExecCheckRTPerms(query->rtable, true);
#endif
}

/* An expression over a partitioned table or UNION ALL as one over a table below it. */
static inline Node* vx_translate_to_child(PlannerInfo* root, Node* node, RelOptInfo* child) {
#if PG_VERSION_NUM >= 160000
    return adjust_appendrel_attrs_multilevel(root, node, child, child->top_parent);
#else
    return adjust_appendrel_attrs_multilevel(root, node, child->relids, child->top_parent_relids);
#endif
}
