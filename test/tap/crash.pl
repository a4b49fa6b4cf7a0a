# kill -9 while clients insert, delete and vacuum: what was committed is there afterwards, the index
# is sound and answers as the table does.
#
# CRASH_CYCLES=200 makes a torture run of it.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $storage = 'storage = ' . storage();
my $cycles = $ENV{CRASH_CYCLES} // 4;
my $seed = $ENV{CRASH_SEED} // time;
srand($seed);
note "CRASH_SEED=$seed";

# Checkpoints fall between and into the writes, so that recovery starts anywhere.
my $node = new_server(
    'crash',
    conf => "checkpoint_timeout = 30s\nmax_wal_size = 64MB\nautovacuum_naptime = 1s\n"
      . "autovacuum_vacuum_threshold = 200\nautovacuum_vacuum_scale_factor = 0\n"
      . "wal_consistency_checking = 'generic'\nrestart_after_crash = on\n");
load_words($node, 6000);
$node->safe_psql(
    'postgres', qq(
    ALTER TABLE words RENAME TO source;
    CREATE TABLE words (id bigint PRIMARY KEY, v vector(100));
    CREATE INDEX words_idx ON words USING hnsw (v vector_l2_ops) WITH ($storage);
    CREATE UNLOGGED TABLE passing (id bigint, v vector(100));
    CREATE INDEX passing_idx ON passing USING hnsw (v vector_l2_ops) WITH ($storage)));

# Commands of one session, each in a transaction of its own. psql reports the ids of a command
# after its commit, so what is in its output must survive.
my $next_id = 1;
my $writer_sql = sub {
    my $sql = '';
    for (1 .. 4000)
    {
        my $id = $next_id++;
        my $source = 1 + $id % 6000;
        my $several = int rand 5 == 0 ? 20 : 0;
        $next_id += $several;
        $sql .= "INSERT INTO words SELECT $id + n, CASE WHEN ($id + n) % 50 = 0 THEN NULL ELSE v END"
          . " FROM source, generate_series(0, $several) n WHERE source.id = $source"
          . " RETURNING 'added ' || words.id;\n";
        $sql .= "INSERT INTO passing SELECT $id, v FROM source WHERE id = $source;\n" if rand() < 0.1;
    }
    return $sql;
};

# Deletes only what earlier cycles have left: then no two sessions race for a row.
my $deleter_sql = sub {
    my ($known) = @_;
    my $sql = '';
    for my $id (@$known)
    {
        $sql .= "DELETE FROM words WHERE id = $id RETURNING 'deleted ' || id;\n";
        $sql .= "VACUUM words;\n" if rand() < 0.02;
    }
    return $sql;
};

my %present;
for my $cycle (1 .. $cycles)
{
    my @known = grep { rand() < 0.5 } keys %present;
    my @clients = map { start_sql($node, $writer_sql->()) } 1 .. 2;
    push @clients, start_sql($node, $deleter_sql->(\@known) . $writer_sql->());
    push @clients, start_sql($node, 'VACUUM words; VACUUM passing;' x 500);
    my $length = 100 + rand 700;
    # A report is about ten bytes.
    ok(wait_until(sub { (-s $clients[0]{out}) + (-s $clients[1]{out}) > 10 * $length }),
        "cycle $cycle: clients write");

    my $backend = $cycle % 2 == 0;
    if ($backend)
    {
        my $pid = $node->safe_psql('postgres',
            "SELECT pid FROM pg_stat_activity WHERE query ~ 'INTO words|VACUUM|DELETE'
                AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1");
        kill 'KILL', $pid;
    }
    else
    {
        kill_all($node);
    }
    finish($_) for @clients;
    unlike($_->{stderr}, qr/ERROR|PANIC/, "cycle $cycle: no error before the crash") for @clients;

    if ($backend)
    {
        ok($node->poll_query_until('postgres', 'SELECT true'), "cycle $cycle: server recovers");
    }
    else
    {
        $node->start;
    }
    my $reports = join '', map { $_->{stdout} } @clients;
    my %deleted;
    $present{$1} = 1 while $reports =~ /^added (\d+)$/mg;
    $deleted{$1} = 1 while $reports =~ /^deleted (\d+)$/mg;
    delete @present{ keys %deleted };
    my %found = map { $_ => 1 }
      split /\n/, $node->safe_psql('postgres', index_plan()
          . "WITH f AS MATERIALIZED (SELECT id FROM words
                ORDER BY v <-> (SELECT v FROM source WHERE id = $cycle)) SELECT id FROM f");
    is(join(' ', grep { $found{$_} } keys %deleted), '', "cycle $cycle: no deleted row is back");
    # The last command of a session may have been committed without its report.
    my @lost = grep { !$found{$_} } keys %present;
    @lost = () if @lost == 1 && $reports =~ /^deleted/m;
    is("@lost", '', "cycle $cycle: " . keys(%present) . ' committed rows found through the index');
    my @in_doubt = grep { !$present{$_} } keys %found;
    cmp_ok(scalar(@in_doubt), '<=', 3 * 21, "cycle $cycle: rows in doubt");
    %present = %found;

    is_sound($node, 'words_idx', "after crash $cycle");
    is($node->safe_psql('postgres', 'SELECT count(*) FROM passing'), '0',
        "cycle $cycle: the unlogged table is empty");
    is_sound($node, 'passing_idx', "after crash $cycle");
    $node->safe_psql('postgres', 'VACUUM words') if $cycle % 3 == 0;
    my $query = $node->safe_psql('postgres', 'SELECT v FROM source WHERE id = 11');
    answers_like_table($node, 'words', $query, "after crash $cycle");
    $node->safe_psql('postgres', 'INSERT INTO passing SELECT id, v FROM source LIMIT 300');
    answers_like_table($node, 'passing', $query, "in the unlogged table after crash $cycle",
        ordered => 1);
}

my $log = slurp_file($node->logfile);
my $killed = () = $log =~ /was terminated by signal 9/g;
my $died = () = $log =~ /was terminated by signal/g;
is($died, $killed, 'nobody died of anything but our kill');
unlike($log, qr/TRAP:|PANIC|inconsistent page found|corrupted/, 'recovery found nothing wrong');
$node->stop;

# The same files under the scalar kernels, and back: nothing on disk depends on the processor.
{
    local $ENV{VECTOREXT_SIMD} = 'scalar';
    $node->start;
    my $query = $node->safe_psql('postgres', 'SELECT v FROM source WHERE id = 11');
    is_sound($node, 'words_idx', 'under the scalar kernels');
    answers_like_table($node, 'words', $query, 'under the scalar kernels');
    $node->safe_psql('postgres',
        'INSERT INTO words SELECT -id, v FROM source WHERE id BETWEEN 1 AND 300');
    $node->safe_psql('postgres', 'DELETE FROM words WHERE id % 3 = 0');
    $node->safe_psql('postgres', 'VACUUM words');
    is_sound($node, 'words_idx', 'changed under the scalar kernels');
    $node->stop;
}
$node->start;
is_sound($node, 'words_idx', 'back under the kernels of this processor');
answers_like_table($node, 'words', $node->safe_psql('postgres', 'SELECT v FROM source WHERE id = 12'),
    'back under the kernels of this processor');

done_testing();
