//! The conference to which the people of the shown conversation are invited: inviting to it, whether it still goes on,
//! and going in.

use super::thread::Thread;
use super::{Core, Effect, Moment, Reach, Reached, Request, key};
use crate::view::ProblemCode;
use consilium_model::{ConferenceId, Secret};
use consilium_wire::im::{Content, JumpContent, MAX_NAME, Message, SessionConference, UserRole};
use std::time::{Duration, Instant};

/// So often it is asked whether a conference still goes on, while its card is before the eyes.
const AGAIN: Duration = Duration::from_secs(10);
/// And whether one that is over was taken up again.
const SELDOM: Duration = Duration::from_secs(60);

/// What is known and done about the conference of a conversation's people.
#[derive(Debug, Default)]
pub(crate) struct Invitation {
    pub(crate) standing: Standing,
    pub(crate) inviting: Inviting,
    pub(crate) entering: Entering,
    asking: Asking,
    /// The number of the newest card when it was last asked.
    asked_at: u64,
}

/// Whether there is a conference.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody has said so yet.
    #[default]
    Unknown,
    /// It could not be learned.
    Unreached,
    /// It goes on, and the user may go in.
    On {
        /// Which; older servers do not say it.
        visit: Option<ConferenceId>,
    },
    /// There is none any more.
    Over,
}

/// What is asked about it.
#[derive(Debug, Default)]
enum Asking {
    /// Nothing, not before then.
    Idle { due: Option<Instant> },
    /// Whether it goes on.
    Asked,
    #[default]
    Never,
}

/// The user invites.
#[derive(Debug, Default)]
pub(crate) enum Inviting {
    #[default]
    Not,
    /// The server was asked.
    Asked(Invite),
    /// It did not work; the same once more makes no second card.
    Failed(Invite, ProblemCode),
}

/// What the user wants to be posted.
#[derive(Clone, Debug)]
pub(crate) struct Invite {
    pub(crate) client_id: String,
    pub(crate) title: Secret,
}

/// The user goes in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Entering {
    #[default]
    Not,
    /// By the card of that key.
    Asked { key: String },
    /// It did not work.
    Failed { key: String, problem: ProblemCode },
}

/// The card of a conference to which the people of that session are invited.
pub(crate) fn card_of(message: &Message) -> Option<JumpContent> {
    match Content::read(message.kind, &message.content) {
        Ok(Content::Jump(card)) if card.invites() == Some(message.session_id.as_str()) => Some(card),
        Ok(_) | Err(_) => None,
    }
}

impl Invitation {
    /// Whether the conference of that card is over, as far as anybody knows.
    pub(crate) fn is_over(&self, card: &JumpContent) -> bool {
        match (&self.standing, &card.conference) {
            (Standing::Over, _) => true,
            (Standing::On { visit: Some(visit) }, Some(of_card)) => visit != of_card,
            (Standing::On { .. } | Standing::Unknown | Standing::Unreached, _) => false,
        }
    }

    /// When it is asked again, unless the answer is on its way.
    const fn due(&self) -> Option<Instant> {
        match self.asking {
            Asking::Idle { due } => due,
            Asking::Asked | Asking::Never => None,
        }
    }

    fn is_due(&self, newest: u64, watched: bool, now: Instant) -> bool {
        match self.asking {
            Asking::Never => true,
            Asking::Asked => false,
            Asking::Idle { due } => newest > self.asked_at || watched && due.is_none_or(|due| due <= now),
        }
    }

    fn learned(&mut self, standing: Standing, now: Instant) {
        let rest = if standing == Standing::Over { SELDOM } else { AGAIN };
        self.asking = Asking::Idle { due: Some(now + rest) };
        self.standing = standing;
    }
}

impl Core {
    /// The user may invite the people of the shown conversation: it has a patient in it.
    pub(crate) fn can_invite(&self) -> bool {
        let Some(row) = self.thread().and_then(|thread| self.rows.get(&thread.session)) else { return false };
        let has_patient = row.others(&self.me).any(|member| member.role == UserRole::Patient);
        has_patient && self.reach == Reach::Everything && self.may_write(&row.session.id)
    }

    /// Invites the people of the shown conversation; after a failure the same card once more.
    pub(super) fn invite(&mut self, title: &Secret) {
        let title = title.expose().trim();
        let fits =
            !title.is_empty() && title.chars().count() <= MAX_NAME && !title.contains(char::is_control);
        if !fits || !self.can_invite() {
            return;
        }
        let title = Secret::from(title);
        let fresh = (self.client_ids)();
        let Some(thread) = self.thread_mut() else { return };
        let client_id = match &thread.invitation.inviting {
            Inviting::Asked(_) => return,
            Inviting::Failed(before, _) => before.client_id.clone(),
            Inviting::Not => fresh,
        };
        let invite = Invite { client_id, title };
        thread.invitation.inviting = Inviting::Asked(invite.clone());
        let session = thread.session.clone();
        self.ask(Request::Invite { session, invite });
    }

    /// The user gives an invitation up that did not work.
    pub(super) fn drop_invite(&mut self) {
        if let Some(thread) = self.thread_mut()
            && matches!(thread.invitation.inviting, Inviting::Failed(..))
        {
            thread.invitation.inviting = Inviting::Not;
        }
    }

    /// The card is posted, or not. Whoever has gone elsewhere meanwhile is not taken into the call.
    pub(crate) fn invited(
        &mut self,
        session: &str,
        client_id: &str,
        invited: Result<(Message, Secret), ProblemCode>,
        at: Moment,
    ) {
        let waits = self.thread_of(session).and_then(|thread| match &thread.invitation.inviting {
            Inviting::Asked(invite) if invite.client_id == client_id => Some(invite.clone()),
            Inviting::Asked(_) | Inviting::Failed(..) | Inviting::Not => None,
        });
        let inviting = match (waits.clone(), &invited) {
            (Some(invite), Err(problem)) => Some(Inviting::Failed(invite, *problem)),
            (Some(_), Ok(_)) => Some(Inviting::Not),
            (None, _) => None,
        };
        if let (Some(inviting), Some(thread)) = (inviting, self.thread_of(session)) {
            thread.invitation.inviting = inviting;
        }
        if let Ok((card, token)) = invited {
            self.take_message(card);
            if waits.is_some() {
                self.want(Effect::Enter { token });
            }
        }
        self.follow(at);
    }

    /// Goes in by a card: a patient under a name.
    pub(super) fn enter(&mut self, key: &str, name: Option<&Secret>) {
        let name = name.map(|name| name.expose().trim().to_owned());
        let is_patient = self.role == Some(UserRole::Patient);
        let fits = name.as_ref().is_none_or(|name| {
            !name.is_empty() && name.chars().count() <= MAX_NAME && !name.contains(char::is_control)
        });
        let card = self.message(key).and_then(card_of);
        let (Some(thread), Some(card)) = (self.thread_mut(), card) else { return };
        let busy = matches!(thread.invitation.entering, Entering::Asked { .. });
        if busy || !fits || name.is_none() && is_patient || thread.invitation.is_over(&card) {
            return;
        }
        thread.invitation.entering = Entering::Asked { key: key.to_owned() };
        let (session, key) = (thread.session.clone(), key.to_owned());
        self.ask(Request::Enter { session, key, name: name.map(Secret::from) });
    }

    /// The way in, if there is one.
    pub(crate) fn entered(
        &mut self,
        session: &str,
        key: &str,
        way: Result<Option<SessionConference>, ProblemCode>,
        at: Moment,
    ) {
        let card = self.message(key).and_then(card_of);
        let mut token = None;
        if let Some(thread) = self.thread_of(session)
            && thread.invitation.entering == (Entering::Asked { key: key.to_owned() })
        {
            let invitation = &mut thread.invitation;
            let problem = way.as_ref().err().copied();
            invitation.entering = match problem {
                Some(problem) => Entering::Failed { key: key.to_owned(), problem },
                None => Entering::Not,
            };
            if let Ok(way) = way {
                invitation.learned(standing(way.as_ref()), at.now);
                let is_it = card.is_some_and(|card| !invitation.is_over(&card));
                token = way.filter(|_| is_it).map(|way| way.access_token);
            }
        }
        if let Some(token) = token {
            self.want(Effect::Enter { token });
        }
        self.follow(at);
    }

    /// Whether the conference of that session goes on; nothing where it could not be asked.
    pub(crate) fn conference(&mut self, session: &str, way: Option<Option<SessionConference>>, at: Moment) {
        if let Some(thread) = self.thread_of(session) {
            match way {
                Some(way) => thread.invitation.learned(standing(way.as_ref()), at.now),
                None if thread.invitation.standing == Standing::Unknown => {
                    thread.invitation.learned(Standing::Unreached, at.now);
                }
                None => thread.invitation.asking = Asking::Idle { due: Some(at.now + AGAIN) },
            }
        }
        self.follow(at);
    }

    /// Asks whether the conference goes on, where a card of it is shown.
    pub(super) fn look_at_conference(&mut self, now: Instant) {
        if self.reached == Reached::Not {
            return;
        }
        let watched = self.watched;
        let Some(thread) = self.thread_mut() else { return };
        let Some(newest) = newest_card(thread) else { return };
        if thread.invitation.is_due(newest, watched, now) {
            thread.invitation.asking = Asking::Asked;
            thread.invitation.asked_at = newest;
            let session = thread.session.clone();
            self.ask(Request::Conference { session });
        }
    }

    /// When that is done next.
    pub(super) fn next_look_at_conference(&self) -> Option<Instant> {
        let thread = self.thread().filter(|_| self.watched && self.reached != Reached::Not)?;
        newest_card(thread).and_then(|_| thread.invitation.due())
    }
}

fn standing(way: Option<&SessionConference>) -> Standing {
    way.map_or(Standing::Over, |way| Standing::On { visit: way.visit.clone() })
}

fn newest_card(thread: &Thread) -> Option<u64> {
    let mut loaded = thread.window.iter().rev().map(|(_, message)| message);
    loaded.find(|message| card_of(message).is_some()).and_then(key::number)
}
