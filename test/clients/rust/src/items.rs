//! What every client is to do: the same table, the same rows, the same questions.

use pgvector::{Bit, HalfVector, SparseVector, Vector};

/// A row of the table `items`: id, embedding, half, sparse, bits.
pub type Row = (i32, Vector, HalfVector, SparseVector, Bit);

/// One client; it is connected when it exists. Errors are panics, which end the program.
pub trait Client {
    /// Creates the extension as the client's documentation says; does nothing where it is there.
    fn extension(&mut self);
    /// Creates the table and its hnsw index; says what it did, nothing when there was nothing to do.
    fn migrate(&mut self) -> Vec<String>;
    /// Whether it says what a migration did.
    fn reports(&self) -> bool {
        true
    }
    fn insert(&mut self, rows: &[Row]);
    /// Ids in the order of the distance from `asked()`.
    fn nearest(&mut self, column: &str, operator: &str) -> Vec<i32>;
    /// The rows by id.
    fn read(&mut self) -> Vec<Row>;
    /// A vector that is sent and read back in the binary format, with the bytes that the server got, in hex.
    fn binary(&mut self, vector: Vector) -> (Vector, String);
}

pub const BINARY_VECTOR: &str = "000300003f8000003f80000040000000";

pub fn bits(text: &str) -> Bit {
    Bit::new(&text.chars().map(|digit| digit == '1').collect::<Vec<_>>())
}

fn row(id: i32, elements: &[f32], text: &str) -> Row {
    let half = HalfVector::from_f32_slice(elements);
    (id, Vector::from(elements.to_vec()), half, SparseVector::from_dense(elements), bits(text))
}

pub fn rows() -> Vec<Row> {
    vec![row(1, &[1., 1., 1.], "000"), row(2, &[2., 2., 3.], "101"), row(3, &[1., 1., 2.], "111")]
}

/// [1,1,1] in each type, and 101: what the questions are about.
pub fn asked() -> Row {
    row(0, &[1., 1., 1.], "101")
}

/// Columns and operators, with the ids in the order of their distance from `asked()`.
pub fn questions() -> Vec<(&'static str, &'static str, Vec<i32>)> {
    let mut all = vec![];
    for column in ["embedding", "half", "sparse"] {
        all.push((column, "<->", vec![1, 3, 2]));
        all.push((column, "<#>", vec![2, 3, 1]));
        all.push((column, "<=>", vec![1, 2, 3]));
        all.push((column, "<+>", vec![1, 3, 2]));
    }
    all.push(("bits", "<~>", vec![2, 3, 1]));
    all.push(("bits", "<%>", vec![2, 3, 1]));
    all
}

pub const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS items (
    id integer PRIMARY KEY, embedding vector(3), half halfvec(3), sparse sparsevec(3), bits bit(3))";
pub const CREATE_INDEX: &str = "CREATE INDEX IF NOT EXISTS items_embedding ON items
    USING hnsw (embedding vector_l2_ops) WITH (m = 8, ef_construction = 32)";
