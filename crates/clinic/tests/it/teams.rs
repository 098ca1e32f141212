//! The booking system says who is called together, over HTTP and by `clinic-server team`.

use crate::home_kit::{ask, book, signed_in};
use crate::kit::Clinic;
use consilium_wire::home::calls::{MAX_INVITED, Team, TeamId};
use reqwest::Method;
use serde_json::{Value, json};
use std::process::{Command, Output};

async fn put(clinic: &Clinic, id: &str, body: &Value) -> (u16, Value) {
    book(clinic, Method::PUT, &format!("teams/{id}"), Some(body)).await
}

/// The teams that the test has put.
async fn teams(clinic: &Clinic) -> Vec<Team> {
    let (http, body) = book(clinic, Method::GET, "teams", None).await;
    assert_eq!(http, 200);
    let teams: Vec<Team> = serde_json::from_value(body["teams"].clone()).unwrap();
    assert!(teams.is_sorted_by_key(|team| team.name.clone()));
    teams.into_iter().filter(|team| !team.id.0.starts_with("demo-")).collect()
}

fn team(id: &str, name: &str, members: &[&str]) -> Team {
    let members = members.iter().map(|login| (*login).into()).collect();
    Team { id: TeamId(id.to_owned()), name: name.to_owned(), members }
}

#[tokio::test]
async fn a_team_is_put_seen_and_taken_away() {
    let clinic = Clinic::start().await;
    let token = signed_in(&clinic, "nina").await;
    signed_in(&clinic, "boris").await;
    let both = json!({"name": "Interpreters", "members": ["nina", "boris", "nina"]});
    assert_eq!(put(&clinic, "on%20call", &both).await.0, 204);
    assert_eq!(put(&clinic, "a%2Fb", &json!({"name": "Empty", "members": []})).await.0, 204);
    let expected = [team("a/b", "Empty", &[]), team("on call", "Interpreters", &["nina", "boris"])];
    assert_eq!(teams(&clinic).await, expected);
    let (_, contacts) = ask(&clinic, &token, Method::GET, "contacts", None).await;
    let seen: Vec<Team> = serde_json::from_value(contacts["teams"].clone()).unwrap();
    assert!(expected.iter().all(|team| seen.contains(team)));

    let clinic = clinic.restart().await;
    assert_eq!(teams(&clinic).await, expected);
    assert_eq!(put(&clinic, "on%20call", &json!({"name": "On call", "members": ["boris"]})).await.0, 204);
    assert_eq!(book(&clinic, Method::DELETE, "staff/boris", None).await.0, 204);
    assert_eq!(teams(&clinic).await[1], team("on call", "On call", &[]), "nobody who cannot sign in");
    signed_in(&clinic, "boris").await;
    assert_eq!(teams(&clinic).await[1].members, [], "it is another one");
    assert_eq!(book(&clinic, Method::DELETE, "teams/a%2Fb", None).await.0, 204);
    assert_eq!(book(&clinic, Method::DELETE, "teams/a%2Fb", None).await.0, 404);
    clinic.running.stop().await;
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_its_own_code() {
    let clinic = Clinic::start().await;
    let token = signed_in(&clinic, "nina").await;
    let many: Vec<_> = (0..=MAX_INVITED).map(|number| number.to_string()).collect();
    for (body, code) in [
        (json!({"name": "", "members": []}), "bad_name"),
        (json!({"name": "T\n", "members": []}), "bad_name"),
        (json!({"name": "T", "members": ["nobody"]}), "bad_login"),
        (json!({"name": "T", "members": many}), "too_many_people"),
        (json!({"name": "T"}), "bad_request"),
        (json!({"members": []}), "bad_request"),
        (json!([]), "bad_request"),
    ] {
        assert_eq!(put(&clinic, "t", &body).await, (400, json!({ "error": code })), "{body}");
    }
    let good = json!({"name": "T", "members": ["nina"]});
    let long = "t".repeat(65);
    for id in ["%20t", "t%0A", "%00", "%ff", &long] {
        assert_eq!(put(&clinic, id, &good).await, (400, json!({"error": "bad_request"})), "{id}");
    }
    assert_eq!(teams(&clinic).await, []);
    for (method, path) in [(Method::GET, "teams"), (Method::PUT, "teams/t"), (Method::DELETE, "teams/t")] {
        for key in [token.as_str(), "wrong"] {
            let unauthorized = (401, json!({"error": "unauthorized"}));
            assert_eq!(ask(&clinic, key, method.clone(), path, Some(&good)).await, unauthorized, "{path}");
        }
    }
    clinic.running.stop().await;
}

/// Runs the command while the server goes on.
async fn command(server: &str, key: &str, args: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clinic-server"));
    command.env_remove("CONSILIUM_PROFILE").env("CONSILIUM_API_KEY", key);
    command.arg("team").args(args).args(["--server", server]);
    let output: Output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let told = if output.status.success() { &output.stdout } else { &output.stderr };
    (output.status.success(), String::from_utf8_lossy(told).trim_end().to_owned())
}

#[tokio::test]
async fn the_command_does_the_same_to_a_server_that_runs() {
    let clinic = Clinic::start().await;
    signed_in(&clinic, "nina").await;
    signed_in(&clinic, "boris").await;
    let (server, key) = (clinic.url("/"), clinic.running.api_key().expose().clone());
    let run = async |args: &[&str]| command(&server, &key, args).await;
    assert_eq!(run(&["put", "t", "On call", "nina", "boris"]).await, (true, "put t".to_owned()));
    let (_, list) = run(&["list"]).await;
    assert!(list.lines().any(|line| line == "t\tOn call\tnina boris"), "{list}");
    assert_eq!(run(&["remove", "t"]).await, (true, "removed t".to_owned()));
    for (args, words) in [
        (&["remove", "t"][..], "no team of that id"),
        (&["put", "t", "T", "nobody"], "has no login here"),
        (&["put", " t", "T"], "cannot be a team"),
        (&["put", "t", " "], "a name is missing"),
        (&["list", "--api-key", "wrong"], "another API key"),
    ] {
        let (is_done, complaint) = run(args).await;
        assert!(!is_done && complaint.contains(words), "{args:?}: {complaint}");
    }
    clinic.running.stop().await;
}
