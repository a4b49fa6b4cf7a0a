# For Sequel, which has no words for the options of an index.
Sequel.migration do
  up do
    create_table(:items) do
      Integer :id, primary_key: true
      column :embedding, "vector(3)"
      column :half, "halfvec(3)"
      column :sparse, "sparsevec(3)"
      column :bits, "bit(3)"
    end
    run CREATE_INDEX
  end

  down { drop_table(:items) }
end
