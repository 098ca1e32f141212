//! Searching what was written. The words of a history are too secret for an index in the file: the first search reads
//! all of it into memory, folded, and the next ones are quick.

use super::Result;
use super::books::Books;
use super::fold::{fold, words};
use super::messages::Row;
use super::seal::Place;
use consilium_model::Secret;
use consilium_wire::im::{Content, Message};
use std::collections::BTreeMap;

/// So many bytes of text are held in memory. Texts beyond it are read from the file at each search.
const HELD: usize = 64 * 1024 * 1024;

/// What is held for searching.
#[derive(Default)]
pub(super) struct Index {
    entries: Vec<Entry>,
    held: usize,
    sorted: bool,
}

/// A message that can be found. In the order of time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    nanos: i128,
    session: i64,
    seq: u64,
    /// `None` when there was no room for it.
    text: Option<Box<str>>,
}

impl Index {
    pub(super) fn add(&mut self, session: i64, seq: u64, message: &Message) {
        let Some(text) = searched(message) else { return };
        let text = fold(text.expose());
        let fits = self.held + text.len() <= HELD;
        self.held += if fits { text.len() } else { 0 };
        let nanos = message.timestamp.unix_timestamp_nanos();
        self.entries.push(Entry { nanos, session, seq, text: fits.then(|| text.into()) });
        self.sorted = false;
    }

    /// From the oldest to the newest, each once.
    fn sort(&mut self) {
        if !std::mem::replace(&mut self.sorted, true) {
            self.entries.sort_unstable();
            self.entries.dedup_by(|one, other| (one.session, one.seq) == (other.session, other.seq));
        }
    }
}

/// The words of a message.
fn searched(message: &Message) -> Option<Secret> {
    match Content::read(message.kind, &message.content).ok()? {
        Content::Text(text) => Some(text),
        Content::Article(article) => Some(article.title),
        Content::Jump(card) => Some(card.title),
        Content::Topic(topic) => Some(topic.name),
        Content::File(_) => None,
    }
}

impl Books {
    pub(super) fn search(&mut self, text: &Secret, take: usize) -> Result<Vec<Message>> {
        let folded = fold(text.expose());
        let words = words(&folded);
        if words.is_empty() {
            self.index = None;
            return Ok(Vec::new());
        }
        let ids: BTreeMap<i64, String> = self.ids()?.into_iter().collect();
        let mut index = match self.index.take() {
            Some(index) => index,
            None => self.read_index(&ids)?,
        };
        index.sort();
        let mut found = Vec::new();
        for entry in index.entries.iter().rev() {
            let Some(session) = ids.get(&entry.session) else { continue };
            let message = match &entry.text {
                Some(text) if !contains(text, &words) => continue,
                Some(_) | None => self.message(session, entry.seq)?,
            };
            found.extend(message.filter(|message| entry.text.is_some() || matches(message, &words)));
            if found.len() >= take {
                break;
            }
        }
        self.index = Some(index);
        Ok(found)
    }

    fn read_index(&self, ids: &BTreeMap<i64, String>) -> Result<Index> {
        let mut index = Index::default();
        let mut statement = self.db.prepare_cached("SELECT session, seq, row FROM messages")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (session, seq) = (row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs());
            let Some(id) = ids.get(&session) else { continue };
            let sealed = row.get_ref(2)?.as_blob().map_err(|_| super::HistoryError::Storage)?;
            let read: Option<Row> = self.unseal(Place::Message(session, seq), sealed);
            if let Some(message) = read.and_then(|read| read.message(id, seq)) {
                index.add(session, seq, &message);
            }
        }
        Ok(index)
    }
}

fn matches(message: &Message, words: &[&str]) -> bool {
    searched(message).is_some_and(|text| contains(&fold(text.expose()), words))
}

fn contains(folded: &str, words: &[&str]) -> bool {
    words.iter().all(|word| folded.contains(word))
}
