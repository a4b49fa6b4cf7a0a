# Active Record and its migrations, without the gem `neighbor`: it takes types that it does not know for text.
require "active_record"

class CreateItems < ActiveRecord::Migration[6.1]
  def change
    create_table :items, id: :integer, default: nil do |table|
      table.column :embedding, "vector(3)"
      table.column :half, "halfvec(3)"
      table.column :sparse, "sparsevec(3)"
      table.column :bits, "bit(3)"
    end
    # It has no words for the options of an index.
    reversible { |direction| direction.up { execute CREATE_INDEX } }
  end
end

class Item < ActiveRecord::Base
end

class ActiveRecordClient
  def initialize
    ActiveRecord::Migration.verbose = false
    ActiveRecord::Base.establish_connection(
      adapter: "postgresql", host: ENV.fetch("PGHOST"), port: ENV.fetch("PGPORT"), username: ENV.fetch("PGUSER"),
      database: ENV.fetch("PGDATABASE"))
  end

  def title = "Active Record"
  def gems = ["activerecord", "pg"]
  def formats = "text"
  def reports = true

  def extension
    ActiveRecord::Base.connection.enable_extension("vector")
  end

  # What a migration context does with the files of db/migrate.
  def migrate
    migration = CreateItems.new("create_items", 1)
    migrator = ActiveRecord::Migrator.new(:up, [migration], ActiveRecord::SchemaMigration)
    migrator.migrate.map(&:name)
  end

  def insert(rows)
    rows.each { |row| Item.create!(row) }
  end

  def nearest(column, op, to)
    Item.order(Arel.sql(Item.sanitize_sql(["#{column} #{op} ?", to]))).limit(5).pluck(:id)
  end

  def read
    Item.order(:id).map { |item| item.attributes.symbolize_keys }
  end
end

CLIENT = ActiveRecordClient
