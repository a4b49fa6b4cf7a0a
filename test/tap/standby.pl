# A streaming standby answers as its primary does, in the same order, whatever happened there;
# replay compares every page with the primary's (wal_consistency_checking).
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $storage = 'storage = ' . storage();
my $primary = new_server(
    'primary',
    streaming => 1,
    conf => "wal_consistency_checking = 'all'\nfull_page_writes = on\nautovacuum = off\n"
      . "checkpoint_timeout = 30s\nwal_keep_size = 16GB\n");
load_words($primary, 3000);
$primary->safe_psql('postgres', 'ALTER TABLE words RENAME TO source');

$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->append_conf('postgresql.conf', "hot_standby_feedback = off\n");
$standby->start;

# The answers to 30 questions, ties and order included.
my $answers = sub {
    my ($node, $table, $op) = @_;
    return $node->safe_psql(
        'postgres', index_plan() . qq(
        SELECT q.id, (SELECT string_agg(f.id::text, ',') FROM
            (SELECT id FROM $table ORDER BY v $op q.v LIMIT 10) AS f)
        FROM source AS q WHERE q.id % 100 = 1 ORDER BY q.id));
};
my $same = sub {
    my ($what, %options) = @_;
    my $table = $options{table} // 'words';
    my $op = $options{op} // '<->';
    $primary->wait_for_catchup($standby);
    my $expected = $answers->($primary, $table, $op);
    like($expected, qr/^1\|\d+,/, "there are answers $what");
    is($answers->($standby, $table, $op), $expected, "the standby answers as the primary $what");
    return;
};
my $both_sound = sub {
    my ($index, $what) = @_;
    $primary->wait_for_catchup($standby);
    is_sound($primary, $index, "on the primary $what");
    is_sound($standby, $index, "on the standby $what");
    return;
};

$primary->safe_psql(
    'postgres', qq(
    CREATE TABLE words (id int PRIMARY KEY, v vector(100));
    CREATE INDEX words_idx ON words USING hnsw (v vector_l2_ops) WITH ($storage);
    INSERT INTO words SELECT id, v FROM source WHERE id <= 1200));
$same->('after inserts');
$both_sound->('words_idx', 'after inserts');

$primary->safe_psql('postgres', 'DELETE FROM words WHERE id % 3 = 0 AND id > 10');
$same->('after deletes');
$primary->safe_psql('postgres', 'VACUUM words');
$same->('after VACUUM');
$both_sound->('words_idx', 'after VACUUM');
$primary->safe_psql('postgres', 'SELECT pg_current_xact_id()');
$primary->safe_psql('postgres', 'VACUUM words');
$primary->safe_psql('postgres', 'INSERT INTO words SELECT id, v FROM source WHERE id > 1200');
$same->('after ids were used again');
$primary->safe_psql('postgres', 'UPDATE words SET v = v WHERE id % 2 = 0');
$same->('after updates');

$primary->safe_psql('postgres', 'REINDEX INDEX words_idx');
$same->('after REINDEX');
$primary->safe_psql('postgres', 'REINDEX INDEX CONCURRENTLY words_idx');
$same->('after REINDEX CONCURRENTLY');
$both_sound->('words_idx', 'after REINDEX');

# Equal vectors, NULLs and zero vectors, by a built and by a grown index.
$primary->safe_psql(
    'postgres', qq(
    CREATE TABLE mixed (id int PRIMARY KEY, v vector(100));
    INSERT INTO mixed SELECT id, CASE id % 10 WHEN 0 THEN NULL WHEN 1 THEN v - v
        ELSE (SELECT s.v FROM source AS s WHERE s.id = w.id / 40 + 1) END FROM source AS w;
    CREATE INDEX mixed_idx ON mixed USING hnsw (v vector_cosine_ops) WITH ($storage, m = 8);
    INSERT INTO mixed SELECT id + 10000, v FROM mixed;
    DELETE FROM mixed WHERE id % 7 = 0 AND id > 1000;
    VACUUM mixed));
$same->('with equal vectors', table => 'mixed', op => '<=>');
$both_sound->('mixed_idx', 'with equal vectors');

# Queries on the standby while the primary writes: no error, and never more than ten rows or a row
# twice.
my $writer = start_pgbench(
    $primary, q(
    \set id random(1, 3000)
    DELETE FROM words WHERE id = :id;
    INSERT INTO words SELECT id, v FROM source WHERE id = :id ON CONFLICT DO NOTHING;
    UPDATE words SET v = v WHERE id = :id % 3000 + 1;
), qw(-c 2 -T 5));
my $vacuum = start_pgbench($primary, "VACUUM words;\n", qw(-c 1 -T 5));
my $reader = start_pgbench(
    $standby, index_plan() . q(
    \set id random(1, 3000)
    SELECT 1 / (count(*) = 10 AND count(DISTINCT id) = 10)::int FROM (SELECT id FROM words
        ORDER BY v <-> (SELECT v FROM source WHERE id = :id) LIMIT 10) AS f;
), qw(-c 2 -T 5));
ok(finish($_), 'pgbench beside replay') || diag($_->{stderr}) for $writer, $vacuum, $reader;
$same->('after concurrent writes');
$both_sound->('words_idx', 'after concurrent writes');

# The standby restarts within the WAL and goes on; then its primary is lost.
$standby->restart;
$same->('after a restart of the standby');
$primary->safe_psql(
    'postgres', qq(
    CREATE UNLOGGED TABLE passing (id int, v vector(100));
    CREATE INDEX passing_idx ON passing USING hnsw (v vector_l2_ops) WITH ($storage);
    INSERT INTO passing SELECT id, v FROM source LIMIT 500));
$primary->wait_for_catchup($standby);
my $last = $answers->($primary, 'words', '<->');
kill_all($primary);
$standby->promote;
is($answers->($standby, 'words', '<->'), $last, 'the promoted standby answers as the primary did');
$standby->safe_psql(
    'postgres', q(
    DELETE FROM words WHERE id % 5 = 0;
    INSERT INTO words SELECT id, v FROM source WHERE id % 10 = 0 ON CONFLICT DO NOTHING));
$standby->safe_psql('postgres', 'VACUUM words');
is_sound($standby, 'words_idx', 'after promotion and writes');
answers_like_table($standby, 'words',
    $standby->safe_psql('postgres', 'SELECT v FROM source WHERE id = 3'), 'after promotion');
$standby->safe_psql('postgres', 'INSERT INTO passing SELECT id, v FROM source LIMIT 200');
is_sound($standby, 'passing_idx', 'of an unlogged table after promotion');
is($standby->safe_psql('postgres', 'SELECT count(*) FROM passing'),
    '200', 'the unlogged table began empty');
unlike(slurp_file($standby->logfile), qr/inconsistent page found|PANIC|terminated by signal/,
    'replay found every page as the primary had it');

done_testing();
