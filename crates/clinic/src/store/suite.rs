//! What every store must do. `reopen` gives the store as it is after a restart.

mod calls;
mod chat;
mod xassist;

pub(super) use calls::{run as run_calls, run_whole as run_whole_calls};
pub(super) use chat::{agree, run as run_chat, steps};
pub(super) use xassist::run as run_xassist;

use super::{
    AuditLine, ConferenceRecord, Face, Mark, MarkKind, Pass, RefreshSwap, RefreshToken, Refreshed, SignIns,
    Staff, Store, StoreError, Summary,
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
    a_refresh_token_that_is_shown_again_ends_its_family(&store).await;
    ended_sign_ins_are_counted(&store).await;
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
        asked_in: Vec::new(),
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

fn refresh(text: &str, user_id: Option<&str>) -> RefreshToken {
    RefreshToken {
        digest: digest(text),
        client: "key".to_owned(),
        user_id: user_id.map(Into::into),
        endings: 0,
        expires_at: NOW + Duration::minutes(1),
    }
}

/// Shows a refresh token for the next one, as a client of the specialist `d`.
async fn swap(store: &impl Store, shown: &str, next: &str, client: &str, now: OffsetDateTime) -> Refreshed {
    let swap = RefreshSwap {
        shown: digest(shown),
        client: client.to_owned(),
        owner: "d".into(),
        next: digest(next),
        expires_at: NOW + Duration::minutes(1),
    };
    store.swap_refresh(swap, now).await.unwrap()
}

fn next() -> Refreshed {
    Refreshed::Next { user: "d".into(), endings: 0 }
}

async fn refresh_tokens_work_once(store: &impl Store) {
    let later = NOW + Duration::minutes(1);
    for text in ["first", "old", "second", "third"] {
        store.put_refresh(refresh(text, (text == "third").then_some("d")), NOW, 3).await.unwrap();
    }
    assert_eq!(swap(store, "first", "a", "key", NOW).await, Refreshed::Unknown, "three are kept");
    assert_eq!(swap(store, "second", "a", "other", NOW).await, Refreshed::Unknown);
    assert_eq!(swap(store, "second", "a", "key", NOW).await, next(), "another client took nothing away");
    assert_eq!(swap(store, "a", "b", "key", NOW).await, next());
    assert_eq!(swap(store, "third", "c", "key", NOW).await, next());
    let stranger = RefreshToken { digest: digest("stranger"), ..refresh("", Some("nobody")) };
    store.put_refresh(stranger, NOW, 9).await.unwrap();
    assert_eq!(swap(store, "stranger", "x", "key", NOW).await, Refreshed::Unknown, "on nobody's behalf");
    store.put_refresh(refresh("stale", None), NOW, 9).await.unwrap();
    let new = RefreshToken { client: "other".to_owned(), ..refresh("new", None) };
    store
        .put_refresh(RefreshToken { expires_at: later + Duration::minutes(1), ..new }, later, 9)
        .await
        .unwrap();
    assert_eq!(swap(store, "stale", "y", "key", NOW).await, Refreshed::Unknown, "what is over is swept");
}

async fn a_refresh_token_that_is_shown_again_ends_its_family(store: &impl Store) {
    for text in ["mine", "theirs"] {
        store.put_refresh(refresh(text, Some("d")), NOW, 9).await.unwrap();
    }
    assert_eq!(swap(store, "mine", "mine-2", "key", NOW).await, next());
    assert_eq!(swap(store, "mine-2", "mine-3", "key", NOW).await, next());
    assert_eq!(swap(store, "mine", "stolen", "other", NOW).await, Refreshed::Unknown, "not that client's");
    assert_eq!(swap(store, "mine", "stolen", "key", NOW).await, Refreshed::Again);
    for text in ["mine", "mine-2", "mine-3", "stolen"] {
        assert_eq!(swap(store, text, "z", "key", NOW).await, Refreshed::Unknown, "{text}");
    }
    assert_eq!(swap(store, "theirs", "theirs-2", "key", NOW).await, next(), "of another grant");
    assert!(!store.revoke_refresh(digest("theirs"), "other".to_owned()).await.unwrap());
    assert!(store.revoke_refresh(digest("theirs"), "key".to_owned()).await.unwrap());
    assert_eq!(swap(store, "theirs-2", "z", "key", NOW).await, Refreshed::Unknown);
}

async fn ended_sign_ins_are_counted(store: &impl Store) {
    let line = |action| AuditLine { at: NOW, actor: "booking".to_owned(), action, subject: String::new() };
    let staff =
        || Staff { user_id: "e".into(), name: "E".into(), clinic: "C".to_owned(), password_hash: None };
    let endings = async || store.sign_in_endings("e".into()).await.unwrap();
    assert_eq!(endings().await, None);
    store.change_staff(staff(), SignIns::Stay, line("staff_add")).await.unwrap();
    assert_eq!(endings().await, Some(0));
    store.put_refresh(refresh("late", Some("e")), NOW, 9).await.unwrap();
    store.change_staff(staff(), SignIns::End, line("staff_password")).await.unwrap();
    assert_eq!(endings().await, Some(1));
    // Asked for before, and kept only now.
    store.put_refresh(refresh("later", Some("e")), NOW, 9).await.unwrap();
    for text in ["late", "later"] {
        assert_eq!(swap(store, text, "z", "key", NOW).await, Refreshed::Unknown, "{text}");
    }
    assert!(store.remove_staff("e".into(), line("staff_remove")).await.unwrap());
    assert_eq!(endings().await, None);
    store.change_staff(staff(), SignIns::Stay, line("staff_add")).await.unwrap();
    assert_eq!(endings().await, Some(2), "whoever has the login now has nothing of before");
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
