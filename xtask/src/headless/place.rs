//! Where windows open: a display, a D-Bus session, a keychain and a home folder that nobody else uses.

use super::display::Display;
use crate::guard::Guard;
use crate::usage::{self, Usage};
use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The longest wait for a window to open.
const PATIENCE: Duration = Duration::from_secs(30);
/// The variable that tells one place's processes from another's.
const NAME: &str = "CONSILIUM_PLACE";
/// Starts a keychain that is unlocked, and then the driver.
const SESSION: &str = "printf demo | gnome-keyring-daemon --unlock --components=secrets >/dev/null; \
                       exec WebKitWebDriver --host=127.0.0.1 --port=\"$0\"";
const FOLDERS: [(&str, &str); 5] = [
    ("HOME", "home"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_RUNTIME_DIR", "run"),
];

/// Where windows open. It goes with its guard.
pub(crate) struct Place<'a> {
    name: String,
    display: Display,
    port: u16,
    guard: &'a Guard,
}

impl<'a> Place<'a> {
    /// Makes a place whose windows log all they can.
    pub(crate) fn new(name: &str, guard: &'a Guard) -> Result<Self> {
        Self::logging(name, guard, "trace")
    }

    /// Makes a place whose windows log at this level: writing a trace costs time that nobody's window costs.
    pub(crate) fn logging(name: &str, guard: &'a Guard, level: &str) -> Result<Self> {
        let display = Display::start(guard)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = File::create(guard.folder().join(format!("{name}-session.log")))?;
        let mut session = guard.command("dbus-run-session");
        session.args(["--", "sh", "-c", SESSION, &port.to_string()]);
        for (variable, folder) in FOLDERS {
            let folder = guard.folder().join(name).join(folder);
            fs::create_dir_all(&folder)?;
            session.env(variable, folder);
        }
        private(&guard.folder().join(name).join("run"))?;
        session
            .env("DISPLAY", display.name())
            .env(NAME, name)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("CONSILIUM_LOG", level)
            .env_remove("WAYLAND_DISPLAY");
        session.stdout(log.try_clone()?).stderr(log).spawn().context("cannot start dbus-run-session")?;
        Ok(Self { name: name.to_owned(), display, port, guard })
    }

    /// The place's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A file in the guard's folder that begins with the place's name.
    pub(crate) fn file(&self, ending: &str) -> PathBuf {
        self.guard.folder().join(format!("{}{ending}", self.name))
    }

    /// Starts the application as a start from the icon, or by a link, does.
    pub(crate) async fn start(&self, app: &Path, arguments: &[String]) -> Result<Client> {
        let options = serde_json::json!({ "binary": app, "args": arguments });
        let capabilities = serde_json::Map::from_iter([("webkitgtk:browserOptions".to_owned(), options)]);
        let started = Instant::now();
        loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder.capabilities(capabilities.clone());
            match builder.connect(&format!("http://127.0.0.1:{}", self.port)).await {
                Ok(client) => return Ok(client),
                Err(error) if started.elapsed() > PATIENCE => {
                    return Err(error).context("the window does not open under WebDriver");
                }
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// Starts the application a second time, beside the window that is open, and waits for the second to end.
    pub(crate) async fn start_again(&self, app: &Path, arguments: &[&str]) -> Result<()> {
        let first = *self.processes(|program| program == "consilium").first().context("no window is open")?;
        let environment = fs::read(format!("/proc/{first}/environ"))?;
        let mut command = self.guard.command(app);
        command.args(arguments).env_clear();
        for variable in environment.split(|byte| *byte == 0) {
            if let Some((name, value)) = String::from_utf8_lossy(variable).split_once('=') {
                command.env(name, value);
            }
        }
        let mut second = command.spawn().context("cannot start the application again")?;
        let started = Instant::now();
        while second.try_wait()?.is_none() {
            if started.elapsed() > PATIENCE {
                bail!("the second start does not end");
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// The address of the session bus.
    pub(crate) fn bus(&self) -> Result<String> {
        let driver = *self.processes(|program| program == "WebKitWebDriver").first().context("no session")?;
        let environment = fs::read(format!("/proc/{driver}/environ"))?;
        let variables = environment.split(|byte| *byte == 0).map(String::from_utf8_lossy);
        let mut addresses =
            variables.filter_map(|pair| Some(pair.strip_prefix("DBUS_SESSION_BUS_ADDRESS=")?.to_owned()));
        addresses.next().context("the session has no bus")
    }

    /// Writes what can be seen to a PNG file.
    pub(crate) fn shot(&self, file: &Path) -> Result<()> {
        self.display.shot(file)
    }

    /// The display of its own.
    pub(crate) const fn display(&self) -> &Display {
        &self.display
    }

    /// The cost of all processes of the window: application, web, network; not the display, not the driver.
    pub(crate) fn usage(&self) -> Usage {
        Usage::of(&self.processes(|program| {
            program == "consilium" || program.starts_with("WebKit") && program != "WebKitWebDriver"
        }))
    }

    fn processes(&self, of: impl Fn(&str) -> bool) -> Vec<i32> {
        let own = usage::with_variable(&self.guard.processes(), NAME, &self.name);
        own.into_iter().filter(|pid| of(&usage::program(*pid))).collect()
    }
}

fn private(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?)
}
