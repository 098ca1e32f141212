//! How a clinic server is set up.

use crate::clock::Clock;
use crate::coviu::CoviuClient;
use crate::im::{FileLimits, WebOrigin};
use crate::phone::Phone;
use crate::trueconf::TrueConfClient;
use crate::turn::IceUrl;
use consilium_model::{Locale, Secret, UserId};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use url::Url;

/// The port of `--listen` when none is given.
pub const DEFAULT_PORT: u16 = 8080;
/// The port of STUN and TURN (RFC 8656).
pub const TURN_PORT: u16 = 3478;
/// [`Config::messages_per_second`] when nobody says.
pub const DEFAULT_MESSAGES_PER_SECOND: u32 = 30;
/// [`Config::rings_for`] in seconds, when nobody says.
pub const DEFAULT_RING_SECONDS: u16 = 45;
/// The environment variable with [`TurnConfig::secret`], when the flag is not given.
pub const TURN_SECRET_VARIABLE: &str = "CONSILIUM_TURN_SECRET";
/// The environment variable that chooses the [`Profile`].
pub const PROFILE_VARIABLE: &str = "CONSILIUM_PROFILE";
/// The environment variable with the address of [`Config::otp_hook`], when the flag is not given.
pub const OTP_HOOK_VARIABLE: &str = "CONSILIUM_OTP_HOOK";
/// The environment variable with [`Config::call_hook`], when the flag is not given.
pub const CALL_HOOK_VARIABLE: &str = "CONSILIUM_CALL_HOOK";
/// The environment variable with the key for `create`, when the flag is not given.
pub const API_KEY_VARIABLE: &str = "CONSILIUM_API_KEY";

/// The environment variable with [`Config::coviu_clients`], separated by spaces, when the flag is not given.
pub const COVIU_CLIENTS_VARIABLE: &str = "CONSILIUM_COVIU_CLIENTS";

/// What kind of place the server runs in. It sets how much is logged; never what is checked or protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// A developer's machine.
    Dev,
    /// A test run.
    Test,
    /// A clinic.
    #[default]
    Prod,
}

impl Profile {
    /// The name in [`PROFILE_VARIABLE`] and in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Test => "test",
            Self::Prod => "prod",
        }
    }

    /// The log filter when the environment names none.
    pub const fn default_log_filter(self) -> &'static str {
        match self {
            Self::Dev => "info,consilium_clinic=debug",
            Self::Test => "warn",
            Self::Prod => "info",
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name is none of the profiles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{PROFILE_VARIABLE} is `{0}`, but the profiles are dev, test and prod")]
pub struct UnknownProfile(String);

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Dev, Self::Test, Self::Prod]
            .into_iter()
            .find(|profile| profile.as_str() == name)
            .ok_or_else(|| UnknownProfile(name.to_owned()))
    }
}

/// The environment variable with the address of [`ReminderWay::Hook`], when the flag is not given.
pub const REMINDER_HOOK_VARIABLE: &str = "CONSILIUM_REMINDER_HOOK";
/// The environment variable with [`Config::trueconf_clients`], spaces between, when the flag is not given.
pub const TRUECONF_CLIENTS_VARIABLE: &str = "CONSILIUM_TRUECONF_CLIENTS";
/// The variables with secrets: programs that the server starts do not get them.
pub(crate) const SECRET_VARIABLES: &[&str] = &[
    API_KEY_VARIABLE,
    CALL_HOOK_VARIABLE,
    COVIU_CLIENTS_VARIABLE,
    OTP_HOOK_VARIABLE,
    REMINDER_HOOK_VARIABLE,
    TRUECONF_CLIENTS_VARIABLE,
    TURN_SECRET_VARIABLE,
];

/// How patients without a connection hear that a message waits.
#[derive(Clone, Debug)]
pub enum ReminderWay {
    /// A web hook of the clinic's, called like those of the booking systems.
    Hook(Secret<Url>),
    /// A program that is started for each reminder, with JSON on its standard input.
    Command(PathBuf),
}

/// Where the embedded STUN and TURN server listens, UDP and TCP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TurnListen {
    /// At the address of [`Config::listen`] and [`TURN_PORT`] if that can be had; in a demo at a free port. Not at all
    /// when that address is reached from this machine only.
    #[default]
    BesideHttp,
    /// Here; port 0 takes a free one.
    At(SocketAddr),
    /// There is no embedded server.
    Off,
}

/// The way through NATs.
#[derive(Clone, Debug)]
pub struct TurnConfig {
    /// Where the embedded server listens.
    pub listen: TurnListen,
    /// The address that others know the embedded server and its relays by, when it is behind NAT.
    pub public_ip: Option<IpAddr>,
    /// The ports of the embedded server's relays.
    pub relay_ports: RangeInclusive<u16>,
    /// What participants are told of; empty for the embedded server.
    pub urls: Vec<IceUrl>,
    /// Shared with the servers behind `urls`; without it, the embedded server makes one up.
    pub secret: Option<Secret>,
    /// Media goes through a relay only, so that participants do not learn each other's addresses.
    pub relay_only: bool,
}

impl Default for TurnConfig {
    fn default() -> Self {
        Self {
            listen: TurnListen::default(),
            public_ip: None,
            relay_ports: 49152..=u16::MAX,
            urls: Vec::new(),
            secret: None,
            relay_only: false,
        }
    }
}

/// Everything [`crate::serve`] needs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder with the database. Made when it is not there.
    pub data: PathBuf,
    /// What kind of place this is.
    pub profile: Profile,
    /// The address that people reach the server at, for links; without it, the listening address.
    pub public_url: Option<Url>,
    /// The booking systems' key; without it, one is made and kept in the database.
    pub api_key: Option<Secret>,
    /// The integrators that may schedule with Coviu's protocol.
    pub coviu_clients: Vec<CoviuClient>,
    /// Serve a made-up clinic whose first names are of this language.
    pub demo: Option<Locale>,
    /// How long the seat of a lost socket is kept.
    pub seat_grace: Duration,
    /// Where one-time passwords go instead of the booking systems' web hooks, usually to text messages.
    pub otp_hook: Option<Secret<Url>>,
    /// Where invitations to calls go of people with a mail address or a telephone number; without it they get none.
    pub call_hook: Option<Secret<Url>>,
    /// For how long a call rings before it is missed; whole seconds.
    pub rings_for: Duration,
    /// The number to go on with when a line carries no call.
    pub phone: Option<Phone>,
    /// How patients without a connection hear that a message waits; without it they do not.
    pub reminders: Option<ReminderWay>,
    /// How often it is looked who is to be reminded.
    pub remind_every: Duration,
    /// The origins of the clinic's own web pages, which may use the messenger.
    pub web_origins: Vec<WebOrigin>,
    /// The origins of the pages that may show the guest page in a frame; without any, nobody may.
    pub frame_ancestors: Vec<WebOrigin>,
    /// The reverse proxies before the server, which say who asks them (`X-Forwarded-For`).
    pub trusted_proxies: Vec<IpAddr>,
    /// The programs that may make conferences over `TrueConf`'s protocol.
    pub trueconf_clients: Vec<TrueConfClient>,
    /// The domain that programs of xAssist's protocol log in to; without it, the host of [`Self::public_url`].
    pub xassist_domain: Option<String>,
    /// The logins of those who may make calls for others over xAssist's protocol.
    pub xassist_brokers: Vec<UserId>,
    /// How often booking systems are told of ended conferences.
    pub complete_every: Duration,
    /// How often conferences whose time is over are ended.
    pub end_every: Duration,
    /// How often the other side of a WebSocket is pinged. One that stays silent for three times as long is gone.
    pub ping_every: Duration,
    /// How many messages a user of the messenger may write a second in the long run; four times as many at once.
    pub messages_per_second: u32,
    /// What the files of the messenger may take.
    pub files: FileLimits,
    /// The way through NATs.
    pub turn: TurnConfig,
    /// What time it is.
    pub clock: Clock,
}

impl Config {
    /// The defaults, for a server with this data folder.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)),
            data: data.into(),
            profile: Profile::default(),
            public_url: None,
            api_key: None,
            coviu_clients: Vec::new(),
            demo: None,
            seat_grace: Duration::from_secs(consilium_wire::room::SEAT_SECONDS),
            otp_hook: None,
            call_hook: None,
            rings_for: Duration::from_secs(DEFAULT_RING_SECONDS.into()),
            phone: None,
            reminders: None,
            remind_every: Duration::from_secs(5),
            web_origins: Vec::new(),
            frame_ancestors: Vec::new(),
            trusted_proxies: Vec::new(),
            trueconf_clients: Vec::new(),
            xassist_domain: None,
            xassist_brokers: Vec::new(),
            complete_every: Duration::from_secs(30),
            end_every: Duration::from_secs(30),
            ping_every: Duration::from_secs(20),
            messages_per_second: DEFAULT_MESSAGES_PER_SECOND,
            files: FileLimits::default(),
            turn: TurnConfig::default(),
            clock: Clock::system(),
        }
    }
}
