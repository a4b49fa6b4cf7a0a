# Parallel builds where the system has little shared memory, as in a container with 64 MB of it: they
# take what there is, go on in pages and say so.  The server runs in a mount namespace of its own, with
# a small /dev/shm.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

# Starts a command with a /dev/shm of 4 MB, of which the server's statistics take one.
my $in_namespace = q(unshare --user --mount --map-current-user --keep-caps sh -c
    'mount -t tmpfs -o size=4m,mode=1777 tmpfs /dev/shm && exec "$@"' sh);
$in_namespace =~ s/\n */ /g;
plan skip_all => 'this system lets nobody but root mount anything'
  if system("$in_namespace true 2>/dev/null") != 0;
my $dir = PostgreSQL::Test::Utils::tempdir();
chomp(my $pg_ctl = `which pg_ctl`);
append_to_file("$dir/pg_ctl", qq(#!/bin/sh\nexec $in_namespace "$pg_ctl" "\$\@"\n));
chmod 0755, "$dir/pg_ctl" or die;
$ENV{PATH} = "$dir:$ENV{PATH}";

my $storage = storage();
my $node = new_server('shared_memory',
    conf => "autovacuum = off\nmax_worker_processes = 12\nmin_parallel_table_scan_size = 0\n"
      . "max_parallel_workers_per_gather = 0\nmaintenance_work_mem = 64MB\n"
      . "max_parallel_maintenance_workers = 2\nlog_min_messages = debug1\n");
load_words($node, 12000);
my $query = $node->safe_psql('postgres', 'SELECT v FROM words WHERE id = 4');

# Kilobytes as the server sees them.
my $shared_memory = sub {
    my ($column) = @_;
    return $node->safe_psql('postgres', "CREATE TEMP TABLE df (kb int);
        COPY df FROM PROGRAM 'df -k --output=$column /dev/shm | tail -n 1'; SELECT kb FROM df");
};
is($shared_memory->('size'), 4096, 'the server has little shared memory');

# Runs a statement that builds; returns how many workers there were, and its notices.
my $build = sub {
    my ($statement, $what) = @_;
    my $before = -s $node->logfile;
    my $used = $shared_memory->('used');
    my ($status, undef, $notices) = $node->psql('postgres', $statement);
    is($status, 0, $what) || diag($notices);
    is_sound($node, 'words_idx', "after $what");
    answers_like_table($node, 'words', $query, "after $what");
    is($shared_memory->('used'), $used, "no shared memory is left behind after $what");
    my $log = slurp_file($node->logfile, $before);
    is(join('', $log =~ /^.* (?:leak\b|still referenced).*$/mg), '', "nothing is open after $what");
    return (scalar(() = $log =~ /starting background worker process "parallel worker/g), $notices);
};
my $no_room = qr/NOTICE:  hnsw graph no longer fits into shared memory after (\d+) tuples
DETAIL:  Building will take significantly more time.
HINT:  Provide about \d+ MB of shared memory/;

my $create = "CREATE INDEX words_idx ON words USING hnsw (v vector_l2_ops)
    WITH (m = 12, ef_construction = 40, storage = $storage)";
my ($workers, $notices) = $build->($create, 'CREATE INDEX');
is($workers, 2, 'it has workers');
like($notices, $no_room, 'it says that there was not enough for its graph');
$notices =~ $no_room;
cmp_ok($1, '>', 1000, 'it uses what there is');
cmp_ok(() = $notices =~ /NOTICE/g, '==', 1, 'it says so once');

($workers, $notices) = $build->('REINDEX INDEX CONCURRENTLY words_idx', 'REINDEX CONCURRENTLY');
is($workers, 2, 'it has workers');
like($notices, $no_room, 'it says that there was not enough for its graph');

# Less maintenance_work_mem than the system has: then it is this that counts.
(undef, $notices) = $build->("SET maintenance_work_mem = '1MB';
    SET max_parallel_maintenance_workers = 0; REINDEX INDEX words_idx", 'REINDEX with little memory');
like($notices, qr/no longer fits into maintenance_work_mem/, 'it says which memory is short');

# Nothing at all: one process builds, in its own memory.
$node->safe_psql('postgres', q(COPY (SELECT 1) TO PROGRAM
    'cat > /dev/null; dd if=/dev/zero of=/dev/shm/filler bs=64k status=none || true'));
($workers, $notices) = $build->('REINDEX INDEX words_idx', 'REINDEX without shared memory');
is($workers, 0, 'it has no workers');
is($notices, '', 'it says nothing');
$node->safe_psql('postgres', q(COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; rm /dev/shm/filler'));

# The system refuses where nothing was known before.
$node->append_conf('postgresql.conf', 'min_dynamic_shared_memory = 1MB');
$node->restart;
($workers, $notices) = $build->('REINDEX INDEX words_idx', 'REINDEX beyond a reserve');
is($workers, 2, 'it has workers');
like($notices, $no_room, 'it says that there was not enough for its graph');

$node->stop;
unlike(slurp_file($node->logfile), qr/PANIC|signal \d|could not resize/, 'nothing was refused');
done_testing();
