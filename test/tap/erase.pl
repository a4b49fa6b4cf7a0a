# After DELETE, VACUUM and vectorext_erase() no byte of a deleted row's vector, code, sketch or filter
# columns is in the file of the index: what was there is read off the file before, by the arithmetic
# that src/core/paged/README.md describes, and looked for afterwards.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use List::Util qw(min uniq);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

use constant { PAGE => 8192, HEADER => 24, USABLE => 8160 };

my $storage = storage();
my $node = new_server('erase', conf => "autovacuum = off\nmax_prepared_transactions = 1\n");

# ---- the file of an index

# What the meta page says, and what follows from it.
sub read_index
{
    my ($name) = @_;
    $node->safe_psql('postgres', 'CHECKPOINT');
    my $path = $node->safe_psql('postgres', "SELECT pg_relation_filepath('$name')");
    my $it = { bytes => slurp_file($node->data_dir . "/$path") };
    my @words = unpack('L<*', substr($it->{bytes}, HEADER, 112));
    @$it{qw(record_bytes sketch_bytes slot_bytes slots_per_page)} = @words[ 11 .. 14 ];
    @$it{qw(nodes_per_extent aux_pages extent_pages first_aux first_extent)} = @words[ 17 .. 21 ];
    @$it{qw(sketch_dims sketch_bits)} = @words[ 23, 24 ];
    $it->{sparse} = ($words[6] >> 8 & 255) == 4;
    $it->{lanes} = 2 * ($words[7] & 0xFFFF);
    my $mask = 4 * int(($it->{lanes} + 31) / 32);
    $it->{ids} = 16 + $mask * ($it->{sketch_bytes} > 0 ? 2 : 1);
    $it->{sketch} = $it->{ids} + 4 * $it->{lanes};
    $it->{sketch} = int(($it->{sketch} + 7) / 8) * 8 if $it->{sketch_bytes} > 0;
    $it->{code} = $it->{sketch} + $it->{sketch_bytes};
    $it->{columns} = grep { $_ } unpack('C8', substr($it->{bytes}, HEADER + 104, 8));
    return $it;
}

sub bytes_at
{
    my ($it, $block, $offset, $count) = @_;
    return substr($it->{bytes}, $block * PAGE + HEADER + $offset, $count);
}

# Block and offset of a node's slot.
sub slot_of
{
    my ($it, $id) = @_;
    my $local = $id % $it->{nodes_per_extent};
    my $pages = $it->{code} + $it->{record_bytes} <= USABLE ? 1 : undef;
    my $first = int((USABLE - $it->{code}) / 64) * 64;
    $pages //= 1 + int(($it->{record_bytes} - $first + USABLE - 1) / USABLE);
    my $extent = $it->{first_extent} + int($id / $it->{nodes_per_extent}) * $it->{extent_pages};
    return ($extent + 1 + $it->{aux_pages} + int($local / $it->{slots_per_page}) * $pages,
        $local % $it->{slots_per_page} * $it->{slot_bytes});
}

# Ids of all extents that have nodes.
sub ids
{
    my ($it) = @_;
    my @ids;
    for my $extent (0 .. int((length($it->{bytes}) / PAGE - $it->{first_extent} - 1) / $it->{extent_pages}))
    {
        my $block = $it->{first_extent} + $extent * $it->{extent_pages};
        next if unpack('S<', bytes_at($it, $block, USABLE, 2)) != 3;
        push @ids, map { $extent * $it->{nodes_per_extent} + $_ } 0 .. $it->{nodes_per_extent} - 1;
    }
    return @ids;
}

# Nodes by the rows that they have.
sub nodes_by_row
{
    my ($it) = @_;
    my %nodes;
    for my $id (ids($it))
    {
        my $extent = int($id / $it->{nodes_per_extent});
        my ($state, $level, $generation, @payload) = unpack('CCS<S<4',
            bytes_at($it, $it->{first_extent} + $extent * $it->{extent_pages},
                $id % $it->{nodes_per_extent} * 12, 12));
        next if $state != 2;
        if ($payload[3] & 1)
        {
            my $segment = 112 + ($it->{columns} ? 16 * (8 * $it->{columns} + 1) : 0);
            my ($count) = unpack('x6S<', bytes_at($it, $payload[0] << 16 | $payload[1],
                    $payload[2] * $segment, 8));
            my @tids = unpack('S<*', bytes_at($it, $payload[0] << 16 | $payload[1],
                    $payload[2] * $segment + 16, 6 * $count));
            $nodes{"($tids[3 * $_ + 1],$tids[3 * $_ + 2])"} = $id for 0 .. $count - 1;
        }
        else
        {
            $nodes{"($payload[1],$payload[2])"} = $id;
        }
    }
    return \%nodes;
}

# What the index has of a node's element.
sub record_of
{
    my ($it, $id) = @_;
    my ($block, $offset) = slot_of($it, $id);
    if (!$it->{sparse})
    {
        return bytes_at($it, $block, $offset + $it->{code}, $it->{record_bytes})
          if $it->{code} + $it->{record_bytes} <= USABLE;
        my $record = bytes_at($it, $block, $it->{code}, int((USABLE - $it->{code}) / 64) * 64);
        $record .= bytes_at($it, ++$block, 0, min(USABLE, $it->{record_bytes} - length $record))
          while length $record < $it->{record_bytes};
        return $record;
    }
    my ($next, $index, $bytes) = unpack('L<S<x2L<', bytes_at($it, $block, $offset + $it->{code}, 12));
    my $record = bytes_at($it, $block, $offset + $it->{code} + 8, min($bytes, $it->{record_bytes} - 8));
    while (length $record < $bytes)
    {
        my $at = 1016 * $index;
        my $count = min(1000, $bytes - length $record);
        $record .= bytes_at($it, $next, $at + 16, $count);
        ($next, $index) = unpack('x8L<S<', bytes_at($it, $next, $at, 14));
    }
    return substr($record, 8);
}

# The sketches of all lists: [neighbor, its nibbles].
sub sketches
{
    my ($it) = @_;
    my @found;
    my $row = $it->{sketch_dims} * $it->{sketch_bits} / 8;
    for my $id (ids($it))
    {
        my ($block, $offset) = slot_of($it, $id);
        last if ($block + 1) * PAGE > length $it->{bytes};
        my $slot = bytes_at($it, $block, $offset, $it->{slot_bytes});
        for my $lane (0 .. $it->{lanes} - 1)
        {
            my $of32 = $lane % 32;
            my $from = $it->{sketch} + int($lane / 32) * (144 + 32 * $row) + 144;
            my $place = $from + $of32 % 8 * 2 + int($of32 % 16 / 8);
            my $nibbles = '';
            for my $i (0 .. 2 * $row - 1)
            {
                my $byte = ord substr($slot, $place + 16 * $i, 1);
                $nibbles .= sprintf '%x', $of32 < 16 ? $byte & 15 : $byte >> 4;
            }
            push @found, [ unpack('L<', substr($slot, $it->{ids} + 4 * $lane, 4)), $nibbles ];
        }
    }
    return @found;
}

# Some pieces of a record, none of which another row has.
sub pieces
{
    my ($record) = @_;
    my @all = grep { length $_ == 16 && /[^\0]{4}/s } unpack('(a16)*', $record);
    my $step = 1 + int(@all / 40);
    return map { $all[ $_ * $step ] } 0 .. int($#all / $step);
}

# ---- rows

# Those of 58 to 60 are equal to that of 57, those of 62 and 63 to that of 61.
my $same = 'CASE WHEN id IN (58, 59, 60) THEN 57 WHEN id IN (62, 63) THEN 61 ELSE id END';
my $floats = sub {
    return "(SELECT array_agg(sin($same * (1 + j * 0.37))::real ORDER BY j) FROM generate_series(1, $_[0]) j)";
};
my @types = (
    { type => 'vector(100)', value => $floats->(100) . '::vector', send => 'vector_send', width => 4 },
    { type => 'halfvec(100)', value => $floats->(100) . '::halfvec', send => 'halfvec_send', width => 2 });
push @types, (
    { type => 'vector(4000)', value => $floats->(4000) . '::vector', send => 'vector_send', width => 4 },
    { type => 'bit(256)', value => "('x' || md5(($same) || 'a') || md5(($same) || 'b'))::bit(256)",
        send => 'bit_send', width => 1, ops => 'bit_hamming_ops', op => '<~>' },
    # One in ten goes on behind its slot.
    { type => 'sparsevec(5000)', send => 'sparsevec_send', width => 4,
        value => "(SELECT ('{' || string_agg(j * 7 || ':' || sin($same * (1 + j * 0.37))::real, ',' ORDER BY j) || '}/5000')"
          . " FROM generate_series(1, CASE WHEN id % 10 = 0 THEN 400 ELSE 20 END) j)::sparsevec" })
  if $storage eq 'plain';

# What an index of storage plain has of a vector, made of what the server sends of it.
sub expected_record
{
    my ($type, $sent) = @_;
    my $bytes = pack 'H*', $sent;
    if ($type->{type} =~ /sparse/)
    {
        my ($count) = unpack 'x4N', $bytes;
        my @indexes = unpack "x12N$count", $bytes;
        my @values = unpack 'x' . (12 + 4 * $count) . "N$count", $bytes;
        return join '', map { pack 'L<L<', $indexes[$_], $values[$_] } 0 .. $count - 1;
    }
    return join '', map { scalar reverse } unpack "x4(a$type->{width})*", $bytes;
}

my $key = 1234567890123000000;
my $insert = sub {
    my ($type, $first, $last) = @_;
    return "INSERT INTO items SELECT id, $key + id, $type->{value} FROM generate_series($first, $last) id;";
};

# What the index has of rows that are about to be deleted: pieces of bytes, and sketches. Of `shared`
# only the filter columns are looked for, as a row that stays has the same vector.
sub remember
{
    my ($type, $where, @shared) = @_;
    my $it = read_index('items_v');
    my $nodes = nodes_by_row($it);
    my %kept = map { $_ => 1 } @shared;
    my (@pieces, %gone);
    for my $row (split /\n/, $node->safe_psql('postgres',
            "SELECT id, ctid, encode($type->{send}(v), 'hex') FROM items WHERE $where ORDER BY id"))
    {
        my ($id, $ctid, $sent) = split /\|/, $row;
        my $key_bytes = pack 'Q<', $key + $id;
        my $flipped = pack 'Q<', ($key + $id) ^ (1 << 63);
        push @pieces, grep { index($it->{bytes}, $_) >= 0 } $key_bytes, $flipped;
        next if $kept{$id};
        my $found = $nodes->{$ctid};
        die "row $id is not in the index" if !defined $found;
        my $record = record_of($it, $found);
        ok($record eq expected_record($type, $sent), "the index has the bytes of row $id")
          if $storage eq 'plain';
        push @pieces, pieces($record);
        $gone{$found} = 1;
    }
    my @sketches = $it->{sketch_bytes} > 0
      ? map { $_->[1] } grep { $gone{ $_->[0] } && $_->[1] =~ /[^0]/ } sketches($it) : ();
    return { pieces => [ uniq @pieces ], sketches => \@sketches };
}

# How much of it is in the file now.
sub count_left
{
    my ($remembered) = @_;
    my $it = read_index('items_v');
    my $left = grep { index($it->{bytes}, $_) >= 0 } @{ $remembered->{pieces} };
    if (@{ $remembered->{sketches} })
    {
        my %now = map { $_->[1] => 1 } sketches($it);
        $left += grep { $now{$_} } @{ $remembered->{sketches} };
    }
    return $left;
}

my $gone = 'id % 5 = 0 AND id < 60 OR id IN (57, 61, 62, 63)';
for my $type (@types)
{
    my $what = "of $type->{type}, $storage";
    my $ops = $type->{ops} // ($type->{type} =~ /^(\w+)/)[0] . '_l2_ops';
    my $with = $type->{type} =~ /bit|sparse/ ? '' : "WITH (storage = $storage)";
    $node->safe_psql(
        'postgres', qq(
        DROP TABLE IF EXISTS items;
        CREATE TABLE items (id int PRIMARY KEY, tenant bigint, v $type->{type});
        @{[ $insert->($type, 1, 40) ]}
        CREATE INDEX items_v ON items USING hnsw (v $ops, tenant) $with;
        @{[ $insert->($type, 41, 63) ]}));
    my $query = $node->safe_psql('postgres', 'SELECT v FROM items WHERE id = 7');
    my $right = sub {
        my ($when) = @_;
        is_sound($node, 'items_v', "$what $when");
        answers_like_table($node, 'items', $query, "$what $when", op => $type->{op} // '<->');
    };

    my $remembered = remember($type, $gone, 57);
    my $pieces = @{ $remembered->{pieces} };
    cmp_ok($pieces, '>', 2 * 12 + 15 - 1, "there is something to be found $what");
    cmp_ok(scalar @{ $remembered->{sketches} }, '>', 20, "and sketches $what") if $storage eq 'fast';
    is(count_left($remembered), $pieces + @{ $remembered->{sketches} }, "and it is found $what");
    $node->safe_psql('postgres', "DELETE FROM items WHERE $gone");
    $node->safe_psql('postgres', 'VACUUM items');
    cmp_ok(count_left($remembered), '>', 0, "VACUUM leaves some of it $what");
    is($node->safe_psql('postgres', "SELECT vectorext_erase('items_v')"),
        12, "vectorext_erase() counts vectors $what");
    is(count_left($remembered), 0, "and leaves nothing $what");
    $right->('after erasing');
    is($node->safe_psql('postgres', "SELECT vectorext_erase('items_v')"), 0, "nothing is left to do $what");

    # The WAL says so as well.
    $node->stop('immediate');
    $node->start;
    is(count_left($remembered), 0, "nothing comes back by recovery $what");

    $node->safe_psql('postgres', $insert->($type, 101, 120));
    $right->('after inserting again');
    $remembered = remember($type, 'id > 100');
    $node->safe_psql('postgres', 'DELETE FROM items WHERE id > 100');
    $node->safe_psql('postgres', 'VACUUM items');
    $node->safe_psql('postgres', 'SELECT pg_current_xact_id()');
    $node->safe_psql('postgres', 'VACUUM items');
    is(count_left($remembered), 0, "a second VACUUM leaves nothing either $what");
    $right->('after the second VACUUM');
}

# ---- who still reads

$node->safe_psql(
    'postgres', q(
    DROP TABLE items;
    CREATE TABLE items (id int PRIMARY KEY, v vector(3));
    INSERT INTO items SELECT i, ARRAY[i, i % 7, 1]::vector FROM generate_series(1, 100) i;
    CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops)));
my $reader = "SET enable_seqscan = off; BEGIN; SELECT id FROM items ORDER BY v <-> '[1,2,3]' LIMIT 1;"
  . " PREPARE TRANSACTION 'reader'";
my $dead = sub {
    return $node->safe_psql('postgres', q(SELECT dead_nodes FROM vectorext_index_info('items_v')));
};
$node->safe_psql('postgres', 'DELETE FROM items WHERE id % 10 = 0');
$node->safe_psql('postgres', 'VACUUM items');
$node->safe_psql('postgres', $reader);
my (undef, undef, $error) =
  $node->psql('postgres', q(SET lock_timeout = '100ms'; SELECT vectorext_erase('items_v')));
like($error, qr/canceling statement due to lock timeout/, 'a transaction that has read is waited for');
is($dead->(), 10, 'before it has ended nothing is erased');
is_sound($node, 'items_v', 'after that');
$node->safe_psql('postgres', q(COMMIT PREPARED 'reader'));
is($node->safe_psql('postgres', q(SELECT vectorext_erase('items_v'))), 10, 'afterwards it is');
is($dead->(), 0, 'all of it');

(undef, undef, $error) = $node->psql(
    'postgres', q(
    SET enable_seqscan = off;
    BEGIN;
    DECLARE near CURSOR FOR SELECT id FROM items ORDER BY v <-> '[1,2,3]';
    FETCH 3 FROM near;
    SELECT vectorext_erase('items_v')));
like($error, qr/cannot erase from index "items_v" because it is being used/, 'a cursor of our own');

# Insertions and searches beside it.
my $busy = start_pgbench($node, <<~'SQL', '-c', 2, '-T', 6);
    \set id random(1, 100)
    DELETE FROM items WHERE id = :id;
    INSERT INTO items VALUES (:id, ARRAY[:id, :id % 7, 1]::vector) ON CONFLICT DO NOTHING;
    SELECT id FROM items ORDER BY v <-> '[1,2,3]' LIMIT 3;
    SQL
for (1 .. 8)
{
    $node->safe_psql('postgres', 'VACUUM items');
    $node->safe_psql('postgres', q(SELECT vectorext_erase('items_v')));
}
ok(finish($busy), 'clients beside it see no error');
is_sound($node, 'items_v', 'after all');
answers_like_table($node, 'items', '[1,2,3]', 'after all');
no_crash($node, 'while erasing');

done_testing();
