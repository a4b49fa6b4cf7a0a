# run.rb CLIENT: tries one client against the server and the empty database that PG* name.
#
# Prints a line for each step, then the client's line for the table of results.
require "pg"

require_relative "items"

# What the catalogs say about the table, by a connection that the client knows nothing of.
def catalog
  connection = PG.connect
  connection.exec("
    SELECT (SELECT string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
              FROM pg_attribute WHERE attrelid = 'items'::regclass AND attnum > 0 AND NOT attisdropped),
           (SELECT string_agg(indexdef, '; ' ORDER BY indexdef) FROM pg_indexes WHERE tablename = 'items'),
           (SELECT string_agg(format('%s %s', relname, relfilenode), ', ' ORDER BY relname) FROM pg_class
             WHERE relname ~ '^items')").values[0]
ensure
  connection.close
end

# Ends a step; what is not as expected ends the program.
def expect(name, found, expected)
  abort("not ok - #{name}: #{found}, expected #{expected}") unless found == expected
  puts "ok - #{name}: #{found}"
end

def main(name)
  require_relative "client_#{name}"
  client = CLIENT.new
  2.times { client.extension }
  puts "ok - extension, twice"
  expect("report of a migration", !client.migrate.empty?, client.reports)
  made = catalog
  expect("column of #{made[0]}", made[0].include?("embedding vector(3)"), true)
  index = "USING hnsw (embedding vector_l2_ops) WITH (m='8', ef_construction='32')"
  expect("hnsw index of #{made[1]}", made[1].include?(index), true)
  client.insert(ROWS)
  puts "ok - insertion"
  QUESTIONS.each { |column, op, to, ids| expect("nearest by #{column} #{op}", client.nearest(column, op, to), ids) }
  expect("reading back", client.read, ROWS)
  expect("binary format", client.binary, [1, 1, 2]) if client.respond_to?(:binary)
  expect("second migration", client.migrate, [])
  expect("nothing changed by it", catalog, made)
  versions = client.gems.map { |gem| "#{gem} #{Gem::Specification.find_by_name(gem).version}" }.join(", ")
  puts "RESULT | #{client.title} | Ruby | #{versions} | #{client.formats} |"
end

main(ARGV[0])
