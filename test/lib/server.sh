# shellcheck shell=bash
# A PostgreSQL server of our own for the time of one script: packages, the module, a private copy of
# the server's files, a cluster on a socket in a temporary directory, and an end that leaves nothing.
#
# To be sourced by bash scripts:
#
#   vx_begin                     temporary directory VX_TMP; traps that clean up however we end
#   vx_install_packages GROUP    (packages.sh) `demo` or `check`; sets PG_CONFIG and PG_MAJOR
#   vx_build_module              make, in the source tree
#   vx_private_server            copies the server to VX_ROOT and installs the module there
#   vx_start_cluster [K=V ...]   new cluster with these settings; exports PGHOST PGPORT PGUSER ...
#   vx_stop_cluster              stops it
#   vx_run_as_user CMD ...       runs CMD as the user who owns the cluster, in VX_TMP
#   vx_copy_for_user DIR FILE .. copies files of the source tree to where that user may use them
#   vx_run_interruptibly FN ...  runs FN in a subshell and process group that the traps end
#   vx_cleanup                   what the traps call; with VX_KEEP set it leaves all as it is
#
# Neither the system's clusters nor the system's server files are ever written.

VX_REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=test/lib/packages.sh
source "$VX_REPO/test/lib/packages.sh"

# With sockets only, the port is no more than a part of the socket's name; the directory is ours.
readonly VX_PORT=5432

# initdb and the server refuse to run as root: then this is who they run as.
vx_unprivileged_user() {
    if ((EUID != 0)); then
        id -un
    elif id -u postgres >/dev/null 2>&1; then
        printf 'postgres'
    else
        printf 'nobody'
    fi
}

# Creates VX_TMP and arranges for its removal. The path is short because a socket's may not exceed
# 107 bytes, and open to that user, which root's own TMPDIR may not be.
vx_begin() {
    local parent=${TMPDIR:-/tmp}
    umask 022
    VX_USER=$(vx_unprivileged_user)
    ((${#parent} < 50 && EUID != 0)) || parent=/tmp
    VX_TMP=$(mktemp -d "$parent/vectorext.XXXXXX") || vx_die "cannot create a temporary directory"
    chmod 755 "$VX_TMP"
    VX_CLUSTER=
    trap vx_finish EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    vx_user_dir "$VX_TMP/home"
    export VX_TMP VX_USER VX_REPO
}

# Creates a directory that belongs to that user alone.
vx_user_dir() {
    mkdir -p "$1"
    chmod 700 "$1"
    ((EUID != 0)) || chown "$VX_USER:" "$1"
}

# Runs a command as that user, in VX_TMP: the caller's own directory may be closed to it. The home
# is replaced as well, so that no .psqlrc or .pgpass has a say.
vx_run_as_user() (
    cd "$VX_TMP" || exit
    export HOME=$VX_TMP/home
    unset XDG_RUNTIME_DIR
    if ((EUID != 0)); then
        exec "$@"
    elif vx_has runuser; then
        exec runuser -u "$VX_USER" -- "$@"
    else
        exec setpriv --reuid "$VX_USER" --regid "$(id -g "$VX_USER")" --init-groups -- "$@"
    fi
)

# Copies files and directories of the source tree to directory $1, for that user to read and write.
vx_copy_for_user() {
    local target=$1
    shift
    vx_user_dir "$target"
    cp -R "$@" "$target/"
    ((EUID != 0)) || chown -R "$VX_USER:" "$target"
}

# Prints the value that the Makefile gives a variable.
vx_make_variable() {
    make -s -C "$VX_REPO" PG_CONFIG="$PG_CONFIG" --eval="vx-print: ; @echo \$($1)" vx-print
}

# Builds the module in the source tree. Objects compiled for another server or by another compiler
# are thrown away first, and so is what was put together from a file that is gone: make cannot see
# that they are stale.
vx_build_module() {
    local stamp=$VX_REPO/build/module.stamp parts=$VX_REPO/build/module.parts now
    now="$("$PG_CONFIG" --version) $("$PG_CONFIG" --pgxs) $(g++ --version | head -n 1)"
    mkdir -p "$VX_REPO/build"
    if [[ $(cat "$stamp" 2>/dev/null) != "$now" ]]; then
        make -s -C "$VX_REPO" clean PG_CONFIG="$PG_CONFIG" >/dev/null || return
        printf '%s\n' "$now" >"$stamp"
    fi
    now=$(cd "$VX_REPO" && find src sql/extension -name '*.cpp' -o -name '*.sql' | sort)
    if [[ $(cat "$parts" 2>/dev/null) != "$now" ]]; then
        rm -f "$VX_REPO/vectorext.so" "$VX_REPO/$(vx_make_variable SCRIPT)"
        printf '%s\n' "$now" >"$parts"
    fi
    make -s -C "$VX_REPO" -j"$(nproc)" PG_CONFIG="$PG_CONFIG" </dev/null
}

# Copies the server's own files to VX_ROOT and installs the module into that copy. PostgreSQL looks
# for its libraries and its share directory relative to the binary that runs, links resolved; so
# they are real copies and keep their places relative to each other.
vx_private_server() {
    local dir
    VX_ROOT=$VX_TMP/root
    for dir in --bindir --pkglibdir --sharedir; do
        dir=$("$PG_CONFIG" "$dir")
        [[ ! -d $VX_ROOT$dir ]] || continue
        mkdir -p "$VX_ROOT${dir%/*}"
        cp -R --preserve=mode,timestamps,links "$dir" "$VX_ROOT${dir%/*}/" || return
    done
    # Under both names; where the server came with pgvector, in place of the copy of that.
    make -s -C "$VX_REPO" install-dropin FORCE=1 PG_CONFIG="$PG_CONFIG" DESTDIR="$VX_ROOT" \
        >/dev/null || return
    chmod -R go+rX "$VX_ROOT"
    # Tests of updates put scripts of versions there that never were.
    ((EUID != 0)) || chown "$VX_USER:" "$VX_ROOT$("$PG_CONFIG" --sharedir)/extension"
    VX_BINDIR=$VX_ROOT$("$PG_CONFIG" --bindir)
    export PATH=$VX_BINDIR:$PATH VX_ROOT VX_BINDIR
}

# Creates and starts a cluster of the private server. Arguments are settings, `name=value`.
# It is durable only if the caller asks for it: most tests do not survive their server anyway.
vx_start_cluster() {
    local setting name
    VX_CLUSTER=$(mktemp -d "$VX_TMP/cluster.XXXXXX")
    vx_user_dir "$VX_CLUSTER"
    for name in "${!PG@}"; do
        # The caller's libpq settings (PGSERVICE, PGOPTIONS ...) are for the caller's servers.
        [[ $name == PG_* ]] || unset "$name"
    done
    vx_run_as_user "$VX_BINDIR/initdb" --pgdata="$VX_CLUSTER/data" --username=postgres \
        --auth=trust --encoding=UTF8 --no-locale --no-sync >"$VX_TMP/initdb.log" 2>&1 ||
        { cat "$VX_TMP/initdb.log" >&2 && return 1; }
    {
        printf "listen_addresses = ''\nunix_socket_directories = '%s'\n" "$VX_CLUSTER"
        printf "port = %s\nfsync = off\nautovacuum_naptime = 5s\n" "$VX_PORT"
        for setting in "$@"; do
            name=${setting%%=*}
            printf "%s = '%s'\n" "$name" "${setting#*=}"
        done
    } >>"$VX_CLUSTER/data/postgresql.conf"
    export PGHOST=$VX_CLUSTER PGPORT=$VX_PORT PGUSER=postgres PGDATABASE=postgres
    vx_run_as_user "$VX_BINDIR/pg_ctl" --pgdata="$VX_CLUSTER/data" --log="$VX_CLUSTER/log" \
        --wait --silent start || { cat "$VX_CLUSTER/log" >&2 && return 1; }
}

vx_stop_cluster() {
    [[ -n $VX_CLUSTER ]] || return 0
    vx_run_as_user "$VX_BINDIR/pg_ctl" --pgdata="$VX_CLUSTER/data" --mode=fast --silent stop
    VX_CLUSTER=
}

# Stops the server whose postmaster.pid is $1, unless that number has become another process's.
vx_kill_postmaster() {
    local pid tries
    pid=$(head -n 1 "$1" 2>/dev/null) || return 0
    [[ $pid =~ ^[0-9]+$ && $(readlink "/proc/$pid/cwd") == "${1%/*}" ]] || return 0
    kill -QUIT "$pid" 2>/dev/null
    for ((tries = 0; tries < 50; tries++)); do
        kill -0 "$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null
}

# Runs a function in a process group of its own and waits for it, so that a signal to this script
# is acted on at once and takes everything along that the function has started.
vx_run_interruptibly() {
    local status=0
    set -m
    ("$@") </dev/null &
    VX_CHILD=$!
    set +m
    wait "$VX_CHILD" || status=$?
    VX_CHILD=
    return "$status"
}

vx_kill_child() {
    [[ -n ${VX_CHILD:-} ]] || return 0
    kill -TERM -- "-$VX_CHILD" 2>/dev/null
    wait "$VX_CHILD" 2>/dev/null
    kill -KILL -- "-$VX_CHILD" 2>/dev/null
    VX_CHILD=
}

vx_finish() {
    local status=$?
    trap - EXIT
    trap '' HUP INT TERM
    vx_kill_child
    vx_cleanup
    exit "$status"
}

# Stops every server below VX_TMP, those that TAP tests started included, and removes VX_TMP.
vx_cleanup() {
    local pidfile
    vx_forget_setting
    [[ -n ${VX_TMP:-} && -z ${VX_KEEP:-} ]] || return 0
    while IFS= read -r pidfile; do
        vx_kill_postmaster "$pidfile"
    done < <(find "$VX_TMP" -name postmaster.pid 2>/dev/null)
    case $VX_TMP in
    */vectorext.??????) rm -rf "$VX_TMP" ;;
    esac
}
