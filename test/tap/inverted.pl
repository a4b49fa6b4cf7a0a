# Storage inverted: what was committed is there after kill -9, by exact answers; a standby answers as its
# primary, page for page (wal_consistency_checking), while the primary writes, merges and vacuums.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $cycles = $ENV{CRASH_CYCLES} // 4;
my $primary = new_server(
    'primary',
    streaming => 1,
    conf => "wal_consistency_checking = 'generic'\nautovacuum = off\ncheckpoint_timeout = 30s\n"
      . "max_wal_size = 64MB\nwal_keep_size = 16GB\nrestart_after_crash = on\n");
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->append_conf('postgresql.conf', "hot_standby_feedback = off\n");
$standby->start;

$primary->safe_psql(
    'postgres', q(
    CREATE FUNCTION made(id bigint) RETURNS sparsevec LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE WHEN id % 50 = 0 THEN NULL
               ELSE ('{' || string_agg(DISTINCT k || ':' || k % 7 + 1, ',') || '}/1000')::sparsevec END
        FROM (SELECT 1 + (hashint8(id * 100 + g)::bigint + 2147483648) % 30
                     * ((hashint8(id * 100 + g + 50)::bigint + 2147483648) % 30 + 1) AS k
              FROM generate_series(1, 40) g) AS elements $$;
    CREATE TABLE docs (id bigint PRIMARY KEY, v sparsevec(1000));
    CREATE INDEX docs_idx ON docs USING hnsw (v sparsevec_ip_ops) WITH (storage = inverted);
    CREATE UNLOGGED TABLE passing (id bigint, v sparsevec(1000));
    CREATE INDEX passing_idx ON passing USING hnsw (v sparsevec_ip_ops) WITH (storage = inverted);
    INSERT INTO docs SELECT id, made(id) FROM generate_series(1, 3000) id));
my $query = '{1:1,5:2,13:-1,40:3,85:1}/1000';

# Distances of all rows by the index, and by the table.
my $exact = sub {
    my ($node, $when) = @_;
    my $by_index = $node->safe_psql('postgres',
        index_plan() . "SELECT v <#> '$query' FROM docs ORDER BY v <#> '$query'");
    my $by_table = $node->safe_psql('postgres',
        "SET enable_indexscan = off; SET enable_bitmapscan = off;
         SELECT v <#> '$query' FROM docs ORDER BY v <#> '$query'");
    ok($by_index eq $by_table, "exact answers $when") || diag(length($by_index) . ' ' . length($by_table));
    is_sound($node, 'docs_idx', $when);
    return;
};
my $both = sub {
    my ($when) = @_;
    $primary->wait_for_catchup($standby);
    $exact->($primary, "on the primary $when");
    $exact->($standby, "on the standby $when");
    return;
};

$both->('after inserts');
$primary->safe_psql('postgres', 'DELETE FROM docs WHERE id % 3 = 0');
$primary->safe_psql('postgres', 'VACUUM docs');
$both->('after VACUUM');
$primary->safe_psql('postgres', 'REINDEX INDEX CONCURRENTLY docs_idx');
$both->('after REINDEX');

# Queries on both while the primary writes: no error, ten rows, none twice.
my @clients = (
    start_pgbench(
        $primary, q(
        \set id random(1, 3000)
        DELETE FROM docs WHERE id = :id;
        INSERT INTO docs SELECT id, made(id) FROM generate_series(:id * 1000, :id * 1000 + 20) id ON CONFLICT DO NOTHING;
        UPDATE docs SET v = v WHERE id BETWEEN :id * 1000 AND :id * 1000 + 5;
    ), qw(-c 2 -T 6)),
    start_pgbench($primary, "VACUUM docs;\n", qw(-c 1 -T 6)),
    map {
        start_pgbench(
            $_, index_plan() . qq(
            SELECT 1 / (count(*) = 10 AND count(DISTINCT id) = 10)::int
              FROM (SELECT id FROM docs ORDER BY v <#> '$query' LIMIT 10) AS f;
            SELECT 1 / (count(*) = count(DISTINCT id))::int FROM (SELECT id FROM docs ORDER BY v <#> '$query') AS f;
        ), qw(-c 1 -T 6))
    } $primary, $standby);
ok(finish($_), 'pgbench beside writes') || diag($_->{stderr}) for @clients;
$both->('after concurrent writes');

for my $cycle (1 .. $cycles)
{
    my $first = 10_000_000 * $cycle;
    my $writer_sql = join '', map {
        my $id = $first + $_ * 100;
        "INSERT INTO docs SELECT id, made(id) FROM generate_series($id, $id + 20) id RETURNING 'added ' || id;\n"
          . "INSERT INTO passing SELECT $id, made($id + 1);\n"
    } 1 .. 1000;
    my @writers = (start_sql($primary, $writer_sql), start_sql($primary, 'VACUUM docs;' x 500));
    my $length = 20_000 + rand 60_000;
    ok(wait_until(sub { (-s $writers[0]{out}) > $length }), "cycle $cycle: clients write");
    kill_all($primary);
    finish($_) for @writers;
    $primary->start;
    my %added;
    $added{$1} = 1 while $writers[0]{stdout} =~ /^added (\d+)$/mg;
    my %found = map { $_ => 1 } split /\n/, $primary->safe_psql('postgres',
        index_plan() . "SELECT id FROM docs ORDER BY v <#> '$query'");
    is(join(' ', grep { !$found{$_} } keys %added), '', "cycle $cycle: committed rows are found");
    $exact->($primary, "after crash $cycle");
    is($primary->safe_psql('postgres', 'SELECT count(*) FROM passing'), '0', 'the unlogged table is empty');
    is_sound($primary, 'passing_idx', "after crash $cycle");
    $primary->safe_psql('postgres', 'VACUUM docs') if $cycle % 2 == 0;
}
$both->('after all crashes');

$primary->wait_for_catchup($standby);
kill_all($primary);
$standby->promote;
$standby->safe_psql('postgres', 'DELETE FROM docs WHERE id % 5 = 0');
$standby->safe_psql('postgres', 'VACUUM docs');
$standby->safe_psql('postgres', 'INSERT INTO docs SELECT -id, made(id) FROM generate_series(1, 2000) id');
$exact->($standby, 'after promotion and writes');
unlike(slurp_file($_->logfile), qr/TRAP:|inconsistent page found|PANIC|corrupted/, 'nothing was found wrong')
  for $primary, $standby;

done_testing();
