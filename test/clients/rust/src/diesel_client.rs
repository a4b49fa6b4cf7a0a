//! Diesel, with the types of crate `pgvector`, its own migrations and its query builder: all values are in the
//! binary format.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_migrations::{embed_migrations, EmbeddedMigrations, MigrationHarness};
use pgvector::{Vector, VectorExpressionMethods};

use crate::items::{asked, Client, Row};

pub const DESCRIPTION: crate::Description = ("Diesel", &["diesel", "diesel_migrations", "pgvector"], "binary");

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/diesel");

diesel::table! {
    use diesel::sql_types::Integer;
    use pgvector::sql_types::*;

    items (id) {
        id -> Integer,
        embedding -> Vector,
        half -> HalfVector,
        sparse -> SparseVector,
        bits -> Bit,
    }
}

#[derive(QueryableByName)]
struct Sent {
    #[diesel(sql_type = pgvector::sql_types::Vector)]
    vector: Vector,
    #[diesel(sql_type = Text)]
    bytes: String,
}

pub struct Diesel {
    connection: PgConnection,
}

impl Diesel {
    pub fn open() -> Self {
        // libpq knows PG*.
        Self { connection: PgConnection::establish("").unwrap() }
    }
}

impl Client for Diesel {
    /// The first of the migrations.
    fn extension(&mut self) {
        if self.connection.applied_migrations().unwrap().is_empty() {
            self.connection.run_next_migration(MIGRATIONS).unwrap();
        }
    }

    fn migrate(&mut self) -> Vec<String> {
        let applied = self.connection.run_pending_migrations(MIGRATIONS).unwrap();
        applied.iter().map(|version| version.to_string()).collect()
    }

    fn insert(&mut self, rows: &[Row]) {
        let values: Vec<_> = rows
            .iter()
            .map(|row| {
                (
                    items::id.eq(row.0),
                    items::embedding.eq(&row.1),
                    items::half.eq(&row.2),
                    items::sparse.eq(&row.3),
                    items::bits.eq(&row.4),
                )
            })
            .collect();
        diesel::insert_into(items::table).values(values).execute(&mut self.connection).unwrap();
    }

    fn nearest(&mut self, column: &str, operator: &str) -> Vec<i32> {
        macro_rules! by {
            ($distance:expr) => {
                items::table.select(items::id).order($distance).limit(5).load(&mut self.connection).unwrap()
            };
        }
        macro_rules! by_vector {
            ($column:expr, $to:expr) => {
                match operator {
                    "<->" => by!($column.l2_distance($to)),
                    "<#>" => by!($column.max_inner_product($to)),
                    "<=>" => by!($column.cosine_distance($to)),
                    _ => by!($column.l1_distance($to)),
                }
            };
        }
        let (_, embedding, half, sparse, bits) = asked();
        match (column, operator) {
            ("embedding", _) => by_vector!(items::embedding, embedding),
            ("half", _) => by_vector!(items::half, half),
            ("sparse", _) => by_vector!(items::sparse, sparse),
            (_, "<~>") => by!(items::bits.hamming_distance(bits)),
            _ => by!(items::bits.jaccard_distance(bits)),
        }
    }

    fn read(&mut self) -> Vec<Row> {
        items::table.order(items::id).load(&mut self.connection).unwrap()
    }

    fn binary(&mut self, vector: Vector) -> (Vector, String) {
        let sent: Sent = diesel::sql_query("SELECT $1 AS vector, encode(vector_send($1), 'hex') AS bytes")
            .bind::<pgvector::sql_types::Vector, _>(vector)
            .get_result(&mut self.connection)
            .unwrap();
        (sent.vector, sent.bytes)
    }
}
