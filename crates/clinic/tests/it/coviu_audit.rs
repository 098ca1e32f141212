//! What an integrator does stands in the audit trail, without a secret and without a name.

use crate::coviu_kit::{Integrator, demo_client, form, grant, participant, path};
use crate::kit::Clinic;
use rusqlite::Connection;
use serde_json::json;

#[tokio::test]
async fn every_step_stands_in_the_trail() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let session = integrator.session(10, 40).await;
    integrator.post(&format!("{}/participants", path(&session)), json!({"role": "guest"})).await;
    integrator.put(&participant(&session, 1), json!({"display_name": "Other"})).await;
    integrator.delete(&participant(&session, 1)).await;
    integrator.put(&path(&session), json!({"session_name": "Hip"})).await;
    integrator.delete(&participant(&session, 1)).await;
    let (key, secret) = demo_client(&clinic);
    form(&clinic, "token", (&key, "wrong"), &[("grant_type", "client_credentials")]).await;
    let (_, token) = grant(&clinic, &[("grant_type", "refresh_token"), ("refresh_token", "none")]).await;
    assert_eq!(token["error"], "invalid_grant");

    let owner = clinic.demo().coviu.as_ref().unwrap().user_id.to_string();
    let Clinic { running, folder, .. } = clinic;
    running.stop().await;
    let db = Connection::open(folder.path().join("clinic.db")).unwrap();
    let mut query = db.prepare("SELECT actor, action, subject FROM audit ORDER BY id").unwrap();
    let lines = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let lines: Vec<(String, String, String)> = lines.map(Result::unwrap).collect();
    let id = session["session_id"].as_str().unwrap();
    let of_session: Vec<_> = lines.iter().filter(|(_, _, subject)| subject == id).collect();
    let steps: Vec<_> =
        of_session.iter().map(|(actor, action, _)| (actor.as_str(), action.as_str())).collect();
    assert_eq!(
        steps,
        [
            ("coviu:demo-integrator", "create"),
            ("booking", "invite"),
            ("booking", "revise"),
            ("booking", "remove"),
            ("booking", "update_info"),
        ]
    );
    let desk: Vec<_> = lines.iter().filter(|(_, action, _)| action.starts_with("coviu")).collect();
    let desk: Vec<_> = desk.iter().map(|(actor, action, _)| (actor.as_str(), action.as_str())).collect();
    assert_eq!(
        desk,
        [
            (owner.as_str(), "coviu_grant"),
            ("", "coviu_client_refused"),
            ("demo-integrator", "coviu_grant_refused"),
        ]
    );
    let text = format!("{lines:?}");
    assert!(!text.contains("Guestsson") && !text.contains("Knee") && !text.contains(&secret));
}
