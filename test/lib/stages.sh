# shellcheck shell=bash
# How tests of each stage are run: once and all together by test/check, one of them again and again by
# test/repeat. To be sourced after server.sh; for all but `unit`, after vx_private_server.
#
#   vx_begin_STAGE               makes ready what runs of this stage have in common
#   vx_run_STAGE ARGUMENT ...    runs tests; prints what failed
#   vx_end_STAGE                 where the stage has a cluster
#
#   vx_run_regress STORAGE NAME ...     scripts sql/NAME.sql
#   vx_run_isolation NAME ...           test/isolation/specs/NAME.spec
#   vx_run_tap NAME ...                 what vx_tap_names prints
#   vx_run_unit REGEX                   what ctest calls them
#
#   vx_storages                  storages of indexes, one in VX_STORAGE or all
#   vx_STAGE_tests               names of all tests
#   vx_asks_for_storage FILE     does a test make its indexes with each storage?

readonly VX_UNIT_BUILD=$VX_REPO/build/check

# A stage that finds nothing to run has not passed.
vx_need() {
    [[ -e $2 ]] || vx_die "$1: nothing to run"
}

# Directory of the server's test programs.
vx_pgxs_test_dir() {
    printf '%s/test/%s' "$(cd "$(dirname "$("$PG_CONFIG" --pgxs)")/.." && pwd)" "$1"
}

vx_storages() {
    if [[ -n ${VX_STORAGE:-} ]]; then
        printf '%s\n' "$VX_STORAGE"
    else
        vx_make_variable STORAGES | tr ' ' '\n'
    fi
}

vx_asks_for_storage() {
    grep -qE 'VX_STORAGE|storage\(\)' "$1"
}

# Runs FUNCTION for each further argument, as many at a time as there are cores; what each one prints
# comes in one piece, in the end.
vx_side_by_side() {
    local function=$1 argument started=0 ended=0 status=0
    shift
    for argument in "$@"; do
        if ((started - ended == $(nproc))); then
            wait -n || status=1
            ((ended += 1))
        fi
        "$function" "$argument" >"$VX_TMP/$function.$argument.out" 2>&1 &
        ((started += 1))
    done
    for (( ; ended < started; ended += 1)); do
        wait -n || status=1
    done
    for argument in "$@"; do
        cat "$VX_TMP/$function.$argument.out"
    done
    return "$status"
}

# ---- regress

vx_regress_tests() {
    vx_make_variable REGRESS | tr ' ' '\n'
}

# With a name: beside others, in subshells.
vx_begin_regress() {
    VX_STAGE_DIR=$VX_TMP/regress${1:+.$1}
    vx_copy_for_user "$VX_STAGE_DIR" "$VX_REPO/sql" "$VX_REPO/expected"
    vx_copy_for_user "$VX_STAGE_DIR/test" "$VX_REPO/test/data"
    # Without autovacuum: while it analyzes one table, VACUUM must keep what is dead in any other.
    # By one seed and one process, where a script sets no other: what an index finds is then the
    # same each time. VX_SEED=-1 has indexes draw seeds of their own.
    vx_start_cluster "log_line_prefix=%m %p %a " "autovacuum=off" \
        "vectorext.seed=${VX_SEED:-1}" "max_parallel_maintenance_workers=0"
}

vx_run_regress() {
    local -a options
    read -r -a options <<<"$(vx_make_variable REGRESS_OPTS)"
    export VX_STORAGE=$1
    shift
    vx_run_as_user "$(vx_pgxs_test_dir regress)/pg_regress" "${options[@]}" \
        --inputdir="$VX_STAGE_DIR" --outputdir="$VX_STAGE_DIR" --bindir="$VX_BINDIR" "$@" ||
        { cat "$VX_STAGE_DIR/regression.diffs" && return 1; }
}

vx_end_regress() {
    vx_stop_cluster
}

# ---- isolation

vx_isolation_tests() {
    local spec
    for spec in "$VX_REPO"/test/isolation/specs/*.spec; do
        vx_need isolation "$spec"
        basename "$spec" .spec
    done
}

vx_begin_isolation() {
    VX_STAGE_DIR=$VX_TMP/isolation
    vx_copy_for_user "$VX_STAGE_DIR" "$VX_REPO/test/isolation/specs" \
        "$VX_REPO/test/isolation/expected"
    vx_start_cluster "log_line_prefix=%m %p %a " "autovacuum=off"
}

vx_run_isolation() {
    vx_run_as_user "$(vx_pgxs_test_dir isolation)/pg_isolation_regress" \
        --inputdir="$VX_STAGE_DIR" --outputdir="$VX_STAGE_DIR" --bindir="$VX_BINDIR" \
        --dbname=isolation_regression --load-extension=vectorext "$@" ||
        { find "$VX_STAGE_DIR" -name regression.diffs -exec cat {} + && return 1; }
}

vx_end_isolation() {
    vx_stop_cluster
}

# ---- tap: these tests make their own clusters, of the private server too: it comes first in PATH

vx_tap_tests() {
    local test
    for test in "$VX_REPO"/test/tap/*.pl; do
        vx_need tap "$test"
        basename "$test" .pl
    done
}

# The files that a test is run as. One that makes its indexes with each storage learns from its name
# which.
vx_tap_names() {
    if vx_asks_for_storage "$VX_REPO/test/tap/$1.pl"; then
        vx_storages | sed "s/.*/$1.&.pl/"
    else
        printf '%s.pl\n' "$1"
    fi
}

vx_begin_tap() {
    local test file
    VX_STAGE_DIR=$VX_TMP/tap
    vx_copy_for_user "$VX_STAGE_DIR" "$VX_REPO/dropin"
    vx_copy_for_user "$VX_STAGE_DIR/test" "$VX_REPO/test/tap" "$VX_REPO/test/data"
    while IFS= read -r test; do
        while IFS= read -r file; do
            [[ $file == "$test.pl" ]] || cp -p "$VX_STAGE_DIR/test/tap/"{"$test.pl","$file"}
        done < <(vx_tap_names "$test")
    done < <(vx_tap_tests)
    vx_user_dir "$VX_STAGE_DIR"
}

vx_run_tap() {
    local dir=$VX_STAGE_DIR
    rm -rf "$dir/tmp_check"
    if ! (
        export PG_REGRESS TESTDIR=$dir TESTDATADIR=$dir/tmp_check TESTLOGDIR=$dir/tmp_check/log
        PG_REGRESS=$(vx_pgxs_test_dir regress)/pg_regress
        # shellcheck disable=SC2016 # expanded by the shell inside
        vx_run_as_user bash -c 'cd "$TESTDIR" && exec prove "$@"' prove --timer --failures \
            --jobs "$(nproc)" -I "$(vx_pgxs_test_dir perl)" -I test/tap "${@/#/test/tap/}" 2>&1
    ) | tee "$VX_TMP/prove.out"; then
        vx_show_failed_tap_tests "$dir/tmp_check/log"
        return 1
    fi
}

# What `prove` said of the tests that failed, after the ends of their logs: where only the end of a
# long output is kept, it is the reason that must be in it. A log without its closing plan, "1..n",
# is of a test that died.
vx_show_failed_tap_tests() {
    local log
    for log in "$1"/regress_log_*; do
        if grep -q '^\(\[[^]]*\]([^)]*) \)\?not ok' "$log" ||
            ! grep -q '^\(\[[^]]*\]([^)]*) \)\?1\.\.[0-9]' "$log"; then
            vx_say "---- $log"
            tail -n 60 "$log"
        fi
    done
    grep -h -A 12 '^\(\[[^]]*\]([^)]*) \)\?not ok' "$1"/regress_log_* | cut -c 1-400 | head -n 60
    sed -n '/^Test Summary Report/,$p' "$VX_TMP/prove.out"
}

vx_end_tap() {
    :
}

# ---- unit: built with AddressSanitizer and UBSan

# With -O1 sanitized code compiles in half the time that -O2 takes; the tests run for seconds anyway.
vx_configure_unit() {
    cmake -S "$VX_REPO" -B "$VX_UNIT_BUILD" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
        -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -g1 -DNDEBUG" -DVX_SANITIZE=ON --log-level=WARNING
}

vx_begin_unit() {
    vx_configure_unit && cmake --build "$VX_UNIT_BUILD" -- --quiet || return
    export ASAN_OPTIONS=strict_string_checks=1:detect_stack_use_after_return=1
    export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
}

vx_unit_tests() {
    ctest --test-dir "$VX_UNIT_BUILD" --show-only | sed -n 's/^ *Test *#[0-9]*: //p'
}

vx_run_unit() {
    ctest --test-dir "$VX_UNIT_BUILD" --no-tests=error --output-on-failure -j "$(nproc)" -R "$1"
}

vx_end_unit() {
    :
}
