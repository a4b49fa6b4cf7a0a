# The drop-in pack: extension `vector` as pgvector's users create it, beside vectorext and after it,
# its installation, files that pgvector left, its C headers, and dumps from one name to the other.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use File::Path qw(make_path);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $tmp = PostgreSQL::Test::Utils::tempdir();
# Without checksums, so that a page can be forged.
my $node = new_server('dropin', extension => '', checksums => 0);
$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(drop_in own restored_drop_in restored_own);

sub fails
{
    my ($database, $sql, $expected, $what) = @_;
    my ($status, $out, $err) = $node->psql($database, $sql);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    isnt($status, 0, "$what fails");
    like($err, $expected, "$what says why");
    return;
}

# ---- the two names

$node->safe_psql('drop_in', 'CREATE EXTENSION IF NOT EXISTS vector');
$node->safe_psql('own', 'CREATE EXTENSION vectorext');
is($node->safe_psql('drop_in', 'CREATE EXTENSION IF NOT EXISTS vector; SELECT count(*) FROM pg_extension'),
    '2', 'created again as clients do');
fails('drop_in', 'CREATE EXTENSION vectorext',
    qr/ERROR:  extension "vector" is installed in this database.*HINT: .*Moving from pgvector/s,
    'vectorext where vector is');
fails('own', 'CREATE EXTENSION IF NOT EXISTS vector',
    qr/ERROR:  extension "vectorext" is installed in this database.*HINT: .*Moving from pgvector/s,
    'vector where vectorext is');
is($node->safe_psql('drop_in', q(SELECT default_version = installed_version,
        installed_version ~ '^0\.8\.\d+$' FROM pg_available_extensions WHERE name = 'vector')),
    't|t', 'a version between 0.8 and 0.9');
is($node->safe_psql('drop_in', q(SELECT count(*) FROM pg_proc WHERE probin <> '$libdir/vector'
        AND probin LIKE '$libdir/vec%')), '0', 'functions are of the library vector');
is($node->safe_psql('own', q(SELECT count(*) FROM pg_proc WHERE proname = 'vectorext_claim_names')),
    '0', 'installing leaves nothing behind');
is($node->safe_psql('drop_in', 'CREATE SCHEMA elsewhere; ALTER EXTENSION vector SET SCHEMA elsewhere;
        SELECT $$[1,2]$$::elsewhere.vector; ALTER EXTENSION vector SET SCHEMA public'),
    '[1,2]', 'the extension can be moved');

# ---- dumps, from each name to the other

my $make = q(
    CREATE TABLE t (id int PRIMARY KEY, v vector(3));
    INSERT INTO t SELECT i, ARRAY[i, i % 7, i % 11] FROM generate_series(1, 500) AS i;
    CREATE INDEX t_hnsw ON t USING hnsw (v vector_l2_ops) WITH (m = 8);
    CREATE INDEX t_ivfflat ON t USING ivfflat (v vector_cosine_ops) WITH (lists = 3);
    CREATE INDEX t_btree ON t (v));
my $ask = index_plan() . 'SET ivfflat.probes = 3;'
  . q(SELECT (SELECT string_agg(id::text, ',') FROM
        (SELECT id FROM t ORDER BY v <-> '[7,0,7]' LIMIT 5) AS f),
      (SELECT string_agg(indexdef, ';' ORDER BY indexname) FROM pg_indexes WHERE tablename = 't'),
      (SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM t),
      (SELECT count(*) FROM vectorext_check('t_hnsw')) + (SELECT count(*) FROM vectorext_check('t_ivfflat')));
for my $case ([ 'drop_in', 'vectorext', 'restored_own' ], [ 'own', 'vector', 'restored_drop_in' ])
{
    my ($from, $extension, $to) = @$case;
    $node->safe_psql($from, $make);
    command_ok([ 'pg_dump', '-Fc', '-f', "$tmp/$from.dump", $node->connstr($from) ], "dump of $from");
    # The target has its extension already; the dump's own CREATE EXTENSION is left out.
    $node->safe_psql($to, "CREATE EXTENSION $extension");
    my ($list) = run_command([ 'pg_restore', '-l', "$tmp/$from.dump" ]);
    append_to_file("$tmp/$from.list", join("\n", grep { !/ (?:COMMENT - )?EXTENSION / } split(/\n/, $list)) . "\n");
    command_ok([ 'pg_restore', '-e', '-L', "$tmp/$from.list", '-d', $node->connstr($to), "$tmp/$from.dump" ],
        "restore of $from where $extension is");
    is($node->safe_psql($to, $ask), $node->safe_psql($from, $ask), "answers of $from after the restore");
    command_ok([ 'pg_dump', '-f', "$tmp/$from.sql", $node->connstr($from) ], "plain dump of $from");
    $node->safe_psql('postgres', "CREATE DATABASE again_$from");
    command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', "$tmp/$from.sql", '-d', $node->connstr("again_$from") ],
        "restore of $from into an empty database");
    is($node->safe_psql("again_$from", $ask), $node->safe_psql($from, $ask), "answers of $from restored");
}

# ---- a file that pgvector wrote, found after the exchange of the library

# Writes the first word of pgvector's meta page into a file of an index.
sub forge
{
    my ($file, $magic) = @_;
    open(my $handle, '+<:raw', $node->data_dir . "/$file") or die "$file: $!";
    seek($handle, 24, 0);
    print $handle pack('L', $magic);
    close($handle) or die $!;
    return;
}

sub first_word
{
    my ($file) = @_;
    open(my $handle, '<:raw', $node->data_dir . "/$file") or die "$file: $!";
    seek($handle, 24, 0);
    read($handle, my $bytes, 4);
    return unpack('L', $bytes);
}

sub file_of
{
    my ($index) = @_;
    return $node->safe_psql('drop_in', "SELECT pg_relation_filepath('$index')");
}

my %files = map { $_ => file_of($_) } qw(t_hnsw t_ivfflat);
$node->stop;
forge($files{t_hnsw}, 0xA953A953);
forge($files{t_ivfflat}, 0x014FF1A7);
$node->start;
for my $case ([ 't_hnsw', '<->' ], [ 't_ivfflat', '<=>' ])
{
    my ($index, $operator) = @$case;
    my $nearest = "SELECT id FROM t ORDER BY v $operator '[7,0,7]', id LIMIT 3";
    unlike($node->safe_psql('drop_in', "SET enable_seqscan = off; EXPLAIN $nearest"),
        qr/$index/, "$index of pgvector is not used");
}
is($node->safe_psql('drop_in', <<'SQL'), 't_hnsw|f|REINDEX INDEX public.t_hnsw', 'advice names what mends it');
SELECT index, used, suggestion FROM vectorext_advise($$SELECT id FROM t ORDER BY v <-> '[7,0,7]' LIMIT 3$$)
SQL
fails('drop_in', "INSERT INTO t VALUES (1000, '[1,2,3]')",
    qr/ERROR:  index "t_\w+" was built by pgvector.*HINT:  .*REINDEX INDEX CONCURRENTLY public\.t_/s,
    'an insertion');
fails('drop_in', "SELECT * FROM vectorext_index_info('t_hnsw')", qr/was built by pgvector/, 'a look inside');
$node->safe_psql('drop_in', 'VACUUM t');
is(first_word($files{t_hnsw}), 0xA953A953, 'nothing was written to it');
my ($status, $out, $err) = $node->psql('drop_in', 'DELETE FROM t WHERE id > 400; VACUUM t');
is($status, 0, 'VACUUM passes it by');
like($err, qr/WARNING:  index "t_hnsw" was built by pgvector and cannot be vacuumed/, 'and warns');
$node->safe_psql('drop_in', 'CHECKPOINT');
isnt(first_word($files{t_hnsw}), 0xA953A953, 'pgvector will not take it for up to date either');
$node->safe_psql('drop_in', 'VACUUM t');
fails('drop_in', "INSERT INTO t VALUES (1000, '[1,2,3]')", qr/was built by pgvector/,
    'an insertion after VACUUM');
$node->safe_psql('drop_in', "REINDEX INDEX CONCURRENTLY $_") for qw(t_hnsw t_ivfflat);
$node->safe_psql('drop_in', "INSERT INTO t VALUES (1000, '[7,0,7.1]')");
like($node->safe_psql('drop_in', $ask), qr/^7,1000,|^1000,/, 'rebuilt indexes answer');
unlike($node->safe_psql('drop_in', $ask), qr/\|[^0]\d*$/, 'and are sound');

# ---- one session, two libraries

# The compiler that the server was built with is what test/check builds the module with.
{
    my ($cc) = run_command([ 'pg_config', '--cc' ]);
    my ($pack) = run_command([ 'pg_config', '--includedir-server' ]);

    # Another extension's C code, with our header, is handed our values.
    append_to_file("$tmp/other.c", q(
        #include "postgres.h"
        #include "extension/vector/halfvec.h"
        #include "extension/vector/sparsevec.h"
        #include "extension/vector/vector.h"
        PG_MODULE_MAGIC;
        PG_FUNCTION_INFO_V1(reversed);
        PGDLLEXPORT Datum reversed(PG_FUNCTION_ARGS)
        {
            Vector *a = PG_GETARG_VECTOR_P(0);
            Vector *result = InitVector(a->dim);
            for (int i = 0; i < a->dim; i++) result->x[i] = a->x[a->dim - 1 - i];
            if (vector_cmp_internal(a, a) != 0 || InitHalfVector(3)->dim != 3 ||
                SPARSEVEC_VALUES(InitSparseVector(9, 2))[1] != 0)
                elog(ERROR, "the headers are wrong");
            PG_RETURN_VECTOR_P(result);
        }));
    # The private server's copy has the headers of the pack alone, the installed server the others.
    my $includes = $pack;
    $includes =~ s/^\Q$ENV{VX_ROOT}\E// if $ENV{VX_ROOT};
    command_ok([ split(/ /, $cc), qw(-fPIC -shared -Wall -Werror), "-I$includes", "-I$pack", '-o', "$tmp/other.so",
            "$tmp/other.c" ], 'C code compiles with the headers');
    is($node->safe_psql('drop_in', "CREATE FUNCTION reversed(vector) RETURNS vector
            AS '$tmp/other.so' LANGUAGE C STRICT; SELECT reversed('[1,2,3.5]')"),
        '[3.5,2,1]', 'and works on stored values');

    # A library that owns the settings, as pgvector's does.
    append_to_file("$tmp/rival.c", q(
        #include "postgres.h"
        #include "fmgr.h"
        #include "utils/guc.h"
        PG_MODULE_MAGIC;
        static int ef;
        PGDLLEXPORT void _PG_init(void);
        void _PG_init(void)
        {
            DefineCustomIntVariable("hnsw.ef_search", "", NULL, &ef, 40, 1, 1000, PGC_USERSET, 0, NULL, NULL, NULL);
        }));
    command_ok([ split(/ /, $cc), qw(-fPIC -shared), "-I$includes", '-o', "$tmp/rival.so", "$tmp/rival.c" ], 'a rival');
    fails('drop_in', "LOAD '$tmp/rival.so'; SELECT '[1]'::vector",
        qr/another library with the access method hnsw is loaded.*HINT:  Connect anew/s,
        'a second library in one session');
}
is($node->safe_psql('drop_in', "SET hnsw.ef_search = 77; SELECT '[1]'::vector; SHOW hnsw.ef_search"),
    "[1]\n77", 'a setting made before the library is loaded is kept');
is($node->safe_psql('drop_in', "LOAD 'vector'; LOAD 'vectorext'; SELECT '[1]'::vector"),
    '[1]', 'the library under both names is one');

# ---- installation

my $make_root = "$tmp/installation";
my @arguments = ("$make_root/lib", "$make_root/extension", "$make_root/include/vector", "$make_root/build");
my $install = "$FindBin::Bin/../../dropin/install";
make_path($arguments[0], $arguments[1], $arguments[3]);
append_to_file("$make_root/build/vector--0.8.600.sql", 'ours');
append_to_file("$make_root/lib/vector.so", 'library of pgvector');
append_to_file("$make_root/extension/vector.control", 'control file of pgvector');
append_to_file("$make_root/extension/vector--0.8.6.sql", 'script of pgvector');
command_fails_like([ $install, 'install', @arguments, '' ], qr/pgvector is installed here.*FORCE=1/s,
    'pgvector is not overwritten');
command_fails_like([ $install, 'uninstall', @arguments, '' ], qr/not installed/, 'nor removed');
is(slurp_file("$make_root/lib/vector.so"), 'library of pgvector', 'and is whole');
command_ok([ $install, 'install', @arguments, '1' ], 'FORCE=1 installs');
is(readlink "$make_root/lib/vector.so", 'vectorext.so', 'a link to the library');
ok(!-e "$make_root/extension/vector--0.8.6.sql", "pgvector's scripts are not in the way");
ok(-e "$make_root/include/vector/sparsevec.h", 'headers are installed');
command_ok([ $install, 'install', @arguments, '' ], 'installing again needs no force');
command_ok([ $install, 'uninstall', @arguments, '' ], 'it can be removed');
is(slurp_file("$make_root/lib/vector.so"), 'library of pgvector', 'then pgvector is back');
is(slurp_file("$make_root/extension/vector.control"), 'control file of pgvector', 'all of it');
is(slurp_file("$make_root/extension/vector--0.8.6.sql"), 'script of pgvector', 'its scripts, too');
ok(!-e "$make_root/include/vector/sparsevec.h", 'and nothing of ours');

no_crash($node, 'in all this');
$node->stop;
done_testing();
