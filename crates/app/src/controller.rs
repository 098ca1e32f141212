//! The Controller: one task with one bounded inbox that owns all state of the application.
//!
//! ```text
//! window ── Action ──► inbox ─┐                       ┌─► Shell::publish(AppView)
//! requests ──────────► Done ──┼─► Controller (state) ─┤
//! subscription, call ─────────┘                       └─► requests, call session
//! ```
//! Nothing blocks it: requests run in tasks that it owns, frames of the call never pass through it.

mod account;
mod alert;
mod call;
mod calling;
mod chat;
mod check;
mod devices;
mod length;
mod lobby;
mod news;
mod otp;
mod reception;
mod record;
mod share;
mod visit;
mod web_room;

pub(crate) use calling::CallsAnswer;

use crate::account::Account;
use crate::action::Action;
use crate::call::{CheckSession, ShareStep};
use crate::calling::Calling;
use crate::chat::{ChatSession, PictureWish, Player};
use crate::chosen::ChosenDevices;
use crate::config::AppConfig;
use crate::devices::{DeviceWatch, Found, RingDevice};
use crate::in_tray::InTray;
use crate::notice::Notices;
use crate::present::{self, Moment};
use crate::reception::Reception;
use crate::report::Recorder;
use crate::requests::{Done, Requests};
use crate::shell::Shell;
use crate::stage::Stage;
use crate::suspend::Suspend;
use crate::view::{AppView, NoticeCode, Processing};
use crate::visit::{CallState, VisitKey};
use calling::Rung;
use check::next_of_check;
use consilium_model::{Locale, PeerId, Secret};
use news::{News, next_found, next_news, next_of_chat};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How many messages of the window wait at most.
const INBOX: usize = 256;
/// How often time-dependent parts are looked at: the end of the restore, readings and attempts that are due, the
/// report.
const TICK: Duration = Duration::from_secs(1);

/// The running application. Dropping it asks the Controller to stop; [`App::close`] also waits.
pub struct App {
    inbox: mpsc::Sender<Message>,
    cancel: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// The application is closing and takes no more actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the application is closing")]
pub struct AppClosed;

enum Message {
    Action(Action),
    Snapshot(oneshot::Sender<AppView>),
    Picture(PictureWish),
}

impl App {
    /// Starts the Controller. Needs a tokio runtime.
    pub fn start(config: AppConfig, shell: Arc<dyn Shell>) -> Self {
        let (inbox, messages) = mpsc::channel(INBOX);
        let cancel = CancellationToken::new();
        let controller = Controller::new(config, shell, messages);
        let task = tokio::spawn(controller.run(cancel.clone()));
        Self { inbox, cancel, task: Mutex::new(Some(task)) }
    }

    /// Hands an action over; waits only while the inbox is full.
    pub async fn act(&self, action: Action) -> Result<(), AppClosed> {
        self.inbox.send(Message::Action(action)).await.map_err(|_| AppClosed)
    }

    /// The whole view as it is now, for a page that was loaded again.
    pub async fn snapshot(&self) -> Result<AppView, AppClosed> {
        let (answer, view) = oneshot::channel();
        self.inbox.send(Message::Snapshot(answer)).await.map_err(|_| AppClosed)?;
        view.await.map_err(|_| AppClosed)
    }

    /// A picture of the chat for the page: its media type and its bytes. `id` is that of an
    /// [`crate::view::FileView`]; without `whole` it is small. `None` when it is no picture, or cannot be had.
    pub async fn attachment(&self, id: String, whole: bool) -> Option<(String, Vec<u8>)> {
        let (answer, picture) = oneshot::channel();
        self.inbox.send(Message::Picture(PictureWish { id, whole, answer })).await.ok()?;
        picture.await.ok()?
    }

    /// Leaves the call, closes all lines and waits until everything has ended.
    pub async fn close(&self) {
        self.cancel.cancel();
        let task = self.task.lock().expect("nothing panics while it holds this lock").take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(panicked = error.is_panic(), "the controller did not end by itself");
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

pub(crate) struct Controller {
    pub(crate) config: AppConfig,
    shell: Arc<dyn Shell>,
    messages: mpsc::Receiver<Message>,
    pub(crate) requests: Requests,
    pub(crate) stage: Stage,
    pub(crate) account: Option<Account>,
    pub(crate) chat: Option<ChatSession>,
    /// The window is in front.
    in_front: bool,
    /// Its page is shown.
    page_shown: bool,
    pub(crate) locale: Locale,
    pub(crate) server: String,
    pub(crate) notices: Notices,
    watch: Option<DeviceWatch>,
    found: Option<Found>,
    /// A chosen device is gone, and another one is used.
    replaced: bool,
    processing: Processing,
    /// What calls the user.
    ring: RingDevice,
    /// Whether a closed window goes on.
    pub(crate) in_tray: InTray,
    /// The window is to be kept out of pictures of the screen.
    kept_out: bool,
    /// The check of the devices, while it is open.
    pub(crate) check: Option<CheckSession>,
    /// Who asks to be let in.
    pub(crate) reception: Reception,
    /// Calling somebody now.
    pub(crate) calling: Calling,
    /// What is heard and seen of calls that ring.
    rung: Rung,
    /// Plays what calls the user.
    ringer: Player,
    pub(crate) recorder: Recorder,
    pub(crate) epoch: Instant,
    pub(crate) key: VisitKey,
    /// The token of the visit that the user has pressed to be in, until it is open.
    joins: Option<Secret>,
    revision: u64,
    /// The revision with which the chat became what it is.
    chat_since: u64,
    suspend: Suspend,
    published: Option<AppView>,
    published_at: Instant,
    listed: Instant,
}

impl Controller {
    fn new(mut config: AppConfig, shell: Arc<dyn Shell>, messages: mpsc::Receiver<Message>) -> Self {
        let now = Instant::now();
        let in_tray = config.data.as_deref().map(InTray::read).unwrap_or_default();
        let kept = config.data.as_deref().and_then(ChosenDevices::read);
        let ring = kept.map(|kept| kept.put_into(&mut config.media)).unwrap_or_default();
        Self {
            locale: config.locale,
            server: config.server.clone(),
            recorder: Recorder::new(config.started),
            config,
            shell,
            messages,
            requests: Requests::default(),
            stage: Stage::Starting,
            account: None,
            chat: None,
            in_front: true,
            page_shown: true,
            notices: Notices::default(),
            watch: None,
            found: None,
            replaced: false,
            processing: Processing::default(),
            ring,
            in_tray,
            kept_out: false,
            check: None,
            reception: Reception::default(),
            calling: Calling::default(),
            rung: Rung::default(),
            ringer: Player::new(),
            epoch: now,
            key: VisitKey::default(),
            joins: None,
            revision: 0,
            chat_since: 0,
            suspend: Suspend::new(),
            published: None,
            published_at: now,
            listed: now,
        }
    }

    async fn run(mut self, cancel: CancellationToken) {
        self.begin();
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.look_at_clock(Instant::now());
            self.watch_devices();
            self.keep_out_of_screens();
            self.follow_chat().await;
            self.follow_reception().await;
            self.follow_calls();
            self.publish();
            tokio::select! {
                () = cancel.cancelled() => break,
                message = self.messages.recv() => match message {
                    Some(message) => self.receive(message).await,
                    None => break,
                },
                event = self.reception.next() => self.told_at_home(event),
                () = next_of_check(&mut self.check) => self.checked(),
                news = self.ringer.next() => self.rung(news),
                done = self.requests.next() => self.done(done).await,
                found = next_found(&mut self.watch) => self.found_devices(found),
                news = next_of_chat(&mut self.chat) => self.chat_news(news).await,
                news = next_news(&mut self.stage) => match news {
                    News::Line(event) => self.subscribed(event).await,
                    News::Call(news) => self.called(news).await,
                    News::Lobby(news) => self.at_door(news).await,
                    News::Unheard => self.ask_unheard(),
                },
                _ = tick.tick() => self.tick().await,
            }
        }
        self.hear_out();
        self.shell.ring(None);
        self.leave_chat().await;
        self.reception.close().await;
        self.leave_visit().await;
        self.requests.stop().await;
        self.write_report().await;
        self.ringer.close().await;
    }

    /// The first steps: the link it was started with, else the sign-in that was kept.
    fn begin(&mut self) {
        self.read_keychain();
        self.sweep_histories();
        if let Some(link) = self.config.link.take() {
            self.open_link(&link);
        }
    }

    /// What was written before the end reaches the chat, which keeps it.
    fn hear_out(&mut self) {
        self.messages.close();
        while let Ok(message) = self.messages.try_recv() {
            if let Message::Action(Action::Chat { step }) = message {
                self.chat_step(step);
            }
        }
    }

    async fn receive(&mut self, message: Message) {
        match message {
            Message::Action(action) => self.act(action).await,
            Message::Snapshot(answer) => {
                let view = self.view(Instant::now());
                let _ = answer.send(view);
            }
            Message::Picture(wish) => self.give_picture(wish),
        }
    }

    async fn act(&mut self, action: Action) {
        match action {
            Action::OpenLink { link } => {
                self.shell.raise();
                self.follow_link(&link).await;
            }
            Action::SignIn { server, user_id, password } => self.sign_in(server, &user_id, password),
            Action::SignOut => self.sign_out().await,
            Action::OpenVisit { id } => self.open_visit(&id),
            Action::GoHome => self.go_home().await,
            Action::Retry => self.retry(),
            Action::Visit { action } => self.step(action),
            Action::SendOtp => self.send_otp(),
            Action::VerifyOtp { code } => self.verify_otp(&code),
            Action::Extend { minutes } => self.extend(minutes),
            Action::AskMoreTime => self.ask_more_time(Instant::now()),
            Action::DismissAsk => self.dismiss_ask(),
            Action::OpenWebRoom => self.open_web_room(),
            Action::SetMedia { switch, on } => self.set_media(switch, on),
            Action::ChooseDevice { device, id } => self.choose_device(device, &id),
            Action::RefreshDevices => self.look_for_devices(),
            Action::SetProcessing { part, on } => self.set_processing(part, on),
            Action::Chat { step } => self.chat_step(step),
            Action::StepAway { on } => self.step_away(on),
            Action::Call { step } => self.call_step(step).await,
            Action::Knock { step } => self.answer_knock(step),
            Action::Check { step } => self.check(step).await,
            Action::InFront { front } => self.come_to_front(front),
            Action::WentToTray => self.went_to_tray(),
            Action::SetLocale { locale } => self.locale = locale,
            Action::DismissNotice => self.dismiss_notice(),
            Action::Painted => self.recorder.painted(Instant::now()),
            Action::Visible { visible } => {
                self.page_shown = visible;
                self.with_call(|call| call.set_visible(visible));
                self.with_check(|check| check.set_visible(visible));
            }
            Action::ChooseShare => self.share(ShareStep::Choose),
            Action::PreviewShare { source } => self.share(ShareStep::Preview { source }),
            Action::StartShare => self.share(ShareStep::Start),
            Action::StopShare => self.share(ShareStep::Stop),
            Action::Pin { stream } => self.with_call(|call| call.pin(stream)),
            Action::SetVolume { peer, percent } => {
                self.with_call(|call| call.set_volume(PeerId::from(peer), percent));
            }
            Action::ShowDetails { on } => self.with_call(|call| call.show_details(on)),
            Action::SetVerified { peer, words, verified } => {
                self.with_call(|call| call.set_verified(PeerId::from(peer), words, verified));
            }
            Action::Tiles { tiles } => match &self.check {
                Some(check) => check.set_tiles(tiles),
                None => self.with_call(|call| call.set_tiles(tiles)),
            },
            Action::Tile { stream, height } => self.with_call(|call| call.set_tile(stream, height)),
            Action::NeedKeyFrame { stream } => {
                self.with_check(CheckSession::need_key_frame);
                self.with_call(|call| call.need_key_frame(stream));
            }
            Action::Drawn { streams } => self.recorder.drawn(&streams),
        }
    }

    async fn done(&mut self, done: Done) {
        match done {
            Done::Remembered(account) => self.remembered(account),
            Done::SignedIn(account) => self.signed_in(account),
            Done::Kept(kept) => self.kept(kept),
            Done::Visits { token, visits } => self.listed(&token, visits),
            Done::Opened { key, facts } => self.opened(key, facts).await,
            Done::Refreshed { key, reading, facts } => self.refreshed(key, reading, facts).await,
            Done::Stepped { key, action, status } => self.stepped(key, action, status).await,
            Done::Extended { key, answer } => self.extended(key, answer).await,
            Done::OtpSent { key, sent } => self.otp_sent(key, sent),
            Done::OtpVerified { key, verified } => self.otp_verified(key, verified),
            Done::RoomToken { key, token } => self.enter_room(key, token).await,
            Done::CallTold { key } => self.call_told(key),
            Done::RecordRead { key, record } => self.record_read(key, record),
            Done::KnockAnswered { answered } => self.knock_answered(answered),
            Done::Calls { token, answer } => self.calls_answered(&token, *answer).await,
            Done::SignedOut | Done::Swept | Done::ChoiceKept => {}
        }
    }

    async fn tick(&mut self) {
        if matches!(self.stage, Stage::Home) && self.listed.elapsed() >= account::LIST_AGAIN {
            self.list_visits();
        }
        let now = Instant::now();
        if self.suspend.look() {
            self.woke_up();
        }
        self.read_again(now);
        self.follow_record(now);
        self.enter_again(now);
        self.write_report().await;
    }

    fn tell(&mut self, code: NoticeCode) {
        self.notices.tell(code, Instant::now());
    }

    /// Takes the notice away that is shown; without one it is the client's question.
    fn dismiss_notice(&mut self) {
        if !self.notices.dismiss() {
            self.dismiss_ask();
        }
    }

    /// The machine has slept: sockets may be dead without anybody having said so, and the clocks stood still.
    fn woke_up(&mut self) {
        tracing::info!("the machine has slept");
        if let Some(chat) = &self.chat {
            chat.wake();
        }
        self.reception.wake();
        match &self.stage {
            Stage::Visit(visit) => {
                visit.wake();
                self.refresh();
            }
            Stage::Home => self.list_visits(),
            Stage::Starting
            | Stage::SignIn { .. }
            | Stage::Opening { .. }
            | Stage::Otp(_)
            | Stage::Problem { .. } => {}
        }
    }

    fn publish(&mut self) {
        let now = Instant::now();
        let since = Moment { now, clock_at: self.published_at };
        let again = self.marked(present::view(self, since));
        if self.published.as_ref() == Some(&again) {
            return;
        }
        let same_chat = self.published.as_ref().is_some_and(|known| known.chat == again.chat);
        self.revision += 1;
        self.published_at = now;
        if !same_chat {
            self.chat_since = self.revision;
        }
        let view = self.view(now);
        self.recorder.staged(&view.stage);
        self.shell.publish(&view);
        self.published = Some(view);
    }

    fn view(&self, now: Instant) -> AppView {
        self.marked(present::view(self, Moment { now, clock_at: now }))
    }

    fn marked(&self, view: AppView) -> AppView {
        AppView { revision: self.revision, chat_since: self.chat_since, ..view }
    }

    async fn write_report(&mut self) {
        let Some(file) = &self.config.report else { return };
        if let Stage::Visit(visit) = &self.stage
            && let CallState::In(call) = &visit.call
        {
            self.recorder.call(call.figures());
        }
        if let Err(error) = self.recorder.write(file).await {
            tracing::warn!(kind = ?error.kind(), "the report cannot be written");
        }
    }
}
