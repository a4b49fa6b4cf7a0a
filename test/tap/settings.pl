# Settings made where a framework or a pooler can make them: for a role, a database, a connection, an
# index. Sessions begin without the library, which is loaded when one first needs it. And what VACUUM
# (VERBOSE) says of an index.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my $node = new_server('settings', conf => "autovacuum = off\n");
my $sql = sub { return $node->safe_psql('postgres', $_[0]); };
my $load = q(SELECT '[1]'::vector;);
my $ef = 'SHOW hnsw.ef_search;';

# What a session of a role without privileges gets: its answers, or its error.
my $as = sub {
    my ($role, $script, %options) = @_;
    local $ENV{PGOPTIONS} = $options{pgoptions} // '';
    my ($status, $out, $err) =
      $node->psql('postgres', $script, extra_params => [ '-U', $role ], on_error_stop => 1);
    return $status == 0 ? $out : $err;
};

$sql->('CREATE ROLE app LOGIN');

# The role itself, when the library is loaded; a superuser or who may set the parameter, always.
like($as->('app', 'ALTER ROLE app SET hnsw.ef_search = 100'),
    qr/permission denied to set parameter "hnsw.ef_search"/, 'not without the library');
is($as->('app', "$load ALTER ROLE app SET hnsw.ef_search = 100"), '[1]', 'with the library');
is($as->('app', "$ef $load $ef"), "100\n[1]\n100", 'a session begins with it');
$sql->('GRANT SET ON PARAMETER hnsw.ef_search TO app');
is($as->('app', 'ALTER ROLE app SET hnsw.ef_search = 101'), '', 'without it, by privilege');
is($as->('app', "$load $ef"), "[1]\n101", 'that one counts, too');
$sql->('REVOKE SET ON PARAMETER hnsw.ef_search FROM app');
is($as->('app', "$load $ef", pgoptions => '-c hnsw.ef_search=102'),
    "[1]\n102", 'options of the connection');
is($as->('app', "SET hnsw.ef_search = 103; $load $ef"), "[1]\n103", 'SET before the library');

# A value that is wrong is told of when the library is loaded, and not used.
$sql->('ALTER ROLE app SET hnsw.ef_search = 50000');
is($as->('app', "$load $ef"), "[1]\n40", 'a wrong value is not used');
like(slurp_file($node->logfile), qr/WARNING:  50000 is outside the valid range/, 'but told of');
$sql->("ALTER DATABASE postgres SET session_preload_libraries = 'vectorext'");
like($as->('postgres', 'ALTER ROLE app SET hnsw.ef_search = 50001'),
    qr/50001 is outside the valid range/, 'and refused where sessions load the library');
is($as->('app', 'ALTER ROLE app SET hnsw.ef_search = 104'), '', 'where the role may set it, too');
is($as->('app', $ef), '104', 'and has it');
$sql->('ALTER DATABASE postgres RESET ALL; ALTER ROLE app RESET ALL');

# The index's own number gives way to what is chosen for a role, a database or a connection.
$sql->(
    'CREATE TABLE items (id int, v vector(9)); GRANT SELECT ON items TO app;
    INSERT INTO items SELECT i, array_fill(i, ARRAY[9]) FROM generate_series(1, 4000) AS i; ANALYZE items;
    CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops) WITH (ef_search = 56)');
my $cost = sub {
    my ($before, %options) = @_;
    my $plan = $as->('app', 'SET enable_seqscan = off; SET enable_sort = off; ' . $before
          . q( EXPLAIN SELECT id FROM items ORDER BY v <-> '[1,2,3,4,5,6,7,8,9]' LIMIT 10;), %options);
    return $plan =~ /^Limit  \(cost=([\d.]+)/ ? $1 : $plan;
};
my %cost = map { $_ => $cost->("SET hnsw.ef_search = $_;") } 40, 56, 80;
is(scalar(keys %{ { reverse %cost } }), 3, 'costs tell how many candidates a search keeps');
is($cost->(''), $cost{56}, 'the index has its own number');
$sql->('ALTER DATABASE postgres SET hnsw.ef_search = 80');
is($cost->(''), $cost{80}, 'a database has one');
$sql->('ALTER ROLE app SET hnsw.ef_search = 40');
is($cost->(''), $cost{40}, 'a role has one');
is($cost->('', pgoptions => '-c hnsw.ef_search=80'), $cost{80}, 'a connection has one');
$sql->('ALTER ROLE app RESET ALL; ALTER DATABASE postgres RESET ALL');
is($cost->(''), $cost{56}, 'nobody has one but the index');
append_to_file($node->data_dir . '/postgresql.conf', "hnsw.ef_search = 80\n");
$node->reload;
ok(wait_until(sub { $cost->('') eq $cost{80} }), 'the server has one');

# What was removed, and where it is until it is used again.
my $vacuum = sub {
    my ($options) = @_;
    my ($status, $out, $err) = $node->psql('postgres', "VACUUM $options items");
    return $err;
};
$sql->('DELETE FROM items WHERE id % 4 = 0');
like($vacuum->('(VERBOSE)'),
    qr/INFO:  index "items_v": nodes: 3000 live, 1000 dead, 0 free\nDETAIL:  1000 index row versions/,
    'VACUUM VERBOSE counts nodes');
$sql->('SELECT pg_current_xact_id()');
is($vacuum->(''), '', 'VACUUM says nothing');
is($vacuum->('(VERBOSE false)'), '', 'nor does VACUUM without VERBOSE');
like($vacuum->('VERBOSE'), qr/nodes: 3000 live, 0 dead, 1000 free/, 'dead nodes became free');

# The planner's number of rows in a partial index is not that of the table.
$sql->('CREATE INDEX items_few ON items USING hnsw (v vector_l2_ops) WHERE id < 100; VACUUM items');
is($sql->("SELECT reltuples FROM pg_class WHERE relname = 'items_few'"), '75',
    'a partial index has its own number of rows');

done_testing();
