//! The guest page in a frame of another site: what the TrueConf face hands out, and where it is shown.

use super::common::{Clinic, PATIENCE, Person};
use super::guest::Guest;
use super::tab::{Browser, Devices, LOOK, Tab};
use axum::response::Html;
use axum::routing::get;
use consilium_app::view::VisitAction;
use consilium_clinic::Config;
use consilium_model::Secret;
use consilium_wire::link::Link;
use serde_json::{Value, json};
use std::sync::OnceLock;
use tokio::net::TcpListener;

/// The port of the site that may show the page. One for all tests of the process: a configuration is a plain function.
static SITE: OnceLock<u16> = OnceLock::new();

/// A site with one page, and what it was told by the frame in `told`.
struct Site {
    address: String,
    server: tokio::task::JoinHandle<()>,
}

impl Site {
    async fn serve(listener: TcpListener, name: &str, frame: &str) -> Self {
        let address = format!("http://{name}:{}/", listener.local_addr().unwrap().port());
        let page = format!(
            "<!doctype html><title>site</title><style>div {{ width: 1000px; height: 700px }}</style>\
             <script>told = []; onmessage = ({{ data }}) => told.push(data);</script><div>{frame}</div>"
        );
        let router = axum::Router::new().route("/", get(async move || Html(page)));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, server }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn may_be_shown(config: &mut Config) {
    config.frame_ancestors = vec![format!("http://localhost:{}", SITE.get().unwrap()).parse().unwrap()];
}

/// A conference that the clinic's site asked for, and its guest, who may neither write nor show a screen nor be heard.
struct Asked {
    /// The element that the site puts into its page.
    frame: String,
    /// The owner's link.
    owner: Secret,
}

/// As the page of the protocol has it: a token, a conference that runs, the ways in for a guest.
async fn asked(clinic: &Clinic) -> Asked {
    let http = reqwest::Client::new();
    let demo = clinic.demo().trueconf.clone().unwrap();
    let at = |path: &str| format!("http://{}{path}", clinic.address());
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &demo.client_id),
        ("client_secret", demo.client_secret.expose()),
    ];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let token = http.post(at("/oauth2/v1/token")).header("content-type", "application/x-www-form-urlencoded");
    let token = json_of(token.body(body)).await;
    let token = token["access_token"].as_str().unwrap();
    let wanted = json!({
        "type": 0, "topic": "A first talk", "owner": demo.owner, "description": "", "max_podiums": 4,
        "max_participants": 4, "schedule": {"type": -1}, "invitations": [{"id": demo.owner}],
        "allow_guests": true, "auto_invite": 1, "state": "running", "recording": 0, "stream_recording_state": 0,
        "rights": {"guest": {"chat_send": false, "desktop_sharing": false, "audio_send": false}, "user": {}},
        "allow_only_planned_participants": false,
    });
    let made = json_of(http.post(at("/api/v3.11/conferences")).bearer_auth(token).json(&wanted)).await;
    let id = made["conference"]["id"].as_str().unwrap().to_owned();
    let query = [("call_id", id.as_str()), ("user", "2$ada*Ada Example"), ("case", "join_conference_button")];
    let ways = http.get(at("/api/v3.11/software/clients")).bearer_auth(token).query(&query);
    let ways = json_of(ways).await;
    let web = ways["clients"].as_array().unwrap().iter().find(|way| way["type"] == "web").unwrap();
    Asked { frame: web["iframe"].as_str().unwrap().to_owned(), owner: owner_link(clinic, &id).await }
}

/// The owner finds the conference in its day.
async fn owner_link(clinic: &Clinic, id: &str) -> Secret {
    let http = reqwest::Client::new();
    let home = clinic.demo().home.as_ref().unwrap();
    let owner = &clinic.demo().trueconf.as_ref().unwrap().owner;
    let user = home.users.iter().find(|user| user.user_id == owner.as_str()).unwrap();
    let sign_in = json!({"user_id": user.user_id, "password": user.password});
    let signed_in = json_of(http.post(format!("{}/sign_in", home.endpoint)).json(&sign_in)).await;
    let token = signed_in["token"].as_str().unwrap();
    let day = json_of(http.get(format!("{}/visits", home.endpoint)).bearer_auth(token)).await;
    let name = json!(format!("trueconf:{id}"));
    let visit =
        day["visits"].as_array().unwrap().iter().find(|visit| visit["appointment_id"] == name).unwrap();
    let access_token = visit["access_token"].as_str().unwrap().into();
    let server = format!("http://{}/", clinic.address()).parse().unwrap();
    Link::Visit { server, access_token }.to_deep_link().into()
}

async fn json_of(request: reqwest::RequestBuilder) -> Value {
    request.send().await.unwrap().json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_frame_of_the_clinics_site_the_guest_joins_with_its_rights_and_its_leaving_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    SITE.get_or_init(|| listener.local_addr().unwrap().port());
    let clinic = Clinic::adjusted(may_be_shown).await;
    let asked = asked(&clinic).await;
    let named = Site::serve(listener, "localhost", &asked.frame).await;
    let unnamed =
        Site::serve(TcpListener::bind("127.0.0.1:0").await.unwrap(), "localhost", &asked.frame).await;

    let mut owner = Person::with_link(&asked.owner);
    owner.presses(VisitAction::Join).await;
    let browser = Browser::start(Devices::Allowed).await;
    let mut site = browser.open(&named.address, "").await;
    let mut guest = Guest { tab: browser.frame("/visit?").await };
    guest.goes_on().await;
    guest.tab.presses("[data-testid=action-join]").await;
    guest.sees_screen("started").await;
    owner.sees_others(1).await;
    guest.tab.sees("document.querySelector('[data-testid=tile]')").await;
    keeps_to_its_rights(&mut guest).await;
    owner
        .measures("the guest's pictures", |figures| figures.decoded().iter().any(|frames| *frames > 30))
        .await;
    assert_eq!(guest.tab.barriers().await, Vec::<String>::new());
    assert_eq!(site.value::<usize>("told.length").await, 0);

    guest.tab.presses("[data-testid=action-leave]").await;
    guest.tab.presses("[data-testid=confirm]").await;
    site.sees("told.length === 1 && JSON.stringify(told[0]) === '{\"type\":\"logout\"}'").await;
    site.goes("about:blank").await;
    shows_nothing(&browser, &unnamed).await;
    owner.closes().await;
}

/// What the conference's owner does not want is not offered, and said.
async fn keeps_to_its_rights(guest: &mut Guest) {
    guest
        .tab
        .sees("document.querySelector('[data-testid=switch-mic][aria-disabled=true][aria-checked=false]')")
        .await;
    guest.tab.presses("[data-testid=switch-mic]").await;
    guest
        .tab
        .sees("document.querySelector('[data-testid=media-not-allowed]').innerText.includes('microphone')")
        .await;
    guest.tab.sees("document.querySelector('[data-testid=switch-mic][aria-checked=false]')").await;
    assert!(guest.tab.value::<bool>("!document.querySelector('[data-testid=share]')").await);
    guest.tab.presses("[data-testid=chat-open]").await;
    guest.tab.sees("document.querySelector('[data-testid=chat-field]').disabled").await;
    assert!(guest.tab.value::<bool>("!document.querySelector('[data-testid=chat-attach]')").await);
}

/// Chromium asks for the page, and shows nothing of it: the site is not one of those that were named.
async fn shows_nothing(browser: &Browser, site: &Site) {
    let mut foreign = browser.open(&site.address, "").await;
    foreign.sees("document.readyState === 'complete'").await;
    let refused = |tab: &Tab| tab.complaints.iter().any(|complaint| complaint.contains("frame-ancestors"));
    let looking = async {
        while !refused(&foreign) {
            foreign.value::<bool>("true").await;
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.expect("Chromium says why it shows nothing");
    // What stands in the page's place is Chromium's own.
    let mut frame = browser.frame("/visit?").await;
    frame.sees("location.href.startsWith('chrome-error:') && !document.querySelector('[data-with-script], main[data-screen]')").await;
}
