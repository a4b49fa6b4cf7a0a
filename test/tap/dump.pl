# pg_dump and restore: the table comes back with its index, its options and its answers.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $node = new_server('dump');
load_words($node, 900);
$node->safe_psql(
    'postgres', q(
    UPDATE words SET v = NULL WHERE id % 100 = 0;
    CREATE INDEX words_l2 ON words USING hnsw (v vector_l2_ops) WITH (m = 5, ef_construction = 33);
    CREATE INDEX words_cosine ON words USING hnsw (v vector_cosine_ops)));
my $definitions = "SELECT indexdef FROM pg_indexes WHERE tablename = 'words' ORDER BY indexname";
my $expected = $node->safe_psql('postgres', $definitions);
like($expected, qr/hnsw \(v vector_l2_ops\) WITH \(m='5', ef_construction='33'\)/, 'options are kept');
my $query = $node->safe_psql('postgres', 'SELECT v FROM words WHERE id = 2');

for my $format (qw(plain custom))
{
    my $file = PostgreSQL::Test::Utils::tempdir() . "/$format.dump";
    command_ok([ 'pg_dump', '-F', $format, '-f', $file, $node->connstr('postgres') ],
        "pg_dump -F $format");
    $node->safe_psql('postgres', "CREATE DATABASE $format");
    my @restore = $format eq 'plain'
      ? ('psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', $file, '-d', $node->connstr($format))
      : ('pg_restore', '-e', '-d', $node->connstr($format), $file);
    command_ok(\@restore, "restore of $format");
    is($node->safe_psql($format, $definitions), $expected, "indexes restored from $format");
    is($node->safe_psql($format, 'SELECT md5(string_agg(v::text, $$ $$ ORDER BY id)) FROM words'),
        $node->safe_psql('postgres', 'SELECT md5(string_agg(v::text, $$ $$ ORDER BY id)) FROM words'),
        "vectors restored from $format");
    my $nearest = index_plan()
      . "SET hnsw.ef_search = 1000; SELECT string_agg(id::text, ',') FROM
        (SELECT id FROM words ORDER BY v <-> '$query' LIMIT 50) AS f";
    is($node->safe_psql($format, $nearest), $node->safe_psql('postgres', $nearest),
        "answers restored from $format");
    is( $node->safe_psql($format,
            "SELECT (SELECT count(*) FROM vectorext_check('$_'))"),
        '0', "$_ restored from $format is sound") for qw(words_l2 words_cosine);
}

done_testing();
