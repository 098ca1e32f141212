//! Two specialists call each other, in two real windows and two languages. The first call is taken and held, the second
//! is declined from the desktop, the third is given up and missed. The logs of both sides say what became of each, the
//! desktop tells who calls while the window is elsewhere, and no log of any program holds a name.

pub(super) mod asked_in;
pub(super) mod by_link;
pub(super) mod held;
pub(super) mod in_tray;
mod kit;
pub(super) mod unanswered;
pub(super) mod undisturbed;

use super::privacy;
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Desktop, Elsewhere, Place, Start, Window};
use crate::shell::root;
use anyhow::{Result, ensure};
use kit::moves;

const OPEN: &str = "[data-testid='calls-open']";
const PANE: &str = "[data-testid='calls-pane']";
const CALL: &str = "[data-testid='call']";
const RING: &str = "[data-testid='ring']";
const OUTGOING: &str = "[data-testid='outgoing']";
const DRAWN: &str = "[data-screen='started'] [data-testid='tile'][data-state='connected'][data-drawn]";
const MISSED: &str = "[data-testid='missed']";
/// So many pictures of the other one are a picture that moves.
const MOVING: u64 = 20;

/// What the desktop says of a call, and what its buttons are called, in the language of whoever is called.
const fn told(language: Language) -> (&'static str, [&'static str; 2]) {
    match language {
        Language::Ru => ("Входящий звонок", ["Ответить", "Отклонить"]),
        Language::En => ("Incoming call", ["Accept", "Decline"]),
        Language::He => ("שיחה נכנסת", ["מענה", "דחייה"]),
    }
}

/// The caller's window speaks this language, and the colleague's the next one.
pub(super) async fn run(language: Language, programs: &Programs) -> Result<()> {
    let guard = Guard::new()?;
    let clinic = Clinic::start(&guard, programs, language).await?;
    let places = (Place::new("caller", &guard)?, Place::new("colleague", &guard)?);
    let desktop = Desktop::of(&places.1).await?;
    let app = programs.app();
    let start = |language: Language, link| Start {
        app: &app,
        lang: language.tag(),
        link: Some(link),
        vertical: "medicine",
        synthetic: true,
        shots: Some(root().join("target/screens/calls").join(language.tag())),
        drawing: None,
    };
    let theirs = next(language);
    let links = clinic.sign_in_links();
    ensure!(links.len() > 1, "the demo clinic has no two specialists");
    let names = clinic.specialists();
    ensure!(names.len() == links.len(), "the specialists' links have other names: {}", names.len());
    let caller = Window::open(&places.0, start(language, links[0])).await?;
    let colleague = Window::open(&places.1, start(theirs, links[1])).await?;
    let mut two = Two { caller, colleague, desktop, theirs, names: [names[0], names[1]] };
    two.meet().await?;
    two.rings().await?;
    two.talk().await?;
    two.hang_up().await?;
    two.declined().await?;
    two.missed().await?;
    two.caller.close().await;
    two.colleague.close().await;
    privacy::search(&guard, &clinic.secrets())
}

const fn next(language: Language) -> Language {
    match language {
        Language::Ru => Language::En,
        Language::En => Language::He,
        Language::He => Language::Ru,
    }
}

struct Two<'a> {
    caller: Window<'a>,
    colleague: Window<'a>,
    /// The colleague's.
    desktop: Desktop,
    /// The colleague's language.
    theirs: Language,
    /// The caller's name, and the colleague's.
    names: [&'a str; 2],
}

impl Two<'_> {
    /// Both are signed in, and the caller sees that the colleague can be reached.
    async fn meet(&mut self) -> Result<()> {
        self.colleague.find("[data-screen='home']").await?;
        self.caller.click(OPEN).await?;
        self.caller.find(&format!("{PANE} [data-availability='available']")).await?;
        self.caller.shot("people").await
    }

    /// One press calls; the colleague's window rings, and the desktop says who calls.
    async fn rings(&mut self) -> Result<()> {
        let _elsewhere = Elsewhere::open(self.colleague.place().display())?;
        self.call().await?;
        self.caller.find(&format!("{OUTGOING} [data-state='ringing']")).await?;
        let (words, buttons) = told(self.theirs);
        let told = self.desktop.told(|told| told.body == words).await?;
        ensure!(told.title == self.names[0], "the notification does not say who calls");
        ensure!(told.buttons() == buttons, "the notification has other buttons: {:?}", told.buttons());
        self.colleague.find(RING).await?;
        self.caller.shot("calling").await?;
        self.colleague.shot("ringing").await
    }

    /// The caller's row of the colleague is found by its name, and pressed.
    async fn call(&self) -> Result<()> {
        self.caller.type_into("[data-testid='calls-search']", self.names[1]).await?;
        self.caller.click(&format!("{CALL}[aria-label*='{}']", self.names[1])).await
    }

    /// The colleague answers, and both see each other move.
    async fn talk(&mut self) -> Result<()> {
        self.colleague.click("[data-testid='accept']").await?;
        for window in [&mut self.colleague, &mut self.caller] {
            window.find(DRAWN).await?;
            window.gone(RING).await?;
            window.gone(OUTGOING).await?;
            moves(window).await?;
            window.shot("talking").await?;
        }
        self.desktop.untold().await
    }

    /// One hangs up: the call is over for both, and stands in both logs.
    async fn hang_up(&mut self) -> Result<()> {
        self.colleague.click("[data-testid='hang-up']").await?;
        for window in [&mut self.caller, &mut self.colleague] {
            window.screen("finish").await?;
            window.click("[data-testid='call-home']").await?;
            window.find("[data-screen='home']").await?;
            in_log(window, "answered").await?;
            window.shot("log").await?;
        }
        Ok(())
    }

    /// The caller calls again, and the colleague, who is elsewhere, declines without the window.
    async fn declined(&mut self) -> Result<()> {
        let elsewhere = Elsewhere::open(self.colleague.place().display())?;
        self.caller.click("[data-testid='call-back']").await?;
        let (words, [_, decline]) = told(self.theirs);
        let told = self.desktop.told(|told| told.body == words).await?;
        self.desktop.press(&told, decline).await?;
        self.colleague.gone(RING).await?;
        ensure!(elsewhere.is_in_front()?, "declining brings the window to the front");
        self.caller.find("[data-testid='call-again']").await?;
        self.caller.shot("nobody").await?;
        self.caller.click("[data-testid='call-cancel']").await?;
        self.caller.find("[data-screen='home']").await?;
        in_log(&self.colleague, "declined").await
    }

    /// The colleague calls back and gives up; the caller has missed it, is told so, and has seen it once the log is open.
    async fn missed(&mut self) -> Result<()> {
        if self.caller.has(PANE).await {
            self.caller.click(OPEN).await?;
        }
        self.colleague.click("[data-testid='call-back']").await?;
        self.caller.find(RING).await?;
        self.caller.shot("ringing").await?;
        self.colleague.find(&format!("{OUTGOING} [data-state='ringing']")).await?;
        self.colleague.click("[data-testid='call-cancel']").await?;
        self.caller.gone(RING).await?;
        self.caller.find(MISSED).await?;
        self.caller.shot("missed").await?;
        in_log(&self.caller, "missed").await?;
        self.caller.gone(MISSED).await?;
        self.caller.gone("[data-testid='call-row'][data-outcome='running']").await?;
        self.caller.shot("log-of-all").await?;
        in_log(&self.colleague, "cancelled").await?;
        self.colleague.shot("log-of-all").await
    }
}

/// Opens the log, and waits until a call in it has this outcome.
async fn in_log(window: &Window<'_>, outcome: &str) -> Result<()> {
    if !window.has(PANE).await {
        window.click(OPEN).await?;
    }
    window.click(&format!("{PANE} [data-testid='calls-log']")).await?;
    window.find(&format!("[data-testid='call-row'][data-outcome='{outcome}']")).await?;
    Ok(())
}
