# What every client is to do: the same table, the same rows, the same questions.
#
# A client is a class with
#
#   title, gems, formats         for the table of results
#   new                          connects to what PG* name
#   extension                    creates the extension as the client's documentation says
#   migrate                      creates table `items` and its hnsw index; a list of what it did, empty when
#                                there was nothing to do
#   reports                      whether migrate says what it did
#   insert(rows)                 inserts
#   nearest(column, op, to)      ids in the order of the distance
#   read                         the rows by id, values as text
#   binary                       optional: [1,1,2] sent and read back in the binary format
#
# None has types of its own without the gem `pgvector`: vectors are text, as SQL wants it.

ROWS = [
  { id: 1, embedding: "[1,1,1]", half: "[1,1,1]", sparse: "{1:1,2:1,3:1}/3", bits: "000" },
  { id: 2, embedding: "[2,2,3]", half: "[2,2,3]", sparse: "{1:2,2:2,3:3}/3", bits: "101" },
  { id: 3, embedding: "[1,1,2]", half: "[1,1,2]", sparse: "{1:1,2:1,3:2}/3", bits: "111" }
].freeze

# Ids in the order of their distance from [1,1,1], or from 101.
ORDER = { "<->" => [1, 3, 2], "<#>" => [2, 3, 1], "<=>" => [1, 2, 3], "<+>" => [1, 3, 2] }.freeze
QUESTIONS = [:embedding, :half, :sparse].flat_map do |column|
  ORDER.map { |op, ids| [column, op, ROWS[0][column], ids] }
end + [[:bits, "<~>", "101", [2, 3, 1]], [:bits, "<%>", "101", [2, 3, 1]]]

CREATE_TABLE = "CREATE TABLE IF NOT EXISTS items (
  id integer PRIMARY KEY, embedding vector(3), half halfvec(3), sparse sparsevec(3), bits bit(3))".freeze
CREATE_INDEX = "CREATE INDEX IF NOT EXISTS items_embedding ON items
  USING hnsw (embedding vector_l2_ops) WITH (m = 8, ef_construction = 32)".freeze
