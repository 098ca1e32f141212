//! `demo.json`: what it holds, who may read it, and what stays after a restart.

use crate::kit::Clinic;
use consilium_wire::demo::{Demo, DemoRole};
use consilium_wire::im::UserRole;
use serde_json::json;

fn read(clinic: &Clinic) -> Demo {
    let text = std::fs::read_to_string(clinic.folder.path().join("demo.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn points_at_everything_that_is_there() {
    let clinic = Clinic::start().await;
    let demo = read(&clinic);
    assert_eq!(demo.base_url, format!("http://{}", clinic.running.addr));
    let medme = demo.medme.unwrap();
    assert_eq!(medme.ws, format!("ws://{}/meets/v1/ws", clinic.running.addr));
    assert_eq!(&medme.api_key, clinic.running.api_key());
    let coviu = demo.coviu.unwrap();
    assert_eq!(coviu.endpoint, format!("http://{}/v1", clinic.running.addr));
    let trueconf = demo.trueconf.unwrap();
    assert_eq!(trueconf.server, demo.base_url);
    assert!(demo.home.unwrap().users.iter().any(|user| user.user_id == trueconf.owner.as_str()));
    let xassist = demo.xassist.unwrap();
    assert_eq!(xassist.server, demo.base_url);
    let login = json!({
        "userId": xassist.user_id, "domain": xassist.domain, "password": xassist.password.expose(),
    });
    let answer = clinic.http.post(clinic.url("/auth/login")).json(&login).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let messenger = demo.im.unwrap();
    assert_eq!(messenger.ws, format!("ws://{}/api/v2/ws", clinic.running.addr));
    let patients = messenger.users.iter().filter(|user| user.role == UserRole::Patient);
    assert_eq!((patients.count(), messenger.users.len()), (4, 7));
    let count =
        |visit: &str, role| demo.links.iter().filter(|link| link.visit == visit && link.role == role).count();
    assert_eq!((count("now", DemoRole::Specialist), count("now", DemoRole::Patient)), (1, 1));
    assert_eq!((count("group", DemoRole::Specialist), count("group", DemoRole::Patient)), (1, 2));
    assert!(count("later", DemoRole::Specialist) > 0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = std::fs::metadata(clinic.folder.path().join("demo.json")).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_restart_keeps_the_clinic_and_a_new_day_brings_new_visits() {
    let clinic = Clinic::start().await;
    let before = read(&clinic);
    let clinic = clinic.restart().await;
    let after = read(&clinic);
    let names = |demo: &Demo| demo.links.iter().map(|link| link.name.clone()).collect::<Vec<_>>();
    let tokens =
        |demo: &Demo| demo.links.iter().map(|link| crate::kit::token_of(&link.deep_link)).collect::<Vec<_>>();
    assert_eq!(tokens(&before), tokens(&after));
    let user = |demo: &Demo| demo.home.as_ref().unwrap().users[0].clone();
    assert_eq!(user(&before).password, user(&after).password);
    assert_ne!(user(&before).sign_in_link, user(&after).sign_in_link);

    clinic.pass(24 * 3600);
    let clinic = clinic.restart().await;
    let next_day = read(&clinic);
    assert_eq!(names(&after), names(&next_day));
    assert_ne!(tokens(&after), tokens(&next_day));
    clinic.running.stop().await;
}
