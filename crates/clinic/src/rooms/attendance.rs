//! Writes down who has a seat in a room, so that a server that starts again knows whom to expect back, and takes
//! those out of the conference who did not come back, and those in who were let in.
//!
//! One task a room works entry by entry: a leave is durable before the seat is forgotten, or a crash between the two
//! would leave somebody in for ever. The entries that wait are few: each stands for a change of who is joined.

use crate::domain::{Clinic, ClinicError, Live};
use crate::store::{AuditLine, Mark, MarkKind};
use consilium_model::{Actor, Command, Participant, Status};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::TaskTracker;

enum Entry {
    Seated(Participant),
    Gone(Participant),
    Left(Participant),
    LeftInAbsence(Participant),
    LetIn { who: Participant, by: Participant },
    TurnedAway { by: Participant },
    IsKnown,
    Flush(oneshot::Sender<()>),
}

/// The attendance of one room.
pub(super) struct Attendance {
    is_known: bool,
    expected: HashSet<Participant>,
    entries: mpsc::UnboundedSender<Entry>,
    joined: mpsc::UnboundedReceiver<Participant>,
}

impl Attendance {
    /// Starts with those who are written down already.
    pub(super) fn start(
        clinic: Arc<Clinic>,
        live: Arc<Live>,
        expected: HashSet<Participant>,
        tasks: &TaskTracker,
    ) -> Self {
        let (entries, waiting) = mpsc::unbounded_channel();
        let is_known = expected.is_empty();
        let (answers, joined) = mpsc::unbounded_channel();
        tasks.spawn(Scribe { clinic, live, joined: answers }.write(waiting));
        Self { is_known, expected, entries, joined }
    }

    /// These have a seat or are expected back, nobody else.
    pub(super) fn follow<'a>(&mut self, present: impl Iterator<Item = &'a Participant> + Clone) {
        if present.clone().count() == self.expected.len()
            && present.clone().all(|who| self.expected.contains(who))
        {
            return;
        }
        let present: HashSet<Participant> = present.cloned().collect();
        present.difference(&self.expected).for_each(|who| self.enter(Entry::Seated(who.clone())));
        self.expected.difference(&present).for_each(|who| self.enter(Entry::Gone(who.clone())));
        self.expected = present;
    }

    /// The participant did not come back: the conference goes on without them.
    pub(super) fn leave(&self, who: Participant) {
        self.enter(Entry::Left(who));
    }

    /// Like [`Self::leave`], of somebody who was in when the server stopped.
    pub(super) fn leave_in_absence(&self, who: Participant) {
        self.enter(Entry::LeftInAbsence(who));
    }

    /// The participant was let in: the conference takes it in. [`Self::joined`] tells when that is done or refused.
    pub(super) fn let_in(&self, who: Participant, by: Participant) {
        self.enter(Entry::LetIn { who, by });
    }

    /// Somebody was turned away.
    pub(super) fn turned_away(&self, by: Participant) {
        self.enter(Entry::TurnedAway { by });
    }

    /// The next one of [`Self::let_in`] whom the conference has taken in or refused.
    pub(super) async fn joined(&mut self) -> Participant {
        match self.joined.recv().await {
            Some(who) => who,
            // The task is gone with the server.
            None => std::future::pending().await,
        }
    }

    /// Everyone who was in when the server stopped is back or out.
    pub(super) fn know_who_is_in(&mut self) {
        if !std::mem::replace(&mut self.is_known, true) {
            self.enter(Entry::IsKnown);
        }
    }

    /// Waits until all is written.
    pub(super) async fn flush(&self) {
        let (done, written) = oneshot::channel();
        self.enter(Entry::Flush(done));
        // It fails only when the task is gone, and then nothing is left to wait for.
        let _ = written.await;
    }

    fn enter(&self, entry: Entry) {
        // The task lives as long as this side.
        let _ = self.entries.send(entry);
    }
}

struct Scribe {
    clinic: Arc<Clinic>,
    live: Arc<Live>,
    joined: mpsc::UnboundedSender<Participant>,
}

impl Scribe {
    async fn write(self, mut waiting: mpsc::UnboundedReceiver<Entry>) {
        while let Some(entry) = waiting.recv().await {
            match entry {
                Entry::Seated(who) => self.note(self.clinic.marks().set(self.mark(who)).await),
                Entry::Gone(who) => self.note(self.clinic.marks().clear(&self.mark(who)).await),
                Entry::Left(who) => {
                    let by = Actor::Participant(who);
                    self.note_leave(self.clinic.apply(&self.live, Command::Leave, by).await);
                }
                Entry::LeftInAbsence(who) => {
                    self.note_leave(self.clinic.leave_in_absence(&self.live, who).await);
                }
                Entry::LetIn { who, by } => self.let_in(who, by).await,
                Entry::TurnedAway { by } => self.audit(by, "deny").await,
                Entry::IsKnown => self.live.set_awaiting(false),
                // Whoever waited may be gone.
                Entry::Flush(done) => drop(done.send(())),
            }
        }
    }

    async fn let_in(&self, who: Participant, by: Participant) {
        match self.take_in(who.clone(), by.clone()).await {
            Ok(_) => self.audit(by, "admit").await,
            Err(error) => tracing::info!(%error, conference = %self.live.id(), "could not be let in"),
        }
        // Whoever waited may be gone.
        let _ = self.joined.send(who);
    }

    /// It is expected back before it is in: a server that dies between the two would leave it in for ever.
    async fn take_in(&self, who: Participant, by: Participant) -> Result<Status, ClinicError> {
        let mark = self.mark(who.clone());
        self.clinic.marks().set(mark.clone()).await?;
        let taken_in = self.clinic.admit(&self.live, who.clone(), by).await;
        if taken_in.is_err() && !self.live.view().conference.joined().contains(&who) {
            self.note(self.clinic.marks().clear(&mark).await);
        }
        taken_in
    }

    async fn audit(&self, by: Participant, action: &'static str) {
        let (at, actor) = (self.clinic.clock().now(), by.id.to_string());
        let line = AuditLine { at, actor, action, subject: self.live.id().to_string() };
        self.note(self.clinic.audit(line).await);
    }

    fn mark(&self, who: Participant) -> Mark {
        Mark { conference: self.live.id().clone(), kind: MarkKind::Seat(who) }
    }

    fn note(&self, written: Result<(), crate::store::StoreError>) {
        if let Err(error) = written {
            tracing::error!(%error, conference = %self.live.id(), "the attendance could not be written");
        }
    }

    fn note_leave(&self, left: Result<Status, ClinicError>) {
        if let Err(error) = left {
            // Mostly: they have left by themselves meanwhile.
            tracing::debug!(%error, conference = %self.live.id(), "a late leave was not needed");
        }
    }
}
