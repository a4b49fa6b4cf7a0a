# kill -9, deletes and vacuums on indexes of sparse vectors and of bits: overflow segments and counts
# of bits have nothing in common with what crash.pl and churn.pl try.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $cycles = $ENV{CRASH_CYCLES} // 3;
my $seed = $ENV{CRASH_SEED} // time;
srand($seed);
note "CRASH_SEED=$seed";

my $node = new_server(
    'types',
    conf => "checkpoint_timeout = 30s\nmax_wal_size = 64MB\nautovacuum = off\n"
      . "wal_consistency_checking = 'generic'\n");
load_words($node, 3000);

# Of a word's vector, the sparse one has the elements beyond half a unit, a few to eighty of them.
# The index is made when there are only short ones, so that most go on behind their slots.
$node->safe_psql(
    'postgres', q(
    CREATE FUNCTION thinned(v vector, smallest real) RETURNS sparsevec LANGUAGE sql IMMUTABLE AS
        'SELECT array_agg(CASE WHEN abs(x) < smallest THEN 0 ELSE x END ORDER BY n)::vector::sparsevec
           FROM unnest(v::real[]) WITH ORDINALITY AS e(x, n)';
    CREATE TABLE source AS
        SELECT id, thinned(v, 0.3)::sparsevec(100) AS s, binary_quantize(v)::bit(100) AS b FROM words;
    ALTER TABLE source ADD PRIMARY KEY (id);
    CREATE TABLE sparse (id int PRIMARY KEY, v sparsevec(100));
    CREATE TABLE bits (id int PRIMARY KEY, v bit(100));
    INSERT INTO sparse SELECT -id, thinned(v, 1.2) FROM words WHERE id <= 200;
    CREATE INDEX sparse_idx ON sparse USING hnsw (v sparsevec_l2_ops);
    CREATE INDEX bits_idx ON bits USING hnsw (v bit_jaccard_ops);
    DELETE FROM sparse;
    VACUUM sparse));

my %tables = (sparse => [ 's', '<->' ], bits => [ 'b', '<%>' ]);

sub check
{
    my ($what) = @_;
    for my $table (sort keys %tables)
    {
        my ($column, $op) = @{ $tables{$table} };
        is_sound($node, "${table}_idx", $what);
        my $query = $node->safe_psql('postgres', "SELECT $column FROM source WHERE id = 11");
        answers_like_table($node, $table, $query, "$what ($table)", op => $op);
    }
    return;
}

# Each command is a transaction of its own and reported after its commit.
my $next_id = 1;
my $writer_sql = sub {
    my $sql = '';
    for (1 .. 3000)
    {
        my $id = $next_id++;
        my $source = 1 + int rand 3000;
        for my $table (sort keys %tables)
        {
            $sql .= "INSERT INTO $table SELECT $id, $tables{$table}[0] FROM source"
              . " WHERE id = $source RETURNING 'added $table ' || id;\n";
        }
    }
    return $sql;
};

my %present;
for my $cycle (1 .. $cycles)
{
    my $vacuum = '';
    $vacuum .= "DELETE FROM $_ WHERE id % 5 = $cycle % 5 AND id < $next_id; VACUUM $_;"
      . 'SELECT pg_current_xact_id();' for (sort keys %tables) x 40;
    my @clients = map { start_sql($node, $writer_sql->()) } 1 .. 2;
    push @clients, start_sql($node, $vacuum);
    my $length = 300 + rand 500;
    # A report is about eighteen bytes.
    ok(wait_until(sub { (-s $clients[0]{out}) + (-s $clients[1]{out}) > 18 * $length }),
        "cycle $cycle: clients write");
    kill_all($node);
    finish($_) for @clients;
    unlike($_->{stderr}, qr/ERROR|PANIC/, "cycle $cycle: no error before the crash") for @clients;
    $node->start;
    my $reports = join '', map { $_->{stdout} } @clients;
    $present{"$1 $2"} = 1 while $reports =~ /^added (\w+) (\d+)$/mg;
    for my $table (sort keys %tables)
    {
        my $found = $node->safe_psql('postgres', index_plan()
              . "WITH f AS MATERIALIZED (SELECT id FROM $table ORDER BY v $tables{$table}[1]"
              . " (SELECT $tables{$table}[0] FROM source WHERE id = $cycle)) SELECT id FROM f");
        my %found = map { ("$table $_" => 1) } split /\n/, $found;
        # What a DELETE has taken may be gone.
        my @lost = grep { /^$table (\d+)$/ && !$found{$_} && ($1 % 5 != $cycle % 5) } keys %present;
        is("@lost", '', "cycle $cycle: committed rows of $table found through the index");
        delete @present{ grep { /^$table / } keys %present };
        %present = (%present, %found);
    }
    check("after crash $cycle");
}
unlike(slurp_file($node->logfile), qr/TRAP:|PANIC|inconsistent page found|corrupted/,
    'recovery found nothing wrong');

# Through the whole life of rows: the index is used again, and does not grow.
my $size = sub {
    return $node->safe_psql('postgres',
        "SELECT pg_relation_size('sparse_idx') + pg_relation_size('bits_idx')");
};
my $for_each = sub {
    my ($sql) = @_;
    for my $table (sort keys %tables)
    {
        (my $own = $sql) =~ s/TABLE/$table/g;
        $own =~ s/COLUMN/$tables{$table}[0]/g;
        $node->safe_psql('postgres', $_) for split /;/, $own;
    }
    return;
};
$for_each->('DELETE FROM TABLE; VACUUM TABLE; SELECT pg_current_xact_id(); VACUUM TABLE;'
      . 'INSERT INTO TABLE SELECT id, COLUMN FROM source WHERE id <= 600');
is($node->safe_psql('postgres', "SELECT overflow_pages > 0 FROM vectorext_index_info('sparse_idx')"),
    't', 'sparse vectors go on behind their slots');
my $before = $size->();
for my $round (1 .. 3)
{
    my $where = "hashint4(id + $round) % 3 = 0";
    $for_each->("DELETE FROM TABLE WHERE $where; VACUUM TABLE;"
          . 'SELECT pg_current_xact_id(); VACUUM TABLE;'
          . "INSERT INTO TABLE SELECT id, COLUMN FROM source WHERE id <= 600 AND $where");
    check("after deleting and inserting, round $round");
}
cmp_ok($size->(), '<=', 1.05 * $before, 'the indexes have not grown');

unlike(slurp_file($node->logfile), qr/TRAP:|PANIC/, 'nothing has failed');

done_testing();
