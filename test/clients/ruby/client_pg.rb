# The gem pg: parameters and results in the text and in the binary format.
class PgClient
  def initialize
    @connection = PG.connect
  end

  def title = "pg"
  def gems = ["pg"]
  def formats = "text, binary"
  def reports = false

  def extension
    @connection.exec("CREATE EXTENSION IF NOT EXISTS vector")
  end

  def migrate
    @connection.exec(CREATE_TABLE)
    @connection.exec(CREATE_INDEX)
    []
  end

  def insert(rows)
    rows.each { |row| @connection.exec_params("INSERT INTO items VALUES ($1, $2, $3, $4, $5)", row.values) }
  end

  def nearest(column, op, to)
    found = @connection.exec_params("SELECT id FROM items ORDER BY #{column} #{op} $1 LIMIT 5", [to])
    found.column_values(0).map(&:to_i)
  end

  def read
    found = @connection.exec("SELECT * FROM items ORDER BY id")
    found.map { |row| row.transform_keys(&:to_sym).merge(id: row["id"].to_i) }
  end

  # Two numbers of 16 bits, the dimensions and 0, then the elements.
  def binary
    sent = [3, 0, 1, 1, 2].pack("nng3")
    found = @connection.exec_params("SELECT $1::vector", [{ value: sent, format: 1 }], 1).getvalue(0, 0)
    found.unpack("nng*").drop(2)
  end
end

CLIENT = PgClient
