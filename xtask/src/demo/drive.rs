//! One real window, driven as a person would: a display, a D-Bus session and a keychain of its own, and WebDriver.

use super::{Options, display::Display};
use crate::build::Programs;
use crate::guard::Guard;
use crate::usage::{self, Usage};
use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use hyper_util::client::legacy::connect::HttpConnector;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The longest wait for anything to appear.
const PATIENCE: Duration = Duration::from_secs(30);
/// Starts a keychain, unlocked with an empty-handed password, and then the driver.
const SESSION: &str = "printf demo | gnome-keyring-daemon --unlock --components=secrets >/dev/null; \
                       exec WebKitWebDriver --host=127.0.0.1 --port=\"$0\"";

/// A window under the driver.
pub(crate) struct Window {
    name: &'static str,
    client: Client,
    display: Display,
    report: PathBuf,
    shots: Option<PathBuf>,
    taken: usize,
}

impl Window {
    /// Opens a window as a start from the icon or by a link does.
    pub(crate) async fn open(
        name: &'static str,
        link: &str,
        options: &Options,
        guard: &Guard,
        programs: &Programs,
    ) -> Result<Self> {
        let display = Display::start(guard)?;
        let port = free_port()?;
        let home = guard.folder().join(name);
        let log = File::create(guard.folder().join(format!("{name}-session.log")))?;
        let mut driver = guard.command("dbus-run-session");
        driver.args(["--", "sh", "-c", SESSION, &port.to_string()]);
        for (variable, folder) in FOLDERS {
            let folder = home.join(folder);
            fs::create_dir_all(&folder)?;
            driver.env(variable, folder);
        }
        private(&home.join("run"))?;
        driver
            .env("DISPLAY", display.name())
            .env("CONSILIUM_WINDOW", name)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("CONSILIUM_LOG", "trace")
            .env("NO_AT_BRIDGE", "1")
            .env_remove("WAYLAND_DISPLAY");
        driver.stdout(log.try_clone()?).stderr(log).spawn().context("cannot start dbus-run-session")?;
        let report = guard.folder().join(format!("{name}.json"));
        let client = connect(port, &programs.app(), &arguments(name, options, guard, link)).await?;
        Ok(Self { name, client, display, report, shots: options.shots.clone(), taken: 0 })
    }

    /// Waits for a screen, by its name, and takes a picture of it.
    pub(crate) async fn screen(&mut self, screen: &str) -> Result<()> {
        self.find(&format!("[data-screen='{screen}']")).await?;
        self.shot(screen).await
    }

    /// Takes a picture of the window.
    pub(crate) async fn shot(&mut self, what: &str) -> Result<()> {
        let Some(folder) = &self.shots else { return Ok(()) };
        // Lets fonts, pictures and transitions settle.
        sleep(Duration::from_millis(600)).await;
        self.taken += 1;
        fs::create_dir_all(folder)?;
        self.display.shot(&folder.join(format!("{}-{:02}-{what}.png", self.name, self.taken)))
    }

    /// Presses a button of the visit, and its confirmation where there is one.
    pub(crate) async fn press(&self, action: &str) -> Result<()> {
        println!("  {}: {action}", self.name);
        self.click(&format!("[data-testid='action-{action}']")).await?;
        sleep(Duration::from_millis(200)).await;
        if let Ok(confirm) = self.client.find(Locator::Css("dialog[open] [data-testid='confirm']")).await {
            confirm.click().await?;
        }
        Ok(())
    }

    /// Clicks what the selector finds, once it is there and may be clicked.
    pub(crate) async fn click(&self, selector: &str) -> Result<()> {
        let started = Instant::now();
        loop {
            let element = self.find(selector).await?;
            let clicked = element.click().await;
            match clicked {
                Ok(()) => return Ok(()),
                Err(error) if started.elapsed() > PATIENCE => {
                    return Err(error).with_context(|| format!("{}: cannot click {selector}", self.name));
                }
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// Waits for something to appear.
    pub(crate) async fn find(&self, selector: &str) -> Result<Element> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Ok(element) = self.client.find(Locator::Css(selector)).await {
                return Ok(element);
            }
            sleep(Duration::from_millis(50)).await;
        }
        bail!("the {}'s window does not show {selector}", self.name)
    }

    /// What the application itself has measured so far.
    pub(crate) fn measured(&self) -> Result<serde_json::Value> {
        let text = fs::read_to_string(&self.report).context("the application wrote no report")?;
        serde_json::from_str(&text).context("the application's report")
    }

    /// The cost of all processes of this window: application, web, network; not the display, not the driver.
    pub(crate) fn usage(&self, guard: &Guard) -> Usage {
        let own = usage::with_variable(&guard.processes(), "CONSILIUM_WINDOW", self.name);
        let own: Vec<i32> = own.into_iter().filter(|pid| is_of_the_window(&usage::program(*pid))).collect();
        Usage::of(&own)
    }

    /// Closes the window.
    pub(crate) async fn close(self) {
        let _ = self.client.close().await;
    }
}

const FOLDERS: [(&str, &str); 5] = [
    ("HOME", "home"),
    ("XDG_DATA_HOME", "data"),
    ("XDG_CONFIG_HOME", "config"),
    ("XDG_CACHE_HOME", "cache"),
    ("XDG_RUNTIME_DIR", "run"),
];

fn arguments(name: &str, options: &Options, guard: &Guard, link: &str) -> Vec<String> {
    let file = |ending: &str| guard.folder().join(format!("{name}{ending}")).to_string_lossy().into_owned();
    let lang = options.lang.tag().to_owned();
    let mut arguments = vec!["--lang".to_owned(), lang, "--report".to_owned(), file(".json")];
    arguments.extend(["--log".to_owned(), file(".log")]);
    if options.synthetic {
        arguments.push("--synthetic".to_owned());
    }
    arguments.push(link.to_owned());
    arguments
}

async fn connect(port: u16, app: &Path, arguments: &[String]) -> Result<Client> {
    let capabilities = serde_json::json!({
        "webkitgtk:browserOptions": { "binary": app, "args": arguments }
    });
    let serde_json::Value::Object(capabilities) = capabilities else { unreachable!("written as an object") };
    let started = Instant::now();
    loop {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.clone());
        match builder.connect(&format!("http://127.0.0.1:{port}")).await {
            Ok(client) => return Ok(client),
            Err(error) if started.elapsed() > PATIENCE => {
                return Err(error).context("the window does not open under WebDriver");
            }
            Err(_) => sleep(Duration::from_millis(100)).await,
        }
    }
}

fn is_of_the_window(program: &str) -> bool {
    program.starts_with("consilium") || program.starts_with("WebKit") && program != "WebKitWebDriver"
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn private(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?)
}
