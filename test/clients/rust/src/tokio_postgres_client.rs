//! tokio-postgres, with the types of crate `pgvector`: all parameters and results are in the binary format.

use std::env;

use pgvector::Vector;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Config, NoTls, SimpleQueryMessage};

use crate::items::{asked, Client, Row, CREATE_INDEX, CREATE_TABLE};

pub const DESCRIPTION: crate::Description =
    ("tokio-postgres", &["tokio-postgres", "pgvector"], "binary, binary COPY, text results");

pub struct TokioPostgres {
    runtime: tokio::runtime::Runtime,
    client: tokio_postgres::Client,
}

/// This client does not read PG* itself.
pub fn configuration() -> Config {
    let mut configuration = Config::new();
    configuration
        .host(env::var("PGHOST").unwrap())
        .port(env::var("PGPORT").unwrap().parse().unwrap())
        .user(env::var("PGUSER").unwrap())
        .dbname(env::var("PGDATABASE").unwrap());
    configuration
}

fn parameters(row: &Row) -> [&(dyn ToSql + Sync); 5] {
    [&row.0, &row.1, &row.2, &row.3, &row.4]
}

impl TokioPostgres {
    pub fn open() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (client, connection) = runtime.block_on(configuration().connect(NoTls)).unwrap();
        runtime.spawn(connection);
        Self { runtime, client }
    }

    fn execute(&self, sql: &str) {
        self.runtime.block_on(self.client.execute(sql, &[])).unwrap();
    }

    /// The types of the columns, which COPY has to be told.
    fn types(&self) -> Vec<Type> {
        let statement = self.runtime.block_on(self.client.prepare("SELECT * FROM items")).unwrap();
        statement.columns().iter().map(|column| column.type_().clone()).collect()
    }

    /// The columns as text, which only the simple protocol asks for.
    fn text(&self) -> Vec<String> {
        let sql = "SELECT embedding, half, sparse, bits FROM items ORDER BY id";
        let messages = self.runtime.block_on(self.client.simple_query(sql)).unwrap();
        let values = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some((0..4).map(|i| row.get(i).unwrap()).collect::<Vec<_>>().join(" ")),
            _ => None,
        });
        values.collect()
    }
}

impl Client for TokioPostgres {
    fn extension(&mut self) {
        self.execute("CREATE EXTENSION IF NOT EXISTS vector");
    }

    fn migrate(&mut self) -> Vec<String> {
        self.execute(CREATE_TABLE);
        self.execute(CREATE_INDEX);
        vec![]
    }

    fn reports(&self) -> bool {
        false
    }

    /// The first row by INSERT, the others by COPY.
    fn insert(&mut self, rows: &[Row]) {
        let types = self.types();
        self.runtime.block_on(async {
            let insertion = "INSERT INTO items VALUES ($1, $2, $3, $4, $5)";
            self.client.execute(insertion, &parameters(&rows[0])).await.unwrap();
            let sink = self.client.copy_in("COPY items FROM STDIN WITH (FORMAT BINARY)").await.unwrap();
            let mut writer = std::pin::pin!(BinaryCopyInWriter::new(sink, &types));
            for row in &rows[1..] {
                writer.as_mut().write(&parameters(row)).await.unwrap();
            }
            writer.finish().await.unwrap();
        });
    }

    fn nearest(&mut self, column: &str, operator: &str) -> Vec<i32> {
        let asked = asked();
        let to = match column {
            "embedding" => &asked.1 as &(dyn ToSql + Sync),
            "half" => &asked.2,
            "sparse" => &asked.3,
            _ => &asked.4,
        };
        let sql = format!("SELECT id FROM items ORDER BY {column} {operator} $1 LIMIT 5");
        let found = self.runtime.block_on(self.client.query(&sql, &[to])).unwrap();
        found.iter().map(|row| row.get(0)).collect()
    }

    fn read(&mut self) -> Vec<Row> {
        assert_eq!(self.text()[1], "[2,2,3] [2,2,3] {1:2,2:2,3:3}/3 101");
        let found = self.runtime.block_on(self.client.query("SELECT * FROM items ORDER BY id", &[])).unwrap();
        found.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4))).collect()
    }

    fn binary(&mut self, vector: Vector) -> (Vector, String) {
        let sql = "SELECT $1::vector, encode(vector_send($1), 'hex'), $1 <=> $2";
        let ones = asked().1;
        let row = self.runtime.block_on(self.client.query_one(sql, &[&vector, &ones])).unwrap();
        assert_eq!(row.get::<_, f64>(2), 0.05719095841793653);
        (row.get(0), row.get(1))
    }
}
