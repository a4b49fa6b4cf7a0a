# Damaged index files: whatever the blocks hold, statements end with a result or with an error that
# names the damage, never with a crash or without end; the verifier reports instead of failing; and
# REINDEX heals.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $rounds = $ENV{CORRUPT_ROUNDS} // 2;
srand($ENV{CORRUPT_SEED} // 1);

# Without checksums, since with them the server would notice before we do.
my $node = new_server('corrupt', checksums => 0, conf => "autovacuum = off\nfsync = off\n");
load_words($node, 1500);

# One copy of the table, with an index of three extents and pages of all kinds, for each damage.
my $copy = sub {
    my ($table) = @_;
    return "CREATE TABLE $table (id int, v vector(20));
        INSERT INTO $table SELECT id, CASE id % 20 WHEN 0 THEN NULL
            WHEN 1 THEN (SELECT subvector(s.v, 1, 20) FROM words AS s WHERE s.id = w.id % 7 + 1)
            ELSE subvector(v, 1, 20) END FROM words AS w;
        CREATE INDEX ${table}_idx ON $table USING hnsw (v vector_l2_ops) WITH (m = 6);
        DELETE FROM $table WHERE id % 5 = 2;
        VACUUM $table;";
};

my $blocks;  # of the index being damaged

sub block_of { return substr($_[0], 8192 * $_[1], 8192) }

sub random_bytes
{
    return join '', map { chr int rand 256 } 1 .. $_[0];
}

# Content bytes of one page, its header and trailer spared, since the server itself refuses a page
# with a bad header. For the same reason pages that were never written stay as they are.
sub scribble
{
    my ($file, $block, $from, $count) = @_;
    return if block_of($$file, $block) eq "\0" x 8192;
    substr($$file, 8192 * $block + $from, $count) = random_bytes($count);
    return;
}

my %damage = (
    'meta page of random bytes' => sub { substr(${ $_[0] }, 0, 8192) = random_bytes(8192) },
    'meta page with random content' => sub { scribble($_[0], 0, 24, 112) },
    'meta page with one random field' => sub { scribble($_[0], 0, 24 + 4 * int rand 28, 4) },
    'state page with random content' => sub { scribble($_[0], 1, 24, 176) },
    'state page with one random field' => sub { scribble($_[0], 1, 24 + 4 * int rand 44, 4) },
    'first page zeroed' => sub { substr(${ $_[0] }, 0, 8192) = "\0" x 8192 },
    'state page zeroed' => sub { substr(${ $_[0] }, 8192, 8192) = "\0" x 8192 },
    'some pages zeroed' => sub {
        substr(${ $_[0] }, 8192 * (2 + int rand($blocks - 2)), 8192) = "\0" x 8192 for 1 .. 10;
    },
    'some pages of random bytes' => sub {
        substr(${ $_[0] }, 8192 * (2 + int rand($blocks - 2)), 8192) = random_bytes(8192)
          for 1 .. 10;
    },
    'random content in every page' => sub {
        scribble($_[0], $_, 24, 8160) for 2 .. $blocks - 1;
    },
    'random content in the upper, posting and directory pages' => sub {
        scribble($_[0], $_, 24, 8160) for 2 .. 5;
    },
    'a few random bytes in every page' => sub {
        for my $block (2 .. $blocks - 1)
        {
            scribble($_[0], $block, 24 + int rand 8150, 1 + int rand 8) for 1 .. 4;
        }
    },
    'pages swapped' => sub {
        for (1 .. $blocks)
        {
            my ($one, $other) = map { 2 + int rand($blocks - 2) } 1 .. 2;
            my ($first, $second) = (block_of(${ $_[0] }, $one), block_of(${ $_[0] }, $other));
            substr(${ $_[0] }, 8192 * $one, 8192) = $second;
            substr(${ $_[0] }, 8192 * $other, 8192) = $first;
        }
    },
    'pages of one kind swapped' => sub {
        my %kinds;
        push @{ $kinds{ substr(block_of(${ $_[0] }, $_), -8) } }, $_ for 2 .. $blocks - 1;
        for my $kind (values %kinds)
        {
            my @pages = map { block_of(${ $_[0] }, $_) } @$kind;
            substr(${ $_[0] }, 8192 * $kind->[$_], 8192) = $pages[ $_ - 1 ] for 0 .. $#pages;
        }
    },
    'one page everywhere' => sub {
        my $page = block_of(${ $_[0] }, 2 + int rand($blocks - 2));
        substr(${ $_[0] }, 8192 * $_, 8192) = $page for 2 .. $blocks - 1;
    },
    'file truncated' => sub { ${ $_[0] } = substr(${ $_[0] }, 0, 8192 * int($blocks / 2)) },
    'file truncated after the state page' => sub { ${ $_[0] } = substr(${ $_[0] }, 0, 16384) },
    'file empty' => sub { ${ $_[0] } = '' });

# What the verifier cannot see in every case: a field that nothing depends on, bits of a vector.
my %may_be_harmless = map { $_ => 1 } (
    'meta page with one random field', 'state page with one random field',
    'some pages zeroed', 'a few random bytes in every page');

# A statement ends in time with a result, or with an error of these classes: damaged index, damaged
# data, and what the storage says of a block that is not there, the heap's included.
my $allowed = qr/ERROR:  (?:XX002|XX001|58P01)/;
my $statement = sub {
    my ($what, $sql) = @_;
    my ($status, $out, $error) = $node->psql(
        'postgres', "SET statement_timeout = '10s'; $sql",
        extra_params => [ '-v', 'VERBOSITY=verbose' ]);
    my ($message) = $error =~ /(ERROR: .*|FATAL: .*|server closed.*)/;
    ok($status == 0 || ($status == 3 && $error =~ $allowed),
        "$what: " . ($message // 'no error'));
    $node->poll_query_until('postgres', 'SELECT true') if $status == 2;
    return ($status, $out, $message // '');
};

my @cases;
for my $name (sort keys %damage)
{
    push @cases, { table => 'damaged_' . @cases, what => "$name, $_", name => $name, round => $_ }
      for 1 .. $rounds;
}
for my $case (@cases)
{
    $node->safe_psql('postgres', $copy->($case->{table}));
    $case->{path} = $node->data_dir . '/'
      . $node->safe_psql('postgres', "SELECT pg_relation_filepath('$case->{table}_idx')");
}
is_sound($node, "$cases[0]{table}_idx", 'before damage');
$node->stop;
for my $case (@cases)
{
    my $file = slurp_file($case->{path});
    $blocks = length($file) / 8192;
    $damage{ $case->{name} }->(\$file);
    open(my $handle, '>:raw', $case->{path}) or die "$case->{path}: $!";
    print $handle $file;
    close $handle;
}
$node->start;

my $query = $node->safe_psql('postgres', 'SELECT subvector(v, 1, 20) FROM words WHERE id = 7');
for my $case (@cases)
{
    my ($table, $what) = @$case{ 'table', 'what' };
    my $near = "SELECT count(*) FROM (SELECT id FROM $table ORDER BY v <-> '$query'";
    $statement->("scan, $what", index_plan() . "$near LIMIT 10) AS f");
    $statement->("scan of all, $what", index_plan() . "$near OFFSET 0) AS f");
    $statement->("sorting scan, $what", index_plan()
          . "SET hnsw.max_scan_tuples = 1; SET hnsw.ef_search = 1; $near OFFSET 0) AS f");
    my ($status, $found, $message) =
      $statement->("vectorext_check, $what", "SELECT count(*) FROM vectorext_check('${table}_idx')");
    my $refused = $case->{name} =~ /random bytes$/ && $message =~ /XX001: invalid page in block/;
    ok($status == 0 || $refused, "vectorext_check does not fail, $what");
    cmp_ok($found || $refused, '>', 0, "vectorext_check finds something, $what")
      if !$may_be_harmless{ $case->{name} };
    $statement->("insert, $what",
        "INSERT INTO $table SELECT id + 10000, subvector(v, 21, 20) FROM words WHERE id <= 20");
    $statement->("insert of what is there, $what", "INSERT INTO $table SELECT * FROM $table LIMIT 20");
    $statement->("insert of NULLs, $what",
        "INSERT INTO $table SELECT id + 20000, NULL FROM words WHERE id <= 40");
    $node->safe_psql('postgres', "DELETE FROM $table WHERE id % 3 = 0");
    $statement->("vacuum, $what", "VACUUM $table");
    $statement->("vectorext_check after writes, $what", "SELECT count(*) FROM vectorext_check('${table}_idx')");
    $statement->("scan after writes, $what", index_plan() . "$near LIMIT 100) AS f");
    next if $case->{round} > 1;
    $node->safe_psql('postgres', "REINDEX INDEX ${table}_idx");
    is_sound($node, "${table}_idx", "after REINDEX, $what");
    answers_like_table($node, $table, $query, "after REINDEX, $what", key => 'ctid');
}
no_crash($node, 'by damaged pages');

done_testing();
