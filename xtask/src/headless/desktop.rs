//! The desktop around the windows of a place: a notification server and a tray, by their protocols, with a person
//! before them who reads and clicks.

use super::place::Place;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::sleep;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, Proxy, connection, interface};

/// The longest wait for anything to be told.
const PATIENCE: Duration = Duration::from_secs(30);
const NOTIFICATIONS: &str = "/org/freedesktop/Notifications";
/// The key of a press on the notification itself.
const ITSELF: &str = "default";
const TRAY: &str = "/StatusNotifierWatcher";

/// A notification that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// The server's number for it.
    number: u32,
    /// Its title.
    pub(crate) title: String,
    /// Its text.
    pub(crate) body: String,
    /// Its buttons: the key and the words of each, as they came.
    actions: Vec<String>,
}

impl Told {
    /// The words on its buttons.
    pub(crate) fn buttons(&self) -> Vec<&str> {
        let pairs = self.actions.chunks_exact(2).filter(|pair| pair[0] != ITSELF);
        pairs.map(|pair| pair[1].as_str()).collect()
    }
}

/// What the person sees.
#[derive(Default)]
struct Seen {
    told: BTreeMap<u32, Told>,
    last: u32,
    icons: Vec<String>,
}

type Shared = Arc<Mutex<Seen>>;

fn lock(seen: &Shared) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The desktop of a place. To be made before the window opens.
pub(crate) struct Desktop {
    connection: Connection,
    seen: Shared,
}

impl Desktop {
    /// Takes its place on the session bus.
    pub(crate) async fn of(place: &Place<'_>) -> Result<Self> {
        let started = Instant::now();
        let address = loop {
            match place.bus() {
                Ok(address) => break address,
                Err(error) if started.elapsed() > PATIENCE => return Err(error),
                Err(_) => sleep(Duration::from_millis(50)).await,
            }
        };
        let seen = Shared::default();
        let builder = connection::Builder::address(address.as_str())?
            .serve_at(NOTIFICATIONS, Notifications(Arc::clone(&seen)))?
            .serve_at(TRAY, Watcher(Arc::clone(&seen)))?
            .name("org.freedesktop.Notifications")?
            .name("org.kde.StatusNotifierWatcher")?;
        Ok(Self { connection: builder.build().await.context("the session bus")?, seen })
    }

    /// Waits for a notification that is as expected.
    pub(crate) async fn told(&self, expected: impl Fn(&Told) -> bool) -> Result<Told> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(told) = lock(&self.seen).told.values().find(|told| expected(told)) {
                return Ok(told.clone());
            }
            sleep(Duration::from_millis(50)).await;
        }
        bail!("{} notifications are shown, and none is as expected", lock(&self.seen).told.len())
    }

    /// All notifications that are shown.
    pub(crate) fn all(&self) -> Vec<Told> {
        lock(&self.seen).told.values().cloned().collect()
    }

    /// Clicks a notification, which also takes it away.
    pub(crate) async fn click(&self, told: &Told) -> Result<()> {
        self.invoke(told, ITSELF).await
    }

    /// Presses the button with these words on a notification, which also takes it away.
    pub(crate) async fn press(&self, told: &Told, words: &str) -> Result<()> {
        let mut buttons = told.actions.chunks_exact(2);
        let button = buttons.find(|pair| pair[1] == words).context("the notification has no such button")?;
        self.invoke(told, &button[0]).await
    }

    async fn invoke(&self, told: &Told, action: &str) -> Result<()> {
        let out = SignalEmitter::new(&self.connection, NOTIFICATIONS)?;
        Notifications::action_invoked(&out, told.number, action).await?;
        lock(&self.seen).told.remove(&told.number);
        Ok(Notifications::notification_closed(&out, told.number, 2).await?)
    }

    /// Waits until no notification is shown.
    pub(crate) async fn untold(&self) -> Result<()> {
        let started = Instant::now();
        while !lock(&self.seen).told.is_empty() {
            if started.elapsed() > PATIENCE {
                bail!("a notification stays");
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Waits until the icon in the tray says this when it is pointed at.
    pub(crate) async fn tray_says(&self, words: &str) -> Result<()> {
        let started = Instant::now();
        loop {
            let said = self.tooltip().await;
            match said {
                Ok(said) if plain(&said) == words => return Ok(()),
                said if started.elapsed() > PATIENCE => bail!("the tray says {said:?}, not {words:?}"),
                _ => sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Clicks the icon in the tray.
    pub(crate) async fn press_tray(&self) -> Result<()> {
        Ok(self.icon().await?.call("Activate", &(0, 0)).await?)
    }

    async fn tooltip(&self) -> Result<String> {
        type ToolTip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);
        let tooltip: ToolTip = self.icon().await?.get_property("ToolTip").await?;
        Ok(tooltip.3)
    }

    async fn icon(&self) -> Result<Proxy<'_>> {
        let icon = lock(&self.seen).icons.last().cloned().context("no icon in the tray")?;
        let interface = "org.kde.StatusNotifierItem";
        let builder = zbus::proxy::Builder::new(&self.connection).destination(icon)?;
        let builder = builder.path("/StatusNotifierItem")?.interface(interface)?;
        Ok(builder.cache_properties(zbus::proxy::CacheProperties::No).build().await?)
    }
}

/// Without the isolates around variables.
fn plain(words: &str) -> String {
    words.replace(['\u{2068}', '\u{2069}'], "")
}

/// The Desktop Notifications Specification 1.3.
struct Notifications(Shared);

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup"].map(str::to_owned).into()
    }

    #[allow(clippy::too_many_arguments)]
    fn notify(
        &self,
        _app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        let mut seen = lock(&self.0);
        let number = if replaces_id == 0 { seen.last + 1 } else { replaces_id };
        seen.last = seen.last.max(number);
        let (title, body) = (plain(&summary), plain(&body));
        seen.told.insert(number, Told { number, title, body, actions });
        number
    }

    async fn close_notification(
        &self,
        id: u32,
        #[zbus(signal_emitter)] out: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        lock(&self.0).told.remove(&id);
        Ok(Self::notification_closed(&out, id, 3).await?)
    }

    #[zbus(signal)]
    async fn action_invoked(out: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn notification_closed(out: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
}

/// The StatusNotifierItem specification, section «StatusNotifierWatcher».
struct Watcher(Shared);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        lock(&self.0).icons.push(service);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}
