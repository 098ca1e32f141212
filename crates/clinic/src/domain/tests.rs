use super::*;
use crate::store::SqliteStore;
use serde_json::json;
use tempfile::TempDir;
use time::macros::datetime;

const NOON: OffsetDateTime = datetime!(2026-11-21 12:00 UTC);

struct Fixture {
    clinic: Arc<Clinic>,
    live: Arc<Live>,
    _folder: TempDir,
}

async fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(folder.path()).unwrap());
    let clinic = Clinic::open(store, Clock::new(|| NOON), None, TaskTracker::new()).await.unwrap();
    let info = json!({
        "appointmentId": "a", "isOpen": true, "l10n": "en", "organizationInfo": {"id": "o", "title": "O"},
        "filialInfo": {"id": "f", "title": "F", "timezone": "UTC"}, "openingDurationSeconds": 0, "otp": false,
        "scheduledDurationSeconds": 600, "scheduledStart": "2026-11-21T12:00:00Z", "services": [],
        "clients": [{"id": "p", "name": "N", "surname": "S"}],
        "specialists": [{"id": "d", "name": "N", "surname": "S", "profession": "P"}],
    });
    let info = serde_json::from_value(info).unwrap();
    let live = clinic.create(info, Participant::specialist("d"), None).await.unwrap();
    Fixture { clinic, live, _folder: folder }
}

fn people() -> [Actor; 2] {
    [Participant::specialist("d"), Participant::client("p")].map(Actor::Participant)
}

#[tokio::test]
async fn what_is_chosen_by_status_is_chosen_in_its_turn() {
    let Fixture { clinic, live, _folder } = fixture().await;
    let [doctor, patient] = people();
    clinic.apply(&live, Command::Join, doctor).await.unwrap();
    // Waits for its turn while the other one's join is under way, which starts the visit.
    let turn = live.hold().await;
    let join = tokio::spawn({
        let (clinic, live, patient) = (Arc::clone(&clinic), Arc::clone(&live), patient.clone());
        async move { clinic.apply(&live, Command::Join, patient).await }
    });
    tokio::task::yield_now().await;
    let wish = tokio::spawn({
        let (clinic, live) = (Arc::clone(&clinic), Arc::clone(&live));
        let choose = |status: Status| (!status.is_started()).then_some(Command::Cancel);
        async move { clinic.apply_by_status(&live, patient, choose).await }
    });
    tokio::task::yield_now().await;
    drop(turn);
    assert_eq!(join.await.unwrap().unwrap(), Status::Started);
    let refused = wish.await.unwrap();
    assert!(matches!(refused, Err(ClinicError::Refused(Refusal::WrongStatusChange))), "{refused:?}");
    assert_eq!(live.status(), Status::Started);
}

#[tokio::test]
async fn it_is_written_down_that_the_server_is_alive_only_while_a_visit_is_known_to_run() {
    let Fixture { clinic, live, _folder } = fixture().await;
    let stopped = tokio_util::sync::CancellationToken::new();
    stopped.cancel();
    let note = async || {
        stay_alive(Arc::clone(&clinic), ALIVE_EVERY, stopped.clone()).await;
        alive::last(&*clinic.store).await.unwrap()
    };
    assert_eq!(note().await, None);
    for who in people() {
        clinic.apply(&live, Command::Join, who).await.unwrap();
    }
    live.set_awaiting(true);
    assert_eq!(note().await, None);
    live.set_awaiting(false);
    let going_on = tokio_util::sync::CancellationToken::new();
    let every = std::time::Duration::from_millis(1);
    let task = tokio::spawn(stay_alive(Arc::clone(&clinic), every, going_on.clone()));
    while alive::last(&*clinic.store).await.unwrap().is_none() {
        tokio::time::sleep(every).await;
    }
    assert_eq!(alive::last(&*clinic.store).await.unwrap(), Some(NOON));
    going_on.cancel();
    task.await.unwrap();
}
