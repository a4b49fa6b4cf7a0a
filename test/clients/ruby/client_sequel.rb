# Sequel and its migrations.
require "sequel"

Sequel.extension :migration

class SequelClient
  MIGRATIONS = File.join(__dir__, "migrations")

  def initialize
    @database = Sequel.connect(adapter: "postgres", host: ENV.fetch("PGHOST"), port: ENV.fetch("PGPORT"),
                               user: ENV.fetch("PGUSER"), database: ENV.fetch("PGDATABASE"))
  end

  def title = "Sequel"
  def gems = ["sequel", "pg"]
  def formats = "text"
  def reports = true

  def extension
    @database.run("CREATE EXTENSION IF NOT EXISTS vector")
  end

  def migrate
    return [] if Sequel::Migrator.is_current?(@database, MIGRATIONS)

    ["version #{Sequel::Migrator.run(@database, MIGRATIONS)}"]
  end

  def insert(rows)
    @database[:items].multi_insert(rows)
  end

  def nearest(column, op, to)
    @database[:items].order(Sequel.lit("#{column} #{op} ?", to)).limit(5).select_map(:id)
  end

  def read
    @database[:items].order(:id).all
  end
end

CLIENT = SequelClient
