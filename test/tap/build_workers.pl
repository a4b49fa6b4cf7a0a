# CREATE INDEX by several processes: one sound graph, whatever the table, the memory and the number
# of workers, and a clean end when one of them is canceled or ended.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $storage = storage();
my $node = new_server('build_workers',
    conf => "autovacuum = off\nmax_worker_processes = 12\nmin_parallel_table_scan_size = 0\n"
      . "log_min_messages = debug1\n");
load_words($node, 6000);
my $query = $node->safe_psql('postgres', 'SELECT v FROM words WHERE id = 4');
my $with = "WITH (ef_construction = 40, storage = $storage)";

# Builds an index with `$workers` asked for and checks it; returns how many workers there were.
my $build = sub {
    my ($table, $workers, $what, %options) = @_;
    my $memory = $options{memory} // '64MB';
    my $before = -s $node->logfile;
    my ($status, undef, $error) = $node->psql(
        'postgres', qq(
        DROP INDEX IF EXISTS tried;
        SET max_parallel_maintenance_workers = $workers;
        SET maintenance_work_mem = '$memory';
        CREATE INDEX tried ON $table USING hnsw (v vector_l2_ops) $with));
    is($status, 0, "CREATE INDEX $what") || diag($error);
    is_sound($node, 'tried', $what);
    answers_like_table($node, $table, $query, $what) unless $options{unasked};
    my $log = slurp_file($node->logfile, $before);
    my $leftovers = () = $log =~ / leak\b|still referenced/g;
    is($leftovers, 0, "nothing is left behind $what");
    my $notices = () = $error =~ /hnsw graph no longer fits/g;
    return (scalar(() = $log =~ /starting background worker process "parallel worker/g), $notices);
};

for my $workers (0, 1, 3)
{
    my ($started, $notices) = $build->('words', $workers, "with $workers workers");
    is($started, $workers, 'that many workers were started');
    is($notices, 0, 'memory sufficed');
}
$node->safe_psql('postgres', 'ALTER TABLE words SET (parallel_workers = 2)');
is(($build->('words', 4, 'with the workers of the table'))[0], 2, 'parallel_workers is honoured');
$node->safe_psql('postgres', 'ALTER TABLE words SET (parallel_workers = 0)');
is(($build->('words', 4, 'with none, as the table says'))[0], 0, 'parallel_workers = 0, too');
$node->safe_psql('postgres', 'ALTER TABLE words RESET (parallel_workers)');

# Too little memory: what does not fit is inserted into the pages, by all of them.
for my $memory ('1MB', '2MB')
{
    for my $workers (0, 2)
    {
        my $what = "with $memory and $workers workers";
        my (undef, $notices) = $build->('words', $workers, $what, memory => $memory);
        is($notices, 1, "one notice $what");
    }
}

# Tables that are hardly tables.
$node->safe_psql(
    'postgres', q(
    CREATE TABLE none (id int, v vector(100));
    CREATE TABLE one AS SELECT id, v FROM words LIMIT 1;
    CREATE TABLE alike AS SELECT n AS id, (SELECT v FROM words WHERE id = 9) AS v
        FROM generate_series(1, 3000) AS n;
    CREATE TABLE nulls AS SELECT n AS id, NULL::vector(100) AS v FROM generate_series(1, 30000) AS n;
    CREATE TABLE mixed (id int, v vector(100));
    INSERT INTO mixed SELECT id, CASE WHEN id % 3 > 0 THEN v END FROM words;
    ALTER TABLE one ALTER v TYPE vector(100);
    ALTER TABLE alike ALTER v TYPE vector(100)));
for my $workers (0, 2)
{
    for my $memory ('1MB', '64MB')
    {
        $build->($_, $workers, "of table $_ with $workers workers and $memory", memory => $memory)
          for qw(none one alike nulls mixed);
    }
}

# Of a small table workers are done before others have come: these too leave nothing open, or the next
# command on the table would be refused.
my $log_before = -s $node->logfile;
my (undef, undef, $warnings) = $node->psql(
    'postgres', qq(
    SET max_parallel_maintenance_workers = 2;
    CREATE TABLE few AS SELECT id, v FROM words LIMIT 50;
    ALTER TABLE few ALTER v TYPE vector(100);
    ALTER TABLE few SET (parallel_workers = 2);
    DO \$\$BEGIN
        FOR i IN 1..100 LOOP
            CREATE INDEX few_idx ON few USING hnsw (v vector_l2_ops) $with;
            ALTER TABLE few ADD COLUMN more int;
            ALTER TABLE few DROP COLUMN more;
            DROP INDEX few_idx;
        END LOOP;
    END\$\$;
    CREATE INDEX few_idx ON few USING hnsw (v vector_l2_ops) $with;)
      . 'REINDEX INDEX CONCURRENTLY few_idx;' x 40);
is($warnings, '', 'a hundred builds of a small table, and forty beside its users');
is(join('', slurp_file($node->logfile, $log_before) =~ /^.* (?:leak\b|still referenced).*$/mg),
    '', 'their workers leave nothing open');

# Kinds of indexes.
my ($status, undef, $error) = $node->psql(
    'postgres', qq(
    SET max_parallel_maintenance_workers = 2;
    CREATE INDEX CONCURRENTLY kept ON words USING hnsw (v vector_l2_ops) $with;
    REINDEX INDEX CONCURRENTLY kept;
    REINDEX INDEX kept;
    CREATE INDEX partial ON words USING hnsw (v vector_l2_ops) $with WHERE id % 2 = 0;
    CREATE INDEX expression ON words USING hnsw ((subvector(v, 1, 50)::vector(50)) vector_l2_ops) $with;
    CREATE TABLE parts (id int, v vector(100)) PARTITION BY HASH (id);
    CREATE TABLE part_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE part_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    INSERT INTO parts SELECT id, v FROM words;
    CREATE INDEX ON parts USING hnsw (v vector_l2_ops) $with;
    CREATE UNLOGGED TABLE passing AS SELECT id, v FROM words;
    CREATE INDEX passing_idx ON passing USING hnsw (v vector_l2_ops) $with));
is($status, 0, 'indexes of all kinds') || diag($error);
is_sound($node, $_, 'with workers')
  for qw(kept partial expression part_0_v_idx part_1_v_idx passing_idx);
$node->safe_psql('postgres', 'DROP INDEX tried, partial, expression');
is( $node->safe_psql('postgres', "SELECT count(*) FROM pg_index WHERE NOT indisvalid"),
    '0', 'all are valid');

# A worker that is ended, and a statement that is canceled: an error, and nothing left.
my $files = sub {
    return $node->safe_psql('postgres',
        q(CHECKPOINT; SELECT count(*) FROM pg_ls_dir('base/' || (SELECT oid FROM pg_database
            WHERE datname = current_database()))));
};
$node->safe_psql('postgres', 'ALTER TABLE words SET (parallel_workers = 2)');
my $files_before = $files->();
for my $ended ("backend_type = 'parallel worker'", "backend_type = 'client backend'")
{
    my $client = start_sql($node,
        "CREATE INDEX broken ON words USING hnsw (v vector_l2_ops) WITH (ef_construction = 1000);\n");
    ok( $node->poll_query_until('postgres',
            "SELECT count(*) = 2 FROM pg_stat_activity WHERE backend_type = 'parallel worker'"),
        'workers have started');
    $node->safe_psql('postgres',
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE $ended AND query LIKE 'CREATE INDEX broken%'");
    finish($client);
    like($client->{stderr}, qr/57P01|08006|terminat/, 'CREATE INDEX ends with an error');
    ok( $node->poll_query_until('postgres',
            "SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'parallel worker'"),
        'all workers end');
}
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_class WHERE relname = 'broken'"),
    '0', 'no index is left');
is($files->(), $files_before, 'no file is left');
is_sound($node, 'kept', 'after all that');

$node->stop;
done_testing();
