//! `vectorext-clients CLIENT`: tries one client against the server and the empty database that PG* name.
//!
//! Prints a line for each step, then the client's line for the table of results.

mod diesel_client;
mod items;
mod sqlx_client;
mod tokio_postgres_client;

use std::fmt::Debug;

use items::{questions, rows, Client, BINARY_VECTOR};
use tokio_postgres::NoTls;

/// How the table of results names a client: title, crates, formats.
type Description = (&'static str, &'static [&'static str], &'static str);

/// What the catalogs say about the table, by a connection that the client knows nothing of.
fn catalog(runtime: &tokio::runtime::Runtime) -> [String; 3] {
    const QUESTION: &str = "
        SELECT (SELECT string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
                  FROM pg_attribute WHERE attrelid = 'items'::regclass AND attnum > 0 AND NOT attisdropped),
               (SELECT string_agg(indexdef, '; ' ORDER BY indexdef) FROM pg_indexes WHERE tablename = 'items'),
               (SELECT string_agg(format('%s %s', relname, relfilenode), ', ' ORDER BY relname) FROM pg_class
                 WHERE relname ~ '^items')";
    runtime.block_on(async {
        let (client, connection) = tokio_postgres_client::configuration().connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        let row = client.query_one(QUESTION, &[]).await.unwrap();
        [row.get(0), row.get(1), row.get(2)]
    })
}

/// Ends a step; what is not as expected ends the program.
fn expect<T: Debug + PartialEq>(name: &str, found: T, expected: T) {
    if found != expected {
        println!("not ok - {name}: {found:?}, expected {expected:?}");
        std::process::exit(1);
    }
    println!("ok - {name}: {found:?}");
}

/// The version of a crate that Cargo.lock names.
fn version(name: &str) -> String {
    let head = format!("name = \"{name}\"\nversion = \"");
    let lock = include_str!("../Cargo.lock");
    let at = lock.find(&head).expect(name) + head.len();
    lock[at..].split('"').next().unwrap().to_string()
}

fn try_client(client: &mut dyn Client, (title, crates, formats): Description) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    client.extension();
    client.extension();
    println!("ok - extension, twice");
    let reports = client.reports();
    expect("report of a migration", !client.migrate().is_empty(), reports);
    let made = catalog(&runtime);
    let [columns, indexes, _] = &made;
    expect(&format!("column of {columns}"), columns.contains("embedding vector(3)"), true);
    let index = "USING hnsw (embedding vector_l2_ops) WITH (m='8', ef_construction='32')";
    expect(&format!("hnsw index of {indexes}"), indexes.contains(index), true);
    client.insert(&rows());
    println!("ok - insertion");
    for (column, operator, ids) in questions() {
        expect(&format!("nearest by {column} {operator}"), client.nearest(column, operator), ids);
    }
    expect("reading back", client.read(), rows());
    let vector = rows()[2].1.clone();
    expect("binary format", client.binary(vector.clone()), (vector, BINARY_VECTOR.to_string()));
    expect("second migration", client.migrate(), vec![]);
    expect("nothing changed by it", catalog(&runtime), made);
    let versions: Vec<_> = crates.iter().map(|name| format!("{name} {}", version(name))).collect();
    println!("RESULT | {title} | Rust | {} | {formats} |", versions.join(", "));
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("tokio-postgres") => {
            try_client(&mut tokio_postgres_client::TokioPostgres::open(), tokio_postgres_client::DESCRIPTION)
        }
        Some("sqlx") => try_client(&mut sqlx_client::Sqlx::open(), sqlx_client::DESCRIPTION),
        Some("diesel") => try_client(&mut diesel_client::Diesel::open(), diesel_client::DESCRIPTION),
        other => panic!("no client {other:?}"),
    }
}
