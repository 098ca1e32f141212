//! What the scenarios of calls share: people at windows, and what these are seen to do.

use super::{CALL, MOVING, OPEN, PANE};
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::headless::{Place, Start, Window};
use crate::shell::root;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// So long it rings where it is to be looked at without haste, in seconds.
pub(super) const WITHOUT_HASTE: u16 = 120;
pub(super) const RINGING: &str = "[data-testid='outgoing'] [data-state='ringing']";
pub(super) const NOBODY: &str = "[data-testid='call-again']";
const LANGUAGES: [&str; 3] = ["ru", "en", "he"];
/// The longest wait for pictures to move.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the pictures of a language go.
pub(super) fn pictures_of(language: &str) -> PathBuf {
    root().join("target/screens/calls").join(language)
}

/// Specialists of a clinic: the link that signs each in, and the name.
pub(super) fn specialists(clinic: &Clinic<'_>) -> Result<Vec<(String, String)>> {
    let names = clinic.specialists().into_iter().map(str::to_owned);
    let links = clinic.sign_in_links().into_iter().map(str::to_owned);
    let specialists: Vec<_> = links.zip(names).collect();
    ensure!(specialists.len() > 2, "the demo clinic has no three specialists");
    Ok(specialists)
}

/// Opens a window by a link.
pub(super) async fn open<'a>(
    place: &'a Place<'a>,
    programs: &Programs,
    language: Language,
    link: &str,
) -> Result<Window<'a>> {
    let app = programs.app();
    let (lang, link, shots) = (language.tag(), Some(link), None);
    let start = Start { app: &app, lang, link, vertical: "medicine", synthetic: true, shots, drawing: None };
    Window::open(place, start).await
}

/// The same picture in all languages.
pub(super) async fn pictures(window: &mut Window<'_>, what: &str) -> Result<()> {
    let folder: &Path = &root().join("target/screens/calls");
    window.shot_in(&LANGUAGES, folder, what).await
}

/// Looks whom one can call.
pub(super) async fn look_up(window: &Window<'_>) -> Result<()> {
    if !window.has(PANE).await {
        window.click(OPEN).await?;
    }
    window.click(&format!("{PANE} [data-testid='calls-people']")).await
}

/// Calls somebody by the name.
pub(super) async fn call(window: &Window<'_>, name: &str) -> Result<()> {
    look_up(window).await?;
    window.type_into("[data-testid='calls-search']", name).await?;
    window.click(&format!("{CALL}[aria-label*='{name}']")).await
}

/// Waits until the other one with this name is seen to move.
pub(super) async fn sees(window: &Window<'_>, name: &str) -> Result<()> {
    let seen = format!(
        "return [...document.querySelectorAll(\"[data-testid='tile'][data-state='connected'][data-drawn]\")]\
         .some((tile) => tile.querySelector('.name')?.innerText.includes({}));",
        json!(name)
    );
    window.until("the other one", &seen).await?;
    moves(window).await
}

/// Waits until as many others as these are seen, each with these words for what they are.
pub(super) async fn sees_roles(window: &Window<'_>, others: &[(&str, &str)]) -> Result<()> {
    let seen = format!(
        "const seen = [...document.querySelectorAll(\"[data-testid='tile'][data-drawn] figcaption\")]\
           .map((each) => each.innerText);\
         const others = {};\
         return seen.length === others.length && others.every((words) =>\
           seen.some((each) => words.every((word) => each.includes(word))));",
        json!(others)
    );
    window.until("everybody with a role", &seen).await
}

/// From now on it is noticed when this appears, however shortly.
pub(super) async fn watch_for(window: &Window<'_>, selector: &str) -> Result<()> {
    let script = format!(
        "window.appeared = false;\
         new MutationObserver(() => {{ window.appeared ||= document.querySelector({}) !== null; }})\
           .observe(document.body, {{ childList: true, subtree: true }});",
        json!(selector)
    );
    window.evaluate(&script).await.map(drop)
}

/// Whether what was watched for has appeared.
pub(super) async fn has_appeared(window: &Window<'_>) -> Result<bool> {
    window.evaluate("return window.appeared;").await?.as_bool().context("nothing was watched for")
}

/// Waits until so many pictures of others have been drawn that they move.
pub(super) async fn moves(window: &Window<'_>) -> Result<()> {
    let started = Instant::now();
    loop {
        let frames = window.measured().map(|report| drawn(&report)).unwrap_or_default();
        if frames >= MOVING {
            return Ok(());
        }
        ensure!(started.elapsed() < PATIENCE, "{}: the picture stands still", window.place().name());
        sleep(Duration::from_millis(200)).await;
    }
}

/// Pictures of others that a window has drawn so far.
fn drawn(report: &serde_json::Value) -> u64 {
    let streams = report["streams"].as_array().into_iter().flatten();
    let peers = streams.filter(|stream| stream["kind"] == "peer");
    peers.filter_map(|stream| stream["frames_drawn"].as_u64()).sum()
}
