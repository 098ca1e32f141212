//! The TrueConf face: tokens, the life of a conference, guests, and every refusal.

use crate::kit::Clinic;
use crate::trueconf_kit::{Site, ask_token, call, credentials, home, owner_token, token_of};
use reqwest::Method;
use serde_json::{Value, json};

fn failure(code: u16, answer: (u16, Value)) {
    let (http, body) = answer;
    assert_eq!((http, &body["error"]["code"]), (code, &json!(code)), "{body}");
    assert!(body["error"]["message"].is_string(), "{body}");
}

#[tokio::test]
async fn a_token_is_for_who_has_the_secret_and_ends() {
    let clinic = Clinic::start().await;
    let demo = clinic.demo().trueconf.clone().unwrap();
    let (id, secret) = (demo.client_id.as_str(), demo.client_secret.expose().as_str());
    for (form, http, error) in [
        (&credentials(id, "guess")[..], 401, "invalid_client"),
        (&credentials("nobody", secret), 401, "invalid_client"),
        (&credentials(id, "")[..2], 401, "invalid_client"),
        (&[("grant_type", "password"), ("username", "u")], 400, "unsupported_grant_type"),
        (&[("client_id", id), ("client_secret", secret)], 400, "invalid_request"),
    ] {
        let (status, body) = ask_token(&clinic, form).await;
        assert_eq!((status, &body["error"]), (http, &json!(error)), "{form:?}");
        assert!(body["error_description"].is_string());
    }
    let (http, body) = ask_token(&clinic, &credentials(id, secret)).await;
    assert_eq!((http, &body["token_type"], &body["expires_in"]), (200, &json!("Bearer"), &json!(3600)));
    assert!(body["scope"].is_string());
    let site = Site::of(&clinic).await;
    let conference = site.make(&clinic, &site.wanted()).await;
    clinic.pass(3599);
    assert_eq!(site.state(&clinic, &conference, "").await, "running");
    clinic.pass(1);
    let path = format!("/conferences/{conference}");
    failure(401, site.call(&clinic, Method::GET, &path, None).await);
    let clinic = clinic.restart().await;
    failure(401, site.call(&clinic, Method::GET, &path, None).await);
    let anew = Site::of(&clinic).await;
    assert_eq!(anew.state(&clinic, &conference, "").await, "running", "the conference is still there");
    clinic.running.stop().await;
}

#[tokio::test]
async fn guessing_secrets_is_limited() {
    let clinic = Clinic::start().await;
    for _ in 0..30 {
        assert_eq!(ask_token(&clinic, &credentials("demo-site", "guess")).await.0, 401);
    }
    let (http, body) = ask_token(&clinic, &credentials("demo-site", "guess")).await;
    assert_eq!((http, &body["error"]), (429, &json!("temporarily_unavailable")));
    clinic.pass(60);
    Site::of(&clinic).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn nothing_is_done_without_a_token_and_nothing_with_that_of_another_face() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let id = site.make(&clinic, &site.wanted()).await;
    let guest = site.guest(&clinic, &id, "2$ada*Ada").await;
    let user = clinic.demo().home.as_ref().unwrap().users[0].clone();
    let (login, password) = (json!(user.user_id), json!(user.password));
    let sign_in = json!({"user_id": login, "password": password});
    let token = async |path: &str| {
        let answer = clinic.http.post(clinic.url(path)).json(&sign_in).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned()
    };
    let others = [
        token("/home/v1/sign_in").await,
        token("/api/v2/users/login").await,
        guest.clone(),
        clinic.running.api_key().expose().clone(),
        "nonsense".to_owned(),
    ];
    for other in others.iter().map(|token| Some(token.as_str())).chain([None]) {
        for (method, path) in [
            (Method::POST, "/conferences".to_owned()),
            (Method::GET, format!("/conferences/{id}")),
            (Method::DELETE, format!("/conferences/{id}")),
            (Method::POST, format!("/conferences/{id}/run")),
            (Method::POST, format!("/conferences/{id}/stop")),
            (Method::GET, format!("/software/clients?call_id={id}&user=2$ada*Ada")),
        ] {
            failure(401, call(&clinic, other, method, &path, Some(&site.wanted())).await);
        }
    }
    // And the other way round.
    for path in ["/home/v1/visits", "/api/v2/sessions", "/api/v2/application/badge_no"] {
        let answer = clinic.http.get(clinic.url(path)).bearer_auth(&site.token).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{path}");
    }
    for path in ["/home/v1/messenger", "/home/v1/visit_chat"] {
        let answer = clinic.http.post(clinic.url(path)).bearer_auth(&site.token).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{path}");
    }
    assert_eq!(clinic.refused("exchange", &site.token).await.1, "ACCESS_TOKEN_NOT_FOUND");
    let create = json!({"api_key": site.token, "user_id": "u", "user_role": "CLIENT", "conference_info": {}});
    assert_eq!(clinic.call("create", &create).await.1["status"], "UNAUTHORIZED");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_conference_is_as_it_was_asked_for_and_in_its_owners_home() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let colleague = clinic.demo().home.as_ref().unwrap().users[1].user_id.clone();
    let invitations = json!([{"id": site.owner}, {"id": colleague}, {"id": "ada", "display_name": "Ada"}]);
    let rights = json!({"guest": {"chat_send": false}, "user": {"recording": false}});
    let wanted = site.wanted_with(json!({
        "invitations": invitations, "rights": rights, "max_participants": 250, "state": "stopped",
        "description": "About <sleep>", "unknown": [1],
    }));
    let (http, body) = site.call(&clinic, Method::POST, "/conferences", Some(&wanted)).await;
    assert_eq!(http, 200, "{body}");
    let made = &body["conference"];
    let id = made["id"].as_str().unwrap();
    for (field, value) in [
        ("type", json!(0)),
        ("topic", json!("A first talk")),
        ("owner", json!(site.owner)),
        ("description", json!("About <sleep>")),
        ("max_participants", json!(16)),
        ("schedule", json!({"type": -1})),
        ("invitations", invitations.clone()),
        ("allow_guests", json!(true)),
        ("auto_invite", json!(1)),
        ("state", json!("stopped")),
        ("recording", json!(0)),
        ("stream_recording_state", json!(0)),
        ("allow_only_planned_participants", json!(false)),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    assert_eq!(made["rights"]["guest"]["chat_send"], false);
    assert_eq!(made["rights"]["guest"]["chat_rcv"], true);
    assert!(made["url"].as_str().unwrap().starts_with(&clinic.url("/")));
    let (_, again) = site.call(&clinic, Method::GET, &format!("/conferences/{id}"), None).await;
    assert_eq!(again, body);

    let token = owner_token(&clinic, id).await.expect("it is in the owner's home");
    let (_, info) = clinic.info(&token).await;
    let info = &info["conference_info"];
    assert_eq!(info["services"][0]["name"][0]["text"], "A first talk");
    let people: Vec<_> = info["specialists"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(people, [&json!(site.owner), &json!(colleague)], "invited colleagues are specialists");
    clinic.running.stop().await;
}

#[tokio::test]
async fn what_cannot_be_done_is_refused() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    for other in [
        json!({"owner": "nobody"}),
        json!({"owner": ""}),
        json!({"owner": null}),
        json!({"topic": ""}),
        json!({"topic": " "}),
        json!({"topic": "a\nb"}),
        json!({"topic": "x".repeat(241)}),
        json!({"topic": 7}),
        json!({"type": 1}),
        json!({"schedule": {"type": 1, "start_time": 7}}),
        json!({"schedule": {}}),
        json!({"recording": 1}),
        json!({"stream_recording_state": 1}),
        json!({"auto_invite": 2}),
        json!({"state": "paused"}),
        json!({"max_participants": 1}),
        json!({"max_participants": "two"}),
        json!({"allow_guests": "yes"}),
        json!({"invitations": [{"id": ""}]}),
        json!({"invitations": [{"display_name": "Ada"}]}),
        json!({"invitations": vec![json!({"id": "a"}); 51]}),
        json!({"rights": {"guest": {"chat_send": "no"}}}),
        json!({"description": "x".repeat(5001)}),
    ] {
        let wanted = site.wanted_with(other.clone());
        let (http, body) = site.call(&clinic, Method::POST, "/conferences", Some(&wanted)).await;
        assert_eq!((http, &body["error"]["code"]), (400, &json!(400)), "{other}: {body}");
    }
    for body in [json!([]), json!("x"), json!({})] {
        failure(400, site.call(&clinic, Method::POST, "/conferences", Some(&body)).await);
    }
    let huge = site.wanted_with(json!({"description": "x".repeat(70_000)}));
    failure(413, site.call(&clinic, Method::POST, "/conferences", Some(&huge)).await);
    failure(404, site.call(&clinic, Method::GET, "/nothing", None).await);
    failure(405, site.call(&clinic, Method::PUT, "/conferences", None).await);
    assert_eq!(home(&clinic).await.as_array().map(Vec::len), Some(3), "nothing was made");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_conference_that_is_none_of_the_sites_is_none_at_all() {
    let two = |config: &mut consilium_clinic::Config| {
        config.trueconf_clients = vec!["other:secret".parse().unwrap()];
    };
    let clinic = Clinic::adjusted(two).await;
    let site = Site::of(&clinic).await;
    let id = site.make(&clinic, &site.wanted()).await;
    let (_, body) = ask_token(&clinic, &credentials("other", "secret")).await;
    let other = Site { token: body["access_token"].as_str().unwrap().to_owned(), owner: site.owner.clone() };
    for (who, id) in [(&other, id.as_str()), (&site, "none"), (&site, "demo-now")] {
        for (method, path) in [
            (Method::GET, format!("/conferences/{id}")),
            (Method::POST, format!("/conferences/{id}/run")),
            (Method::POST, format!("/conferences/{id}/stop")),
            (Method::DELETE, format!("/conferences/{id}")),
        ] {
            failure(404, who.call(&clinic, method, &path, None).await);
        }
        failure(404, who.clients(&clinic, id, "2$ada*Ada").await);
    }
    assert_eq!(site.state(&clinic, &id, "").await, "running");
    clinic.running.stop().await;
}

#[tokio::test]
async fn it_runs_stops_runs_again_and_is_deleted() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let id = site.make(&clinic, &site.wanted_with(json!({"state": "stopped"}))).await;
    failure(409, site.clients(&clinic, &id, "2$ada*Ada").await);
    assert_eq!(site.state(&clinic, &id, "stop").await, "stopped");
    clinic.pass(600);
    assert_eq!(site.state(&clinic, &id, "run").await, "running");
    assert_eq!(site.state(&clinic, &id, "run").await, "running", "once more changes nothing");
    let guest = site.guest(&clinic, &id, "2$ada*Ada Example").await;
    let owner = owner_token(&clinic, &id).await.unwrap();
    clinic.press("join", &guest).await;
    assert_eq!(clinic.press("join", &owner).await, "started");
    assert_eq!(site.state(&clinic, &id, "stop").await, "stopped");
    assert_eq!(clinic.status(&owner).await, "finished", "a call that was held was not cancelled");
    failure(409, site.clients(&clinic, &id, "2$ada*Ada Example").await);
    assert_eq!(clinic.refused("join", &guest).await.1, "CONFERENCE_CANNOT_JOIN");

    clinic.pass(60);
    assert_eq!(site.state(&clinic, &id, "run").await, "running");
    let anew = site.guest(&clinic, &id, "2$ada*Ada Example").await;
    assert_ne!(anew, guest, "guests are of one run");
    let clinic = clinic.restart().await;
    let site = Site::of(&clinic).await;
    assert_eq!(site.state(&clinic, &id, "").await, "running");
    assert_eq!(site.guest(&clinic, &id, "2$ada*Ada Example").await, anew);

    let path = format!("/conferences/{id}");
    let (http, body) = site.call(&clinic, Method::DELETE, &path, None).await;
    assert_eq!((http, &body["conference"]["state"]), (200, &json!("stopped")));
    failure(404, site.call(&clinic, Method::GET, &path, None).await);
    failure(404, site.call(&clinic, Method::DELETE, &path, None).await);
    failure(404, site.call(&clinic, Method::POST, &format!("{path}/run"), None).await);
    let clinic = clinic.restart().await;
    let site = Site::of(&clinic).await;
    failure(404, site.call(&clinic, Method::GET, &path, None).await);
    clinic.running.stop().await;
}

#[tokio::test]
async fn nobody_brings_back_what_the_program_has_ended() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let too_late = (400, "RESTORE_FAST_TIMED_OUT".to_owned());
    let restored = async |owner: &str| clinic.refused("restore_terminated_fast", owner).await;
    for (finishes_first, deletes) in [(false, false), (true, false), (false, true), (true, true)] {
        let id = site.make(&clinic, &site.wanted()).await;
        let guest = site.guest(&clinic, &id, "2$ada*Ada Example").await;
        let owner = owner_token(&clinic, &id).await.unwrap();
        clinic.press("join", &guest).await;
        assert_eq!(clinic.press("join", &owner).await, "started");
        if finishes_first {
            clinic.press("finish", &owner).await;
            assert_eq!(clinic.info(&owner).await.1.get("ended_for_good"), None);
            assert_eq!(
                clinic.press("restore_terminated_fast", &owner).await,
                "started",
                "that was their own"
            );
            clinic.press("finish", &owner).await;
        }
        if deletes {
            let path = format!("/conferences/{id}");
            assert_eq!(site.call(&clinic, Method::DELETE, &path, None).await.0, 200);
        } else {
            assert_eq!(site.state(&clinic, &id, "stop").await, "stopped");
        }
        assert_eq!(clinic.info(&owner).await.1["ended_for_good"], true, "it is not offered");
        assert_eq!(restored(&owner).await, too_late);
        assert_eq!(clinic.status(&owner).await, "finished");
        assert_eq!(clinic.refused("join", &guest).await.1, "CONFERENCE_CANNOT_JOIN");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn stopping_what_does_not_run_changes_nothing_for_the_specialists() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let id = site.make(&clinic, &site.wanted_with(json!({"state": "stopped"}))).await;
    assert_eq!(site.state(&clinic, &id, "stop").await, "stopped");
    let owner = owner_token(&clinic, &id).await.unwrap();
    clinic.press("cancel", &owner).await;
    assert_eq!(clinic.press("restore_terminated_fast", &owner).await, "pending");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_guest_does_not_end_the_conference_of_all() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let id = site.make(&clinic, &site.wanted()).await;
    let guest = site.guest(&clinic, &id, "2$ada*Ada").await;
    let refused = (400, "CONFERENCE_CANNOT_BE_CANCELLED".to_owned());
    assert_eq!(clinic.refused("cancel", &guest).await, refused);
    clinic.press("join", &guest).await;
    assert_eq!(clinic.refused("cancel", &guest).await, refused);
    let owner = owner_token(&clinic, &id).await.unwrap();
    assert_eq!(clinic.press("cancel", &owner).await, "cancelled_before_start");
    clinic.running.stop().await;
}

#[tokio::test]
async fn one_that_nobody_came_to_is_over_and_can_be_run_again() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let id = site.make(&clinic, &site.wanted()).await;
    clinic.pass(3 * 3600);
    let end = json!({"api_key": clinic.running.api_key()});
    assert_eq!(clinic.call("complete_empty_and_expired", &end).await.0, 200);
    let site = Site::of(&clinic).await;
    assert_eq!(site.state(&clinic, &id, "").await, "stopped");
    let (one, two) = tokio::join!(site.state(&clinic, &id, "run"), site.state(&clinic, &id, "run"));
    assert_eq!((one, two), ("running".to_owned(), "running".to_owned()));
    let appointment = json!(format!("trueconf:{id}"));
    let day = home(&clinic).await;
    let running = day
        .as_array()
        .unwrap()
        .iter()
        .filter(|visit| visit["appointment_id"] == appointment && visit["status"] == "pending");
    assert_eq!(running.count(), 1, "it was run once");
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_guest_account_is_made_once_and_leads_into_the_conference() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let id = site.make(&clinic, &site.wanted_with(json!({"topic": "\"><script>"}))).await;
    let (http, body) = site.clients(&clinic, &id, "2$ada_example*Ada Example").await;
    assert_eq!(http, 200, "{body}");
    let web = &body["clients"][0];
    assert_eq!((&web["type"], &web["platform"]), (&json!("web"), &json!("webrtc")));
    let token = token_of(&web["url"]);
    let iframe = web["iframe"].as_str().unwrap();
    let source = format!("src=\"{}/visit?at={token}&#38;embed=1\"", clinic.url(""));
    assert!(iframe.starts_with("<iframe ") && iframe.ends_with("></iframe>"), "{iframe}");
    assert!(iframe.contains(&source), "{iframe}");
    assert!(iframe.contains("allow=\"camera; microphone; display-capture; autoplay\""), "{iframe}");
    assert!(!iframe.contains("<script>"), "{iframe}");
    assert!(body["clients"][1]["url"].as_str().unwrap().starts_with("consilium://visit?"));

    let (_, info) = clinic.info(&token).await;
    assert_eq!(info["conference_info"]["clients"][0]["name"], "Ada Example");
    assert!(!info["user_id"].as_str().unwrap().contains("ada"), "an id is kept where no name is: {info}");
    assert_eq!(site.guest(&clinic, &id, "2$ada_example*Ada").await, token);
    let (_, info) = clinic.info(&token).await;
    assert_eq!(info["conference_info"]["clients"].as_array().map(Vec::len), Some(1));
    assert_eq!(info["conference_info"]["clients"][0]["name"], "Ada", "the name of now");
    assert_ne!(site.guest(&clinic, &id, "2$bo*Bo").await, token);
    for user in ["", "ada", "2$*Ada", "2$a b*Ada", "2$ada"] {
        failure(400, site.clients(&clinic, &id, user).await);
    }
    failure(400, site.call(&clinic, Method::GET, "/software/clients?user=2$ada*Ada", None).await);
    clinic.running.stop().await;
}

#[tokio::test]
async fn many_guests_at_once_are_all_there() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let id = site.make(&clinic, &site.wanted()).await;
    let users: Vec<_> = (0..64).map(|number| format!("2$guest{number}*Guest {number}")).collect();
    let tokens =
        futures_util::future::join_all(users.iter().map(|user| site.guest(&clinic, &id, user))).await;
    let (_, info) = clinic.info(&tokens[0]).await;
    assert_eq!(info["conference_info"]["clients"].as_array().map(Vec::len), Some(64));
    failure(403, site.clients(&clinic, &id, "2$more*More").await);
    assert_eq!(site.guest(&clinic, &id, &users[7]).await, tokens[7], "who has an account keeps it");
    clinic.running.stop().await;
}

#[tokio::test]
async fn guests_come_only_where_they_are_allowed() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let closed = site.make(&clinic, &site.wanted_with(json!({"allow_guests": false}))).await;
    failure(403, site.clients(&clinic, &closed, "2$ada*Ada").await);
    let mut unsaid = site.wanted();
    unsaid.as_object_mut().unwrap().remove("allow_guests");
    let unsaid = site.make(&clinic, &unsaid).await;
    failure(403, site.clients(&clinic, &unsaid, "2$ada*Ada").await);
    let planned = site.wanted_with(json!({
        "allow_only_planned_participants": true, "invitations": [{"id": "ada"}, {"id": "2$bo*Bo"}],
    }));
    let planned = site.make(&clinic, &planned).await;
    failure(403, site.clients(&clinic, &planned, "2$eve*Eve").await);
    site.guest(&clinic, &planned, "2$ada*Ada").await;
    site.guest(&clinic, &planned, "2$bo*Bo B.").await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn its_own_address_explains_and_tells_nothing_of_it() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let id = site.make(&clinic, &site.wanted()).await;
    let (_, body) = site.call(&clinic, Method::GET, &format!("/conferences/{id}"), None).await;
    let url = body["conference"]["url"].as_str().unwrap();
    for (language, word) in [("ru", "личной ссылке"), ("en", "a link of their own"), ("he", "בקישור אישי")]
    {
        let get = async |url: &str| {
            let answer = clinic.http.get(url).header("accept-language", language).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
            assert!(policy.starts_with("default-src 'none'") && policy.ends_with("frame-ancestors 'none'"));
            answer.text().await.unwrap()
        };
        let page = get(url).await;
        assert!(page.contains(word) && !page.contains("A first talk"), "{page}");
        assert_eq!(page.contains("dir=\"rtl\""), language == "he");
        assert_eq!(page, get(&clinic.url("/c/none")).await, "nobody learns which conferences there are");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn no_more_come_in_than_may_and_the_owner_always_does() {
    let clinic = Clinic::start().await;
    let site = Site::of(&clinic).await;
    let id = site.make(&clinic, &site.wanted()).await;
    let one = site.guest(&clinic, &id, "2$ada*Ada").await;
    let two = site.guest(&clinic, &id, "2$bo*Bo").await;
    clinic.press("join", &one).await;
    let full = (400, "CONFERENCE_CANNOT_JOIN".to_owned());
    assert_eq!(clinic.refused("join", &two).await, full, "the other place is the owner's");
    let owner = owner_token(&clinic, &id).await.unwrap();
    clinic.press("join", &owner).await;
    assert_eq!(clinic.refused("join", &two).await, full);
    assert_eq!(clinic.refused("join", &one).await.1, "CLIENT_ALREADY_JOINED");
    clinic.press("leave", &one).await;
    clinic.press("join", &two).await;
    clinic.running.stop().await;
}
