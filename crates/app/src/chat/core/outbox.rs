//! What the user has written and the server has not yet acknowledged. In a conversation one goes after the other, in
//! the order of writing; conversations do not wait for each other; a refused one holds nobody up.

use crate::again::Again;
use crate::view::ProblemCode;
use consilium_model::{MessageKind, Secret};
use consilium_wire::im::NewMessage;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use time::OffsetDateTime;

/// A message on its way.
#[derive(Clone, Debug)]
pub(crate) struct Unsent {
    /// Drawn when it was written: by it the server knows a message that comes again.
    pub(crate) client_id: String,
    pub(crate) session: String,
    pub(crate) what: What,
    /// The id of the message that it answers.
    pub(crate) reply_to: Option<String>,
    /// When it was written, by this machine's calendar.
    pub(crate) at: OffsetDateTime,
    pub(crate) stage: Sending,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A message as it is.
    Message { kind: MessageKind, content: Secret },
    /// A file that has to be on the server first.
    File(UnsentFile),
}

/// A file that becomes a message. Where its bytes are is somebody else's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnsentFile {
    /// The kind of message that it is going to be, as far as this machine can tell.
    pub(crate) kind: MessageKind,
    /// As the others will see it.
    pub(crate) name: Secret,
    /// Bytes.
    pub(crate) size: u64,
    /// The length of a voice message, in seconds.
    pub(crate) seconds: Option<u32>,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    /// It is being written down on this machine; it is sent only after that.
    Keeping,
    /// Waits for its turn or the line.
    Waiting,
    /// Its file is on its way.
    Uploading {
        /// How much of it.
        percent: u8,
    },
    /// On its way.
    Sent,
    /// The server does not take it.
    Refused(ProblemCode),
}

impl Sending {
    const fn is_under_way(self) -> bool {
        matches!(self, Self::Uploading { .. } | Self::Sent)
    }
}

/// Everything that waits, in the order of writing.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    items: Vec<Unsent>,
    /// Conversations whose last attempt has failed for the line's sake.
    resting: BTreeMap<String, Again>,
}

/// What is to be done for a message now.
#[derive(Clone, Debug)]
pub(crate) enum Due {
    /// Its file is brought to the server.
    Upload(Unsent),
    /// It is sent.
    Send { session: String, message: NewMessage },
}

impl Outbox {
    pub(crate) fn push(&mut self, item: Unsent) {
        if self.find(&item.client_id).is_none() {
            self.items.push(item);
        }
    }

    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Unsent> {
        self.items.iter()
    }

    pub(crate) fn of<'a>(&'a self, session: &'a str) -> impl Iterator<Item = &'a Unsent> {
        self.items.iter().filter(move |item| item.session == session)
    }

    pub(crate) fn find(&self, client_id: &str) -> Option<&Unsent> {
        self.items.iter().find(|item| item.client_id == client_id)
    }

    fn find_mut(&mut self, client_id: &str) -> Option<&mut Unsent> {
        self.items.iter_mut().find(|item| item.client_id == client_id)
    }

    /// How many wait to be sent: those that were refused wait for the user.
    pub(crate) fn waiting(&self) -> u32 {
        let waits = |item: &&Unsent| !matches!(item.stage, Sending::Refused(_));
        u32::try_from(self.items.iter().filter(waits).count()).unwrap_or(u32::MAX)
    }

    /// It is written down on this machine.
    pub(crate) fn kept(&mut self, client_id: &str) {
        if let Some(item) = self.find_mut(client_id)
            && item.stage == Sending::Keeping
        {
            item.stage = Sending::Waiting;
        }
    }

    /// Takes it out: it is stored, or thrown away.
    pub(crate) fn remove(&mut self, client_id: &str) -> Option<Unsent> {
        let place = self.items.iter().position(|item| item.client_id == client_id)?;
        Some(self.items.remove(place))
    }

    /// Its file is there: the message itself can go.
    pub(crate) fn uploaded(&mut self, client_id: &str, kind: MessageKind, content: Secret) {
        if let Some(item) = self.find_mut(client_id) {
            item.what = What::Message { kind, content };
            item.stage = Sending::Waiting;
        }
    }

    pub(crate) fn progress(&mut self, client_id: &str, percent: u8) {
        if let Some(item) = self.find_mut(client_id)
            && item.stage.is_under_way()
        {
            item.stage = Sending::Uploading { percent };
        }
    }

    /// The server said no, and would again.
    pub(crate) fn refused(&mut self, client_id: &str, problem: ProblemCode) {
        if let Some(item) = self.find_mut(client_id) {
            item.stage = Sending::Refused(problem);
        }
    }

    /// It did not get through, or nobody knows whether it did: it goes again later, as what it was.
    pub(crate) fn postpone(&mut self, client_id: &str, now: Instant) {
        let Some(item) = self.find_mut(client_id).filter(|item| item.stage.is_under_way()) else { return };
        item.stage = Sending::Waiting;
        let session = item.session.clone();
        let again = Again::after(self.resting.get(&session).copied(), now);
        self.resting.insert(session, again);
    }

    /// A message of that conversation got through.
    pub(crate) fn succeeded(&mut self, session: &str) {
        self.resting.remove(session);
    }

    /// The line is back: nobody rests any longer.
    pub(crate) fn wake(&mut self) {
        self.resting.clear();
    }

    /// The user tries a refused one again. It goes to the end: others have gone before it. Answers whether there is one.
    pub(crate) fn resend(&mut self, client_id: &str) -> bool {
        let refused = |item: &Unsent| matches!(item.stage, Sending::Refused(_));
        if !self.find(client_id).is_some_and(refused) {
            return false;
        }
        let item = self.remove(client_id);
        self.items.extend(item.map(|item| Unsent { stage: Sending::Waiting, ..item }));
        true
    }

    /// The places of those whose turn it is, if they wait for it: the first of each conversation that was not refused.
    fn turns(&self) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        let left =
            self.items.iter().enumerate().filter(|(_, item)| !matches!(item.stage, Sending::Refused(_)));
        let first = left.filter(|(_, item)| seen.insert(item.session.as_str()));
        first.filter(|(_, item)| item.stage == Sending::Waiting).map(|(place, _)| place).collect()
    }

    /// What goes now: those whose turn it is, unless their conversation rests.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<Due> {
        let mut due = Vec::new();
        for place in self.turns() {
            let item = &mut self.items[place];
            if self.resting.get(&item.session).is_none_or(|again| again.is_due(now)) {
                due.push(begin(item));
            }
        }
        due
    }

    /// When something is due again by itself. What stands behind one that is under way has no moment of its own.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        let turns = self.turns().into_iter();
        turns.filter_map(|place| self.resting.get(&self.items[place].session)).map(Again::at).min()
    }
}

fn begin(item: &mut Unsent) -> Due {
    match &item.what {
        What::Message { kind, content } => {
            item.stage = Sending::Sent;
            let message = NewMessage {
                kind: *kind,
                content: content.clone(),
                client_message_id: item.client_id.clone(),
                reply_to: item.reply_to.clone(),
            };
            Due::Send { session: item.session.clone(), message }
        }
        What::File(_) => {
            item.stage = Sending::Uploading { percent: 0 };
            Due::Upload(item.clone())
        }
    }
}
