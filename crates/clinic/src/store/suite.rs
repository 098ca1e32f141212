//! What every store must do. `reopen` gives the store as it is after a restart.

use super::{AuditLine, ConferenceRecord, Pass, Staff, Store, StoreError};
use crate::keys::digest;
use consilium_model::{Actor, Change, Event, Participant, Status};
use serde_json::json;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const NOW: OffsetDateTime = datetime!(2026-11-21 12:00 UTC);

pub(super) async fn run<S: Store>(reopen: impl Fn() -> S) {
    let store = reopen();
    settings_keep_the_first_value(&store).await;
    events_come_back_in_order(&store).await;
    codes_work_once(&store).await;
    sessions_end(&store).await;
    store.close().await;
    assert!(matches!(store.setting("a").await, Err(StoreError::Closed)));
    let store = reopen();
    assert_eq!(store.setting("a").await.unwrap().as_deref(), Some("3"));
    assert_eq!(store.conferences(NOW).await.unwrap()[0].events.len(), 3);
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
    ConferenceRecord { id: "c".into(), created_at: NOW, creator: Participant::specialist("d"), info }
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

fn pass(token: &str) -> Pass {
    Pass { digest: digest(token), user_id: "d".into(), expires_at: NOW + Duration::minutes(1) }
}

async fn codes_work_once(store: &impl Store) {
    let staff =
        Staff { user_id: "d".into(), name: "N".into(), clinic: "C".into(), password_hash: "H".into() };
    store.put_staff(staff.clone()).await.unwrap();
    assert_eq!(store.staff("d".into()).await.unwrap(), Some(staff));
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
