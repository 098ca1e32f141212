//! Records of an earlier version, in which a participant's id in the conference was made of the id that opens its link,
//! so whoever saw the one had the other. They are read back with ids of their own; the store keeps what it was given,
//! for what has happened is never changed there.

use super::record::{Scheduled, door};
use crate::keys::Keys;
use crate::store::{Face, Mark, StoredConference};
use consilium_model::ConferenceId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// The ids of the earlier version, and those that stand for them, by conference.
#[derive(Default)]
pub(crate) struct Accounts(HashMap<ConferenceId, Vec<(String, String)>>);

impl Accounts {
    /// The conference with an account for everybody who was invited.
    pub(crate) fn conference(&mut self, stored: StoredConference, keys: &Keys) -> StoredConference {
        let StoredConference { mut record, events } = stored;
        let Face::Coviu(scheduled) = &mut record.face else { return StoredConference { record, events } };
        let ids = accounts(scheduled, &record.id, keys);
        if ids.is_empty() {
            return StoredConference { record, events };
        }
        record.info = with(&ids, &record.info);
        let events = with(&ids, &events);
        self.0.insert(record.id.clone(), ids);
        StoredConference { record, events }
    }

    /// The mark, of whoever it was made for.
    pub(crate) fn mark(&self, mark: Mark) -> Mark {
        match self.0.get(&mark.conference) {
            Some(ids) => Mark { kind: with(ids, &mark.kind), ..mark },
            None => mark,
        }
    }
}

/// Gives an account to those who have none. They have the same one each time, also when it was written down since.
fn accounts(scheduled: &mut Scheduled, conference: &ConferenceId, keys: &Keys) -> Vec<(String, String)> {
    let mut ids = Vec::new();
    for one in &mut scheduled.invited {
        let account = keys.invited_id(conference, one.id.expose());
        if *one.account.get_or_insert_with(|| account.clone()) == account {
            ids.push((json(&door(one.id.expose())), json(&account)));
        }
    }
    ids
}

/// What was written with the earlier ids, with those of now.
fn with<T: Serialize + DeserializeOwned>(ids: &[(String, String)], value: &T) -> T {
    let written = ids.iter().fold(json(value), |text, (from, to)| text.replace(from, to));
    serde_json::from_str(&written).expect("one id stands where another one stood")
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("what is stored can be written")
}
