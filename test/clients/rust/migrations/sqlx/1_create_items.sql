CREATE TABLE items (
    id integer PRIMARY KEY, embedding vector(3) NOT NULL, half halfvec(3) NOT NULL, sparse sparsevec(3) NOT NULL,
    bits bit(3) NOT NULL);
CREATE INDEX items_embedding ON items USING hnsw (embedding vector_l2_ops) WITH (m = 8, ef_construction = 32);
