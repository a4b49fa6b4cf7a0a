# Makes the SQL scripts of extension `vector` from the fragments of extension `vectorext`.
#
#   awk -v out=DIR -v version=VERSION -v changes=changes -f scripts.awk members.txt UPDATE ... FRAGMENT ...
#
# writes to DIR
#   vector--VERSION.sql       installs everything
#   vector--0.1.0.sql         installs what pgvector's first version had
#   vector--A--B.sql          from each version of pgvector to the next: the objects that B brought
#   vector--0.8.7--VERSION    adopts what pgvector made and adds what is ours
#   vector--VERSION--0.8.6    takes out again what is ours, before pgvector's library comes back
#   vector--0.8.600.sql       of each earlier release, what its scripts in sql/update have (UPDATE ...)
#   vector--0.8.600--0.8.601  likewise
#
# The server finds the way, so every version can be installed, and updated.
#
# What is not the creation of an object is in changes/: B.sql for the step to B, adopt.sql, release.sql. A member that no
# fragment creates, and a statement that this cannot place, are errors.

# On one line, with one blank where there is white space.
function plain(text) {
    gsub(/[ \t\n]+/, " ", text)
    gsub(/\( /, "(", text)
    gsub(/ \)/, ")", text)
    return text
}

# `(...)` at the start of `text`.
function arguments(text) {
    return substr(text, 1, index(text, ")"))
}

# The name of the object that a statement creates, as members.txt has it; "" when it creates none.
function created(text,    words, word) {
    split(text, word, /[ (]+/)
    if (text ~ /^CREATE (FUNCTION|AGGREGATE) /) {
        words = substr(text, 8 + length(word[2]) + 1)
        return tolower(word[2]) " " substr(words, 1, index(words, "(") - 1) \
            arguments(substr(words, index(words, "(")))
    }
    if (text ~ /^CREATE TYPE /) return "type " substr(word[3], 1, length(word[3]) - (word[3] ~ /;$/))
    if (text ~ /^CREATE CAST /) return "cast " arguments(substr(text, 13))
    if (text ~ /^CREATE ACCESS METHOD /) return "access method " word[4]
    if (text ~ /^CREATE OPERATOR (CLASS|FAMILY) /) {
        match(text, / USING [a-z]+/)
        return "operator " tolower(word[3]) " " word[4] substr(text, RSTART, RLENGTH)
    }
    if (text ~ /^CREATE OPERATOR /) {
        match(text, /LEFTARG = [^,]*, RIGHTARG = [^,]*/)
        words = substr(text, RSTART, RLENGTH)
        sub(/LEFTARG = /, "(", words)
        sub(/RIGHTARG = /, "", words)
        return "operator " word[3] " " words ")"
    }
    return ""
}

function fail(message) {
    print "scripts.awk: " message > "/dev/stderr"
    failed = 1
}

function end_statement(    text) {
    text = plain(statement)
    if (text == "") return
    count++
    source[count] = statement
    key[count] = created(text)
    if (key[count] != "") made[key[count]] = 1
    kind[count] = "other"
    if (key[count] in since) kind[count] = "member"
    else if (key[count] != "") kind[count] = "ours"
    if (text ~ /^COMMENT ON /) kind[count] = "comment"
    if (text ~ /^(GRANT|REVOKE|ALTER OPERATOR FAMILY) /) kind[count] = "ours"
    if (FILENAME ~ /00_begin/) kind[count] = "begin"
    if (kind[count] == "other") fail(FILENAME ": cannot place: " text)
    statement = ""
}

# Without what ours have and pgvector's have not; the adoption gives it to those.
function as_pgvector(text) {
    gsub(/,[ \n]*HASHES/, "", text)
    gsub(/,[ \n]*MERGES/, "", text)
    gsub(/neqsel/, "eqsel", text)
    gsub(/neqjoinsel/, "eqjoinsel", text)
    sub(/[ \n]*SUPPORT [a-z_]+/, "", text)
    # The binary form came with 0.1.1.
    if (script ~ /vector--0\.1\.0\.sql$/) {
        gsub(/,[ \n]*RECEIVE = [a-z_]+/, "", text)
        gsub(/,[ \n]*SEND = [a-z_]+/, "", text)
    }
    return text
}

function open_script(name, how) {
    script = out "/vector--" name ".sql"
    printf "\\echo Use \"%s\" to load this file. \\quit\n", how > script
}

function write_statement(text) {
    printf "\n%s\n", text > script
}

# The hand-written part of a step, without its comments.
function write_changes(name,    line, file) {
    file = changes "/" name ".sql"
    while ((getline line < file) > 0)
        if (line !~ /^--/) print line > script
    close(file)
}

# With an operator class goes its family, which has its name unless the statement names another.
function drop(name, text) {
    if (text !~ / FAMILY /) sub(/^operator class/, "operator family", name)
    # A default value is no part of what identifies a function.
    gsub(/ DEFAULT ('[^']*'|[^,)]*)/, "", name)
    match(name, /^(operator family|operator class|access method|[a-z]+)/)
    return "DROP " toupper(substr(name, 1, RLENGTH)) substr(name, RLENGTH + 1) (text ~ /INPUT = / ? " CASCADE;" : ";")
}

# A type and the functions that read and write it need each other, so they go together: CASCADE takes the functions.
# release.sql has seen by then that nothing else does. Its first CREATE, without attributes, only gives it a name.
function goes_with_type(i,    text, word, n) {
    text = plain(source[i])
    if (text ~ /^CREATE TYPE [a-z0-9_]+;$/) return 1
    if (match(text, /INPUT = .*SEND = [a-z0-9_]+/)) {
        split(substr(text, RSTART, RLENGTH), word, /[ ,]+/)
        for (n = 3; n <= 12; n += 3) with_type[word[n]] = 1
    }
    split(key[i], word, /[ (]/)
    return word[1] == "function" && word[2] in with_type
}

# Everything, or what the members of pgvector's first version need.
function write_install(name, everything,    i) {
    open_script(name, "CREATE EXTENSION vector VERSION '" name "'")
    for (i = 1; i <= count; i++) {
        if (everything || kind[i] == "begin") write_statement(source[i])
        else if (kind[i] == "member" && since[key[i]] == name) write_statement(as_pgvector(source[i]))
    }
    close(script)
}

function write_step(from, to,    i) {
    open_script(from "--" to, "ALTER EXTENSION vector UPDATE TO '" to "'")
    for (i = 1; i <= count; i++)
        if (kind[i] == "member" && since[key[i]] == to) write_statement(as_pgvector(source[i]))
    write_changes(to)
    close(script)
}

function write_adoption(from,    i) {
    open_script(from "--" version, "ALTER EXTENSION vector UPDATE TO '" version "'")
    for (i = 1; i <= count; i++)
        if (kind[i] == "ours" || kind[i] == "comment") write_statement(source[i])
    for (i = 1; i <= count; i++)
        if (match(source[i], /SUPPORT [a-z_]+/) && kind[i] == "member")
            write_statement("ALTER FUNCTION " substr(key[i], 10) " " substr(source[i], RSTART, RLENGTH) ";")
    write_changes("adopt")
    close(script)
}

function write_release(to,    i, text) {
    open_script(version "--" to, "ALTER EXTENSION vector UPDATE TO '" to "'")
    write_changes("release")
    # ALTER FUNCTION cannot take SUPPORT off. What is replaced must be a member, or the server refuses.
    for (i = 1; i <= count; i++)
        if (source[i] ~ /SUPPORT [a-z_]+/ && kind[i] == "member") {
            text = as_pgvector(source[i])
            sub(/CREATE/, "CREATE OR REPLACE", text)
            write_statement(text)
        }
    for (i = count; i > 0; i--)
        if (kind[i] == "ours" && key[i] != "" && !goes_with_type(i)) write_statement(drop(key[i], source[i]))
    close(script)
}

# The n-th release of vectorext is 0.8.(599 + n) here. Scripts come sorted by the release that they begin with.
function open_release(file,    part, from, to) {
    sub(/^.*\//, "", file)
    sub(/\.sql$/, "", file)
    split(file, part, "--")
    if (part[2] != release) releases++
    release = part[2]
    from = "0.8." (599 + releases)
    to = "0.8." (600 + releases)
    if (part[3] == "") open_script(from, "CREATE EXTENSION vector VERSION '" from "'")
    else open_script(from "--" to, "ALTER EXTENSION vector UPDATE TO '" to "'")
}

# members.txt
FILENAME ~ /members\.txt$/ {
    if ($0 ~ /^[0-9]/) versions[++last] = $0
    else if ($0 ~ /^ /) since[substr($0, 5)] = versions[last]
    next
}

# ../sql/update
FILENAME ~ /vectorext--[^\/]*$/ {
    if (FNR == 1) open_release(FILENAME)
    if ($0 !~ /^\\/) print > script
    next
}

# fragments
/^(--|\\)/ { next }
/^$/ { next }
{
    statement = statement == "" ? $0 : statement "\n" $0
    if ($0 ~ /;$/) end_statement()
}

END {
    for (name in since) if (!(name in made)) fail("no fragment creates: " name)
    if (failed) exit 1
    write_install(version, 1)
    write_install(versions[1], 0)
    for (i = 1; i < last; i++) write_step(versions[i], versions[i + 1])
    write_adoption(versions[last])
    write_release("0.8.6")
}
