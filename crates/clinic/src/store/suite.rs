//! What every store must do. `reopen` gives the store as it is after a restart.

mod chat;
mod xassist;

pub(super) use chat::{agree, run as run_chat, steps};
pub(super) use xassist::run as run_xassist;

use super::{
    AuditLine, ConferenceRecord, Face, Mark, MarkKind, Pass, RefreshToken, Staff, Store, StoreError, Summary,
};
use crate::keys::digest;
use consilium_model::{Actor, Change, Event, Participant, Status};
use consilium_wire::home::calls::{Team, TeamId};
use consilium_wire::record::CallSummary;
use serde_json::json;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const NOW: OffsetDateTime = datetime!(2026-11-21 12:00 UTC);

pub(super) async fn run<S: Store>(reopen: impl Fn() -> S) {
    let store = reopen();
    settings_keep_the_first_value(&store).await;
    events_come_back_in_order(&store).await;
    edits_replace_the_record(&store).await;
    marks_are_set_or_not(&store).await;
    long_ones_count_by_their_last_event(&store).await;
    the_newest_summaries_are_kept(&store).await;
    codes_work_once(&store).await;
    sessions_end(&store).await;
    refresh_tokens_work_once(&store).await;
    teams_have_whoever_may_sign_in(&store).await;
    store.close().await;
    assert!(matches!(store.setting("a").await, Err(StoreError::Closed)));
    let store = reopen();
    assert_eq!(store.setting("a").await.unwrap().as_deref(), Some("3"));
    assert_eq!(store.conferences(NOW).await.unwrap()[0].events.len(), 4);
    assert_eq!(store.summaries("c".into()).await.unwrap().len(), 3);
    assert_eq!(store.undisturbed().await.unwrap(), ["d".into()]);
    assert_eq!(store.teams().await.unwrap().len(), 1);
    store.close().await;
}

async fn settings_keep_the_first_value(store: &impl Store) {
    assert_eq!(store.setting_or_insert("a", "1".to_owned()).await.unwrap(), "1");
    assert_eq!(store.setting_or_insert("a", "2".to_owned()).await.unwrap(), "1");
    store.set_setting("a", "3".to_owned()).await.unwrap();
}

fn record() -> ConferenceRecord {
    let info = json!({
        "appointmentId": "a", "isOpen": false, "l10n": "en", "organizationInfo": {"id": "o", "title": "O"},
        "filialInfo": {"id": "f", "title": "F", "timezone": "UTC"}, "openingDurationSeconds": 0, "otp": false,
        "scheduledDurationSeconds": 600, "scheduledStart": "2026-11-21T12:00:00Z", "services": [], "clients": [],
        "specialists": [{"id": "d", "name": "N", "surname": "S", "profession": "P"}],
    });
    let info = serde_json::from_value(info).unwrap();
    let creator = Participant::specialist("d");
    ConferenceRecord {
        id: "c".into(),
        created_at: NOW,
        creator,
        info,
        visitors: Vec::new(),
        web_hook: None,
        face: Face::Medme,
    }
}

fn audit() -> AuditLine {
    AuditLine { at: NOW, actor: "booking".to_owned(), action: "create", subject: "c".to_owned() }
}

async fn events_come_back_in_order(store: &impl Store) {
    store.create(record(), audit()).await.unwrap();
    assert!(store.create(record(), audit()).await.is_err(), "an id is used once");
    let event = |to| Event { at: NOW, by: Actor::Booking, change: Change::Moved { to } };
    let (open, started) = (event(Status::OpenForJoining), event(Status::Started));
    store.append("c".into(), 0, vec![open.clone()]).await.unwrap();
    let late = store.append("c".into(), 0, vec![started.clone()]).await;
    assert!(matches!(late, Err(StoreError::Conflict)));
    store.append("c".into(), 1, vec![started.clone(), open.clone()]).await.unwrap();
    let stored = store.conferences(NOW).await.unwrap();
    assert_eq!((stored.len(), &stored[0].record), (1, &record()));
    assert_eq!(stored[0].events, [open.clone(), started, open]);
    assert!(store.conferences(NOW + Duration::minutes(11)).await.unwrap().is_empty());
}

async fn edits_replace_the_record(store: &impl Store) {
    let mut longer = record();
    longer.info.scheduled_duration_seconds = 6000;
    let event = Event { at: NOW, by: Actor::Booking, change: Change::Moved { to: Status::Started } };
    let late = store.edit(longer.clone(), 2, vec![event.clone()], audit()).await;
    assert!(matches!(late, Err(StoreError::Conflict)));
    store.edit(longer.clone(), 3, vec![event], audit()).await.unwrap();
    let stored = store.conferences(NOW + Duration::minutes(11)).await.unwrap();
    assert_eq!((&stored[0].record, stored[0].events.len()), (&longer, 4));
    assert!(store.conferences(NOW + Duration::days(1)).await.unwrap().is_empty());
}

async fn marks_are_set_or_not(store: &impl Store) {
    let mark = |kind| Mark { conference: "c".into(), kind };
    let who = || Participant::client("p");
    let told = mark(MarkKind::CompleteTold);
    let of_one = [MarkKind::Seat(who()), MarkKind::Verified(who()), MarkKind::LinkTold(who())].map(mark);
    for mark in [&told].into_iter().chain(&of_one).chain(&of_one) {
        store.set_mark(mark.clone()).await.unwrap();
    }
    let all = store.marks(NOW).await.unwrap();
    assert!(all.len() == 4 && of_one.iter().all(|mark| all.contains(mark)));
    for mark in of_one {
        store.clear_mark(mark).await.unwrap();
    }
    assert_eq!(store.marks(NOW).await.unwrap(), [told]);
    assert!(store.marks(NOW + Duration::days(1)).await.unwrap().is_empty());
}

async fn long_ones_count_by_their_last_event(store: &impl Store) {
    let late = NOW + Duration::days(9);
    let event = |at| Event { at, by: Actor::Booking, change: Change::Moved { to: Status::Started } };
    let long = ConferenceRecord { id: "long".into(), ..record() };
    store.create(long.clone(), audit()).await.unwrap();
    store.append("long".into(), 0, vec![event(NOW), event(late)]).await.unwrap();
    store.set_mark(Mark { conference: "long".into(), kind: MarkKind::CompleteTold }).await.unwrap();
    assert_eq!(store.conferences(late).await.unwrap()[0].record.id, long.id);
    assert_eq!(store.marks(late).await.unwrap().len(), 1);
    let later = late + Duration::minutes(1);
    store.edit(long, 2, vec![event(later)], audit()).await.unwrap();
    assert_eq!(store.conferences(later).await.unwrap().len(), 1);
    assert!(store.conferences(later + Duration::SECOND).await.unwrap().is_empty());
}

async fn the_newest_summaries_are_kept(store: &impl Store) {
    let of = |by: &Participant, minutes| Summary {
        conference: "c".into(),
        by: by.clone(),
        at: NOW + Duration::minutes(minutes),
        summary: CallSummary::default(),
    };
    let (patient, doctor) = (Participant::client("p"), Participant::specialist("d"));
    for (by, minutes) in [(&patient, 1), (&doctor, 2), (&patient, 3), (&patient, 4)] {
        store.add_summary(of(by, minutes), 2).await.unwrap();
    }
    let kept = store.summaries("c".into()).await.unwrap();
    assert_eq!(kept, [of(&doctor, 2), of(&patient, 3), of(&patient, 4)]);
    assert_eq!(store.summaries("long".into()).await.unwrap(), []);
}

fn pass(token: &str) -> Pass {
    Pass { digest: digest(token), user_id: "d".into(), expires_at: NOW + Duration::minutes(1) }
}

async fn codes_work_once(store: &impl Store) {
    let staff =
        Staff { user_id: "d".into(), name: "N".into(), clinic: "C".into(), password_hash: Some("H".into()) };
    store.put_staff(staff.clone()).await.unwrap();
    assert_eq!(store.staff("d".into()).await.unwrap(), Some(staff.clone()));
    assert_eq!(store.all_staff().await.unwrap(), [staff]);
    store.put_code(pass("code")).await.unwrap();
    store.put_code(pass("old")).await.unwrap();
    assert_eq!(store.take_code(digest("code"), NOW).await.unwrap(), Some("d".into()));
    assert_eq!(store.take_code(digest("code"), NOW).await.unwrap(), None);
    assert_eq!(store.take_code(digest("old"), NOW + Duration::minutes(1)).await.unwrap(), None);
}

async fn sessions_end(store: &impl Store) {
    store.put_session(pass("session")).await.unwrap();
    assert_eq!(store.session(digest("session"), NOW).await.unwrap(), Some("d".into()));
    assert_eq!(store.session(digest("session"), NOW + Duration::minutes(1)).await.unwrap(), None);
    store.drop_session(digest("session")).await.unwrap();
    assert_eq!(store.session(digest("session"), NOW).await.unwrap(), None);
}

async fn refresh_tokens_work_once(store: &impl Store) {
    let later = NOW + Duration::minutes(1);
    let token = |text: &str, user_id: Option<&str>| RefreshToken {
        digest: digest(text),
        client: "key".to_owned(),
        user_id: user_id.map(Into::into),
        expires_at: later,
    };
    let take = async |text: &str, client: &str, now| {
        store.take_refresh(digest(text), client.to_owned(), now).await.unwrap()
    };
    for text in ["first", "old", "second", "third"] {
        store.put_refresh(token(text, (text == "third").then_some("d")), NOW, 3).await.unwrap();
    }
    assert_eq!(take("first", "key", NOW).await, None, "three are kept");
    assert_eq!(take("old", "key", later).await, None);
    assert_eq!(take("second", "other", NOW).await, None);
    assert_eq!(
        take("second", "key", NOW).await,
        Some(token("second", None)),
        "another client took nothing away"
    );
    assert_eq!(take("third", "key", NOW).await, Some(token("third", Some("d"))));
    assert_eq!(take("third", "key", NOW).await, None);
    store.put_refresh(token("stale", None), NOW, 3).await.unwrap();
    store
        .put_refresh(RefreshToken { client: "other".to_owned(), ..token("new", None) }, later, 3)
        .await
        .unwrap();
    assert_eq!(take("stale", "key", NOW).await, None, "what is over is swept");
}

async fn teams_have_whoever_may_sign_in(store: &impl Store) {
    let member = |login: &str| Staff {
        user_id: login.into(),
        name: "N".into(),
        clinic: String::new(),
        password_hash: None,
    };
    for login in ["e", "f"] {
        store.put_staff(member(login)).await.unwrap();
    }
    let team = |name: &str, members: &[&str]| Team {
        id: TeamId("t".to_owned()),
        name: name.to_owned(),
        members: members.iter().map(|login| (*login).into()).collect(),
    };
    let put = store.put_team(team("Old", &["d", "nobody"]), audit()).await.unwrap();
    assert_eq!(put, ["d".into()]);
    store.put_team(team("New", &["f", "e", "d", "e"]), audit()).await.unwrap();
    assert_eq!(store.teams().await.unwrap(), [team("New", &["f", "e", "d"])]);
    for (login, on) in [("d", true), ("e", true), ("f", true), ("f", false), ("nobody", true)] {
        store.set_undisturbed(login.into(), on).await.unwrap();
    }
    store.remove_staff("e".into(), audit()).await.unwrap();
    store.put_staff(member("e")).await.unwrap();
    assert_eq!(store.teams().await.unwrap(), [team("New", &["f", "d"])], "not even one of the same login");
    assert_eq!(store.undisturbed().await.unwrap(), ["d".into()]);
    let other = Team { id: TeamId("u".to_owned()), ..team("Other", &["d"]) };
    store.put_team(other, audit()).await.unwrap();
    assert!(store.remove_team(TeamId("u".to_owned()), audit()).await.unwrap());
    assert!(!store.remove_team(TeamId("u".to_owned()), audit()).await.unwrap());
}
