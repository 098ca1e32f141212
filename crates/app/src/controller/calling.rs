//! Calling somebody now: what the user does, and what is read for it.

mod answers;
mod hold;
mod invite;
mod ringing;
mod talk;

pub(crate) use answers::CallsAnswer;
pub(crate) use ringing::Rung;

use super::Controller;
use crate::action::{CallStep, ChatStep};
use crate::calling::{Calling, Choice};
use crate::requests::Done;
use crate::view::{CallsPane, ProblemCode};
use consilium_client::{Home, HomeEvent};
use consilium_model::Secret;
use consilium_wire::home::calls::{CallId, MAX_TITLE, PlaceCall, SetPresence};
use std::time::{Duration, Instant};

/// How often contacts are read while they are shown. Who can be reached is told at once; who is new shows by this.
const CONTACTS_AGAIN: Duration = Duration::from_secs(60);
/// How soon contacts are read again when that has failed.
const CONTACTS_FAILED: Duration = Duration::from_secs(10);
/// The longest text that is searched for, in characters.
const MAX_QUERY: usize = 200;

impl Controller {
    /// Takes in what was told at home.
    pub(super) fn told_at_home(&mut self, event: HomeEvent) {
        let now = Instant::now();
        self.calling.hear(&event, now);
        self.reception.take(event, now);
    }

    /// Begins anew with every sign-in; rings, reads what is due, and goes on into a call.
    pub(super) fn follow_calls(&mut self) {
        let now = Instant::now();
        let token = self.account.as_ref().map(|account| account.session.token.clone());
        if self.calling.token != token {
            self.calling = Calling::of(token);
        }
        self.calling.rings.expire(now);
        self.follow_rings(now);
        self.read_contacts(now);
        self.read_log();
        self.see_missed();
        self.come_into_call(now);
        self.follow_talk(now);
        self.follow_invite();
    }

    pub(super) async fn call_step(&mut self, step: CallStep) {
        match step {
            CallStep::Open { log } => self.open_calls(log),
            CallStep::Close => self.close_calls(),
            CallStep::Search { text } => self.calling.query = typed(&text),
            CallStep::Call { contacts, teams, title } => {
                let choice = self.calling.directory.choice(&contacts, &teams);
                self.place(choice, title);
            }
            CallStep::CallBack { id } => self.call_back(&id),
            CallStep::Rejoin { id } => self.rejoin(&id).await,
            CallStep::SetDoNotDisturb { on } => self.set_undisturbed(on),
            CallStep::SetInTray { on } => self.set_in_tray(on),
            CallStep::Accept { id } => self.accept(&id),
            CallStep::Decline { id, busy } => self.decline(&id, busy),
            CallStep::Cancel => self.cancel_call().await,
            CallStep::HangUp { for_all } => self.hang_up(for_all).await,
            CallStep::CallAgain => self.call_again(),
            CallStep::Back => self.go_back().await,
            CallStep::OpenInvite => self.open_invite(),
            CallStep::CloseInvite => self.calling.invite = None,
            CallStep::SearchInvite { text } => {
                if let Some(invite) = &mut self.calling.invite {
                    invite.query = typed(&text);
                }
            }
            CallStep::AskIn { contacts, teams } => self.ask_in(&contacts, &teams),
            CallStep::MakeLink { name, role } => self.make_link(name, role),
            CallStep::DropLink => {
                if let Some(invite) = &mut self.calling.invite {
                    invite.link = None;
                }
            }
        }
    }

    /// The pane stands where that of the chat stands.
    fn open_calls(&mut self, log: bool) {
        self.calling.pane = if log { CallsPane::Log } else { CallsPane::People };
        self.calling.problem = None;
        self.calling.log.outdate();
        self.calling.contacts_due = None;
        if let Some(chat) = &self.chat {
            chat.step(ChatStep::Close);
        }
    }

    pub(super) fn close_calls(&mut self) {
        self.calling.pane = CallsPane::Closed;
        self.calling.query.clear();
        self.calling.problem = None;
        self.calling.log.close();
    }

    /// Begins a request about calls with the sign-in that holds now.
    fn ask_calls<F>(&mut self, ask: impl FnOnce(Home, Secret) -> F)
    where
        F: Future<Output = CallsAnswer> + Send + 'static,
    {
        let Some(account) = &self.account else { return };
        let token = account.session.token.clone();
        let answer = ask(account.server.home(), token.clone());
        self.requests.begin(async move { Done::Calls { answer: Box::new(answer.await), token } });
    }

    /// Tells the server something for which nobody waits; it is told also when the application closes.
    fn tell_calls<F>(&mut self, tell: impl FnOnce(Home, Secret) -> F)
    where
        F: Future<Output = Result<(), consilium_client::ClientError>> + Send + 'static,
    {
        let Some(account) = &self.account else { return };
        let token = account.session.token.clone();
        let told = tell(account.server.home(), token.clone());
        self.requests.begin_lasting(async move {
            if let Err(error) = told.await {
                tracing::info!(%error, "the server was not told about a call");
            }
            Done::Calls { answer: Box::new(CallsAnswer::Told), token }
        });
    }

    fn read_contacts(&mut self, now: Instant) {
        let directory = &self.calling.directory;
        let shown = self.calling.pane == CallsPane::People || self.calling.invite.is_some();
        let wanted = !directory.is_missing() && (shown || self.calling.contacts_old || !directory.is_known());
        if wanted && self.calling.contacts_due.is_none_or(|due| due <= now) && self.account.is_some() {
            self.calling.contacts_due = Some(now + CONTACTS_AGAIN);
            self.calling.contacts_old = false;
            self.ask_calls(async |home, token| CallsAnswer::Contacts(home.contacts(&token).await));
        }
    }

    fn read_log(&mut self) {
        let calling = &mut self.calling;
        let wanted = calling.pane == CallsPane::Log || !calling.log.is_known();
        if wanted && calling.directory.is_known() && !calling.reading_log && calling.log.wants_reading() {
            calling.reading_log = true;
            self.ask_calls(async |home, token| CallsAnswer::Log(home.calls(&token).await));
        }
    }

    /// What was missed is seen when the log is looked at.
    fn see_missed(&mut self) {
        let looks = self.calling.pane == CallsPane::Log && self.in_front && self.page_shown;
        let calling = &mut self.calling;
        let newest = calling.log.is_known() && !calling.reading_log;
        if looks && newest && calling.log.see() {
            self.tell_calls(async |home, token| home.calls_seen(&token).await);
        }
    }

    fn place(&mut self, choice: Choice, title: Option<Secret>) {
        if self.calling.placing {
            return;
        }
        if choice.is_empty() {
            self.calling.problem = Some(ProblemCode::NobodyToCall);
            return;
        }
        self.calling.placing = true;
        self.calling.problem = None;
        let title = title.as_ref().and_then(|title| line(title.expose(), MAX_TITLE)).map(Secret::from);
        let names = self.calling.directory.names(&choice);
        let named = names.iter().map(|name| name.expose().as_str()).collect::<Vec<_>>().join(", ");
        let subject = title.as_ref().map_or(named, |title| title.expose().clone());
        let Choice { contacts, teams } = choice;
        let call = PlaceCall { contacts, teams, title };
        let key = self.calling.pressed(&call, Instant::now());
        self.ask_calls(async move |home, token| CallsAnswer::Placed {
            title: Some(subject).filter(|text| !text.is_empty()),
            entry: home.place_call(&token, &call, &key).await,
        });
    }

    fn call_back(&mut self, id: &str) {
        let Some(row) = self.calling.log.get(id) else { return };
        let contacts = row.people.iter().map(|one| one.user_id.clone()).collect();
        let title = row.title.clone();
        self.place(Choice { contacts, teams: Vec::new() }, title);
    }

    async fn rejoin(&mut self, id: &str) {
        let Some(row) = self.calling.log.get(id) else { return };
        let Some(entry) = row.entry.clone() else { return };
        let (subject, placed) = (crate::calling::subject(row), row.outgoing);
        self.enter_call(entry, subject, placed).await;
    }

    fn set_undisturbed(&mut self, on: bool) {
        self.calling.set_undisturbed(on);
        self.calling.switching += 1;
        let presence = SetPresence { do_not_disturb: on };
        self.ask_calls(async move |home, token| CallsAnswer::Undisturbed {
            on,
            set: home.set_presence(&token, presence).await,
        });
    }

    fn accept(&mut self, id: &str) {
        if let Some(call) = self.calling.rings.accept(id) {
            self.ask_calls(async move |home, token| {
                let entry = home.accept_call(&token, &call).await;
                CallsAnswer::Taken { call, entry }
            });
        }
    }

    fn decline(&mut self, id: &str, busy: bool) {
        if let Some(ring) = self.calling.rings.take(id) {
            self.tell_calls(async move |home, token| home.decline_call(&token, &ring.call, busy).await);
        }
    }

    fn give_up(&mut self, call: CallId) {
        self.tell_calls(async move |home, token| home.cancel_call(&token, &call).await);
    }
}

fn typed(text: &Secret) -> String {
    text.expose().chars().take(MAX_QUERY).collect()
}

/// One line of text, no longer than this many characters; `None` when nothing is written.
fn line(text: &str, most: usize) -> Option<String> {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line: String = spaced.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect();
    (!line.is_empty()).then_some(line)
}
