//! SQLx, with the types of crate `pgvector` and its own migrations: all values are in the binary format.

use std::path::Path;

use pgvector::Vector;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool};

use crate::items::{asked, Client, Row};

pub const DESCRIPTION: crate::Description = ("SQLx", &["sqlx", "pgvector"], "binary");

const MIGRATIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlx");

pub struct Sqlx {
    runtime: tokio::runtime::Runtime,
    pool: PgPool,
}

impl Sqlx {
    pub fn open() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        // The options are what PG* say.
        let pool = runtime.block_on(PgPoolOptions::new().connect_with(PgConnectOptions::new())).unwrap();
        Self { runtime, pool }
    }

    /// Descriptions of the migrations that have been applied.
    async fn applied(&self) -> Vec<String> {
        let table: Option<String> =
            sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations')::text").fetch_one(&self.pool).await.unwrap();
        match table {
            None => vec![],
            Some(_) => sqlx::query_scalar("SELECT description FROM _sqlx_migrations WHERE success ORDER BY version")
                .fetch_all(&self.pool)
                .await
                .unwrap(),
        }
    }
}

impl Client for Sqlx {
    fn extension(&mut self) {
        let creation = sqlx::query("CREATE EXTENSION IF NOT EXISTS vector");
        self.runtime.block_on(creation.execute(&self.pool)).unwrap();
    }

    fn migrate(&mut self) -> Vec<String> {
        self.runtime.block_on(async {
            let before = self.applied().await;
            Migrator::new(Path::new(MIGRATIONS)).await.unwrap().run(&self.pool).await.unwrap();
            self.applied().await.split_off(before.len())
        })
    }

    fn insert(&mut self, rows: &[Row]) {
        for row in rows.iter().cloned() {
            let insertion = sqlx::query("INSERT INTO items VALUES ($1, $2, $3, $4, $5)");
            let insertion = insertion.bind(row.0).bind(row.1).bind(row.2).bind(row.3).bind(row.4);
            self.runtime.block_on(insertion.execute(&self.pool)).unwrap();
        }
    }

    fn nearest(&mut self, column: &str, operator: &str) -> Vec<i32> {
        let sql = format!("SELECT id FROM items ORDER BY {column} {operator} $1 LIMIT 5");
        let question = sqlx::query_scalar(AssertSqlSafe(sql));
        let asked = asked();
        let question = match column {
            "embedding" => question.bind(asked.1),
            "half" => question.bind(asked.2),
            "sparse" => question.bind(asked.3),
            _ => question.bind(asked.4),
        };
        self.runtime.block_on(question.fetch_all(&self.pool)).unwrap()
    }

    fn read(&mut self) -> Vec<Row> {
        let question = sqlx::query_as("SELECT * FROM items ORDER BY id");
        self.runtime.block_on(question.fetch_all(&self.pool)).unwrap()
    }

    fn binary(&mut self, vector: Vector) -> (Vector, String) {
        let question = sqlx::query_as("SELECT $1, encode(vector_send($1), 'hex')").bind(vector);
        self.runtime.block_on(question.fetch_one(&self.pool)).unwrap()
    }
}
