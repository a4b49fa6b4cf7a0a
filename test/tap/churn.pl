# Real data through the whole life of rows: inserted one by one, deleted, vacuumed, inserted again.
# Nothing gets lost, answers stay good and the index does not grow.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $storage = 'storage = ' . storage();
# All of them for the storage that is the default.
my $rows = storage() eq 'fast' ? 20_000 : 5_000;
my $rounds = 3;
my $node = new_server('churn', conf => "shared_buffers = 256MB\nautovacuum = off\n");

load_words($node, $rows);
$node->safe_psql('postgres', 'ALTER TABLE words RENAME TO source');
$node->safe_psql(
    'postgres', qq(
    CREATE TABLE words (id int PRIMARY KEY, v vector(100));
    -- What is found goes by the seed, those of docs/measurements/seeds.md.
    SET vectorext.seed = 1;
    CREATE INDEX words_idx ON words USING hnsw (v vector_l2_ops) WITH ($storage);
    INSERT INTO words SELECT id, v FROM source));
is_sound($node, 'words_idx', "after $rows inserts into an empty index");

my $size = sub {
    return $node->safe_psql('postgres', "SELECT pg_relation_size('words_idx')");
};

# Recall@10 over 200 words, in percent, one decimal.
$node->safe_psql(
    'postgres', q(
    CREATE FUNCTION near(q vector) RETURNS SETOF int LANGUAGE sql SET enable_seqscan = off
        AS 'SELECT id FROM words ORDER BY v <-> q LIMIT 10';
    CREATE FUNCTION near_exact(q vector) RETURNS SETOF int LANGUAGE sql SET enable_indexscan = off
        AS 'SELECT id FROM words ORDER BY v <-> q LIMIT 10'));
my $recall = sub {
    return $node->safe_psql(
        'postgres', q(
        SELECT round(100.0 * sum(hits) / (10 * count(*)), 1)
        FROM (SELECT v AS q FROM source ORDER BY hashint4(id) LIMIT 200) AS asked,
            LATERAL (SELECT count(*) AS hits
                FROM (SELECT near(q) INTERSECT SELECT near_exact(q)) AS both_found) AS compared));
};

# Rows that are not their own nearest neighbor; the data set has no two equal vectors.
# Asks for every `$step`th row.
my $lost = sub {
    my ($ef_search, $step) = @_;
    $step //= 1;
    return $node->safe_psql(
        'postgres', index_plan() . "SET hnsw.ef_search = $ef_search;" . qq(
        SELECT count(*) FROM words AS w
        WHERE w.id % $step = 0 AND w.id <> (SELECT f.id FROM words AS f ORDER BY f.v <-> w.v LIMIT 1)));
};

is($node->safe_psql('postgres', 'SELECT count(*) - count(DISTINCT v) FROM source'),
    '0', 'all vectors differ');
is($lost->(200), '0', 'every row finds itself first with ef_search 200');
cmp_ok($lost->(40), '<=', $rows / 1000, 'rows without self-recall@1 at ef_search 40');

# Ids are given back when nobody can know them any more, as a later VACUUM finds. Like a btree's
# deleted pages they wait for a transaction that began after they were let go.
my $vacuum_again = sub {
    my ($table) = @_;
    $node->safe_psql('postgres', 'SELECT pg_current_xact_id()');
    $node->safe_psql('postgres', "VACUUM $table");
    return;
};

my $recall_before = $recall->();
my $size_before = $size->();
cmp_ok($recall_before, '>=', 95, "recall\@10 at ef_search 40 after inserts");

for my $round (1 .. $rounds)
{
    my $where = "hashint4(id + $round) % 3 = 0";
    $node->safe_psql('postgres', "DELETE FROM words WHERE $where");
    $node->safe_psql('postgres', 'VACUUM words');
    is_sound($node, 'words_idx', "after deleting a third and VACUUM, round $round");
    $vacuum_again->('words');
    cmp_ok($recall->(), '>=', $recall_before - 2, "recall after VACUUM, round $round")
      if $round == 1;
    $node->safe_psql('postgres', "INSERT INTO words SELECT id, v FROM source WHERE $where");
    is_sound($node, 'words_idx', "after inserting again, round $round");
}
# A row that has lost its neighbors is reached by fewer links than it had.
cmp_ok($lost->(400, 5), '<=', $rows / 5000,
    'rows of a fifth that do not with ef_search 400 after all rounds');
cmp_ok($lost->(40), '<=', $rows / 200, 'rows that do not with ef_search 40 after all rounds');
cmp_ok($recall->(), '>=', $recall_before - 2, 'recall after all rounds');
cmp_ok($size->(), '<=', 1.05 * $size_before, 'the index has not grown');
answers_like_table($node, 'words', $node->safe_psql('postgres', 'SELECT v FROM source WHERE id = 7'),
    'after all rounds');

# Everything deleted: an empty graph that works as a new one.
$node->safe_psql('postgres', 'DELETE FROM words');
$node->safe_psql('postgres', 'VACUUM words');
$vacuum_again->('words');
is_sound($node, 'words_idx', 'after deleting all');
$node->safe_psql('postgres', 'INSERT INTO words SELECT id, v FROM source WHERE id <= 2000');
is_sound($node, 'words_idx', 'after inserting into the emptied index');
is($lost->(40), '0', 'every row of the refilled index finds itself first');
cmp_ok($size->(), '<=', 1.05 * $size_before, 'the emptied index was used again');

no_crash($node, 'in churn');

done_testing();
