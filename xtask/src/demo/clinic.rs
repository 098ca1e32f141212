//! The demo's clinic server: started as any clinic would, on a temporary data folder.

use super::Language;
use crate::build::Programs;
use crate::guard::Guard;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::fs::{self, File};
use std::process::Child;
use std::time::{Duration, Instant};

/// The running server, and what it says in `demo.json`.
pub(crate) struct Clinic {
    _server: Child,
    demo: Demo,
}

#[derive(Deserialize)]
struct Demo {
    base_url: String,
    home: Home,
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct Home {
    users: Vec<User>,
}

#[derive(Deserialize)]
struct User {
    user_id: String,
    password: String,
    sign_in_link: String,
}

#[derive(Deserialize)]
struct Link {
    role: String,
    visit: String,
    deep_link: String,
}

impl Clinic {
    /// Starts the server and waits until it serves.
    pub(crate) async fn start(guard: &Guard, programs: &Programs, language: Language) -> Result<Self> {
        let data = guard.folder().join("clinic");
        let log = File::create(guard.folder().join("clinic-server.log"))?;
        let mut server = guard
            .command(programs.clinic_server())
            .args(["--listen", "127.0.0.1:0", "--demo", "--demo-locale", language.tag(), "--data"])
            .arg(&data)
            .env("CONSILIUM_PROFILE", "dev")
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start clinic-server")?;
        let started = Instant::now();
        loop {
            if let Ok(text) = fs::read_to_string(data.join("demo.json")) {
                let demo = serde_json::from_str(&text).context("demo.json is not as expected")?;
                return Ok(Self { _server: server, demo });
            }
            if let Some(status) = server.try_wait()? {
                let log = fs::read_to_string(guard.folder().join("clinic-server.log")).unwrap_or_default();
                bail!("clinic-server ended at once ({status}):\n{log}");
            }
            if started.elapsed() > Duration::from_secs(20) {
                bail!("clinic-server does not serve after 20 s");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The server's address.
    pub(crate) fn base_url(&self) -> &str {
        &self.demo.base_url
    }

    /// The link that signs the first specialist in, once.
    pub(crate) fn sign_in_link(&self) -> Result<&str> {
        Ok(&self.demo.home.users.first().context("the demo clinic has no specialist")?.sign_in_link)
    }

    /// Login and password of the first specialist.
    pub(crate) fn login(&self) -> Result<(&str, &str)> {
        let user = self.demo.home.users.first().context("the demo clinic has no specialist")?;
        Ok((&user.user_id, &user.password))
    }

    /// The patient's link to the first visit.
    pub(crate) fn patient_link(&self) -> Result<&str> {
        let visit = self.visit()?;
        let mut links = self.demo.links.iter();
        let link = links.find(|link| link.role == "patient" && link.visit == visit);
        Ok(&link.context("the demo clinic has no patient")?.deep_link)
    }

    /// The identifier of the first visit.
    pub(crate) fn visit(&self) -> Result<&str> {
        Ok(&self.demo.links.first().context("the demo clinic has no visit")?.visit)
    }
}
