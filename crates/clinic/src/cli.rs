//! The command line.

mod booking;
mod server;
pub(crate) mod staff;
pub(crate) mod team;

use staff::StaffCommand;
use team::TeamCommand;

use clap::{Parser, Subcommand};
use consilium_clinic::{
    API_KEY_VARIABLE, CALL_HOOK_VARIABLE, COVIU_CLIENTS_VARIABLE, Config, CoviuClient,
    DEFAULT_MESSAGES_PER_SECOND, DEFAULT_PORT, DEFAULT_RING_SECONDS, IceUrl, OTP_HOOK_VARIABLE,
    PROFILE_VARIABLE, Phone, Profile, REMINDER_HOOK_VARIABLE, ReminderWay, TRUECONF_CLIENTS_VARIABLE,
    TURN_SECRET_VARIABLE, TrueConfClient, TurnConfig, TurnListen, UnknownProfile, WebOrigin,
};
use consilium_model::{Locale, Secret, UserId};
use consilium_wire::link::server_url;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// The clinic server: appointments, rooms and the specialists' day in one process with one data folder.
#[derive(Debug, Parser)]
#[command(
    name = "clinic-server",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

/// What to do with a server that runs already.
#[derive(Debug, Subcommand)]
enum Command {
    /// Who may sign in at a server that runs: its specialists.
    Staff(StaffCommand),
    /// Who is called together at a server that runs: its teams.
    Team(TeamCommand),
}

/// What the program is started for.
pub(crate) enum Task {
    /// To serve.
    Serve(Box<Config>),
    /// To speak with a server that runs.
    Staff(Box<StaffCommand>),
    /// The same, about teams.
    Team(Box<TeamCommand>),
}

/// How to serve.
#[derive(Debug, clap::Args)]
struct Serve {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)))]
    listen: SocketAddr,
    /// The folder for everything that is kept; it is made when it is not there.
    #[arg(long, value_name = "DIR", required = true)]
    data: Option<PathBuf>,
    /// The address that people reach the server at, for links.
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    public_url: Option<Url>,
    /// The booking systems' key; without it, one is made and kept in the database.
    #[arg(long, value_name = "KEY", env = API_KEY_VARIABLE, hide_env_values = true, value_parser = parse_key)]
    api_key: Option<Secret>,
    /// An integrator that may schedule with Coviu's protocol: its API key, the key's secret, and the login of the
    /// specialist on whose behalf it asks. May be given several times; in the environment, separated by spaces.
    #[arg(long, value_name = "KEY:SECRET:LOGIN", env = COVIU_CLIENTS_VARIABLE, hide_env_values = true,
          value_delimiter = ' ')]
    coviu_client: Vec<CoviuClient>,
    /// Where one-time passwords go instead of the web hooks of the booking systems: a gateway to text messages.
    #[arg(long, value_name = "URL", env = OTP_HOOK_VARIABLE, hide_env_values = true, value_parser = parse_hook)]
    otp_hook: Option<Secret<Url>>,
    /// Where invitations to calls go of people with a mail address or a telephone number: a web hook.
    #[arg(long, value_name = "URL", env = CALL_HOOK_VARIABLE, hide_env_values = true, value_parser = parse_hook)]
    call_hook: Option<Secret<Url>>,
    /// For how many seconds a call rings before it is missed.
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_RING_SECONDS,
          value_parser = clap::value_parser!(u16).range(5..=120))]
    ring_seconds: u16,
    /// The clinic's telephone number as people write it: it is offered when a line carries no call.
    #[arg(long, value_name = "NUMBER")]
    phone: Option<Phone>,
    /// How many messages a user may write a second in the long run; four times as many at once.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MESSAGES_PER_SECOND)]
    messages_per_second: u32,
    /// Serve a made-up clinic and write DIR/demo.json.
    #[arg(long)]
    demo: bool,
    /// Whose names and language come first in the made-up clinic: ru, en or he.
    #[arg(long, value_name = "LOCALE", default_value = "ru", value_parser = parse_locale)]
    demo_locale: Locale,
    /// The origin of a page that may show the guest page in a frame, such as https://www.example.org. May be given
    /// several times; without it, no page may.
    #[arg(long, value_name = "ORIGIN")]
    frame_ancestor: Vec<WebOrigin>,
    /// The address of a reverse proxy before the server: it is believed when it says who asks (X-Forwarded-For). May be
    /// given several times. Without it, limits by address count everybody behind the proxy as one.
    #[arg(long, value_name = "ADDRESS")]
    trusted_proxy: Vec<IpAddr>,
    #[command(flatten)]
    messenger: Messenger,
    /// A program that may make conferences over TrueConf's protocol: its client id and secret. May be given several
    /// times; in the environment with spaces between.
    #[arg(long, value_name = "ID:SECRET", env = TRUECONF_CLIENTS_VARIABLE, hide_env_values = true,
          value_delimiter = ' ')]
    trueconf_client: Vec<TrueConfClient>,
    #[command(flatten)]
    xassist: Xassist,
    #[command(flatten)]
    turn: Turn,
}

/// Calls over xAssist's protocol.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Calls by other programs")]
struct Xassist {
    /// The domain that programs of xAssist's protocol log in to; without it, the host of --public-url.
    #[arg(long, value_name = "DOMAIN")]
    xassist_domain: Option<String>,
    /// The login of a specialist who may make calls for others. May be given several times.
    #[arg(long, value_name = "LOGIN")]
    xassist_broker: Vec<String>,
}

/// The messenger.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Messenger")]
struct Messenger {
    /// Where reminders go of messages that wait for a patient without a connection: a web hook.
    #[arg(long, value_name = "URL", env = REMINDER_HOOK_VARIABLE, hide_env_values = true, value_parser = parse_hook,
          conflicts_with = "reminder_command")]
    reminder_hook: Option<Secret<Url>>,
    /// The same: a program, started for each with JSON on its standard input. The way to mail and text messages.
    #[arg(long, value_name = "PROGRAM")]
    reminder_command: Option<PathBuf>,
    /// The origin of a page of the clinic's own that may use the messenger, such as https://www.example.org. May be
    /// given several times.
    #[arg(long, value_name = "ORIGIN")]
    web_origin: Vec<WebOrigin>,
}

impl Messenger {
    fn reminders(&self) -> Option<ReminderWay> {
        let command = || self.reminder_command.clone().map(ReminderWay::Command);
        self.reminder_hook.clone().map(ReminderWay::Hook).or_else(command)
    }
}

/// The way through NATs.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Calls between networks")]
struct Turn {
    /// Where the embedded STUN and TURN server listens, UDP and TCP, or `off`. Without it: the IP of --listen and port
    /// 3478, and nowhere when that IP is reached from this machine only; with --demo a free port.
    #[arg(long, value_name = "ADDR", value_parser = parse_turn_listen)]
    turn_listen: Option<TurnListen>,
    /// The IP that others know the embedded server by, when it is behind NAT.
    #[arg(long, value_name = "IP")]
    turn_public_ip: Option<IpAddr>,
    /// The UDP ports of the embedded server's relays.
    #[arg(long, value_name = "FIRST-LAST", default_value = "49152-65535", value_parser = parse_ports)]
    turn_relay_ports: RangeInclusive<u16>,
    /// A server that participants are told of in place of the embedded one, such as
    /// turns:turn.example.org:443?transport=tcp. May be given several times.
    #[arg(long, value_name = "URL")]
    turn_url: Vec<IceUrl>,
    /// The secret shared with those servers: coturn's static-auth-secret.
    #[arg(long, value_name = "SECRET", env = TURN_SECRET_VARIABLE, hide_env_values = true, value_parser = parse_key)]
    turn_secret: Option<Secret>,
    /// Media goes through a relay only, so that participants do not learn each other's addresses.
    #[arg(long)]
    relay_only: bool,
}

impl From<Turn> for TurnConfig {
    fn from(turn: Turn) -> Self {
        Self {
            listen: turn.turn_listen.unwrap_or_default(),
            public_ip: turn.turn_public_ip,
            relay_ports: turn.turn_relay_ports,
            urls: turn.turn_url,
            secret: turn.turn_secret,
            relay_only: turn.relay_only,
        }
    }
}

impl Cli {
    /// What is to be done.
    pub(crate) fn into_task(self) -> Result<Task, UnknownProfile> {
        match self.command {
            Some(Command::Staff(command)) => Ok(Task::Staff(Box::new(command))),
            Some(Command::Team(command)) => Ok(Task::Team(Box::new(command))),
            None => self.serve.into_config().map(Box::new).map(Task::Serve),
        }
    }
}

impl Serve {
    /// The configuration; the profile comes from the environment.
    fn into_config(self) -> Result<Config, UnknownProfile> {
        let profile = match std::env::var_os(PROFILE_VARIABLE) {
            Some(name) => name.to_string_lossy().parse()?,
            None => Profile::default(),
        };
        Ok(Config {
            listen: self.listen,
            profile,
            public_url: self.public_url,
            api_key: self.api_key,
            coviu_clients: self.coviu_client,
            otp_hook: self.otp_hook,
            call_hook: self.call_hook,
            rings_for: Duration::from_secs(self.ring_seconds.into()),
            phone: self.phone,
            messages_per_second: self.messages_per_second,
            demo: self.demo.then_some(self.demo_locale),
            reminders: self.messenger.reminders(),
            web_origins: self.messenger.web_origin,
            frame_ancestors: self.frame_ancestor,
            trusted_proxies: self.trusted_proxy,
            trueconf_clients: self.trueconf_client,
            xassist_domain: self.xassist.xassist_domain,
            xassist_brokers: self.xassist.xassist_broker.into_iter().map(UserId::new).collect(),
            turn: self.turn.into(),
            ..Config::new(self.data.expect("clap asks for it where there is no subcommand"))
        })
    }
}

fn parse_url(text: &str) -> Result<Url, &'static str> {
    server_url(text).ok_or("expected an address such as https://clinic.example.org")
}

fn parse_key(text: &str) -> Result<Secret, &'static str> {
    if text.trim().is_empty() { Err("the key is empty") } else { Ok(text.into()) }
}

fn parse_hook(text: &str) -> Result<Secret<Url>, &'static str> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.map(Secret::new).ok_or("expected an address such as https://sms.example.org/otp")
}

fn parse_turn_listen(text: &str) -> Result<TurnListen, &'static str> {
    match text {
        "off" => Ok(TurnListen::Off),
        _ => {
            text.parse().map(TurnListen::At).map_err(|_| "expected an address such as 0.0.0.0:3478, or `off`")
        }
    }
}

fn parse_ports(text: &str) -> Result<RangeInclusive<u16>, &'static str> {
    let ports = text.split_once('-').and_then(|(first, last)| Some(first.parse().ok()?..=last.parse().ok()?));
    ports.filter(|ports| !ports.is_empty()).ok_or("expected ports such as 49152-65535")
}

fn parse_locale(text: &str) -> Result<Locale, &'static str> {
    Locale::ALL.into_iter().find(|locale| locale.tag() == text).ok_or("expected ru, en or he")
}
