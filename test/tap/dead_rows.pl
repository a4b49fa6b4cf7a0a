# Builds over rows that were deleted, whose values VACUUM has taken out of the TOAST table already: what
# nobody can see is left out.  An old transaction in another database makes the difference: for VACUUM
# it does not count, but the snapshot of CREATE INDEX is as old as it.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $storage = storage();
my $node = new_server('dead_rows',
    conf => "autovacuum = off\nmax_prepared_transactions = 2\nmin_parallel_table_scan_size = 0\n"
      . "max_parallel_workers_per_gather = 0\n");
$node->safe_psql('postgres', 'CREATE DATABASE other');
$node->safe_psql('other', q(BEGIN; CREATE TABLE held (); PREPARE TRANSACTION 'old'));

# Sets the scene anew: of 800 rows, stored out of line, a quarter is deleted and a quarter changed.
my $row = 'SELECT array_agg(sin(i * (1 + g * 0.37))) FROM generate_series(1, 700) g';
my $scene = sub {
    $node->safe_psql(
        'postgres', qq(
        DROP TABLE IF EXISTS long;
        CREATE TABLE long (id int, v vector(700), s sparsevec(700));
        ALTER TABLE long ALTER v SET STORAGE EXTERNAL, ALTER s SET STORAGE EXTERNAL;
        INSERT INTO long SELECT i, ($row)::float4[]::vector, ($row)::float4[]::vector::sparsevec
            FROM generate_series(1, 800) i;
        DELETE FROM long WHERE id % 4 = 0;
        UPDATE long SET v = (SELECT (array_agg(-x))::vector FROM unnest(v::real[]) x), s = s
            WHERE id % 4 = 1));
    my $toast = $node->safe_psql('postgres',
        q(SELECT reltoastrelid::regclass FROM pg_class WHERE relname = 'long'));
    $node->safe_psql('postgres', "VACUUM $toast");
    return;
};
$scene->();
my $query = $node->safe_psql('postgres', 'SELECT v FROM long WHERE id = 7');
my (undef, undef, $error) = $node->psql('postgres', 'CREATE INDEX ON long (vector_norm(v))');
like($error, qr/missing chunk number 0 for toast value/, 'PostgreSQL itself meets the rows');

for my $workers (0, 2)
{
    my $what = "with $workers workers";
    my ($status, undef, $notices) = $node->psql(
        'postgres', qq(
        SET max_parallel_maintenance_workers = $workers;
        CREATE INDEX long_v ON long USING hnsw (v vector_l2_ops) WITH (storage = $storage);
        CREATE INDEX long_s ON long USING hnsw (s sparsevec_l2_ops);
        REINDEX TABLE long));
    is($status, 0, "CREATE INDEX and REINDEX $what");
    is($notices, '', "without warnings $what");
    is_sound($node, $_, $what) for qw(long_v long_s);
    answers_like_table($node, 'long', $query, $what);
    $node->safe_psql('postgres', 'DROP INDEX long_v, long_s');
}

$node->stop;
unlike(slurp_file($node->logfile), qr/PANIC|signal \d|still referenced| leak\b/, 'all is closed');
done_testing();
