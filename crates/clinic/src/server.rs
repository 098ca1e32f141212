//! Starts and stops the server.

use crate::calls::Calls;
use crate::config::Config;
use crate::contacts::{self, Contacts};
use crate::coviu;
use crate::demo;
use crate::domain::{ALIVE_EVERY, Clinic, stay_alive};
use crate::guest;
use crate::home;
use crate::im::files::{Files, sweep_on_time};
use crate::im::{self, AlsoRemind, Messenger, Reminders, script};
use crate::medme;
use crate::notifier::Notifier;
use crate::proxy::unproxied;
use crate::rooms::{self, Rooms};
use crate::staff::StaffDesk;
use crate::store::{CallStore, ChatStore, SqliteStore, Store, StoreError, XassistStore};
use crate::trueconf::{self, TrueConfClient};
use crate::turn;
use crate::xassist;
use axum::Router;
use axum::extract::Request;
use axum::middleware::map_request;
use axum::serve::ListenerExt;
use consilium_model::Secret;
use consilium_wire::demo::Demo;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

/// How long a stop waits for requests and sockets under way.
const STOP_WAIT: Duration = Duration::from_secs(5);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data folder or the database cannot be used.
    #[error("cannot use the data folder: {0}")]
    Data(String),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// TURN servers are named that the server cannot make credentials for.
    #[error("the TURN servers need a secret that they share with this one")]
    NoTurnSecret,
    /// Nobody could be reached: media goes through relays only, and there is none.
    #[error("media goes through relays only, but there is no TURN server")]
    NoRelay,
    /// The machine has no address to be reached at.
    #[error("the address of the TURN server is not known")]
    NoTurnAddress,
    /// The made-up clinic could not be made.
    #[error("cannot make the demo: {0}")]
    Demo(String),
}

impl From<StoreError> for ServeError {
    fn from(error: StoreError) -> Self {
        Self::Data(error.to_string())
    }
}

/// What every face can reach.
pub(crate) struct App {
    pub(crate) clinic: Arc<Clinic>,
    pub(crate) chats: Arc<dyn ChatStore>,
    pub(crate) messenger: Messenger,
    pub(crate) files: Files,
    pub(crate) reminders: Arc<Reminders>,
    pub(crate) staff: StaffDesk,
    pub(crate) calls: Calls,
    pub(crate) contacts: Contacts,
    pub(crate) notifier: Notifier,
    pub(crate) coviu: coviu::Desk,
    pub(crate) summaries: home::Summaries,
    pub(crate) listeners: home::Listeners,
    pub(crate) guest_links: home::GuestLinks,
    pub(crate) strangers: home::Strangers,
    /// Held while somebody is invited to a conference.
    pub(crate) invitations: tokio::sync::Mutex<()>,
    pub(crate) rooms: Rooms,
    pub(crate) callbacks: Arc<medme::Callbacks>,
    pub(crate) otp: medme::OtpDesk,
    pub(crate) tellings: medme::Tellings,
    pub(crate) trueconf: trueconf::Desk,
    pub(crate) xassist: xassist::Desk,
    pub(crate) ping_every: Duration,
    pub(crate) public_url: Url,
    pub(crate) guest_policy: guest::Policy,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

/// A server that serves.
pub struct Running {
    /// Where it listens, with the real port.
    pub addr: SocketAddr,
    app: Arc<App>,
    store: Arc<dyn Store>,
    server: JoinHandle<()>,
    turn: Option<turn::Embedded>,
    demo: Option<Demo>,
}

/// Everything that is kept, by what it is kept for.
struct Stores {
    store: Arc<dyn Store>,
    chats: Arc<dyn ChatStore>,
    calls: Arc<dyn CallStore>,
    logins: Arc<dyn XassistStore>,
}

impl Stores {
    fn of(store: &Arc<SqliteStore>) -> Self {
        Self {
            store: Arc::clone(store) as _,
            chats: Arc::clone(store) as _,
            calls: Arc::clone(store) as _,
            logins: Arc::clone(store) as _,
        }
    }
}

/// Starts a clinic server. It serves when this answers, and does so until [`Running::stop`].
pub async fn serve(config: Config) -> Result<Running, ServeError> {
    let store = Arc::new(SqliteStore::open(&config.data)?);
    match serve_from(&config, Stores::of(&store)).await {
        Ok(running) => Ok(running),
        Err(error) => {
            store.close().await;
            Err(error)
        }
    }
}

async fn serve_from(
    config: &Config,
    Stores { store, chats, calls, logins }: Stores,
) -> Result<Running, ServeError> {
    if config.demo.is_some() {
        demo::forget_file(&config.data).map_err(|error| ServeError::Demo(error.to_string()))?;
    }
    let tasks = TaskTracker::new();
    let stop = CancellationToken::new();
    let clock = config.clock.clone();
    let clinic =
        Clinic::open(Arc::clone(&store), clock.clone(), config.api_key.clone(), tasks.clone()).await?;
    let address = config.listen;
    let listener =
        TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })?;
    let addr = listener.local_addr().map_err(|source| ServeError::Listen { address, source })?;
    let (ice, turn) = turn::start(config, &stop, &tasks).await?;
    let files = Files::open(&config.data, config.files.clone(), &*chats).await?;
    let colleagues = Contacts::open(Arc::clone(&store), clock.clone(), Arc::clone(clinic.touched())).await?;
    let calls = Calls::open(calls, config.rings_for).await?;
    let callbacks = medme::Callbacks::new(Arc::clone(&clinic), tasks.clone(), stop.clone());
    let callbacks = Arc::new(callbacks);
    let public_url = config.public_url.clone().unwrap_or_else(|| local_url(addr));
    let app = Arc::new(App {
        files,
        reminders: Arc::new(Reminders::new(clock.clone())),
        messenger: Messenger::new(Arc::clone(&chats), clock.clone(), config.messages_per_second),
        coviu: coviu::Desk::new(
            Arc::clone(&store),
            clock.clone(),
            clinic.keys(),
            config.coviu_clients.clone(),
        ),
        trueconf: trueconf::Desk::new(&trueconf_clients(config, &clinic), clock.clone()),
        xassist: xassist::Desk::new(
            logins,
            clock.clone(),
            config.xassist_domain.as_deref().or(public_url.host_str()).unwrap_or_default(),
            &config.xassist_brokers,
        ),
        staff: StaffDesk::new(Arc::clone(&store), clock),
        contacts: colleagues,
        calls,
        notifier: Notifier::new(config.call_hook.clone(), Arc::clone(&callbacks)),
        summaries: home::Summaries::default(),
        listeners: home::Listeners::default(),
        guest_links: home::GuestLinks::default(),
        strangers: home::Strangers::default(),
        invitations: tokio::sync::Mutex::default(),
        rooms: Rooms::new(
            Arc::clone(&clinic),
            ice,
            config.seat_grace,
            config.phone.clone(),
            tasks.clone(),
            stop.clone(),
        ),
        callbacks,
        otp: medme::OtpDesk::new(config.otp_hook.clone()),
        tellings: medme::Tellings::default(),
        ping_every: config.ping_every,
        guest_policy: guest::Policy::new(&public_url, &config.frame_ancestors),
        public_url,
        clinic,
        chats,
        stop,
        tasks,
    });
    app.tasks.spawn(medme::tell_on_time(Arc::clone(&app), config.complete_every));
    app.rooms.expect_back().await;
    Calls::resume(&app).await;
    let endings = medme::end_on_time(Arc::clone(&app.clinic), config.end_every, app.stop.clone());
    app.tasks.spawn(endings);
    let alive = stay_alive(Arc::clone(&app.clinic), ALIVE_EVERY, app.stop.clone());
    app.tasks.spawn(alive);
    app.tasks.spawn(contacts::keep_board(Arc::clone(&app)));
    app.tasks.spawn(im::keep_active(Arc::clone(&app)));
    app.tasks.spawn(sweep_on_time(Arc::clone(&app)));
    app.tasks.spawn(xassist::tell_on_time(Arc::clone(&app)));
    if let Some(way) = config.reminders.clone() {
        let (first, reminders) = (Arc::clone(&app.messenger.hub) as _, Arc::clone(&app.reminders));
        app.chats.watch_chats(Arc::new(AlsoRemind { first, reminders }));
        app.tasks.spawn(im::remind_on_time(Arc::clone(&app), way, config.remind_every));
    }
    im::follow_visits(&app).await;
    let messenger = script::allow(im::router(), &config.web_origins);
    let proxies = config.trusted_proxies.clone().into();
    let server = tokio::spawn(run(listener, Arc::clone(&app), messenger, proxies));
    let mut running = Running { addr, app, store, server, turn, demo: None };
    if let Some(locale) = config.demo {
        match demo::prepare(&running.app, &*running.store, locale, &config.data).await {
            Ok(demo) => running.demo = Some(demo),
            Err(error) => {
                running.stop().await;
                return Err(ServeError::Demo(error.to_string()));
            }
        }
    }
    Ok(running)
}

/// The configured ones, and the demo's own.
fn trueconf_clients(config: &Config, clinic: &Clinic) -> Vec<TrueConfClient> {
    let demo = config.demo.map(|_| demo::trueconf_client(clinic.keys()));
    config.trueconf_clients.iter().cloned().chain(demo).collect()
}

fn local_url(mut addr: SocketAddr) -> Url {
    if addr.ip().is_unspecified() {
        addr.set_ip(match addr {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    Url::parse(&format!("http://{addr}")).expect("a socket address makes a URL")
}

async fn run(listener: TcpListener, app: Arc<App>, messenger: Router<Arc<App>>, proxies: Arc<[IpAddr]>) {
    let stop = app.stop.clone();
    let router = Router::new()
        .nest("/meets/v1", medme::router())
        .route("/meets/v1/", axum::routing::any(medme::no_such_method))
        .nest("/home/v1", home::router())
        .nest("/v1", coviu::router())
        .nest("/api/v2", messenger)
        .merge(script::router())
        .merge(rooms::router())
        .merge(trueconf::router())
        .merge(xassist::router())
        .merge(guest::router())
        .merge(coviu::entry())
        .with_state(app)
        .layer(map_request(move |request: Request| std::future::ready(unproxied(request, &proxies))))
        .into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| {
        // Small frames must not wait for each other; without it they only come later.
        let _ = stream.set_nodelay(true);
    });
    let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await;
    if let Err(error) = served {
        tracing::error!(%error, "the server has failed");
    }
}

impl Running {
    /// What the faces reach.
    #[cfg(test)]
    pub(crate) const fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The address that people reach the server at.
    pub fn public_url(&self) -> &Url {
        &self.app.public_url
    }

    /// Where the embedded TURN server listens, if there is one.
    pub fn turn_addr(&self) -> Option<SocketAddr> {
        self.turn.as_ref().map(|turn| turn.local)
    }

    /// How many relays the embedded TURN server has open.
    pub fn relays(&self) -> usize {
        self.turn.as_ref().map_or(0, turn::Embedded::relays)
    }

    /// The key for `create`.
    pub fn api_key(&self) -> &Secret {
        self.app.clinic.api_key()
    }

    /// The made-up clinic, when there is one; the same as in `demo.json`.
    pub const fn demo(&self) -> Option<&Demo> {
        self.demo.as_ref()
    }

    /// Says goodbye on every socket, lets requests under way end, closes the database.
    pub async fn stop(self) {
        self.app.stop.cancel();
        self.app.tasks.close();
        let abort = self.server.abort_handle();
        let all = async {
            // Both are over; how does not matter any more.
            let _ = self.server.await;
            self.app.tasks.wait().await;
        };
        if tokio::time::timeout(STOP_WAIT, all).await.is_err() {
            tracing::warn!("stopped with requests under way");
            abort.abort();
        }
        self.store.close().await;
    }
}
