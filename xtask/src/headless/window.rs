//! One real window under a driver: it is looked at and pressed as a person would.

use super::place::Place;
use anyhow::{Context, Result, bail};
use fantoccini::{Client, Locator, elements::Element};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// The longest wait for anything to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a window is started.
pub(crate) struct Start<'a> {
    /// The application.
    pub(crate) app: &'a Path,
    /// The language.
    pub(crate) lang: &'a str,
    /// The link it is opened with.
    pub(crate) link: Option<&'a str>,
    /// The words for the roles: `medicine` or `general`.
    pub(crate) vertical: &'a str,
    /// The built-in test picture and tone: always, or only where a device is missing.
    pub(crate) synthetic: bool,
    /// Where pictures of the window go.
    pub(crate) shots: Option<PathBuf>,
    /// Who draws the call's pictures; the application chooses where nobody does.
    pub(crate) drawing: Option<Drawing>,
}

/// Who draws the call's pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Drawing {
    /// The page.
    Page,
    /// The application, beneath the page.
    Native,
}

impl Drawing {
    /// The word of the command line.
    const fn word(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Native => "native",
        }
    }
}

/// A window under the driver.
pub(crate) struct Window<'a> {
    place: &'a Place<'a>,
    client: Client,
    lang: String,
    shots: Option<PathBuf>,
    taken: usize,
}

impl<'a> Window<'a> {
    /// Opens a window.
    pub(crate) async fn open(place: &'a Place<'a>, start: Start<'_>) -> Result<Self> {
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let mut arguments = vec!["--lang".to_owned(), start.lang.to_owned()];
        arguments.extend(["--vertical".to_owned(), start.vertical.to_owned()]);
        arguments.extend(["--report".to_owned(), text(place.file(".json"))]);
        arguments.extend(["--log".to_owned(), text(place.file(".log"))]);
        arguments.push(if start.synthetic { "--synthetic" } else { "--synthetic=missing" }.to_owned());
        if let Some(drawing) = start.drawing {
            arguments.extend(["--drawing".to_owned(), drawing.word().to_owned()]);
        }
        arguments.extend(start.link.map(str::to_owned));
        let client = place.start(start.app, &arguments).await?;
        Ok(Self { place, client, lang: start.lang.to_owned(), shots: start.shots, taken: 0 })
    }

    /// Where it is open.
    pub(crate) const fn place(&self) -> &Place<'a> {
        self.place
    }

    /// Waits for a screen, by its name, and takes a picture of it.
    pub(crate) async fn screen(&mut self, screen: &str) -> Result<()> {
        self.find(&format!("[data-screen='{screen}']")).await?;
        self.shot(screen).await
    }

    /// Takes a picture of the window.
    pub(crate) async fn shot(&mut self, what: &str) -> Result<()> {
        let Some(folder) = self.shots.clone() else { return Ok(()) };
        self.taken += 1;
        // Lets fonts, pictures and transitions settle.
        sleep(Duration::from_millis(600)).await;
        self.shot_into(&folder, what)
    }

    /// Takes the same picture in each of these languages, each into the folder `folder/LANGUAGE`, and goes back to its own.
    pub(crate) async fn shot_in(&mut self, languages: &[&str], folder: &Path, what: &str) -> Result<()> {
        self.taken += 1;
        for language in languages {
            self.speaks(language).await?;
            sleep(Duration::from_millis(250)).await;
            self.shot_into(&folder.join(language), what)?;
        }
        self.speaks(&self.lang.clone()).await
    }

    fn shot_into(&self, folder: &Path, what: &str) -> Result<()> {
        fs::create_dir_all(folder)?;
        self.place.shot(&folder.join(format!("{}-{:02}-{what}.png", self.place.name(), self.taken)))
    }

    /// The window speaks this language, also where its switch cannot be reached: behind a dialog, for example.
    async fn speaks(&self, language: &str) -> Result<()> {
        let action = serde_json::json!({ "action": { "kind": "set_locale", "locale": language } });
        self.evaluate(&format!("window.__TAURI_INTERNALS__.invoke('act', {action});")).await?;
        self.find(&format!("html[lang='{language}']")).await?;
        // What was written is drawn after the next picture of the page.
        let drawn =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));";
        self.client.execute_async(drawn, Vec::new()).await?;
        Ok(())
    }

    /// Presses a button of the visit, and its confirmation where there is one.
    pub(crate) async fn press(&self, action: &str) -> Result<()> {
        println!("  {}: {action}", self.place.name());
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
            match element.click().await {
                Ok(()) => return Ok(()),
                Err(error) if started.elapsed() > PATIENCE => {
                    return Err(error)
                        .with_context(|| format!("{}: cannot click {selector}", self.place.name()));
                }
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// Types into a field.
    pub(crate) async fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        let field = self.find(selector).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
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
        bail!("the window «{}» does not show {selector}", self.place.name())
    }

    /// Waits until a script gives true in the window's page.
    pub(crate) async fn until(&self, what: &str, script: &str) -> Result<()> {
        let started = Instant::now();
        while self.evaluate(script).await? != serde_json::Value::Bool(true) {
            if started.elapsed() > PATIENCE {
                bail!("the window «{}» does not show {what}", self.place.name());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Whether something is there now.
    pub(crate) async fn has(&self, selector: &str) -> bool {
        self.client.find(Locator::Css(selector)).await.is_ok()
    }

    /// Waits for something to go away.
    pub(crate) async fn gone(&self, selector: &str) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if self.client.find(Locator::Css(selector)).await.is_err() {
                return Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
        bail!("the window «{}» still shows {selector}", self.place.name())
    }

    /// What a script gives back in the window's page.
    pub(crate) async fn evaluate(&self, script: &str) -> Result<serde_json::Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Loads the page again, as after a crash of the web process.
    pub(crate) async fn reload(&self) -> Result<()> {
        Ok(self.client.refresh().await?)
    }

    /// What the application itself has measured so far.
    pub(crate) fn measured(&self) -> Result<serde_json::Value> {
        let text = fs::read_to_string(self.place.file(".json")).context("the application wrote no report")?;
        serde_json::from_str(&text).context("the application's report")
    }

    /// Closes the window.
    pub(crate) async fn close(self) {
        let _ = self.client.close().await;
    }
}
