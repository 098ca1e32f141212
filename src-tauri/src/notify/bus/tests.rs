//! Against a real bus with a notification server that records and can be clicked.

use super::super::{Answers, Notifier, Pressed, Words};
use super::{Address, PATH, SERVICE, serve};
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::time::timeout;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, connection, interface};

/// A bus of its own; it ends with the test.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned() }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// What a person sees of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    title: String,
    body: String,
    actions: Vec<String>,
}

/// What the server shows, by number.
#[derive(Clone, Default)]
struct Board(Arc<Mutex<HashMap<u32, Seen>>>);

impl Board {
    fn texts(&self) -> Vec<(u32, String, String)> {
        let board = self.0.lock().unwrap();
        let mut all: Vec<_> =
            board.iter().map(|(number, seen)| (*number, seen.title.clone(), seen.body.clone())).collect();
        all.sort();
        all
    }

    async fn becomes(&self, expected: &[(u32, &str, &str)]) {
        let expected: Vec<_> =
            expected.iter().map(|(number, title, body)| (*number, (*title).into(), (*body).into())).collect();
        until(|| self.texts() == expected).await;
    }
}

/// The number of what takes the place of a notification that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbers {
    /// A new one.
    Fresh,
    /// Whatever was asked for.
    Kept,
}

struct Server {
    board: Board,
    last: u32,
    numbers: Numbers,
    /// The next notification that is replaced or taken away is clicked before that.
    clicked_first: Arc<AtomicBool>,
}

impl Server {
    async fn click_first(&self, number: u32, out: &SignalEmitter<'_>) {
        if self.clicked_first.swap(false, Ordering::Relaxed) {
            out.action_invoked(number, "default").await.unwrap();
            self.board.0.lock().unwrap().remove(&number);
            out.notification_closed(number, 2).await.unwrap();
        }
    }
}

#[interface(name = "org.freedesktop.Notifications")]
impl Server {
    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup"].map(str::to_owned).into()
    }

    #[allow(clippy::too_many_arguments)]
    async fn notify(
        &mut self,
        app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
        #[zbus(signal_emitter)] out: SignalEmitter<'_>,
    ) -> u32 {
        self.click_first(replaces_id, &out).await;
        assert_eq!(app_name, "Consilium");
        assert!(hints.contains_key("desktop-entry"));
        let shown = self.board.0.lock().unwrap().contains_key(&replaces_id);
        let keeps = replaces_id != 0 && (shown || self.numbers == Numbers::Kept);
        let number = if keeps { replaces_id } else { self.last + 1 };
        self.last = self.last.max(number);
        self.board.0.lock().unwrap().insert(number, Seen { title: summary, body, actions });
        number
    }

    async fn close_notification(
        &self,
        id: u32,
        #[zbus(signal_emitter)] out: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        self.click_first(id, &out).await;
        let shown = self.board.0.lock().unwrap().remove(&id);
        shown.ok_or_else(|| zbus::fdo::Error::Failed("there is none".to_owned()))?;
        out.notification_closed(id, 3).await.unwrap();
        Ok(())
    }

    #[zbus(signal)]
    async fn action_invoked(out: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(out: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
}

/// A desktop with its notification server.
struct Desktop {
    connection: Connection,
    board: Board,
    clicked_first: Arc<AtomicBool>,
}

impl Desktop {
    async fn start(bus: &Bus) -> Self {
        Self::with(bus, Numbers::Fresh).await
    }

    async fn with(bus: &Bus, numbers: Numbers) -> Self {
        let (board, clicked_first) = (Board::default(), Arc::<AtomicBool>::default());
        let server =
            Server { board: board.clone(), last: 0, numbers, clicked_first: Arc::clone(&clicked_first) };
        let builder = connection::Builder::address(bus.address.as_str()).unwrap();
        let builder = builder.serve_at(PATH, server).unwrap().name(SERVICE).unwrap();
        Self { connection: builder.build().await.unwrap(), board, clicked_first }
    }

    /// A person is quicker than what the application says next.
    fn is_clicked_first(&self) {
        self.clicked_first.store(true, Ordering::Relaxed);
    }

    /// As most servers do: a click also takes the notification away.
    async fn click(&self, number: u32) {
        self.press(number, "default").await;
    }

    async fn press(&self, number: u32, action: &str) {
        let out = SignalEmitter::new(&self.connection, PATH).unwrap();
        out.action_invoked(number, action).await.unwrap();
        self.dismiss(number).await;
    }

    async fn dismiss(&self, number: u32) {
        self.board.0.lock().unwrap().remove(&number);
        let out = SignalEmitter::new(&self.connection, PATH).unwrap();
        out.notification_closed(number, 2).await.unwrap();
    }
}

/// The notifier under test, and what was clicked.
fn notifier(address: String) -> (Notifier, mpsc::UnboundedReceiver<(String, Pressed)>) {
    let (clicks, clicked) = mpsc::unbounded_channel();
    let notifier = Notifier::run(|wishes, cancel| async move {
        let clicked = move |conversation, pressed| clicks.send((conversation, pressed)).unwrap();
        serve(Address::At(address), &clicked, &wishes, &cancel).await;
    });
    (notifier, clicked)
}

fn words(title: &str, body: &str) -> Words {
    Words { title: title.into(), body: body.into(), answers: None }
}

/// What is clicked next.
async fn next(clicked: &mut mpsc::UnboundedReceiver<(String, Pressed)>) -> (String, Pressed) {
    timeout(Duration::from_secs(20), clicked.recv()).await.expect("a click was lost").unwrap()
}

async fn until(holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(20), "it did not come to that");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_conversation_has_one_notification_that_goes_when_it_is_read() {
    let bus = Bus::start();
    let desktop = Desktop::start(&bus).await;
    let (notifier, _clicked) = notifier(bus.address.clone());
    notifier.show("a".into(), words("Ada", "New message"));
    desktop.board.becomes(&[(1, "Ada", "New message")]).await;
    notifier.show("b".into(), words("נועה", "<i>5 mg</i>"));
    desktop.board.becomes(&[(1, "Ada", "New message"), (2, "נועה", "&lt;i&gt;5 mg&lt;/i&gt;")]).await;
    notifier.show("a".into(), words("Ada", "2 new messages"));
    desktop.board.becomes(&[(1, "Ada", "2 new messages"), (2, "נועה", "&lt;i&gt;5 mg&lt;/i&gt;")]).await;
    notifier.withdraw("b");
    notifier.withdraw("never told");
    desktop.board.becomes(&[(1, "Ada", "2 new messages")]).await;
    notifier.close().await;
    assert!(desktop.board.texts().is_empty(), "nothing stays that opens nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_opens_its_conversation() {
    let bus = Bus::start();
    let desktop = Desktop::start(&bus).await;
    let (notifier, mut clicked) = notifier(bus.address.clone());
    notifier.show("a".into(), words("Ada", "New message"));
    notifier.show("b".into(), words("Ben", "New message"));
    desktop.board.becomes(&[(1, "Ada", "New message"), (2, "Ben", "New message")]).await;
    assert_eq!(desktop.board.0.lock().unwrap()[&1].actions[0], "default");
    // Somebody else on the bus claims a click, and one was taken away without a click.
    let stranger = connection::Builder::address(bus.address.as_str()).unwrap().build().await.unwrap();
    SignalEmitter::new(&stranger, PATH).unwrap().action_invoked(1, "default").await.unwrap();
    desktop.dismiss(1).await;
    desktop.click(1).await;
    desktop.click(2).await;
    assert_eq!(next(&mut clicked).await, ("b".to_owned(), Pressed::Itself));
    // A later message is told anew.
    notifier.show("b".into(), words("Ben", "New message"));
    desktop.board.becomes(&[(3, "Ben", "New message")]).await;
    desktop.click(3).await;
    assert_eq!(next(&mut clicked).await, ("b".to_owned(), Pressed::Itself));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_click_is_lost_to_what_is_said_meanwhile() {
    for numbers in [Numbers::Fresh, Numbers::Kept] {
        let bus = Bus::start();
        let desktop = Desktop::with(&bus, numbers).await;
        let (notifier, mut clicked) = notifier(bus.address.clone());
        notifier.show("a".into(), words("Ada", "New message"));
        desktop.board.becomes(&[(1, "Ada", "New message")]).await;

        desktop.is_clicked_first();
        notifier.show("a".into(), words("Ada", "2 new messages"));
        assert_eq!(next(&mut clicked).await, ("a".to_owned(), Pressed::Itself), "{numbers:?}");
        // The old one is gone, and the new one is not.
        let number = if numbers == Numbers::Fresh { 2 } else { 1 };
        desktop.board.becomes(&[(number, "Ada", "2 new messages")]).await;
        desktop.is_clicked_first();
        notifier.withdraw("a");
        assert_eq!(next(&mut clicked).await, ("a".to_owned(), Pressed::Itself), "{numbers:?}");
        desktop.board.becomes(&[]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_without_notifications_is_none_until_it_has_them() {
    let bus = Bus::start();
    let (notifier, _clicked) = notifier(bus.address.clone());
    notifier.show("a".into(), words("Ada", "New message"));
    notifier.withdraw("a");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let desktop = Desktop::start(&bus).await;
    notifier.show("a".into(), words("Ada", "2 new messages"));
    desktop.board.becomes(&[(1, "Ada", "2 new messages")]).await;
    // The bus goes, and with it everything that was shown.
    drop(bus);
    notifier.show("a".into(), words("Ada", "3 new messages"));
    notifier.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_answered_from_its_notification() {
    let bus = Bus::start();
    let desktop = Desktop::start(&bus).await;
    let (notifier, mut clicked) = notifier(bus.address.clone());
    let answers = || Some(Answers { accept: "Accept".into(), decline: "Decline".into() });
    let call = |title: &str| Words { answers: answers(), ..words(title, "Incoming call") };
    notifier.show("ring 1".into(), call("Ada"));
    desktop.board.becomes(&[(1, "Ada", "Incoming call")]).await;
    let actions = desktop.board.0.lock().unwrap()[&1].actions.clone();
    assert_eq!(actions[2..], ["accept", "Accept", "decline", "Decline"]);
    desktop.press(1, "accept").await;
    assert_eq!(next(&mut clicked).await, ("ring 1".to_owned(), Pressed::Accept));
    notifier.show("ring 2".into(), call("Ben"));
    desktop.board.becomes(&[(2, "Ben", "Incoming call")]).await;
    desktop.press(2, "decline").await;
    assert_eq!(next(&mut clicked).await, ("ring 2".to_owned(), Pressed::Decline));
}
