//! A made-up clinic, to try everything at once: its people, its visits of today, and `DATA/demo.json`.
//!
//! Made once in an empty database. A later start with the same folder serves the same clinic; when its visits are
//! over it gets new ones.

mod cast;
mod file;

use crate::coviu::CoviuClient;
use crate::domain::{ClinicError, Live};
use crate::im;
use crate::keys::Keys;
use crate::server::App;
use crate::store::{Staff, Store, StoreError};
use crate::trueconf::TrueConfClient;
use cast::Cast;
use consilium_model::{ConferenceId, Locale, Participant, Role, UserId};
use consilium_wire::demo::{Coviu, Demo, DemoLink, Home, HomeUser, Im, ImUser, MedMe, TrueConf, XAssist};
use consilium_wire::im::UserRole;
use consilium_wire::link::Link;
use consilium_wire::medme::ConferenceInfo;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

const SETTING: &str = "demo";
/// A visit that was due so long ago is not of today any more.
const STALE: Duration = Duration::hours(12);

/// The API key of the made-up integrator.
const COVIU_KEY: &str = "demo-integrator";

/// What is remembered of the made-up clinic.
#[derive(Serialize, Deserialize)]
struct Memory {
    locale: Locale,
    visits: Vec<MemoryOfVisit>,
}

#[derive(Serialize, Deserialize)]
struct MemoryOfVisit {
    label: String,
    conference: ConferenceId,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A visit could not be made.
    #[error(transparent)]
    Clinic(#[from] ClinicError),
    /// `demo.json` could not be written.
    #[error("demo.json: {0}")]
    File(#[from] std::io::Error),
}

/// Takes away what an earlier server has left, so that whoever waits for `demo.json` waits for this one's.
pub(crate) fn forget_file(folder: &Path) -> std::io::Result<()> {
    file::remove(folder)
}

/// Makes the clinic, or finds it, and writes `demo.json` into `folder`.
pub(crate) async fn prepare(
    app: &App,
    store: &dyn Store,
    locale: Locale,
    folder: &Path,
) -> Result<Demo, DemoError> {
    let memory = match store.setting(SETTING).await? {
        Some(text) => Some(serde_json::from_str::<Memory>(&text).map_err(StoreError::from)?),
        None => None,
    };
    // The language is chosen once: the people of a clinic do not change their names at a restart.
    let locale = memory.as_ref().map_or(locale, |memory| memory.locale);
    let cast = Cast::of(locale);
    for member in cast.staff() {
        if store.staff(member.id.as_str().into()).await?.is_some() {
            continue;
        }
        let password = app.clinic.keys().demo_password(&member.id);
        app.staff
            .enroll(member.id.as_str().into(), member.full_name(), cast.clinic.to_owned(), password)
            .await?;
    }
    if memory.is_none() {
        enroll_colleagues(app, store, &cast).await?;
    }
    let visits = match memory.and_then(|memory| still_good(app, &memory)) {
        Some(visits) => visits,
        None => make_visits(app, store, &cast).await?,
    };
    let demo = Demo {
        base_url: base_url(app),
        medme: Some(medme(app)),
        im: Some(messenger(app, &cast, &visits)),
        trueconf: trueconf(app, &cast),
        xassist: xassist(app, &cast),
        home: Some(home(app, &cast).await?),
        coviu: coviu(app, &cast),
        links: visits.iter().flat_map(|(label, live)| links(app, label, live)).collect(),
    };
    file::write(folder, &demo)?;
    Ok(demo)
}

/// Those who are there to be called.
async fn enroll_colleagues(app: &App, store: &dyn Store, cast: &Cast) -> Result<(), DemoError> {
    for member in cast.colleagues() {
        let (user_id, name) = (member.id.as_str().into(), member.full_name());
        store.put_staff(Staff { user_id, name, clinic: cast.clinic.to_owned(), password_hash: None }).await?;
    }
    for team in cast.teams() {
        app.contacts.put_team(team).await?;
    }
    Ok(())
}

type Visits = Vec<(String, Arc<Live>)>;

/// The remembered visits, if at least one of them is still to come or under way.
fn still_good(app: &App, memory: &Memory) -> Option<Visits> {
    let stale = app.clinic.clock().now() - STALE;
    let visits = memory.visits.iter();
    let visits = visits.map(|visit| Some((visit.label.clone(), app.clinic.conference(&visit.conference)?)));
    let visits: Visits = visits.collect::<Option<_>>()?;
    let is_good = |live: &Live| {
        let view = live.view();
        let started = view.conference.status().is_started();
        started || (!view.conference.status().is_ended() && live.record().info.scheduled_start > stale)
    };
    visits.iter().any(|(_, live)| is_good(live)).then_some(visits)
}

async fn make_visits(app: &App, store: &dyn Store, cast: &Cast) -> Result<Visits, DemoError> {
    let now = app.clinic.clock().now();
    let mut visits = Visits::new();
    for (label, info) in plans(cast, five_minutes(now)) {
        let creator = Participant::specialist(info.specialists[0].id.clone());
        visits.push((label.to_owned(), app.clinic.create(info, creator, None).await?));
    }
    let remember = |(label, live): &(String, Arc<Live>)| MemoryOfVisit {
        label: label.clone(),
        conference: live.id().clone(),
    };
    let memory = Memory { locale: cast.locale, visits: visits.iter().map(remember).collect() };
    let memory = serde_json::to_string(&memory).map_err(StoreError::from)?;
    store.set_setting(SETTING, memory).await?;
    Ok(visits)
}

/// `now` down to five minutes: appointments are on the clock.
fn five_minutes(now: OffsetDateTime) -> OffsetDateTime {
    let past = Duration::minutes(i64::from(now.minute() % 5)) + Duration::seconds(now.second().into());
    now - past - Duration::nanoseconds(now.nanosecond().into())
}

/// One visit to be held at once, one of three people soon, one later with colleagues.
fn plans(cast: &Cast, now: OffsetDateTime) -> [(&'static str, ConferenceInfo); 3] {
    let start = |minutes| now + Duration::minutes(minutes);
    [
        ("now", cast.visit("now", start(0), 30, &[0], &[0])),
        ("group", cast.visit("group", start(45), 45, &[0], &[1, 2])),
        ("later", cast.visit("later", start(180), 20, &[0, 1, 2], &[3])),
    ]
}

/// The program that may use the `TrueConf` face of a made-up clinic.
pub(crate) fn trueconf_client(keys: &Keys) -> TrueConfClient {
    let id = "demo-site".to_owned();
    TrueConfClient { secret: keys.demo_password(&format!("trueconf {id}")), id }
}

fn trueconf(app: &App, cast: &Cast) -> Option<TrueConf> {
    let TrueConfClient { id, secret } = trueconf_client(app.clinic.keys());
    let owner = UserId::from(cast.staff().next()?.id.as_str());
    Some(TrueConf { server: base_url(app), client_id: id, client_secret: secret, owner })
}

fn xassist(app: &App, cast: &Cast) -> Option<XAssist> {
    let member = cast.staff().next()?;
    Some(XAssist {
        server: base_url(app),
        domain: app.xassist.domain().to_owned(),
        user_id: UserId::from(member.id.as_str()),
        password: app.clinic.keys().demo_password(&member.id),
    })
}

fn base_url(app: &App) -> String {
    app.public_url.as_str().trim_end_matches('/').to_owned()
}

fn medme(app: &App) -> MedMe {
    let endpoint = format!("{}/meets/v1", base_url(app));
    // `https` becomes `wss` the same way.
    let ws = format!("{}/ws", endpoint.replacen("http", "ws", 1));
    MedMe { endpoint, ws, api_key: app.clinic.api_key().clone() }
}

/// The specialists with their passwords, the patients with the token of their first visit.
fn messenger(app: &App, cast: &Cast, visits: &Visits) -> Im {
    let endpoint = format!("{}/api/v2", base_url(app));
    let ws = format!("{}/ws", endpoint.replacen("http", "ws", 1));
    let doctor = |member: &cast::Member| ImUser {
        user_id: member.id.as_str().into(),
        role: UserRole::Doctor,
        password: app.clinic.keys().demo_password(&member.id),
    };
    let mut users: Vec<_> = cast.staff().map(doctor).collect();
    for (live, who) in
        visits.iter().flat_map(|(_, live)| live.participants().into_iter().map(move |who| (live, who)))
    {
        let Some(user_id) = im::user_of(&who) else { continue };
        if !users.iter().any(|user| user.user_id == user_id) {
            let password = app.clinic.keys().access_token(live.id(), &who);
            users.push(ImUser { user_id, role: UserRole::Patient, password });
        }
    }
    Im { endpoint, ws, users }
}

/// An integrator of the first specialist's.
fn coviu(app: &App, cast: &Cast) -> Option<Coviu> {
    let owner = UserId::from(cast.staff().next()?.id.as_str());
    let key_secret = app.clinic.keys().demo_password(&format!("coviu:{owner}"));
    let client = CoviuClient { key: COVIU_KEY.to_owned(), secret: key_secret.clone(), owner: owner.clone() };
    app.coviu.add_client(client);
    let endpoint = format!("{}/v1", base_url(app));
    Some(Coviu { endpoint, api_key: COVIU_KEY.to_owned(), key_secret, user_id: owner })
}

async fn home(app: &App, cast: &Cast) -> Result<Home, DemoError> {
    let mut users = Vec::new();
    for member in cast.staff() {
        let code = app.staff.invite(UserId::from(member.id.as_str())).await?;
        let link = Link::SignIn { server: app.public_url.clone(), code };
        users.push(HomeUser {
            user_id: member.id.clone(),
            password: app.clinic.keys().demo_password(&member.id),
            sign_in_link: link.to_deep_link().into(),
        });
    }
    Ok(Home { endpoint: format!("{}/home/v1", base_url(app)), users })
}

fn links(app: &App, label: &str, live: &Live) -> Vec<DemoLink> {
    let link = |who: Participant| {
        let access_token = app.clinic.keys().access_token(live.id(), &who);
        // The token is in base64url, which needs no escaping.
        let web_link = format!("{}/visit?at={}", base_url(app), access_token.expose());
        let link = Link::Visit { server: app.public_url.clone(), access_token };
        DemoLink {
            role: Role::into(who.role),
            name: live.name_of(&who).unwrap_or_default().into_inner(),
            visit: label.to_owned(),
            deep_link: link.to_deep_link().into(),
            web_link: web_link.into(),
        }
    };
    live.participants().into_iter().map(link).collect()
}
