"""What the documentation promises of an answer, checked against all rows that match.

docs/tuning.md (What a scan returns), docs/ranges.md, docs/queries.md.
"""
import collections
import math

# Sums of up to 128 elements in single precision, of which the index takes one and the executor another.
ROUNDING = 4e-6


class Totals:
    """found[kind], wanted[kind]: of what may be missed, rows or answers, how much was not."""

    def __init__(self):
        self.found = collections.Counter()
        self.wanted = collections.Counter()
        self.shapes = collections.Counter()
        self.by_index = collections.Counter()
        self.by_filter = 0
        self.asked = 0     # the number of the query
        self.misses = []   # (how many, kind, query, found, wanted)

    def add(self, kind, found, wanted):
        if found < wanted:
            self.misses.append((wanted - found, kind, self.asked, found, wanted))
        self.found[kind] += found
        self.wanted[kind] += wanted

    def add_both(self, kind, found, wanted):
        """By rows, of which few queries may have most, and by answers."""
        self.add(kind, found, wanted)
        if wanted:
            self.add("complete: " + kind, int(found == wanted), 1)

    def share(self, kind):
        return self.found[kind] / self.wanted[kind] if self.wanted[kind] else 1.0


class Settings:
    """Those that the promises depend on."""

    def __init__(self, rng):
        self.ef_search = rng.choice((1, 3, 10, 40, 40, 40, 100, 400))
        self.strict = rng.random() < 0.25
        self.exact_ranges = rng.random() < 0.35


def same_key(left, right):
    return left == right or (left is not None and right is not None and math.isnan(left) and math.isnan(right))


def rank(key, descending):
    """A key as PostgreSQL sorts it: NaN greater than all numbers, NULL at the end."""
    if key is None:
        return (3, 0.0)
    if math.isnan(key):
        return (0 if descending else 2, 0.0)
    return (1, -key if descending else key)


def close(left, right, tolerance):
    """Whether rank `left` may come before `right`."""
    if left[0] != right[0]:
        return left[0] < right[0]
    return left[1] <= right[1] or left[1] - right[1] <= tolerance


def tolerance_of(query, keys):
    """What two ways to add up one distance may differ by."""
    if query.index.exact:
        return 0.0
    sizes = [abs(key) for key in keys if key is not None and math.isfinite(key)]
    return ROUNDING * max(sizes + ([1.0] if query.index.metric == "cosine" else []), default=0.0)


class Comparison:
    """Complaints about one answer."""

    def __init__(self, query, settings, totals):
        self.query, self.settings, self.totals = query, settings, totals
        self.complaints = []

    def compare(self, got, all_rows):
        if self.query.counted:
            self.compare_counts(got[0][0], all_rows[0][0])
            return self.complaints
        groups = collections.defaultdict(lambda: ([], []))
        for side, rows in enumerate((got, all_rows)):
            for group, row_id, key in rows:
                groups[group][side].append((row_id, key))
        tolerance = tolerance_of(self.query, [key for _, _, key in all_rows])
        for group in groups:
            self.compare_group(group, *groups[group], tolerance)
        return self.complaints

    def complain(self, group, text):
        self.complaints.append(f"group {group}: {text}")

    def expected(self, matching):
        """How many rows LIMIT and OFFSET leave of all."""
        left = max(0, matching - self.query.offset)
        return left if self.query.limit is None else min(left, self.query.limit)

    def may_miss(self):
        """The kind of what may be missed, if anything."""
        query = self.query
        if not query.bounded:
            return None
        if query.limit is not None or query.offset:
            return "threshold and limit"
        if self.settings.exact_ranges:
            return None
        return "threshold and order" if query.ordered or "ORDER BY" in query.text else "range"

    def compare_counts(self, found, matching):
        wanted, kind = self.expected(matching), self.may_miss()
        if found > wanted or (kind is None and found != wanted):
            self.complaints.append(f"counts {found}, not {wanted}")
        elif kind:
            self.totals.add_both(kind, found, wanted)

    def compare_group(self, group, got, matching, tolerance):
        keys = dict(matching)
        ids = [row_id for row_id, _ in got]
        if len(set(ids)) < len(ids):
            self.complain(group, f"returns twice {sorted(i for i in set(ids) if ids.count(i) > 1)[:9]}")
        strange = [row_id for row_id in ids if row_id not in keys]
        if strange:
            self.complain(group, f"returns what does not match: {strange[:9]}")
            return
        wrong = [row_id for row_id, key in got if not same_key(key, keys[row_id])]
        if wrong:
            self.complain(group, f"has another key for {wrong[:9]}")
        self.compare_membership(group, ids, keys, tolerance)
        if self.query.ordered:
            self.check_order(group, got, len(keys), tolerance)

    def compare_membership(self, group, ids, keys, tolerance):
        wanted, kind = self.expected(len(keys)), self.may_miss()
        if len(ids) > wanted or (kind is None and len(ids) != wanted):
            lacking = sorted(set(keys) - set(ids))[:9] if wanted == len(keys) else ""
            self.complain(group, f"{len(ids)} rows, not {wanted} of {len(keys)} {lacking}")
        elif kind:
            self.totals.add_both(kind, len(ids), wanted)
        if self.query.ordered and 0 < wanted < len(keys) and not kind:
            ranks = sorted(rank(key, self.query.descending) for key in keys.values())
            last = ranks[self.query.offset + wanted - 1]
            hits = sum(close(rank(keys[i], self.query.descending), last, tolerance) for i in ids)
            self.totals.add("filtered limit" if self.query.filtered else "limit", hits, wanted)

    def promised_order(self, got):
        """How many rows are in exact order: all under strict_order, else the first ef_search of a scan.

        A filter leaves an unknown part of those.  An incremental sort reads ahead: it may show a row that comes late
        before others that came in time.
        """
        query = self.query
        if self.settings.strict:
            return len(got)
        asked = math.inf if query.limit is None else query.limit + query.offset
        if query.filtered or (query.by_id and asked > self.settings.ef_search):
            return 0
        return max(0, min(len(got), self.settings.ef_search - query.offset))

    def check_order(self, group, got, matching, tolerance):
        query, promised = self.query, self.promised_order(got)
        ranks = [rank(key, query.descending) for _, key in got[:promised]]
        for at in range(1, promised):
            before, after = got[at - 1], got[at]
            if not close(ranks[at - 1], ranks[at], tolerance):
                self.complain(group, f"row {at} {before} comes before {after}; {matching} match")
                return
            if query.by_id and tolerance == 0 and ranks[at - 1] == ranks[at] and before[0] > after[0]:
                self.complain(group, f"equally far, {before} comes before {after}")
                return
