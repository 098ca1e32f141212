//! What the server itself says behind a link, without any script: in three languages, in small and large windows.

use super::common::Clinic;
use super::guest;
use super::session::Session;
use super::tab::{Browser, Devices, Tab};
use time::Duration;

/// Width and height in pixels, and how much larger everything is: a small window, a telephone's, twice as large.
const WINDOWS: [(u32, u32, u32); 3] = [(800, 600, 1), (360, 740, 1), (1280, 800, 2)];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_without_a_script_can_be_read_by_everybody() {
    let clinic = Clinic::start().await;
    let browser = Browser::start(Devices::Missing).await;
    let mut tab = browser.open("about:blank", "").await;
    // The page stays as it comes: axe could not run where no script does.
    tab.blocks(&["*.js"]).await;
    let at = |path: &str| format!("http://{}{path}", clinic.address());

    let [session, cancelled] = [Session::schedule(&clinic).await, Session::schedule(&clinic).await];
    cancelled.cancel().await;
    looks_at(&mut tab, "offer", &guest::address(&clinic.links("now")[1], "")).await;
    looks_at(&mut tab, "unknown", &at("/visit?at=nothing")).await;
    looks_at(&mut tab, "conference", &at("/c/1234567890")).await;
    looks_at(&mut tab, "early", &session.guest_url).await;
    looks_at(&mut tab, "cancelled", &cancelled.guest_url).await;
    clinic.pass(Duration::minutes(50));
    looks_at(&mut tab, "over", &session.guest_url).await;
    clinic.pass(Duration::days(40));
    looks_at(&mut tab, "expired", &guest::address(&clinic.links("now")[1], "")).await;
}

async fn looks_at(tab: &mut Tab, name: &str, address: &str) {
    for (language, direction) in [("en", "ltr"), ("ru", "ltr"), ("he", "rtl")] {
        tab.likes(language).await;
        for (width, height, zoom) in WINDOWS {
            let which = format!("{name}.{language}.{width}");
            tab.is_sized(width, height, zoom).await;
            tab.goes("about:blank").await;
            tab.goes(address).await;
            let there = format!(
                "document.documentElement?.dir === '{direction}' && document.querySelector('main h1')"
            );
            tab.sees(&there).await;
            let sideways = "document.documentElement.scrollWidth > innerWidth";
            assert!(!tab.value::<bool>(sideways).await, "{which}: nobody scrolls sideways");
            assert_eq!(tab.barriers().await, Vec::<String>::new(), "{which}");
            if let Ok(folder) = std::env::var("GUEST_REPORT") {
                std::fs::write(format!("{folder}/page.{which}.png"), tab.picture().await).unwrap();
            }
        }
    }
    let expected = ["status of 4", "ERR_BLOCKED_BY_CLIENT"];
    let unexpected = tab.complaints.iter().find(|told| !expected.iter().any(|words| told.contains(words)));
    assert_eq!(unexpected, None);
}
