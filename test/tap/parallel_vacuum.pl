# VACUUM of several indexes by parallel workers: what removes rows, and what takes dead nodes out of the
# graphs and frees them, which is most of the work and cleanup to the server.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $node = new_server('parallel_vacuum',
    conf => "autovacuum = off\nmin_parallel_index_scan_size = 0\nmax_parallel_maintenance_workers = 2\n");
load_words($node, 6000);
my $query = $node->safe_psql('postgres', 'SELECT v FROM words WHERE id = 5');
# No other index: the server's own would have workers as well.
$node->safe_psql(
    'postgres', q(
    ALTER TABLE words DROP CONSTRAINT words_pkey;
    CREATE INDEX words_fast ON words USING hnsw (v vector_l2_ops) WITH (storage = fast);
    CREATE INDEX words_compact ON words USING hnsw (v vector_cosine_ops) WITH (storage = compact);
    CREATE INDEX words_plain ON words USING hnsw (v vector_ip_ops) WITH (storage = plain)));

my $vacuum = sub {
    my ($status, undef, $messages) = $node->psql('postgres', 'VACUUM (PARALLEL 2, VERBOSE) words');
    is($status, 0, 'VACUUM (PARALLEL 2)');
    return $messages;
};
my $workers = qr/launched [12] parallel vacuum workers? for index/;

# What each index says, whichever process has vacuumed it, and what is in it.
my $has = sub {
    my ($messages, $nodes, $what) = @_;
    for my $index (qw(words_fast words_compact words_plain))
    {
        like($messages, qr/INFO:  index "$index": nodes: $nodes/, "nodes of $index $what");
        like($messages, qr/index "$index": pages: \d+/, "pages of $index $what");
        is_sound($node, $index, $what);
    }
    answers_like_table($node, 'words', $query, "by $_ $what", op => $_) for '<->', '<=>', '<#>';
    return;
};

$node->safe_psql(
    'postgres', q(
    CREATE TABLE gone AS SELECT word, v FROM words WHERE id % 4 = 0;
    DELETE FROM words WHERE id % 4 = 0));
my $messages = $vacuum->();
like($messages, qr/$workers vacuuming/, 'workers remove rows');
like($messages, qr/$workers cleanup/, 'workers take out what that has left');
$has->($messages, qr/4500 live, 1500 dead, 0 free\nDETAIL:  1500 index row versions/, 'after DELETE');

# Nothing to remove: cleanup alone.
$node->safe_psql('postgres', 'SELECT pg_current_xact_id()');
$messages = $vacuum->();
unlike($messages, qr/$workers vacuuming/, 'no rows to remove');
like($messages, qr/$workers cleanup/, 'workers free nodes');
$has->($messages, qr/4500 live, 0 dead, 1500 free\nDETAIL:  0 index row versions/, 'after a second VACUUM');

# What was freed is used again, and what is free is no obstacle to the next.
my $size = sub {
    return $node->safe_psql('postgres',
        q(SELECT sum(pg_relation_size(indexrelid)) FROM pg_index WHERE indrelid = 'words'::regclass));
};
my $size_before = $size->();
$node->safe_psql('postgres', 'INSERT INTO words (word, v) SELECT word, v FROM gone');
is($size->(), $size_before, 'free nodes were used again');
$node->safe_psql('postgres', 'DELETE FROM words WHERE id % 4 = 1');
$messages = $vacuum->();
$has->($messages, qr/4125 live, 1875 dead, 0 free\nDETAIL:  1875 index row versions/, 'after another DELETE');

no_crash($node, 'in parallel VACUUM');
done_testing();
