//! The command line.

use clap::Parser;
use consilium_clinic::{
    API_KEY_VARIABLE, Config, DEFAULT_PORT, OTP_HOOK_VARIABLE, PROFILE_VARIABLE, Profile, UnknownProfile,
};
use consilium_model::{Locale, Secret};
use consilium_wire::link::server_url;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use url::Url;

/// The clinic server: appointments, rooms and the specialists' day in one process with one data folder.
#[derive(Debug, Parser)]
#[command(name = "clinic-server", version)]
pub(crate) struct Cli {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)))]
    listen: SocketAddr,
    /// The folder for everything that is kept; it is made when it is not there.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The address that people reach the server at, for links.
    #[arg(long, value_name = "URL", value_parser = parse_url)]
    public_url: Option<Url>,
    /// The booking systems' key; without it, one is made and kept in the database.
    #[arg(long, value_name = "KEY", env = API_KEY_VARIABLE, hide_env_values = true, value_parser = parse_key)]
    api_key: Option<Secret>,
    /// Where one-time passwords go instead of the web hooks of the booking systems: a gateway to text messages.
    #[arg(long, value_name = "URL", env = OTP_HOOK_VARIABLE, hide_env_values = true, value_parser = parse_hook)]
    otp_hook: Option<Secret<Url>>,
    /// Serve a made-up clinic and write DIR/demo.json.
    #[arg(long)]
    demo: bool,
    /// Whose names and language come first in the made-up clinic: ru, en or he.
    #[arg(long, value_name = "LOCALE", default_value = "ru", value_parser = parse_locale)]
    demo_locale: Locale,
}

impl Cli {
    /// The configuration; the profile comes from the environment.
    pub(crate) fn into_config(self) -> Result<Config, UnknownProfile> {
        let profile = match std::env::var_os(PROFILE_VARIABLE) {
            Some(name) => name.to_string_lossy().parse()?,
            None => Profile::default(),
        };
        Ok(Config {
            listen: self.listen,
            profile,
            public_url: self.public_url,
            api_key: self.api_key,
            otp_hook: self.otp_hook,
            demo: self.demo.then_some(self.demo_locale),
            ..Config::new(self.data)
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

fn parse_locale(text: &str) -> Result<Locale, &'static str> {
    Locale::ALL.into_iter().find(|locale| locale.tag() == text).ok_or("expected ru, en or he")
}
