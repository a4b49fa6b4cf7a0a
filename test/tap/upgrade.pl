# Updates: whatever version an extension begins with, an update makes of it what a fresh installation
# would have been, object by object. `vector` has pgvector's versions, `vectorext` its own.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

# Without autovacuum: what it learns of a table while we run would decide between two right plans.
my $node = new_server('upgrade', extension => '', conf => "autovacuum = off\n");

# Creates a database with the extension in a version ('' for the default one).
sub new_database
{
    my ($name, $extension, $version) = @_;
    $node->safe_psql('postgres', "CREATE DATABASE \"$name\"");
    $version = $version ? "VERSION '$version'" : '';
    $node->safe_psql($name, "CREATE EXTENSION $extension $version");
    return;
}

sub share_directory
{
    my ($dir) = run_command([ 'pg_config', '--sharedir' ]);
    return "$dir/extension";
}

# Versions that lead to the current one.
sub old_versions
{
    my ($extension) = @_;
    return split /\n/, $node->safe_psql('postgres', "
        SELECT source FROM pg_extension_update_paths('$extension') p JOIN pg_available_extensions a
            ON a.name = '$extension' AND p.target = a.default_version
         WHERE path IS NOT NULL ORDER BY string_to_array(source, '.')::int[]");
}

my %fresh;
for my $extension (qw(vector vectorext))
{
    new_database("fresh_$extension", $extension, '');
    $fresh{$extension} = extension_members($node, "fresh_$extension", $extension);
}
is($fresh{vector}, $fresh{vectorext}, 'both names have the same members');
cmp_ok(scalar(split /\n/, $fresh{vector}), '>=', 90, 'and these are many');

# The comparison sees what it is there for.
$node->safe_psql('fresh_vectorext', 'ALTER FUNCTION l1_distance(vector, vector) COST 7');
isnt(extension_members($node, 'fresh_vectorext', 'vectorext'),
    $fresh{vectorext}, 'a changed attribute is seen');

my @versions = old_versions('vector');
cmp_ok(scalar(@versions), '>=', 42, 'every version of pgvector can be updated');
for my $version (@versions)
{
    new_database($version, 'vector', $version);
    $node->safe_psql($version, "CREATE TABLE t (v vector(3)); INSERT INTO t VALUES ('[1,2,3]');
        CREATE INDEX ON t USING ivfflat (v) WITH (lists = 1);
        CREATE VIEW equal AS SELECT v = v AS same, v - v AS zero FROM t;");
    $node->safe_psql($version, 'ALTER EXTENSION vector UPDATE');
    is(extension_members($node, $version, 'vector'), $fresh{vector}, "update from $version");
    is($node->safe_psql($version, 'SELECT v, same, zero FROM t, equal'),
        '[1,2,3]|t|[0,0,0]', "data after the update from $version");
    $node->safe_psql('postgres', "DROP DATABASE \"$version\"");
}

# There and back: what is ours can be taken out again, for pgvector's own library.
new_database('back', 'vector', '0.8.6');
my $before = extension_members($node, 'back', 'vector');
$node->safe_psql('back', "ALTER EXTENSION vector UPDATE; ALTER EXTENSION vector UPDATE TO '0.8.6'");
my $after = extension_members($node, 'back', 'vector');
# Comments stay: they are harmless.
s/^([^|]*\|)[^|]*\|/$1/mg for $before, $after;
is($after, $before, 'an update is undone by the way back');
$node->safe_psql('back', 'ALTER EXTENSION vector UPDATE');
is(extension_members($node, 'back', 'vector'), $fresh{vector}, 'and done again');
# The way back takes nothing of the user's along.
$node->safe_psql('back', 'CREATE TABLE words (statistics bm25_statistics)');
my ($status, undef, $complaint) = $node->psql('back', "ALTER EXTENSION vector UPDATE TO '0.8.6'");
isnt($status, 0, 'no way back below a column of a type of ours');
like($complaint, qr/cannot drop type bm25_statistics because other objects depend on it/, 'and why');
is($node->safe_psql('back', 'SELECT count(*) FROM words'), 0, 'the column is there');

# Catalogs of pgvector lack what the planner gives to scans; then it gives nothing, and orders only what it can.
new_database('old_catalog', 'vector', '0.8.6');
$node->safe_psql('old_catalog', q(CREATE TABLE t (id int, v vector(3) NOT NULL);
    INSERT INTO t SELECT i, ARRAY[sin(i), cos(i * 1.3), sin(i * 2.7)]::real[] FROM generate_series(1, 200) AS i;
    INSERT INTO t VALUES (0, '[0,0,0]');
    CREATE INDEX ON t USING hnsw (v vector_cosine_ops)));
my $threshold = q(SELECT id FROM t WHERE 1 - (v <=> '[1,2,3]') > 0.9 ORDER BY v <=> '[1,2,3]', id);
my $descending = q(SELECT id FROM t ORDER BY 1 - (v <=> '[1,2,3]') DESC, id LIMIT 3);
sub plan_and_answer
{
    my ($query) = @_;
    return $node->safe_psql('old_catalog',
        "SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN (COSTS OFF) $query; $query");
}
my ($threshold_before, $descending_before) = map { plan_and_answer($_) } $threshold, $descending;
like($threshold_before, qr/Order By/, 'an index without bound in an old catalog');
unlike($threshold_before, qr/Index Cond/, 'no bound in an old catalog');
unlike($descending_before, qr/Order By/, 'no descending order in an old catalog');
$node->safe_psql('old_catalog', 'ALTER EXTENSION vector UPDATE');
my ($threshold_after, $descending_after) = map { plan_and_answer($_) } $threshold, $descending;
like($threshold_after, qr/Index Cond: \(v \@<~ /, 'a bound after the update');
like($descending_after, qr/Order By: \(v <=>~ /, 'a descending order after the update');
# The rows come behind the plans.
for my $pair ([ $threshold_before, $threshold_after ], [ $descending_before, $descending_after ])
{
    my @rows = map { join ',', grep { /^\d+$/ } split /\n/ } @$pair;
    is($rows[1], $rows[0], 'the same rows');
    like($rows[1], qr/^0,|,0$/, 'the zero vector at its end');
}

# Releases of vectorext itself.
for my $version (old_versions('vectorext'))
{
    new_database("own_$version", 'vectorext', $version);
    $node->safe_psql("own_$version", 'ALTER EXTENSION vectorext UPDATE');
    is(extension_members($node, "own_$version", 'vectorext'),
        $fresh{vectorext}, "update of vectorext from $version");
}

# The convention, tried on a version that never was: it lacks the functions of the last fragment.
my $share = share_directory();
my ($current) = $node->safe_psql('postgres',
    q(SELECT default_version FROM pg_available_extensions WHERE name = 'vectorext'));
my $script = slurp_file("$share/vectorext--$current.sql");
my ($older, $added) = $script =~ /\A(.*?)(^CREATE FUNCTION vectorext_check\(.*)\z/ms;
ok($added, 'the script ends with functions that an older version could lack');
append_to_file("$share/vectorext--0.0.0.sql", $older);
append_to_file("$share/vectorext--0.0.0--$current.sql",
    "\\echo Use \"ALTER EXTENSION vectorext UPDATE\" to load this file. \\quit\n$added");
new_database('own', 'vectorext', '0.0.0');
is($node->safe_psql('own', q(SELECT count(*) FROM pg_proc WHERE proname = 'vectorext_check')),
    '0', 'the older version lacks them');
$node->safe_psql('own', 'ALTER EXTENSION vectorext UPDATE');
is(extension_members($node, 'own', 'vectorext'), $fresh{vectorext}, 'update of vectorext');
unlink "$share/vectorext--0.0.0.sql", "$share/vectorext--0.0.0--$current.sql";

$node->stop;
done_testing();
