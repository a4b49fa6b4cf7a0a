# Whatever takes long can be stopped: the statement ends soon after the request, nothing is half
# done, and the index is as good as before.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);
use VectorTest;

# Asked for are 100 ms of processor time; the clock shows more where others compute, too.
my $limit = 1.0;
my $node = new_server('interrupt', conf => "autovacuum = off\nshared_buffers = 256MB\n");
load_words($node, 20_000);
$node->safe_psql(
    'postgres', q(
    ALTER TABLE words RENAME TO source;
    CREATE TABLE words (id int PRIMARY KEY, v vector(100));
    INSERT INTO words SELECT id, v FROM source WHERE id <= 6000;
    CREATE INDEX words_idx ON words USING hnsw (v vector_l2_ops);
    CREATE TABLE wide (id int, v vector(16000));
    INSERT INTO wide SELECT n, (SELECT array_agg(sin(i * n)) FROM generate_series(1, 16000) AS i)::vector
        FROM generate_series(1, 60) AS n;
    CREATE INDEX wide_idx ON wide USING hnsw (v vector_l2_ops)));

# Cancels `$statement` when `$begun`, a condition on its row p of pg_stat_activity, has been true
# for a moment; returns the seconds until it ended.
my $cancel = sub {
    my ($statement, $begun) = @_;
    my $client = start_sql($node, "SET application_name = 'victim';\n$statement\n");
    my $running = "SELECT count(*) FROM pg_stat_activity AS p
        LEFT JOIN pg_stat_progress_create_index AS c USING (pid)
        LEFT JOIN pg_stat_progress_vacuum AS w USING (pid)
        WHERE application_name = 'victim' AND p.state = 'active' AND ($begun)";
    $node->poll_query_until('postgres', $running, '1') or die "$statement does not begin";
    my $since = time;
    $node->safe_psql('postgres',
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'");
    finish($client);
    return ($client->{stderr}, time - $since);
};
my $stopped = sub {
    my ($statement, $begun, $what) = @_;
    my ($error, $seconds) = $cancel->($statement, $begun);
    like($error, qr/ERROR:  57014/, "$what is canceled");
    cmp_ok($seconds, '<', $limit, "$what ends soon");
    note sprintf '%s: %.0f ms', $what, 1000 * $seconds;
    return;
};
my $started = "p.query_start < clock_timestamp() - interval '200 ms'";

$stopped->(
    'CREATE INDEX broken ON source USING hnsw (v vector_l2_ops) WITH (ef_construction = 400);',
    'c.tuples_done > 500', 'CREATE INDEX in memory');
$stopped->(
    q(SET maintenance_work_mem = '1MB'; SET client_min_messages = warning;
    CREATE INDEX broken ON source USING hnsw (v vector_cosine_ops) WITH (ef_construction = 400);),
    'c.tuples_done > 1500', 'CREATE INDEX on pages');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_class WHERE relname = 'broken'"),
    '0', 'no index is left');
$stopped->('CREATE INDEX CONCURRENTLY broken ON source USING hnsw (v vector_l2_ops);',
    'c.tuples_done > 500', 'CREATE INDEX CONCURRENTLY');
is( $node->safe_psql('postgres', "SELECT indisvalid FROM pg_index WHERE indexrelid = 'broken'::regclass"),
    'f', 'an invalid index is left, as with every access method');
$node->safe_psql('postgres', 'REINDEX INDEX broken');
is_sound($node, 'broken', 'made valid by REINDEX');
$node->safe_psql('postgres', 'DROP INDEX broken');

$stopped->('INSERT INTO words SELECT id + 100000, v FROM source;', $started, 'INSERT ... SELECT');
is($node->safe_psql('postgres', index_plan()
      . "WITH f AS MATERIALIZED (SELECT id FROM words ORDER BY v <-> (SELECT v FROM source LIMIT 1))
        SELECT count(*), max(id) FROM f"), '6000|6000', 'no row of the INSERT is seen');
is_sound($node, 'words_idx', 'after a canceled INSERT');

# A scan without end: the whole index again and again, then the part that sorts.
$stopped->(
    index_plan() . 'SELECT count(*) FROM source AS s, LATERAL
        (SELECT id FROM words ORDER BY v <-> s.v) AS f;', $started, 'a scan of the whole index');
$stopped->(
    index_plan() . 'SET hnsw.max_scan_tuples = 1; SELECT count(*) FROM source AS s, LATERAL
        (SELECT id FROM words ORDER BY v <-> s.v) AS f;', $started, 'a scan that sorts');
$stopped->(
    index_plan() . 'SELECT count(*) FROM generate_series(1, 100000) AS n, wide AS w, LATERAL
        (SELECT id FROM wide ORDER BY v <-> w.v) AS f;', $started, 'a scan of wide vectors');
$stopped->(
    'INSERT INTO wide SELECT n, w.v + w.v FROM wide AS w, generate_series(1, 1000) AS n;',
    $started, 'an INSERT of wide vectors');
is_sound($node, 'wide_idx', 'after canceled statements');

# VACUUM is stopped after longer and longer times, in all of its passes; each time the index is
# sound, and the next one does what is left.
$node->safe_psql('postgres', 'DELETE FROM words WHERE id % 2 = 0');
my $interrupted = 0;
for my $time (1, 2, 4, 8, 15, 30, 60, 120, 240)
{
    my $since = time;
    my ($status, undef, $error) =
      $node->psql('postgres', "SET statement_timeout = $time;\nVACUUM words;");
    next if $status == 0;
    like($error, qr/canceling statement due to statement timeout/, "VACUUM stopped after $time ms");
    cmp_ok(time - $since, '<', $time / 1000 + $limit, "VACUUM stops soon after $time ms");
    is_sound($node, 'words_idx', "after VACUUM was stopped after $time ms");
    $interrupted++;
}
cmp_ok($interrupted, '>', 2, 'VACUUM was interrupted several times');
$node->safe_psql('postgres', 'VACUUM words');
is_sound($node, 'words_idx', 'after VACUUM was repeated');
my $query = $node->safe_psql('postgres', 'SELECT v FROM source WHERE id = 9');
answers_like_table($node, 'words', $query, 'after VACUUM');

# statement_timeout is the same by the clock.
my $since = time;
my ($status, $out, $error) = $node->psql('postgres',
    "SET statement_timeout = '300ms'; INSERT INTO words SELECT id + 200000, v FROM source");
like($error, qr/canceling statement due to statement timeout/, 'statement_timeout ends an INSERT');
cmp_ok(time - $since, '<', 0.3 + $limit, 'statement_timeout is answered soon');

# What was left behind is removed, and a terminated backend leaves nothing either.
my $victim = start_sql($node,
    "SET application_name = 'victim';\nINSERT INTO words SELECT id + 300000, v FROM source;\n");
$node->poll_query_until('postgres',
    "SELECT count(*) FROM pg_stat_activity AS p WHERE application_name = 'victim' AND $started", '1')
  or die 'INSERT does not begin';
$node->safe_psql('postgres',
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'");
ok(!finish($victim), 'a terminated backend ends');
$node->safe_psql('postgres', 'VACUUM words');
is_sound($node, 'words_idx', 'after everything');
answers_like_table($node, 'words', $query, 'after everything');
no_crash($node, 'by interrupts');

done_testing();
