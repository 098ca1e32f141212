//! A patient without the application: the real guest page in a real Chromium, with two whole applications in one call.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, unreachable_pub)]

mod common;
#[path = "guest_page/flow.rs"]
mod flow;
#[path = "guest_page/frame.rs"]
mod frame;
#[path = "guest_page/guest.rs"]
mod guest;
#[path = "guest_page/minute.rs"]
mod minute;
#[path = "guest_page/pages.rs"]
mod pages;
#[path = "guest_page/session.rs"]
#[expect(dead_code, reason = "the host comes in in the test of knocking")]
mod session;
#[path = "guest_page/tab.rs"]
mod tab;
#[path = "guest_page/talk.rs"]
mod talk;

use common::{Clinic, Person, call};
use consilium_app::view::{AppView, ChatPane, ConversationView, MessageBody, TrustView, VisitAction};
use consilium_app::{Action, ChatStep};
use consilium_model::Screen;
use flow::Flow;
use guest::{Guest, Measured};
use std::time::Duration;
use tab::{Browser, Devices};

/// A specialist and a patient with the application, and a patient at the page.
async fn three(clinic: &Clinic, browser: &Browser) -> ([Person; 2], Guest) {
    let links = clinic.links("group");
    let mut people = [Person::with_link(&links[0]), Person::with_link(&links[1])];
    people[0].presses(VisitAction::Open).await;
    for person in &mut people {
        person.presses(VisitAction::Join).await;
    }
    let mut guest = Guest::opens(browser, &links[2]).await;
    guest.tab.presses("[data-testid=action-join]").await;
    guest.sees_screen("started").await;
    for person in &mut people {
        person.sees_screen(Screen::Started).await;
        person.sees_others(2).await;
    }
    (people, guest)
}

#[tokio::test(flavor = "multi_thread")]
async fn three_see_and_hear_each_other() {
    let clinic = Clinic::start().await;
    let browser = Browser::start(Devices::Allowed).await;
    let (mut people, mut guest) = three(&clinic, &browser).await;
    guest
        .waits_for("two pictures and two voices", |all| {
            all.len() == 2 && all.iter().all(|one| one.frames_decoded > 60 && one.audio_energy > 0.0)
        })
        .await;
    for person in &mut people {
        let both = |decoded: Vec<u64>| decoded.len() == 2 && decoded.iter().all(|frames| *frames > 60);
        person.measures("two pictures", |figures| both(figures.decoded())).await;
    }
    guest.tab.sees("document.querySelectorAll('[data-testid=tile][data-drawn]').length === 2").await;
    guest.tab.sees("document.querySelector('[data-testid=self-view][data-drawn]')").await;

    same_words(&mut people[0], &mut guest).await;

    // Others use the machine as well: of some short stretches the best one counts. The minute is looked at as a whole.
    let mut flow = Flow::watch(&people, &mut guest, Duration::from_secs(5)).await;
    for _ in 1..6 {
        if flow.is_seen() {
            break;
        }
        flow = Flow::watch(&people, &mut guest, Duration::from_secs(5)).await;
    }
    assert!(flow.is_seen(), "{flow:#?}");
    assert!(
        flow.audio_energy_at_guest.iter().all(|energy| *energy > 0.0),
        "both voices are heard: {flow:#?}"
    );
    for person in &mut people {
        person.sees("the guest's voice", hears_guest).await;
    }
    assert_eq!(guest.tab.complaints, Vec::<String>::new());
    for person in people {
        person.closes().await;
    }
}

/// The application and the page have the same safety words, so nobody sits between them.
async fn same_words(person: &mut Person, guest: &mut Guest) {
    let of_guest = |view: &AppView| match call(view)?.peers.last()?.trust {
        TrustView::Unverified { words } => Some(words),
        _ => None,
    };
    let view = person.sees("safety words", |view| of_guest(view).is_some()).await;
    let list: Vec<&str> = include_str!("../../locales/en/safety-words.txt").lines().collect();
    let words = of_guest(&view).unwrap().map(|number| list[usize::from(number)]);
    // Whose tile is whose the names tell; the words with the specialist are in one of the two dialogs.
    let mut read = Vec::new();
    for tile in 0..2 {
        guest.tab.sees(&format!("document.querySelectorAll('[data-trust=unverified]')[{tile}]")).await;
        let press = format!("document.querySelectorAll('[data-trust=unverified]')[{tile}].click()");
        guest.tab.value::<Option<bool>>(&press).await;
        guest.tab.sees("document.querySelectorAll('[data-testid=safety-words] li').length === 3").await;
        let shown = "[...document.querySelectorAll('[data-testid=safety-words] li')].map((each) => each.innerText.trim())";
        read.push(guest.tab.value::<Vec<String>>(shown).await);
        guest.tab.presses("[data-testid=safety-close]").await;
        guest.tab.sees("!document.querySelector('[data-testid=safety-words]')").await;
    }
    assert!(read.iter().any(|read| read[..] == words), "{words:?} at the application, {read:?} at the page");
}

/// Whether the one who came last is heard: the guest.
fn hears_guest(view: &AppView) -> bool {
    call(view).is_some_and(|call| call.peers.last().is_some_and(|peer| peer.level > 0))
}

fn conversation(view: &AppView) -> Option<&ConversationView> {
    match &view.chat.as_ref()?.pane {
        ChatPane::Conversation(conversation) => Some(conversation),
        _ => None,
    }
}

fn wrote(view: &AppView, words: &str) -> bool {
    let mut rows = conversation(view).into_iter().flat_map(|conversation| &conversation.messages);
    rows.any(|row| matches!(&row.body, MessageBody::Text { text } if text == words))
}

/// Both open the visit's conversation, and each reads what the other writes.
async fn write_to_each_other(person: &mut Person, guest: &mut Guest) {
    guest.tab.presses("[data-testid=chat-open]").await;
    guest.tab.sees("document.querySelector('[data-testid=chat-field]')").await;
    guest.writes("Здравствуйте, это с браузера").await;
    person.does(Action::Chat { step: ChatStep::OpenVisit }).await;
    person.sees("the guest's words", |view| wrote(view, "Здравствуйте, это с браузера")).await;
    let step = ChatStep::Send { text: "<b>Good morning</b>".into() };
    person.does(Action::Chat { step }).await;
    guest.reads("<b>Good morning</b>").await;
}

/// The others see it go and come, and everybody sees everybody again.
async fn leaves_and_comes_back(people: &mut [Person; 2], guest: &mut Guest) {
    guest.tab.presses("[data-testid=action-leave]").await;
    guest.tab.presses("[data-testid=confirm]").await;
    guest.sees_screen("join-client").await;
    assert!(guest.measures().await.is_empty(), "nothing goes on behind it");
    for person in &mut *people {
        person.sees_others(1).await;
    }
    guest.tab.presses("[data-testid=action-join]").await;
    for person in people {
        person.sees_others(2).await;
    }
    guest
        .waits_for("pictures again", |all| all.len() == 2 && all.iter().all(|one| one.frames_decoded > 30))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_go_both_ways_and_whoever_leaves_comes_back() {
    let clinic = Clinic::start().await;
    let browser = Browser::start(Devices::Allowed).await;
    let (mut people, mut guest) = three(&clinic, &browser).await;
    write_to_each_other(&mut people[0], &mut guest).await;
    leaves_and_comes_back(&mut people, &mut guest).await;

    guest.tab.presses("[data-testid=share]").await;
    guest.tab.presses("[data-testid=share-go][aria-disabled=false]").await;
    people[0]
        .sees("the guest's screen", |view| {
            call(view).is_some_and(|call| call.peers.iter().any(|peer| peer.screen.is_some()))
        })
        .await;
    assert_eq!(guest.tab.complaints, Vec::<String>::new());
    for person in people {
        person.closes().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_call_goes_on_while_the_server_is_away_and_the_seat_is_taken_again() {
    let mut clinic = Clinic::start().await;
    let browser = Browser::start(Devices::Allowed).await;
    let (mut people, mut guest) = three(&clinic, &browser).await;
    guest
        .waits_for("two pictures", |all| all.len() == 2 && all.iter().all(|one| one.frames_decoded > 30))
        .await;
    clinic.stop().await;
    guest.tab.sees("document.querySelector('[data-testid=line-lost]')").await;
    let before = guest.measures().await;
    let more = |all: &[Measured]| {
        all.len() == 2
            && all.iter().zip(&before).all(|(one, old)| one.frames_decoded > old.frames_decoded + 30)
    };
    guest.waits_for("pictures without a server", more).await;
    clinic.restart().await;
    guest.tab.sees("!document.querySelector('[data-testid=line-lost]')").await;
    for person in &mut people {
        person.sees_others(2).await;
    }
    // What is said over the room arrives again.
    guest.tab.presses("[data-testid=switch-camera]").await;
    let no_camera =
        |view: &AppView| call(view).is_some_and(|call| call.peers.iter().any(|peer| !peer.media.camera));
    people[0].sees("that the guest's camera is off", no_camera).await;
    for person in people {
        person.closes().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_no_camera_is_told_why_and_takes_part() {
    for (devices, words) in [(Devices::Denied, "not allowed"), (Devices::Missing, "no camera is connected")] {
        let clinic = Clinic::start().await;
        let browser = Browser::start(devices).await;
        let (people, mut guest) = three(&clinic, &browser).await;
        guest
            .waits_for("two pictures", |all| all.len() == 2 && all.iter().all(|one| one.frames_decoded > 30))
            .await;
        guest.tab.sees(&format!("document.querySelector('#device-problem-camera')?.innerText.toLowerCase().includes('{words}')")).await;
        for person in people {
            person.closes().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_does_everything_and_nothing_bars_the_way() {
    let clinic = Clinic::start().await;
    let links = clinic.links("now");
    let mut person = Person::with_link(&links[0]);
    person.presses(VisitAction::Open).await;
    person.presses(VisitAction::Join).await;
    let browser = Browser::start(Devices::Allowed).await;
    for (language, direction) in [("en", "ltr"), ("ru", "ltr"), ("he", "rtl")] {
        let mut tab = browser.open("about:blank", "").await;
        tab.likes(language).await;
        tab.goes(&guest::address(&links[1], "")).await;
        tab.sees(&format!("document.documentElement?.dir === '{direction}' && document.querySelector('[data-with-script] button')")).await;
        assert_eq!(tab.barriers().await, Vec::<String>::new(), "{language}: the offer");
        tab.walks_to("[data-with-script] button").await;
        tab.sees("document.querySelector('main[data-screen=join-client]')").await;
        assert_eq!(tab.value::<String>("document.documentElement.lang").await, language);
        assert_eq!(tab.barriers().await, Vec::<String>::new(), "{language}: before the call");
        tab.walks_to("[data-testid=action-join]").await;
        tab.sees("document.querySelector('[data-testid=tile][data-drawn]')").await;
        assert_eq!(tab.barriers().await, Vec::<String>::new(), "{language}: the call");
        tab.walks_to("[data-testid=action-leave]").await;
        tab.walks_to("[data-testid=confirm]").await;
        tab.sees("document.querySelector('main[data-screen=join-client]')").await;
        assert_eq!(tab.complaints, Vec::<String>::new());
    }
    person.closes().await;
}
