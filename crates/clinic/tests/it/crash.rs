//! The binary is killed in mid-visit: what it has acknowledged is there after the next start.

use consilium_wire::demo::{Demo, DemoRole};
use consilium_wire::link::Link;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub(crate) fn start(folder: &Path) -> Child {
    let mut server = Command::new(env!("CARGO_BIN_EXE_clinic-server"));
    server.args(["--demo", "--demo-locale", "he", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
    server.env("CONSILIUM_PROFILE", "test").stderr(Stdio::null()).spawn().unwrap()
}

pub(crate) async fn demo(folder: &Path, old: Option<&str>) -> Demo {
    loop {
        let text = std::fs::read_to_string(folder.join("demo.json")).unwrap_or_default();
        match serde_json::from_str::<Demo>(&text) {
            Ok(demo) if old != Some(demo.base_url.as_str()) => return demo,
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn call(demo: &Demo, method: &str, token: &str) -> Value {
    let url = format!("{}/meets/v1/{method}", demo.base_url);
    let body = json!({ "access_token": token });
    reqwest::Client::new().post(url).json(&body).send().await.unwrap().json().await.unwrap()
}

pub(crate) fn token(demo: &Demo, role: DemoRole) -> String {
    let link = demo.links.iter().find(|link| link.visit == "now" && link.role == role).unwrap();
    match Link::parse(link.web_link.expose()).unwrap() {
        Link::Visit { access_token, .. } => access_token.into_inner(),
        Link::SignIn { .. } => panic!("a web link leads to a visit"),
    }
}

#[tokio::test]
async fn a_killed_server_has_lost_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = start(folder.path());
    let before = demo(folder.path(), None).await;
    let (specialist, client) = (token(&before, DemoRole::Specialist), token(&before, DemoRole::Patient));
    for (method, token) in [("open_for_join", &specialist), ("join", &specialist), ("join", &client)] {
        assert_eq!(call(&before, method, token).await["status"], "OK");
    }
    server.kill().unwrap();
    server.wait().unwrap();

    let mut server = start(folder.path());
    let after = demo(folder.path(), Some(&before.base_url)).await;
    let paused = call(&after, "pause", &specialist).await;
    assert_eq!(paused["newConferenceStatus"], "started_and_paused");
    server.kill().unwrap();
    server.wait().unwrap();
}
