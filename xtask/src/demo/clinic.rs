//! The demo's clinic server: started as any clinic would, on a temporary data folder.

use super::Language;
use crate::build::Programs;
use crate::guard::Guard;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// The running server, and what it says in `demo.json`.
pub(crate) struct Clinic<'a> {
    guard: &'a Guard,
    program: PathBuf,
    language: Language,
    /// For how many seconds calls ring, where that is not left to the server.
    rings_for: Option<u16>,
    server: Child,
    demo: Demo,
}

#[derive(Deserialize)]
struct Demo {
    base_url: String,
    medme: MedMe,
    home: Home,
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct MedMe {
    api_key: String,
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
    name: String,
    visit: String,
    deep_link: String,
}

impl<'a> Clinic<'a> {
    /// Starts the server and waits until it serves.
    pub(crate) async fn start(guard: &'a Guard, programs: &Programs, language: Language) -> Result<Self> {
        Self::ringing(guard, programs, language, None).await
    }

    /// The same, and calls ring for so many seconds.
    pub(crate) async fn ringing(
        guard: &'a Guard,
        programs: &Programs,
        language: Language,
        rings_for: Option<u16>,
    ) -> Result<Self> {
        let program = programs.clinic_server();
        let (server, demo) = serve(guard, &program, language, rings_for, "127.0.0.1:0").await?;
        Ok(Self { guard, program, language, rings_for, server, demo })
    }

    /// The server is gone from one moment to the next.
    pub(crate) fn vanish(&mut self) -> Result<()> {
        self.server.kill()?;
        self.server.wait()?;
        Ok(fs::remove_file(data(self.guard).join("demo.json"))?)
    }

    /// The server serves again, at the same address, with what it had stored.
    pub(crate) async fn come_back(&mut self) -> Result<()> {
        let address = self.demo.base_url.trim_start_matches("http://").to_owned();
        let (server, demo) =
            serve(self.guard, &self.program, self.language, self.rings_for, &address).await?;
        (self.server, self.demo) = (server, demo);
        Ok(())
    }

    /// The server's address.
    pub(crate) fn base_url(&self) -> &str {
        &self.demo.base_url
    }

    /// The booking systems' key.
    pub(crate) fn api_key(&self) -> &str {
        &self.demo.medme.api_key
    }

    /// The link that signs the first specialist in, once.
    pub(crate) fn sign_in_link(&self) -> Result<&str> {
        Ok(&self.user()?.sign_in_link)
    }

    /// The links that sign the specialists in, once each.
    pub(crate) fn sign_in_links(&self) -> Vec<&str> {
        self.demo.home.users.iter().map(|user| user.sign_in_link.as_str()).collect()
    }

    /// Login and password of the first specialist.
    pub(crate) fn login(&self) -> Result<(&str, &str)> {
        let user = self.user()?;
        Ok((&user.user_id, &user.password))
    }

    /// The patient's link to the first visit.
    pub(crate) fn patient_link(&self) -> Result<&str> {
        let visit = &self.demo.links.first().context("the demo clinic has no visit")?.visit;
        let link = self.demo.links.iter().find(|link| link.role == "patient" && link.visit == *visit);
        Ok(&link.context("the demo clinic has no patient")?.deep_link)
    }

    /// Who has this role in the first visit, by name.
    pub(crate) fn name_of(&self, role: &str) -> Result<&str> {
        let visit = &self.demo.links.first().context("the demo clinic has no visit")?.visit;
        let link = self.demo.links.iter().find(|link| link.role == role && link.visit == *visit);
        Ok(&link.with_context(|| format!("the first visit has no {role}"))?.name)
    }

    /// The names of the specialists, in the order of [`Self::sign_in_links`]: all are in one visit.
    pub(crate) fn specialists(&self) -> Vec<&str> {
        let specialists = self.demo.links.iter().filter(|link| link.role == "specialist");
        let mut names: Vec<&str> = Vec::new();
        for link in specialists {
            if !names.contains(&link.name.as_str()) {
                names.push(&link.name);
            }
        }
        names
    }

    /// The token in [`Self::patient_link`].
    pub(crate) fn patient_token(&self) -> Result<String> {
        Ok(token(self.patient_link()?))
    }

    /// Everything that must not be in a log: names, passwords, and the tokens in the links.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let links = self.demo.links.iter().flat_map(|link| [link.name.clone(), token(&link.deep_link)]);
        let users =
            self.demo.home.users.iter().flat_map(|user| [user.password.clone(), token(&user.sign_in_link)]);
        links.chain(users).chain([self.demo.medme.api_key.clone()]).collect()
    }

    fn user(&self) -> Result<&User> {
        self.demo.home.users.first().context("the demo clinic has no specialist")
    }
}

/// The last value of a link's query.
fn token(link: &str) -> String {
    link.rsplit_once('=').map_or_else(|| link.to_owned(), |(_, token)| token.to_owned())
}

fn data(guard: &Guard) -> PathBuf {
    guard.folder().join("clinic")
}

async fn serve(
    guard: &Guard,
    program: &PathBuf,
    language: Language,
    rings_for: Option<u16>,
    listen: &str,
) -> Result<(Child, Demo)> {
    let data = data(guard);
    let log = guard.folder().join("clinic-server.log");
    let file = File::options().create(true).append(true).open(&log)?;
    let mut command: Command = guard.command(program);
    command.args(["--listen", listen, "--demo", "--demo-locale", language.tag(), "--data"]).arg(&data);
    if let Some(seconds) = rings_for {
        command.args(["--ring-seconds", &seconds.to_string()]);
    }
    command.env("CONSILIUM_PROFILE", "dev").env("CONSILIUM_LOG", "trace");
    let mut server =
        command.stdout(file.try_clone()?).stderr(file).spawn().context("cannot start clinic-server")?;
    let started = Instant::now();
    loop {
        if let Ok(text) = fs::read_to_string(data.join("demo.json")) {
            return Ok((server, serde_json::from_str(&text).context("demo.json is not as expected")?));
        }
        if let Some(status) = server.try_wait()? {
            bail!(
                "clinic-server ended at once ({status}):\n{}",
                fs::read_to_string(&log).unwrap_or_default()
            );
        }
        if started.elapsed() > Duration::from_secs(20) {
            bail!("clinic-server does not serve after 20 s");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
