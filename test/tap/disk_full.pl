# No room on disk: a build ends in an error, wherever it is, and leaves no file; an insertion leaves
# a sound index. The disk is full, as far as the server can tell, because the operating system lets
# its processes write files of some megabytes only (RLIMIT_FSIZE, which needs no privileges).
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $storage = storage();
# Short WAL files, since they are written whole.
my $node = new_server('disk_full',
    initdb => ['--wal-segsize=1'],
    conf => "autovacuum = off\nmax_parallel_maintenance_workers = 0\nshared_buffers = 32MB\n"
      . "min_parallel_table_scan_size = 0\nmax_wal_size = 64MB\n"
      # POSIX shared memory is files, which the limit would meet first.
      . "dynamic_shared_memory_type = sysv\n");
load_words($node, 4000);
my $query = $node->safe_psql('postgres', 'SELECT v FROM words WHERE id = 4');
my $with = "WITH (m = 32, ef_construction = 64, storage = $storage)";
$node->safe_psql('postgres', "CREATE INDEX kept ON words USING hnsw (v vector_l2_ops) $with");
my $index_bytes = $node->safe_psql('postgres', q(SELECT pg_relation_size('kept')));

# Processes that are started from now on write no file beyond this.
my $limit_files = sub {
    my ($bytes) = @_;
    system_or_bail('prlimit', '--pid', $node->{_pid}, "--fsize=$bytes:");
    return;
};
my $files = sub {
    return $node->safe_psql('postgres',
        q(CHECKPOINT; SELECT string_agg(f, ' ' ORDER BY f) FROM pg_ls_dir('base/' || (SELECT oid
            FROM pg_database WHERE datname = current_database())) AS f
            WHERE f !~ 'pg_internal.init'));
};

# A graph that fits into memory meets the end of the disk while its pages are written, one that does
# not fit either then or while rows are inserted into them.
my $full = qr/ERROR:  could not (extend|write)[^\n]*(wrote only|File too large|No space left)/;
my $files_before = $files->();
for (
    [ 'while pages are written',               0, '64MB',   0.5 ],
    [ 'while two workers write them',          2, '64MB',   0.5 ],
    [ 'while rows are inserted into pages',    0, '1200kB', 0.8 ],
    [ 'while workers insert rows into pages',  2, '2500kB', 0.8 ])
{
    my ($what, $workers, $memory, $share) = @$_;
    my $limit = int($index_bytes * $share);
    $limit_files->($limit);
    my (undef, undef, $error) = $node->psql(
        'postgres', qq(
        SET max_parallel_maintenance_workers = $workers;
        SET maintenance_work_mem = '$memory';
        CREATE INDEX broken ON words USING hnsw (v vector_l2_ops) $with));
    like($error, $full, "CREATE INDEX $what");
    is($error =~ /no longer fits/ ? 1 : 0, $memory eq '64MB' ? 0 : 1, "memory $what");
    (undef, undef, $error) = $node->psql(
        'postgres', qq(
        SET max_parallel_maintenance_workers = $workers;
        SET maintenance_work_mem = '$memory';
        REINDEX INDEX kept));
    like($error, $full, "REINDEX $what");
    $limit_files->('unlimited');
    is($files->(), $files_before, "no file is left by what ended $what");
}
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_class WHERE relname = 'broken'"),
    '0', 'no index is left');
is_sound($node, 'kept', 'after all that');

# Rows that find no room: the statement fails, the index has what it had.
$node->safe_psql('postgres', 'CREATE TABLE small AS SELECT id, v FROM words LIMIT 500;
    CREATE INDEX small_idx ON small USING hnsw (v vector_l2_ops) ' . $with);
$limit_files->($node->safe_psql('postgres', q(SELECT pg_relation_size('small_idx') + 400000)));
my (undef, undef, $error) =
  $node->psql('postgres', 'INSERT INTO small SELECT id, v FROM words WHERE id > 500');
like($error, $full, 'INSERT without room for the index');
$limit_files->('unlimited');
is($node->safe_psql('postgres', 'SELECT count(*) FROM small'), '500', 'no row is left');
$node->safe_psql('postgres', 'VACUUM small');
is_sound($node, 'small_idx', 'after an INSERT that found no room');
$node->safe_psql('postgres', 'INSERT INTO small SELECT id, v FROM words WHERE id BETWEEN 501 AND 900');
is_sound($node, 'small_idx', 'when there is room again');
answers_like_table($node, 'small', $query, 'when there is room again');

$node->safe_psql('postgres', 'REINDEX INDEX kept');
is_sound($node, 'kept', 'rebuilt when there is room again');
$node->stop;
unlike(slurp_file($node->logfile), qr/PANIC|signal \d|still referenced/, 'nothing worse was logged');

done_testing();
