//! What the database holds, row by row.

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeSet;
use std::path::Path;

/// Every row of every table that does not speak of the conference of this appointment, nor of the time at which the
/// server was alive. The server must not run.
pub fn rows_without(folder: &Path, appointment: &str) -> BTreeSet<String> {
    let database = open(folder);
    let wanted = format!("\"appointmentId\":\"{appointment}\"");
    let sql = "SELECT id FROM conferences WHERE instr(record, ?1)";
    let conference: String = database.query_row(sql, [wanted], |row| row.get(0)).unwrap();
    let rows = rows(&database);
    let is_of_others =
        |row: &String| !row.contains(&conference) && !row.starts_with("settings [Text(\"alive\")");
    rows.into_iter().filter(is_of_others).collect()
}

fn rows(database: &Connection) -> BTreeSet<String> {
    let mut tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut rows = BTreeSet::new();
    // SQLite's own table counts the rows of the audit trail, those of every conference.
    for table in tables.iter().filter(|table| !table.starts_with("sqlite_")) {
        let mut all = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = all.column_count();
        let mut found = all.query([]).unwrap();
        while let Some(row) = found.next().unwrap() {
            let values: Vec<Value> = (0..columns).map(|column| row.get(column).unwrap()).collect();
            rows.insert(format!("{table} {values:?}"));
        }
    }
    rows
}

fn open(folder: &Path) -> Connection {
    let file = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let file = file.into_iter().find(|path| {
        path.extension()
            .is_some_and(|ending| ["db", "sqlite", "sqlite3"].iter().any(|known| ending == *known))
    });
    Connection::open_with_flags(file.expect("a database"), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}
