# CREATE INDEX: what it reports, what it does when memory is short, and tables of all kinds.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $node = new_server('build',
    conf => "autovacuum = off\nmax_parallel_maintenance_workers = 4\n");
load_words($node, 8000);
my $query = $node->safe_psql('postgres', 'SELECT v FROM words WHERE id = 4');

# Progress: every phase that is seen, in order, with counts that end at the number of rows.  Rows are
# loaded in no time, so they are made slow.
$node->safe_psql(
    'postgres', q(
    CREATE FUNCTION slowly(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS
        'BEGIN IF $1 % 20 = 0 THEN PERFORM pg_sleep(0.003); END IF; RETURN true; END';));
my $client = start_sql($node,
    'CREATE INDEX words_slow ON words USING hnsw (v vector_l2_ops) WHERE slowly(id);');
my %seen;
my ($most, $last, $wrong) = (0, '', '');
while ($client->{run}->pumpable)
{
    $client->{run}->pump_nb;
    my $line = $node->safe_psql('postgres',
        'SELECT phase, tuples_done, tuples_total, blocks_done, blocks_total
           FROM pg_stat_progress_create_index');
    my ($phase, $done, $total, $blocks, $all_blocks) = split /\|/, $line or next;
    $seen{$phase}++;
    my ($last_phase, $last_done, undef, $last_blocks) = split /\|/, $last || $line;
    $wrong .= "$last then $line\n"
      if $phase eq $last_phase && ($done < $last_done || $blocks < $last_blocks)
      || $phase =~ /growing|connecting|writing/ && $done > $total
      || $blocks > $all_blocks;
    $last = $line;
    $most = $done if $phase eq 'building index: loading tuples' && $done > $most;
}
ok(finish($client), 'CREATE INDEX') || diag($client->{stderr});
ok($seen{'building index: loading tuples'}, 'progress shows the phase that tools look for');
cmp_ok($most, '>', 100, 'progress counts rows');
is($wrong, '', 'counts neither go back nor exceed their total');
is(join(',', grep { !/^initializing$|^building index/ } keys %seen), '', 'phases are named');
$node->safe_psql('postgres',
    'DROP INDEX words_slow; CREATE INDEX words_l2 ON words USING hnsw (v vector_l2_ops);');
is_sound($node, 'words_l2', 'after a build in memory');
answers_like_table($node, 'words', $query, 'after a build in memory');

is( $node->safe_psql(
        'postgres', index_plan() . q(SET hnsw.ef_search = 200;
        SELECT count(*) FROM words AS w
        WHERE id % 4 = 0 AND w.id <> (SELECT f.id FROM words AS f ORDER BY f.v <-> w.v LIMIT 1))),
    '0', 'every fourth row finds itself first');

# A memory budget that a tenth of the rows exhausts: the same completeness, and one notice.
my ($status, $out, $notice) = $node->psql(
    'postgres', q(
    SET maintenance_work_mem = '1MB';
    SELECT pg_current_wal_insert_lsn() AS before \\gset
    CREATE INDEX words_small ON words USING hnsw (v vector_l2_ops);
    SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'before')
        / pg_relation_size('words_small') < 1.05));
is($status, 0, 'CREATE INDEX with little memory');
is($out, 't', 'its pages are logged once');
my $notices = () = $notice =~ /NOTICE:  hnsw graph no longer fits into maintenance_work_mem/g;
is($notices, 1, 'one notice says that memory was short');
is_sound($node, 'words_small', 'after a build with little memory');
$node->safe_psql('postgres', 'DROP INDEX words_l2');
answers_like_table($node, 'words', $query, 'after a build with little memory');
is( $node->safe_psql(
        'postgres', index_plan() . q(SET hnsw.ef_search = 200;
        SELECT count(*) FROM words AS w
        WHERE id % 4 = 0 AND w.id <> (SELECT f.id FROM words AS f ORDER BY f.v <-> w.v LIMIT 1))),
    '0', 'every fourth row finds itself first after a build with little memory');

# vectorext_build_estimate: the graph fits into the memory that it says, and not into much less.
$node->safe_psql('postgres', 'ANALYZE words');
for ([ 0, 100, 1 ], [ 0, 93, '' ], [ 4, 100, 1 ])
{
    my ($workers, $percent, $enough) = @$_;
    my $set = "SET max_parallel_maintenance_workers = $workers";
    my $memory = $node->safe_psql('postgres', "$set; SELECT memory_bytes * $percent / 102400 || 'kB'
        FROM vectorext_build_estimate('words', 'v')");
    (undef, undef, $notice) = $node->psql('postgres', "$set; SET maintenance_work_mem = '$memory';
        CREATE INDEX words_fitting ON words USING hnsw (v vector_l2_ops); DROP INDEX words_fitting");
    is($notice !~ /no longer fits into maintenance_work_mem/,
        $enough, "$percent % of the memory predicted, $workers workers");
}

# Unlogged and temporary tables, and a build in the transaction that made the table.
$node->safe_psql(
    'postgres', q(
    CREATE UNLOGGED TABLE passing AS SELECT id, v FROM words LIMIT 900;
    CREATE INDEX passing_idx ON passing USING hnsw (v vector_l2_ops);
    INSERT INTO passing SELECT id + 10000, v FROM passing LIMIT 50));
is_sound($node, 'passing_idx', 'of an unlogged table');
answers_like_table($node, 'passing', $query, 'in an unlogged table', ordered => 1);
$node->safe_psql('postgres', 'ALTER TABLE passing SET LOGGED');
is_sound($node, 'passing_idx', 'made logged');
is( $node->safe_psql(
        'postgres', index_plan() . q(
        CREATE TEMP TABLE own AS SELECT id, v FROM words LIMIT 700;
        CREATE INDEX own_idx ON own USING hnsw (v vector_l2_ops);
        INSERT INTO own SELECT id + 10000, v FROM own LIMIT 50;
        DELETE FROM own WHERE id % 5 = 0;
        VACUUM own;
        SELECT (SELECT count(*) FROM vectorext_check('own_idx')) || ' ' || (SELECT count(*) FROM
            (SELECT id FROM own ORDER BY v <-> array_fill(0, ARRAY[100])::vector OFFSET 0) AS f)
            - (SELECT count(*) FROM own))),
    '0 0', 'a temporary table');

$node->stop;
$node->append_conf('postgresql.conf', "wal_level = minimal\nmax_wal_senders = 0\n");
$node->start;
$node->safe_psql(
    'postgres', q(
    BEGIN;
    CREATE TABLE fresh AS SELECT id, v FROM words LIMIT 900;
    CREATE INDEX fresh_idx ON fresh USING hnsw (v vector_l2_ops);
    INSERT INTO fresh SELECT id + 10000, v FROM fresh LIMIT 100;
    COMMIT;
    BEGIN;
    TRUNCATE passing;
    INSERT INTO passing SELECT id, v FROM words LIMIT 200;
    COMMIT));
kill_all($node);
$node->start;
is_sound($node, 'fresh_idx', 'of a table made without WAL, after a crash');
answers_like_table($node, 'fresh', $query, 'in a table made without WAL', ordered => 1);
is_sound($node, 'passing_idx', 'of a table emptied without WAL, after a crash');
answers_like_table($node, 'passing', $query, 'in a table emptied without WAL', ordered => 1);

done_testing();
