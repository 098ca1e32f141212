//! Counts what was tried, and says whether an answer is a clear error.

use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// How many of each kind were tried, and which were not answered as they should be.
#[derive(Default)]
pub struct Tally(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    tried: BTreeMap<&'static str, usize>,
    wrong: Vec<String>,
}

/// An answer to something bad.
pub struct Refusal {
    pub http: u16,
    pub body: Vec<u8>,
}

impl Tally {
    /// Takes an answer down.
    pub fn answer(&self, kind: &'static str, what: &str, answer: &Result<Refusal, String>) {
        self.note(kind, what, answer.as_ref().map_err(Clone::clone).and_then(Refusal::check));
    }

    /// Takes down how it went.
    pub fn note(&self, kind: &'static str, what: &str, outcome: Result<(), String>) {
        let mut counted = self.0.lock().unwrap();
        *counted.tried.entry(kind).or_default() += 1;
        if let Err(problem) = outcome {
            counted.wrong.push(format!("{kind}: {what}: {problem}"));
        }
    }

    /// How many were tried, in words; fails when any was not answered as it should be.
    pub fn close(&self) -> String {
        let counted = self.0.lock().unwrap();
        let all: usize = counted.tried.values().sum();
        let wrong = &counted.wrong;
        assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong.join("\n"));
        let kinds: Vec<_> = counted.tried.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        format!("{all} bad inputs: {}", kinds.join(", "))
    }
}

impl Refusal {
    /// A 4xx with `status` and `description`; below HTTP itself, a 4xx alone.
    fn check(&self) -> Result<(), String> {
        let shown = || String::from_utf8_lossy(&self.body).chars().take(300).collect::<String>();
        if !(400..500).contains(&self.http) {
            return Err(format!("{} {}", self.http, shown()));
        }
        // What breaks HTTP itself never reaches the protocol.
        if self.body.is_empty() && matches!(self.http, 400 | 414 | 431) {
            return Ok(());
        }
        let body: Value =
            serde_json::from_slice(&self.body).map_err(|_| format!("{} {}", self.http, shown()))?;
        let is_known = body["status"].as_str().is_some_and(is_code);
        let is_described = body["description"].as_str().is_some_and(|text| !text.is_empty());
        if is_known && is_described { Ok(()) } else { Err(format!("{} {body}", self.http)) }
    }
}

/// Whether it is a code of the protocol.
pub fn is_code(name: &str) -> bool {
    consilium_wire::medme::Code::from_name(name).is_some()
}
