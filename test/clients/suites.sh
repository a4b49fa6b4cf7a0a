# shellcheck shell=bash
# The tests that come with the packages `pgvector` for Python, Go and Rust, and with the gem `neighbor`, run as
# they are but for what they need to find the server. Sourced by test/clients/run, which has CACHE, HERE,
# RESULTS, FAILED and LEFT_OUT.

# What fails with pgvector as well. test_bit: compares two classes of bit strings of the client, which differ.
readonly PYTHON_KNOWN=tests/test_sqlalchemy.py::TestSqlalchemyAsync::test_bit

# note_suite LANGUAGE VERSION LOG SUMMARY [PACKAGE]: SUMMARY is empty if the suite has failed. One without tests has
# not passed.
note_suite() {
    local language=$1 version=$2 log=$3 summary=$4 package=${5:-pgvector}
    if [[ -n $summary && $summary != "0 passed"* ]]; then
        RESULTS+=("| tests of package $package | $language | $package $version | $summary |")
        vx_say "suite of package $package for $language: $summary"
    else
        FAILED+=("suite of package $package for $language")
        vx_say "suite of package $package for $language: FAILED"
        tail -n 40 "$log"
    fi
}

# The tests that are in the source package, with a conftest.py, which the package lacks.
try_python_suite() {
    local version suite=$CACHE/suite log=$VX_TMP/python-suite.log summary=
    version=$(sed -n 's/^pgvector==//p' "$HERE/python/requirements.txt")
    if [[ ! -d $suite/pgvector-$version ]]; then
        mkdir -p "$suite"
        "$CACHE/python/bin/pip" download -q --no-binary pgvector --no-deps -d "$suite" "pgvector==$version"
        tar -xzf "$suite/pgvector-$version.tar.gz" -C "$suite" || { FAILED+=("suite of package pgvector") && return; }
    fi
    cd "$suite/pgvector-$version" && touch tests/__init__.py && cp "$HERE/python/suite_conftest.py" tests/conftest.py
    if new_database pgvector_python_test &&
        USER=$PGUSER timeout 600 "$CACHE/python/bin/python" -B -m pytest -q -p no:cacheprovider tests \
            --deselect "$PYTHON_KNOWN" >"$log" 2>&1; then
        summary=$(tail -n 1 "$log" | sed 's/ in .*//')
    fi
    note_suite Python "$version" "$log" "$summary"
}

# fresh_copy SOURCE TARGET: of a package in its manager's cache, which must not be written.
fresh_copy() {
    rm -rf "$2" && mkdir -p "${2%/*}" && cp -R "$1" "$2" && chmod -R u+w "$2"
}

# pgx, go-pg, Bun, Ent, GORM and sqlx. The package lacks its go.sum, so go makes one, and the code that Ent
# generates.
try_go_suite() {
    local from version suite=$CACHE/suite/pgvector-go log=$VX_TMP/go-suite.log summary=
    read -r from version < <(cd "$HERE/go" && go list -m -f '{{.Dir}} {{.Version}}' github.com/pgvector/pgvector-go)
    if fresh_copy "$from" "$suite" && cd "$suite" && new_database pgvector_go_test &&
        go generate ./test/ent >"$log" 2>&1 &&
        USER=$PGUSER timeout 600 go test -mod=mod -buildvcs=false -count=1 -v . >"$log" 2>&1; then
        summary=$(grep -c '^--- PASS' "$log")" passed"
    fi
    note_suite Go "${version#v}" "$log" "$summary"
}

# Rust-Postgres, SQLx and Diesel. The first of these reads no PGPORT and PGUSER: here it learns them. One
# thread, since CREATE EXTENSION IF NOT EXISTS fails in one of two sessions that say it at once.
try_rust_suite() {
    local from version host suite=$CACHE/suite/pgvector-rust log=$VX_TMP/rust-suite.log summary=
    host=$(rustc -vV | sed -n 's/^host: //p')
    version=$(sed -n 's/^pgvector = { version = "=\([^"]*\)".*/\1/p' "$HERE/rust/Cargo.toml")
    from=$(cd "$CACHE/rust/source" && cargo metadata --quiet --format-version 1 --locked \
        --filter-platform "$host" | python3 -c '
import json, os, sys
packages = json.load(sys.stdin)["packages"]
print(*(os.path.dirname(p["manifest_path"]) for p in packages if p["name"] == "pgvector"))')
    if fresh_copy "$from" "$suite" && cd "$suite" && new_database pgvector_rust_test && sed -i \
        -e 's/[.]host("localhost")/&.port(std::env::var("PGPORT").unwrap().parse().unwrap())/' \
        -e 's/"host=localhost dbname=[a-z_]*"/\&format!(\
            "{} port={} user={}", &, std::env::var("PGPORT").unwrap(), std::env::var("PGUSER").unwrap())/' \
        src/postgres_ext/*.rs &&
        USER=$PGUSER CARGO_TARGET_DIR=$CACHE/rust timeout 900 cargo test --locked --all-features -- \
            --test-threads=1 >"$log" 2>&1; then
        summary=$(sed -n 's/^test result: ok. \([0-9]* passed\);.*/\1/p' "$log")
    fi
    note_suite Rust "$version" "$log" "$summary"
}

# Active Record with the gem neighbor. Its source is where VX_NEIGHBOR says: there is no registry to take it from.
try_ruby_suite() {
    local version reason='' suite=$CACHE/suite/neighbor log=$VX_TMP/ruby-suite.log summary=
    if [[ -z ${VX_NEIGHBOR:-} ]]; then
        reason="VX_NEIGHBOR names no copy of its source"
    elif ! ruby -e 'require "minitest"; require "rails/generators"' 2>/dev/null; then
        reason="no ruby with the gems minitest and railties"
    fi
    if [[ -n $reason ]]; then
        LEFT_OUT+=("tests of package neighbor, Ruby: $reason")
        RESULTS+=("| tests of package neighbor | Ruby | left out: $reason | |")
        return
    fi
    version=$(sed -n 's/^ *VERSION = "\(.*\)"/\1/p' "$VX_NEIGHBOR/lib/neighbor/version.rb")
    if fresh_copy "$VX_NEIGHBOR" "$suite" && cd "$suite" && new_database neighbor_test &&
        timeout 300 ruby -I "$HERE/ruby/suite" -I lib -I test \
            -e 'Dir["test/*_test.rb"].sort.grep_v(/mariadb|mysql|sqlite/).each { |name| require "./#{name}" }' \
            >"$log" 2>&1; then
        summary=$(sed -n 's/^\([0-9]*\) runs, .* \([0-9]*\) skips$/\1 \2/p' "$log" |
            { read -r runs skips && printf '%s passed, %s skipped' "$((runs - skips))" "$skips"; })
    fi
    note_suite Ruby "$version" "$log" "$summary" neighbor
}
