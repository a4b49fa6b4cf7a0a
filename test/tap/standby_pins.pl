# A cursor on a standby that nobody fetches from keeps no page pinned but that of the row it is at: replay
# of a VACUUM that needs any other page goes by, where a session that has it pinned would be ended.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::Bin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTest;

my @queries = (7, 207, 407, 607, 807, 1007, 1207, 1407);

my $primary = new_server('primary', streaming => 1, conf => "autovacuum = off\n");
load_words($primary, 1500);
$primary->safe_psql(
    'postgres', 'SET max_parallel_maintenance_workers = 0;
    CREATE TABLE queries AS SELECT id, v FROM words WHERE id IN (' . join(', ', @queries) . ');
    CREATE INDEX words_idx ON words USING hnsw (v vector_l2_ops) WITH (storage = ' . storage() . ')');
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
# Replay waits for nobody.
$standby->append_conf('postgresql.conf', "hot_standby_feedback = off\nmax_standby_streaming_delay = 0\n");
$standby->start;
$primary->wait_for_catchup($standby);

# A session on the standby that is asked now and then; its answer, or undef when it has ended.
my ($in, $out, $err) = ('', '', '');
my $session = IPC::Run::start(
    [ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $standby->connstr('postgres'), '-f', '-' ],
    '<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
my $ask = sub {
    my ($sql) = @_;
    $out = '';
    $in .= "$sql\n\\echo end\n";
    eval { $session->pump until $out =~ /^end$/m; 1 } or return undef;
    return $out =~ s/^end\n//mr;
};

# Opens a cursor for each query and goes to the tenth row of each; the pages where they are then.
my $open = sub {
    $ask->('BEGIN; ' . index_plan());
    my @places;
    for my $query (@queries)
    {
        my $found = $ask->(
            "DECLARE c$query CURSOR FOR SELECT ctid FROM words ORDER BY v <-> "
              . "(SELECT v FROM queries WHERE id = $query); FETCH 10 FROM c$query;");
        push @places, ($found // '') =~ /\((\d+),\d+\)\n$/;
    }
    return \@places;
};

my $places = $open->();
is(scalar @$places, scalar @queries, 'cursors on the standby');
$ask->('ROLLBACK;');

# In every other page a row dies, the one that is farthest from what is asked for. The standby sees that
# before its cursors are opened again: then no snapshot needs the rows.
my $kept = join ', ', @$places;
my $died = $primary->safe_psql(
    'postgres', qq(
    WITH dead AS (DELETE FROM words WHERE ctid IN (
        SELECT DISTINCT ON (page) ctid
          FROM (SELECT ctid, (ctid::text::point)[0]::int AS page, v FROM words) AS w
         WHERE page NOT IN ($kept)
         ORDER BY page, (SELECT min(w.v <-> q.v) FROM queries AS q) DESC) RETURNING 1)
    SELECT count(*) FROM dead));
cmp_ok($died, '>', 40, 'a row died in each of many pages');
$primary->wait_for_catchup($standby);
is_deeply($open->(), $places, 'the cursors are where they were');

# Nobody has read the table since: so it is VACUUM that prunes its pages, and each needs a cleanup lock.
$primary->safe_psql('postgres', 'VACUUM words');
$primary->wait_for_catchup($standby);
for my $query (@queries)
{
    like($ask->("FETCH 1 FROM c$query;") // $err, qr/^\(\d+,\d+\)$/, "cursor $query goes on");
}
$in .= "\\q\n";
eval { $session->finish };
unlike(slurp_file($standby->logfile), qr/shared buffer pin/, 'no session was in the way of replay');
is($standby->safe_psql('postgres', 'SELECT sum(confl_bufferpin) FROM pg_stat_database_conflicts'),
    '0', 'no conflict was counted');

done_testing();
