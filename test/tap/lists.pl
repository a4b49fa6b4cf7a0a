# Rows that share a node and rows without a place in the graph (NULLs, zero vectors) are kept in lists:
# they are all found, and the space of lists that die is used again.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $rounds = 4;
my $node = new_server('lists', conf => "autovacuum = off\n");
$node->safe_psql(
    'postgres', q(
    CREATE TABLE shared (id int PRIMARY KEY, v vector(3));
    CREATE INDEX shared_idx ON shared USING hnsw (v vector_cosine_ops)));
my $fill = q(
    INSERT INTO shared SELECT i, CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '[0,0,0]'
        WHEN 2 THEN '[1,2,3]' ELSE ARRAY[i % 10, 1, 2]::vector END FROM generate_series(1, 8000) i
    ON CONFLICT DO NOTHING);
my $size = sub {
    return $node->safe_psql('postgres', "SELECT pg_relation_size('shared_idx')");
};
# The second one gives back what nobody can know any more (see churn.pl).
my $vacuum = sub {
    $node->safe_psql('postgres', 'VACUUM shared');
    $node->safe_psql('postgres', 'SELECT pg_current_xact_id()');
    $node->safe_psql('postgres', 'VACUUM shared');
    return;
};

$node->safe_psql('postgres', $fill);
is_sound($node, 'shared_idx', 'with long lists');
answers_like_table($node, 'shared', '[3,1,2]', 'with long lists', op => '<=>');
my $before = $size->();
for my $round (1 .. $rounds)
{
    # Comparisons with NULL are not true: NULLs stay.
    $node->safe_psql('postgres', "DELETE FROM shared WHERE v <> '[0,0,0]'");
    $vacuum->();
    is_sound($node, 'shared_idx', "after lists died, round $round");
    answers_like_table($node, 'shared', '[3,1,2]', "after lists died, round $round", op => '<=>');
    $node->safe_psql('postgres', $fill);
    is_sound($node, 'shared_idx', "after filling again, round $round");
}
answers_like_table($node, 'shared', '[3,1,2]', 'after all rounds', op => '<=>');
cmp_ok($size->(), '<=', 1.1 * $before, 'space of lists is used again');

# Lists that lose most or all of their rows, and rows in the middle of them.
for my $where ('id % 8 < 4', 'id > 10', 'true')
{
    $node->safe_psql('postgres', "DELETE FROM shared WHERE $where");
    $vacuum->();
    is_sound($node, 'shared_idx', "after deleting where $where");
    answers_like_table($node, 'shared', '[3,1,2]', "after deleting where $where", op => '<=>');
    $node->safe_psql('postgres', $fill);
    is_sound($node, 'shared_idx', "after filling up where $where");
    answers_like_table($node, 'shared', '[3,1,2]', "after filling up where $where", op => '<=>');
}
no_crash($node, 'with lists');

done_testing();
