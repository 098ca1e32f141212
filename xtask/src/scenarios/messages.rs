//! A specialist and a patient write to each other before a visit, in two real windows. The patient works elsewhere at
//! first: the desktop tells who has written and not what, and a click leads to the conversation. Hebrew with numbers
//! and Latin names is drawn in its own order, whatever the language of the window. A picture is chosen in the system's
//! own dialog. No log holds a word of it.

use super::privacy;
use crate::build::Programs;
use crate::demo::{Clinic, Language};
use crate::guard::Guard;
use crate::headless::{Desktop, Elsewhere, Place, Start, Window, answer_dialog};
use crate::shell::root;
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::fs::File;
use std::path::Path;

/// What the specialist writes, in every language of the window.
const HEBREW: &str = "המרשם של נועה מוכן: Amoxicillin 500 mg, שלוש פעמים ביום עד 29.11.";
const OPEN: &str = "[data-testid='chat-open']";
const MESSAGE: &str = "[data-testid='chat-message']";

/// What differs between the languages.
struct Words {
    /// What the patient answers.
    answer: &'static str,
    /// The notification of one message.
    told: &'static str,
    /// The tray with one and with no unread message.
    tray: [&'static str; 2],
}

const fn words(language: Language) -> Words {
    match language {
        Language::Ru => Words {
            answer: "Спасибо! Dr. Levi выписал 2 упаковки?",
            told: "Новое сообщение",
            tray: ["1 непрочитанное сообщение", "Непрочитанных сообщений нет"],
        },
        Language::En => Words {
            answer: "Thank you! Did Dr. Levi prescribe 2 packs?",
            told: "New message",
            tray: ["1 unread message", "No unread messages"],
        },
        Language::He => Words {
            answer: "תודה! Dr. Levi רשם 2 חפיסות?",
            told: "הודעה חדשה",
            tray: ["הודעה אחת שלא נקראה", "אין הודעות שלא נקראו"],
        },
    }
}

pub(super) async fn run(language: Language, programs: &Programs) -> Result<()> {
    let (guard, words) = (Guard::new()?, words(language));
    let clinic = Clinic::start(&guard, programs, language).await?;
    let places = (Place::new("patient", &guard)?, Place::new("specialist", &guard)?);
    let desktop = Desktop::of(&places.0).await?;
    let app = programs.app();
    let start = |link| Start {
        app: &app,
        lang: language.tag(),
        link: Some(link),
        vertical: "medicine",
        synthetic: true,
        shots: Some(root().join("target/screens/messages").join(language.tag())),
        drawing: None,
    };
    let mut patient = Window::open(&places.0, start(clinic.patient_link()?)).await?;
    let mut specialist = Window::open(&places.1, start(clinic.sign_in_link()?)).await?;
    patient.find("[data-screen='pending-client']").await?;
    patient.find(OPEN).await?;
    specialist.click("[data-testid='visit-row']").await?;
    specialist.find("[data-screen='pending-specialist']").await?;
    specialist.click(OPEN).await?;

    let elsewhere = Elsewhere::open(places.0.display())?;
    write(&specialist, HEBREW).await?;
    specialist.find(&format!("{MESSAGE}[data-state='stored']")).await?;
    let told = desktop.told(|told| told.body == words.told).await?;
    ensure!(told.title == clinic.name_of("specialist")?, "the notification does not say who wrote");
    ensure!(desktop.all().len() == 1, "one conversation has one notification");
    desktop.tray_says(words.tray[0]).await?;
    let titles = elsewhere.titles()?;
    ensure!(titles.iter().any(|title| title == "(1) Consilium"), "the title does not count: {titles:?}");
    patient.shot("unread").await?;

    desktop.click(&told).await?;
    patient.find(MESSAGE).await?;
    is_in_front(&elsewhere).await?;
    desktop.untold().await?;
    desktop.tray_says(words.tray[1]).await?;
    specialist.find(&format!("{MESSAGE}[data-state='read']")).await?;
    write(&patient, words.answer).await?;
    patient.find(&format!("{MESSAGE}[data-state='read']")).await?;
    for window in [&mut patient, &mut specialist] {
        is_drawn_in_order(window).await?;
        window.shot("conversation").await?;
    }
    send_picture(&mut patient, &guard.folder().join("picture.png")).await?;
    specialist.click("[data-testid='chat-picture']").await?;
    specialist.find("[data-testid='large-picture']").await?;
    specialist.shot("picture").await?;
    let elsewhere = Elsewhere::open(places.0.display())?;
    desktop.press_tray().await?;
    is_in_front(&elsewhere).await?;
    patient.close().await;
    specialist.close().await;
    let mut secrets = clinic.secrets();
    secrets.extend([HEBREW, words.answer].map(str::to_owned));
    privacy::search(&guard, &secrets)
}

async fn write(window: &Window<'_>, text: &str) -> Result<()> {
    window.type_into("[data-testid='chat-field']", text).await?;
    window.click("[data-testid='chat-send']").await
}

async fn is_in_front(elsewhere: &Elsewhere) -> Result<()> {
    for _ in 0..100 {
        if !elsewhere.is_in_front()? {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("it does not bring the window to the front")
}

/// Hebrew goes from right to left, and a number with its unit stands as it is written. What the window draws is asked
/// for, not what it holds.
async fn is_drawn_in_order(window: &Window<'_>) -> Result<()> {
    let script = r#"
        const bubbles = [...document.querySelectorAll("[data-testid='chat-text']")];
        const node = (element) => document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
        const text = bubbles.map(node).find((text) => text?.data.includes("Amoxicillin"));
        return ["המרשם", "Amoxicillin", "500", "mg"].map((word) => {
            const range = document.createRange();
            const at = text.data.indexOf(word);
            range.setStart(text, at);
            range.setEnd(text, at + word.length);
            const box = range.getBoundingClientRect();
            return [box.top, box.left];
        });
    "#;
    let drawn = window.evaluate(script).await?;
    let places: Vec<(f64, f64)> = serde_json::from_value(drawn).context("where the words are drawn")?;
    let [first, name, number, unit] = places[..] else { anyhow::bail!("words are missing") };
    ensure!(first.0 < name.0 || first.1 > name.1, "Hebrew is drawn from the left: {places:?}");
    ensure!(number.0 < unit.0 || number.1 < unit.1, "a number stands behind its unit: {places:?}");
    Ok(())
}

async fn send_picture(window: &mut Window<'_>, file: &Path) -> Result<()> {
    let mut encoder = png::Encoder::new(File::create(file)?, 480, 320);
    encoder.set_color(png::ColorType::Rgb);
    let pixels: Vec<u8> = (0..320_u32)
        .flat_map(|y| (0..480_u32).flat_map(move |x| [(x / 2) as u8, (y / 2) as u8, 160]))
        .collect();
    encoder.write_header()?.write_image_data(&pixels)?;
    window.click("[data-testid='chat-attach']").await?;
    answer_dialog(window.place().display(), &file.to_string_lossy()).await?;
    window.find("[data-testid='chat-picture']").await?;
    window.find(&format!("{MESSAGE}[data-state='read'] [data-testid='chat-picture']")).await?;
    let loaded = json!(true);
    for _ in 0..100 {
        let script = "const image = document.querySelector(\"[data-testid='chat-picture'] img\");\
                      return Boolean(image?.complete && image.naturalWidth);";
        if window.evaluate(script).await? == loaded {
            return window.shot("picture-sent").await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    anyhow::bail!("the page does not show the picture")
}
