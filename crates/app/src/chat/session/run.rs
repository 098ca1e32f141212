//! The loop of the chat's task.

use super::handle::{Ending, Entrance, Inbox, Outbox, Said, Whose};
use super::jobs::Jobs;
use super::kept;
use super::link::{Link, LinkEvent, Next};
use super::media::Media;
use crate::action::ChatStep;
use crate::again::Again;
use crate::chat::core::{Core, Moment, Reach, Reached};
use crate::chat::present::{self, Scene};
use crate::chat::surroundings::Surroundings;
use crate::shell::Shell;
use crate::view::Shared;
use consilium_client::{ClientError, History, MessengerEvent, Server};
use consilium_model::UserId;
use consilium_wire::im::LoggedIn;
use std::sync::Arc;
use std::time::Instant;
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use super::answer::Answer;

/// The moment that is now.
pub(super) fn now() -> Moment {
    Moment { now: Instant::now(), wall: OffsetDateTime::now_utc() }
}

/// Runs a chat until it is cancelled.
pub(super) async fn run(
    entrance: Entrance,
    mut inbox: Inbox,
    outbox: Outbox,
    ending: watch::Receiver<Ending>,
    cancel: CancellationToken,
) {
    let opened = tokio::select! {
        () = cancel.cancelled() => return,
        opened = Session::open(entrance, outbox) => opened,
    };
    let Some(mut session) = opened else { return };
    session.run(&mut inbox, &cancel).await;
    let ending = *ending.borrow();
    session.close(&mut inbox, ending).await;
}

/// The chat's task.
pub(super) struct Session {
    pub(super) core: Core,
    pub(super) server: Server,
    pub(super) whose: Whose,
    pub(super) shell: Arc<dyn Shell>,
    pub(super) history: History,
    pub(super) link: Link,
    pub(super) jobs: Jobs,
    pub(super) media: Media,
    pub(super) around: Surroundings,
    pub(super) outbox: Outbox,
    /// A token was had once: this server has a messenger.
    was_in: bool,
}

impl Session {
    /// `None` when this server has no messenger.
    async fn open(entrance: Entrance, outbox: Outbox) -> Option<Self> {
        let (user, login) = identify(&entrance.server, &entrance.whose).await?;
        let history = kept::open(&entrance, &user).await;
        let (restored, sources) = kept::restore(&history).await;
        let reach = match entrance.whose {
            Whose::Account { .. } => Reach::Everything,
            Whose::Visitor { .. } => Reach::Visit { session: None },
        };
        let core = Core::new(user, reach, restored, draw_client_id);
        let mut session = Self {
            core,
            server: entrance.server,
            whose: entrance.whose,
            shell: entrance.shell,
            history,
            link: Link::Over,
            jobs: Jobs::default(),
            media: Media::new(entrance.media, sources),
            around: entrance.around,
            outbox,
            was_in: false,
        };
        match login {
            Some(login) => session.stand(login, None),
            None => session.log_in(None),
        }
        Some(session)
    }

    async fn run(&mut self, inbox: &mut Inbox, cancel: &CancellationToken) {
        self.look_around();
        loop {
            let shown = self.core.looked();
            self.media.follow(shown.as_deref(), self.around.call.is_some());
            self.carry_out().await;
            self.publish();
            let due = self.core.next_timeout();
            tokio::select! {
                () = cancel.cancelled() => break,
                Some(said) = inbox.said.recv() => self.hear(said),
                Ok(()) = inbox.media.changed() => {
                    let media = inbox.media.borrow_and_update().clone();
                    self.media.configure(media);
                }
                Some(wish) = inbox.pictures.recv() => self.fetch_picture(wish),
                answer = self.jobs.next() => self.answered(answer),
                event = self.link.next() => self.happened(event),
                news = self.media.next() => self.media_news(news),
                () = until(due) => self.core.tick(now()),
            }
        }
    }

    async fn close(mut self, inbox: &mut Inbox, ending: Ending) {
        self.hear_out(inbox).await;
        self.core.withdraw_all();
        self.carry_out().await;
        self.jobs.stop().await;
        let forgets = ending == Ending::Forget || self.is_over_for_good();
        let Self { media, link, history, .. } = self;
        tokio::join!(media.close(), link.close());
        if forgets {
            kept::check(history.forget().await);
        } else {
            history.close().await;
        }
    }

    /// The link of the visit has ended, and nothing waits that was written by its help: nobody comes back to it.
    fn is_over_for_good(&self) -> bool {
        let is_visitor = matches!(self.whose, Whose::Visitor { .. });
        is_visitor && matches!(self.link, Link::Over) && !self.core.has_any_own_words()
    }

    /// What was said before the end is done, as far as it leaves something behind; nothing is opened any more.
    async fn hear_out(&mut self, inbox: &mut Inbox) {
        inbox.said.close();
        while let Ok(said) = inbox.said.try_recv() {
            if !opens_something(&said) {
                self.hear(said);
                self.carry_out().await;
            }
        }
    }

    fn hear(&mut self, said: Said) {
        match said {
            Said::Step(step) => self.step(step),
            Said::Around(around) => self.move_to(around),
            Said::Wake => self.link.wake(),
        }
    }

    fn step(&mut self, step: ChatStep) {
        // What is not about files and sound.
        if let Some(step) = self.media_step(step) {
            self.core.step(step, now());
        }
    }

    fn move_to(&mut self, around: Surroundings) {
        let before = std::mem::replace(&mut self.around, around);
        if before.visit != self.around.visit {
            self.core.visit_changed(now());
        }
        self.look_around();
    }

    fn look_around(&mut self) {
        let (watched, shows) = (self.around.is_watched(), self.around.shows_screen);
        self.core.set_shows_screen(shows);
        self.core.set_writes(self.around.writes);
        self.core.set_watched(watched, now());
    }

    /// Asks for a token of the messenger.
    pub(super) fn log_in(&mut self, failed: Option<Again>) {
        self.link = Link::LoggingIn { failed };
        let (home, token) = (self.server.home(), self.whose.token().clone());
        self.jobs.begin(async move { Answer::LoggedIn(home.messenger(&token).await) });
    }

    /// The token has ended: another one is asked for.
    pub(super) fn log_in_again(&mut self) {
        let Some(next) = self.link.token_ended(Instant::now()) else { return };
        self.core.set_reached(Reached::Not, now());
        match next {
            Next::Now => self.log_in(None),
            Next::Later(again) => self.link = Link::Resting(again),
        }
    }

    /// There is a token, after attempts that failed, or at once.
    pub(super) fn stand(&mut self, login: LoggedIn, failed: Option<Again>) {
        self.was_in = true;
        self.core.log_in(&login.user);
        self.link = Link::stand(&self.server, login, self.core.looked(), failed);
        self.core.set_reached(Reached::Unheard, now());
    }

    fn happened(&mut self, event: LinkEvent) {
        match event {
            LinkEvent::Due(again) => self.log_in(Some(again)),
            // Without a word nobody knows what a new token would be worth.
            LinkEvent::Ended => self.log_in_later(),
            LinkEvent::Socket(event) => self.heard(event),
        }
    }

    fn log_in_later(&mut self) {
        self.core.set_reached(Reached::Not, now());
        self.link = Link::Resting(Again::after(None, Instant::now()));
    }

    fn heard(&mut self, event: MessengerEvent) {
        let at = now();
        match event {
            MessengerEvent::Connected { .. } => self.core.set_reached(Reached::Online, at),
            MessengerEvent::Lost => self.core.set_reached(Reached::Unheard, at),
            MessengerEvent::Message(message) | MessengerEvent::Stored(message) => {
                self.core.heard(message, at)
            }
            MessengerEvent::Badge(_) => self.core.badge(at),
            MessengerEvent::Topic(topic) => self.core.topic(topic, at),
            MessengerEvent::Read { session_id, participant_id, last_fetch_time } => {
                self.core.read_by(&session_id, &participant_id, last_fetch_time, at);
            }
            MessengerEvent::Typing { session_id, participant_id } => {
                self.core.typing(&session_id, participant_id, at);
            }
            MessengerEvent::Refused { code, .. } => {
                // The conversation that was looked at may be gone.
                tracing::debug!(?code, "the messenger's socket refused");
                self.core.badge(at);
            }
            MessengerEvent::TokenEnded => self.log_in_again(),
            MessengerEvent::NoMessenger => {
                self.core.set_reached(Reached::Not, at);
                self.link = Link::Missing;
            }
        }
    }

    fn publish(&mut self) {
        let shown = !matches!(self.link, Link::Missing) && (self.was_in || !self.core.rows.is_empty());
        let view = shown.then(|| {
            let media = self.media.state(self.core.looked().as_deref(), self.around.call.is_some());
            let kept = self.history.is_kept();
            present::view(Scene { core: &self.core, media: &media, around: &self.around, kept })
        });
        self.outbox.view.send_if_modified(|known| {
            let changed = known.as_deref() != view.as_ref();
            if changed {
                *known = view.map(Shared::from);
            }
            changed
        });
    }
}

/// Who it is: the history is under that name. Where it is not known, the messenger says it.
async fn identify(server: &Server, whose: &Whose) -> Option<(UserId, Option<LoggedIn>)> {
    if let Some(user) = whose.user() {
        return Some((user.clone(), None));
    }
    let mut again = None;
    loop {
        match server.home().messenger(whose.token()).await {
            Ok(login) => return Some((login.user.user_id.clone(), Some(login))),
            Err(ClientError::Unauthorized) => return None,
            Err(error) if error.means_no_messenger() => return None,
            Err(_) => {
                let next = Again::after(again, Instant::now());
                sleep_until(next.at().into()).await;
                again = Some(next);
            }
        }
    }
}

/// A dialog, a device, the browser, or the line.
const fn opens_something(said: &Said) -> bool {
    matches!(
        said,
        Said::Wake
            | Said::Step(
                ChatStep::Attach
                    | ChatStep::Save { .. }
                    | ChatStep::Record
                    | ChatStep::Play { .. }
                    | ChatStep::Follow { .. }
                    | ChatStep::Invite { .. }
                    | ChatStep::Enter { .. },
            )
    )
}

/// A new name for a message: 128 random bits.
fn draw_client_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    hex::encode(bytes)
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}
