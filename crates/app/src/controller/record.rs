//! How calls went: told to the server after each, and read by the specialist after the visit.

use super::Controller;
use crate::requests;
use crate::stage::Stage;
use crate::visit::{CallState, Visit, VisitKey};
use consilium_client::ClientError;
use consilium_model::{Role, Screen};
use consilium_wire::record::{CallRecord, CallSummary};
use std::time::Instant;

impl Controller {
    /// Tells the server how a call of the open visit went. There was one, so the server is of our kind.
    pub(super) fn tell_call(&mut self, summary: CallSummary) {
        if let Stage::Visit(visit) = &self.stage {
            let (home, token) = (visit.server.home(), visit.token.clone());
            self.requests.begin_lasting(requests::tell_call(home, token, visit.key, summary));
        }
    }

    /// The server knows how the own call went: the record is another one now.
    pub(super) fn call_told(&mut self, key: VisitKey) {
        if let Some(visit) = self.visit(key) {
            visit.record.again(Instant::now());
        }
    }

    /// Reads the record of a visit that is over, when it is time.
    pub(super) fn follow_record(&mut self, now: Instant) {
        let home = self.account.as_ref().map(|account| account.server.endpoint().clone());
        let Stage::Visit(visit) = &mut self.stage else { return };
        let keeps_records = has_room(visit) || home.as_ref() == Some(visit.server.endpoint());
        let facts = &visit.facts;
        let is_over = facts.screen() == Screen::Finish && facts.info.started_at.is_some();
        let wanted = facts.role == Role::Specialist && is_over && keeps_records;
        if visit.record.follow(wanted, now) {
            let request = requests::call_record(visit.server.home(), visit.token.clone(), visit.key);
            self.requests.begin(request);
        }
    }

    /// The record was read, or was not: then it is asked for again, or is not shown.
    pub(super) fn record_read(&mut self, key: VisitKey, record: Result<CallRecord, ClientError>) {
        let Some(visit) = self.visit(key) else { return };
        match record {
            Ok(record) => visit.record.take(record),
            Err(error) => tracing::info!(%error, "the record of the call was not read"),
        }
    }
}

/// The visit had its call in a room of our kind.
const fn has_room(visit: &Visit) -> bool {
    visit.room.is_some() && !matches!(visit.call, CallState::Elsewhere(_))
}
