# What the TAP tests share: servers with the extension, the data set, the two questions that every
# test ends with (is the index sound, does it answer as the table does) and clients that run beside.
package VectorTest;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use File::Basename qw(dirname);
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(storage new_server load_words index_plan is_sound answers_like_table wait_until
  start_sql start_pgbench finish kill_all
  no_crash extension_members);

my $words = dirname(__FILE__) . '/../../data/words.tsv.xz';

# The storage of the indexes that a test makes. test/check runs a test that asks for it once for each
# storage, as TEST.STORAGE.pl.
sub storage
{
    return $0 =~ /\.(\w+)\.pl$/ ? $1 : $ENV{VX_STORAGE} // 'fast';
}

# A running server with the extension, or with another, or without (''). `checksums` as initdb's, of
# which `initdb` has more options; `conf` is appended to its settings.
sub new_server
{
    my ($name, %options) = @_;
    my $node = PostgreSQL::Test::Cluster->new($name);
    # The default is to have none until 17, which has no option that says so, and to have them from 18.
    my @checksums = $options{checksums} // 1 ? '--data-checksums'
      : $node->pg_version >= 18 ? '--no-data-checksums' : ();
    $node->init(allows_streaming => $options{streaming} // 0,
        extra => [ @checksums, @{ $options{initdb} // [] } ]);
    $node->append_conf('postgresql.conf', "jit = off\n" . ($options{conf} // ''));
    $node->start;
    my $extension = $options{extension} // 'vectorext';
    $node->safe_psql('postgres', "CREATE EXTENSION $extension") if $extension;
    return $node;
}

# Table `words` (id, word, v vector(100)) with the first $count words of the data set, no index.
sub load_words
{
    my ($node, $count) = @_;
    my $file = "$PostgreSQL::Test::Utils::tmp_check/words.tsv";
    if (!-e $file)
    {
        my $unpack = 'import lzma, shutil, sys; '
          . 'shutil.copyfileobj(lzma.open(sys.argv[1]), sys.stdout.buffer)';
        IPC::Run::run [ 'python3', '-c', $unpack, $words ], '>', "$file.$$"
          or die "cannot unpack $words";
        rename "$file.$$", $file or die "cannot rename $file.$$: $!";
    }
    $node->safe_psql(
        'postgres', qq(
        CREATE TABLE words (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            word text NOT NULL, v vector(100));
        COPY words (word, v) FROM PROGRAM 'head -n $count "$file"';
        VACUUM ANALYZE words));
    return;
}

# Settings of a session that asks the index, and only the index, for everything it holds.
sub index_plan
{
    return 'SET enable_seqscan = off; SET enable_sort = off; '
      . 'SET max_parallel_workers_per_gather = 0; ';
}

# The verifier finds nothing.
sub is_sound
{
    my ($node, $index, $what) = @_;
    my $found = $node->safe_psql('postgres',
        "SELECT * FROM vectorext_check('$index'::regclass) LIMIT 20");
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($found, '', "vectorext_check($index) $what");
    return;
}

# A scan of the whole index returns the same keys at the same distances as a sequential scan. With
# `ordered`, for tables that ef_search covers, nearest first as well (from codes, but for one row in a
# hundred: see kBoundScore in scan_run.h). `key` is unique; rows at one
# distance come in any order.
sub answers_like_table
{
    my ($node, $table, $query, $what, %options) = @_;
    my $op = $options{op} // '<->';
    my $key = $options{key} // 'id';
    my $summary = "SELECT count(*), md5(string_agg(concat_ws(':', k, d), ',' ORDER BY k))";
    my $late = storage() eq 'plain' ? 0 : 0.01;
    my $order = $options{ordered}
      ? qq(, count(*) FILTER (WHERE d < before OR (d IS NOT NULL AND n > 1 AND before IS NULL))
          <= $late * count(*))
      : '';
    my $asked = "SELECT $key AS k, round((v $op '$query')::numeric, 4) AS d FROM $table";
    my $from_index = $node->safe_psql(
        'postgres', index_plan() . "SET hnsw.ef_search = 1000;
        WITH found AS MATERIALIZED ($asked ORDER BY v $op '$query')
        $summary$order FROM (SELECT k, d, row_number() OVER () AS n, lag(d) OVER () AS before
            FROM found) AS f");
    my $from_table =
      $node->safe_psql('postgres', "SET enable_indexscan = off; $summary FROM ($asked) AS f");
    $from_table .= '|t' if $options{ordered};
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is($from_index, $from_table, "index and table agree $what");
    return;
}

# Polls until `$condition->()` is true; false after the usual time limit.
sub wait_until
{
    my ($condition) = @_;
    my $deadline = time + $PostgreSQL::Test::Utils::timeout_default;
    while (time < $deadline)
    {
        return 1 if $condition->();
        select undef, undef, undef, 0.02;
    }
    return 0;
}

# Runs SQL in a session of its own, beside the test. What it prints can be read from file `out`
# while it runs and is in `stdout` when it is finished.
sub start_sql
{
    my ($node, $sql) = @_;
    my $dir = PostgreSQL::Test::Utils::tempdir();
    append_to_file("$dir/script.sql", $sql);
    my $client = { out => "$dir/out", err => "$dir/err" };
    $client->{run} = IPC::Run::start(
        [ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose',
            '-d', $node->connstr('postgres'), '-f', "$dir/script.sql" ],
        '>', $client->{out}, '2>', $client->{err},
        IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
    return $client;
}

# Runs pgbench with one script beside the test.
sub start_pgbench
{
    my ($node, $script, @arguments) = @_;
    my $file = PostgreSQL::Test::Utils::tempdir() . '/script.sql';
    append_to_file($file, $script);
    my $client = { out => "$file.out", err => "$file.err" };
    $client->{run} = IPC::Run::start(
        [ 'pgbench', '-n', '-f', $file, @arguments, $node->connstr('postgres') ],
        '>', $client->{out}, '2>', $client->{err},
        IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
    return $client;
}

# Waits for a client; true when it ended without error.
sub finish
{
    my ($client) = @_;
    my $done = IPC::Run::finish($client->{run});
    $client->{stdout} = slurp_file($client->{out});
    $client->{stderr} = slurp_file($client->{err});
    return $done;
}

# kill -9 of all processes of a server at once, as when the machine's memory is gone. The postmaster
# is stopped before its children are listed, so that it starts no others, and goes first.
sub kill_all
{
    my ($node) = @_;
    my $postmaster = $node->{_pid};
    my $process = sub {
        my ($pid) = @_;
        open(my $handle, '<', "/proc/$pid/stat") or return;
        my $line = <$handle> // '';
        return $line =~ /^\d+ \(.*\) (\S) (\d+) / ? { state => $1, parent => $2 } : undef;
    };
    kill 'STOP', $postmaster;
    wait_until(sub { my $it = $process->($postmaster); !$it || $it->{state} eq 'T' })
      or die 'the postmaster does not stop';
    my @children;
    for my $pid (map { m{(\d+)} } glob '/proc/[0-9]*')
    {
        my $it = $process->($pid);
        push @children, $pid if $it && $it->{parent} == $postmaster;
    }
    $node->kill9;
    kill 'KILL', @children;
    wait_until(sub { !grep { kill 0, $_ } $postmaster, @children })
      or die 'processes of the server survive kill -9';
    return;
}

# Every member of an extension, a line each, sorted: what it is, each attribute that SQL can see, its
# comment and its privileges. Names of libraries are left out.
sub extension_members
{
    my ($node, $database, $extension) = @_;
    return $node->safe_psql(
        $database, qq(
        WITH member AS MATERIALIZED (
            SELECT d.classid, d.objid, identify.type || ' ' || identify.identity AS name,
                   coalesce(obj_description(d.objid, d.classid::regclass::text), '') AS comment
              FROM pg_depend d JOIN pg_extension e ON d.refobjid = e.oid,
                   pg_identify_object(d.classid, d.objid, 0) AS identify
             WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
               AND e.extname = '$extension'),
        attributes (classid, objid, value) AS MATERIALIZED (
            SELECT 'pg_proc'::regclass, oid, to_jsonb(p)
                   - '{oid,probin,proowner,pronamespace,proargtypes,prorettype,proallargtypes}'::text[]
                   || jsonb_build_object('prorettype', prorettype::regtype::text,
                        -- the stored tree has its place in the script
                        'proargdefaults', pg_get_function_arguments(oid))
              FROM pg_proc p
            UNION ALL
            SELECT 'pg_proc'::regclass, aggfnoid, jsonb_build_object('sum', row_to_json(a)::jsonb
                   - '{aggfnoid,aggtranstype}'::text[])
              FROM pg_aggregate a
            UNION ALL
            SELECT 'pg_type'::regclass, oid,
                   to_jsonb(t) - '{oid,typowner,typnamespace,typelem,typarray,typrelid}'::text[]
                   || jsonb_build_object('columns', (SELECT jsonb_agg(attname || ' ' || atttypid::regtype ORDER BY attnum)
                          FROM pg_attribute WHERE attrelid = typrelid))
              FROM pg_type t
            UNION ALL
            SELECT 'pg_operator'::regclass, oid, to_jsonb(o)
                   - '{oid,oprowner,oprnamespace,oprleft,oprright,oprresult,oprcom,oprnegate}'::text[]
                   || jsonb_build_object('result', oprresult::regtype::text, 'com', oprcom::regoperator::text,
                          'negate', oprnegate::regoperator::text)
              FROM pg_operator o
            UNION ALL
            SELECT 'pg_cast'::regclass, oid, jsonb_build_object('function',
                   castfunc::regprocedure::text, 'context', castcontext, 'method', castmethod)
              FROM pg_cast
            UNION ALL
            SELECT 'pg_am'::regclass, oid, jsonb_build_object('handler', amhandler::text)
              FROM pg_am
            UNION ALL
            SELECT 'pg_opclass'::regclass, oid, jsonb_build_object('default', opcdefault,
                   'type', opcintype::regtype::text, 'key', opckeytype::regtype::text)
              FROM pg_opclass
            UNION ALL
            SELECT 'pg_opfamily'::regclass, f.oid, jsonb_build_object(
                   'operators', (SELECT jsonb_agg(format('%s %s %s %s', amopstrategy, amoppurpose,
                       amopopr::regoperator, amopsortfamily = 0) ORDER BY amopstrategy,
                       amopopr::regoperator::text)
                       FROM pg_amop WHERE amopfamily = f.oid),
                   'functions', (SELECT jsonb_agg(format('%s %s', amprocnum, amproc::regprocedure)
                       ORDER BY amprocnum, amproc::regprocedure::text)
                       FROM pg_amproc WHERE amprocfamily = f.oid))
              FROM pg_opfamily f)
        SELECT concat_ws(' | ', name, comment, value)
          FROM member LEFT JOIN attributes USING (classid, objid) ORDER BY 1));
}

# No process of the server died or failed an assertion since it was made.
sub no_crash
{
    my ($node, $what) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, "no crash $what");
    return;
}

1;
