# shellcheck shell=bash
# What has to be installed before the project can be built and tried, and how it gets there.
#
# Sourced by server.sh. Knows Debian and Ubuntu; anywhere else it names what is missing and stops.
# Reads PG_MAJOR (which PostgreSQL, when several would do) and PG_CONFIG (a server of one's own,
# which apt then has no business with). Leaves both set.

readonly VX_OLDEST_MAJOR=15
# Formatting and checks are judged by this version of clang-format and clang-tidy: others differ.
readonly VX_CLANG_TOOLS=14

vx_say() {
    printf '%s\n' "$*"
}

vx_die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

vx_has() {
    command -v "$1" >/dev/null 2>&1
}

# Whether PG_CONFIG names a server together with what extensions are compiled against.
vx_is_complete_server() {
    local config=$1
    [[ -x $config ]] || return 1
    [[ -x $("$config" --bindir)/postgres ]] || return 1
    [[ -f $("$config" --includedir-server)/postgres.h && -f $("$config" --pgxs) ]]
}

# Prints the newest major version under Debian's layout for which file $1 exists, if there is one.
vx_newest_with() {
    local file=$1 dir major newest=
    for dir in /usr/lib/postgresql/*/; do
        major=$(basename "$dir")
        [[ $major =~ ^[0-9]+$ && -e $dir$file ]] || continue
        ((major >= VX_OLDEST_MAJOR)) || continue
        [[ -n $newest ]] && ((newest >= major)) || newest=$major
    done
    printf '%s' "$newest"
}

# Prints the major version that the distribution's package `postgresql` stands for.
vx_distribution_major() {
    apt-cache depends postgresql 2>/dev/null |
        sed -n 's/^ *Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | head -n 1
}

# Decides which PostgreSQL to use: the newest that is complete, else the newest whose server is
# there, else the distribution's. The last needs apt's lists and may be empty without them.
vx_choose_major() {
    [[ -z ${PG_MAJOR:-} ]] || return 0
    PG_MAJOR=$(vx_newest_with lib/pgxs/src/makefiles/pgxs.mk)
    [[ -n $PG_MAJOR && -x /usr/lib/postgresql/$PG_MAJOR/bin/postgres ]] ||
        PG_MAJOR=$(vx_newest_with bin/postgres)
    [[ -n $PG_MAJOR ]] || PG_MAJOR=$(vx_distribution_major)
}

# Prints the optional packages among the arguments: those that apt knows here.
vx_known() {
    local package
    for package in "$@"; do
        if apt-cache show "$package" >/dev/null 2>&1; then printf '%s\n' "$package"; fi
    done
}

# Prints the packages of a group, one a line: `demo` runs the extension, `check` also tests it,
# `clients` tries clients of it.
vx_packages() {
    local group=$1 clang_major
    printf '%s\n' g++ make cmake ninja-build pkg-config git ca-certificates python3 \
        libpq-dev libcli11-dev nlohmann-json3-dev
    [[ -n ${PG_CONFIG:-} || -z $PG_MAJOR ]] ||
        printf '%s\n' "postgresql-$PG_MAJOR" "postgresql-client-$PG_MAJOR" \
            "postgresql-server-dev-$PG_MAJOR"
    if [[ $group != demo ]]; then
        # npm may have come with a Node.js that is not the distribution's.
        vx_has npm || printf '%s\n' npm
        printf '%s\n' python3-venv
    fi
    [[ $group == check ]] || return 0
    printf '%s\n' libgtest-dev libgmock-dev libbenchmark-dev clang codespell shellcheck \
        perl libipc-run-perl python3-psycopg2
    vx_known libhnswlib-dev
    # The sanitizers' runtime has a package of its own since LLVM 15 (and on Debian since 14).
    clang_major=$(apt-cache depends clang 2>/dev/null |
        sed -n 's/^ *Depends: clang-\([0-9][0-9]*\)$/\1/p' | head -n 1)
    [[ -z $clang_major ]] || vx_known "libclang-rt-$clang_major-dev"
    if [[ -n $(vx_known "clang-tidy-$VX_CLANG_TOOLS") ]]; then
        printf '%s\n' "clang-format-$VX_CLANG_TOOLS" "clang-tidy-$VX_CLANG_TOOLS"
    else
        printf '%s\n' clang-format clang-tidy
    fi
}

# Prints those packages of a group that are not installed.
vx_missing_packages() {
    local package
    while read -r package; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            printf '%s\n' "$package"
    done < <(vx_packages "$1")
}

# Runs a command as root, or fails where that would need a password.
vx_as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo -n "$@"
    fi
}

vx_may_install() {
    ((EUID == 0)) || { vx_has sudo && sudo -n true 2>/dev/null; }
}

vx_apt_get() {
    vx_as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 "$@"
}

# Where the server is new on this machine, its package would create and start a cluster: a service
# that nobody asked for. The setting is ours alone and goes away with the installation's end.
vx_install_without_cluster() {
    local status=0
    vx_apt_get install --no-install-recommends postgresql-common || return
    VX_SETTING=/etc/postgresql-common/createcluster.d/vectorext-no-cluster.conf
    vx_as_root mkdir -p "${VX_SETTING%/*}"
    printf 'create_main_cluster = false\n' | vx_as_root tee "$VX_SETTING" >/dev/null
    vx_apt_get install --no-install-recommends "$@" || status=$?
    vx_forget_setting
    return "$status"
}

# Also called by vx_cleanup, for an installation that was interrupted.
vx_forget_setting() {
    [[ -n ${VX_SETTING:-} ]] || return 0
    vx_as_root rm -f "$VX_SETTING"
    VX_SETTING=
}

# Server and headers are to be of one minor version, so they are installed together; but the
# upgrade would restart a cluster that is running, and that is not ours to do.
vx_with_matching_server() {
    local major=$PG_MAJOR
    printf '%s\n' "$@"
    if [[ " $* " == *" postgresql-server-dev-$major "* ]] &&
        ! pg_lsclusters -h 2>/dev/null | grep -q "^$major .* online"; then
        printf '%s\n' "postgresql-$major" "postgresql-client-$major"
    fi
}

vx_apt_install() {
    local -a packages
    mapfile -t packages < <(vx_with_matching_server "$@" | sort -u)
    vx_say "Installing with apt-get: ${packages[*]}"
    if [[ " $* " == *" postgresql-$PG_MAJOR "* ]]; then
        vx_install_without_cluster "${packages[@]}"
    else
        vx_apt_get install --no-install-recommends "${packages[@]}"
    fi
}

# Without apt: says which tools are missing, by the names of their commands, and stops.
vx_need_tools() {
    local tool missing=
    local -a tools=(g++ make cmake ninja python3)
    [[ $1 == demo ]] || tools+=(clang++ clang-format clang-tidy codespell shellcheck prove)
    for tool in "${tools[@]}"; do
        vx_has "$tool" || missing+=" $tool"
    done
    vx_is_complete_server "${PG_CONFIG:-$(command -v pg_config)}" ||
        missing+=" pg_config (PostgreSQL $VX_OLDEST_MAJOR or later with its development files)"
    [[ -z $missing ]] || vx_die "please install:$missing"
}

vx_refuse_old_server() {
    [[ ${PG_MAJOR:-} =~ ^[0-9]+$ ]] || vx_die "found no PostgreSQL to install; set PG_MAJOR"
    ((PG_MAJOR < VX_OLDEST_MAJOR)) || return 0
    vx_say "PostgreSQL $PG_MAJOR is what this distribution offers; $VX_OLDEST_MAJOR is the oldest" \
        "that vectorext supports. The PostgreSQL project's own packages come with:" >&2
    vx_say "    apt-get install postgresql-common &&" \
        "/usr/share/postgresql-common/pgdg/apt.*.sh -y" >&2
    vx_die "then call this again, with PG_MAJOR set to the version wanted"
}

# Makes sure that everything of group `demo` or `check` is installed; afterwards PG_CONFIG names
# the server to use. Asks nothing; stops with the exact command where it may not install.
vx_install_packages() {
    local group=$1
    local -a missing
    PG_MAJOR=${PG_MAJOR:-}
    if vx_has apt-get; then
        [[ -n ${PG_CONFIG:-} ]] || vx_choose_major
        mapfile -t missing < <(vx_missing_packages "$group")
        if ((${#missing[@]} > 0)) || [[ -z ${PG_CONFIG:-}$PG_MAJOR ]]; then
            if vx_may_install; then
                vx_apt_get update || vx_say "apt-get update failed; trying with the old lists"
            fi
            [[ -n ${PG_CONFIG:-} ]] || { vx_choose_major && vx_refuse_old_server; }
            mapfile -t missing < <(vx_missing_packages "$group")
            vx_may_install ||
                vx_die "please run: sudo apt-get install --no-install-recommends ${missing[*]}"
            vx_apt_install "${missing[@]}" || vx_die "apt-get could not install what is missing"
        fi
        [[ -n ${PG_CONFIG:-} ]] || PG_CONFIG=/usr/lib/postgresql/$PG_MAJOR/bin/pg_config
    else
        vx_need_tools "$group"
        PG_CONFIG=${PG_CONFIG:-$(command -v pg_config)}
    fi
    vx_is_complete_server "$PG_CONFIG" || vx_die "$PG_CONFIG does not lead to a complete server"
    PG_MAJOR=$("$PG_CONFIG" --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')
    vx_refuse_old_server
    export PG_CONFIG PG_MAJOR
}
