//! Lists of sessions over Coviu's protocol.

use crate::coviu_kit::{Integrator, assert_refused, form, grant, minute, participant, path};
use crate::kit::Clinic;
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<&str> {
    page["content"].as_array().unwrap().iter().map(|one| one["session_id"].as_str().unwrap()).collect()
}

fn id(session: &Value) -> &str {
    session["session_id"].as_str().unwrap()
}

#[tokio::test]
async fn pages_begin_with_zero_and_tell_whether_there_are_more() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let mut made = Vec::new();
    for from in [50, 10, 30, 20, 40] {
        made.push(integrator.session(from, 60).await);
        clinic.pass(1);
    }
    let (http, all) = integrator.get("/sessions").await;
    assert_eq!((http, ids(&all)), (200, made.iter().map(id).collect()), "by creation");
    assert_eq!(
        [&all["page"], &all["page_size"], &all["page_count"], &all["more"]],
        [&json!(0), &json!(200), &json!(1), &json!(false)]
    );
    assert_eq!(all["content"][0], made[0]);
    for (page, places, more) in [(0, 0..2, true), (1, 2..4, true), (2, 4..5, false), (3, 5..5, false)] {
        let (_, body) = integrator.get(&format!("/sessions?page={page}&page_size=2")).await;
        assert_eq!(ids(&body), made[places].iter().map(id).collect::<Vec<_>>());
        assert_eq!(
            [&body["page"], &body["page_size"], &body["page_count"], &body["more"]],
            [&json!(page), &json!(2), &json!(3), &json!(more)]
        );
    }
    let (_, reverse) = integrator.get("/sessions?order=reverse&page_size=1").await;
    assert_eq!(ids(&reverse), [id(&made[4])]);
    let (_, large) = integrator.get("/sessions?page_size=1000&page=").await;
    assert_eq!(large["page_size"], 200);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_time_chooses_by_the_start_with_both_ends() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let (late, early, between) = (
        integrator.session(50, 60).await,
        integrator.session(10, 60).await,
        integrator.session(30, 40).await,
    );
    let get = async |query: &[(&str, String)]| {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        integrator.get(&format!("/sessions?{query}")).await.1
    };
    let (from, to) = (("start_time", minute(10)), ("end_time", minute(30)));
    assert_eq!(ids(&get(&[from.clone(), to.clone()]).await), [id(&early), id(&between)], "by start");
    assert_eq!(ids(&get(&[("start_time", minute(30))]).await), [id(&between), id(&late)]);
    let backwards = ("order", "backwards".to_owned());
    assert_eq!(ids(&get(&[to, backwards]).await), [id(&between), id(&early)]);
    assert_eq!(ids(&get(&[("state", "g".to_owned())]).await).len(), 3);
    integrator.put(&participant(&late, 1), json!({"state": "special"})).await;
    assert_eq!(ids(&get(&[("state", "special".to_owned())]).await), [id(&late)]);
    for (query, field) in [
        ("page=-1", "page"),
        ("page=x", "page"),
        ("page_size=0", "page_size"),
        ("start_time=soon", "start_time"),
        ("end_time=1", "end_time"),
        ("include_canceled=perhaps", "include_canceled"),
        ("deleted_participants=2", "deleted_participants"),
        ("order=sideways", "order"),
    ] {
        let answer = integrator.get(&format!("/sessions?{query}")).await;
        assert_refused(&answer, 400, "invalid_field", Some(field));
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn the_canceled_and_the_deleted_are_shown_when_asked_for() {
    let clinic = Clinic::start().await;
    let integrator = Integrator::of(&clinic).await;
    let kept = integrator.session(10, 20).await;
    clinic.pass(1);
    let canceled = integrator.session(30, 40).await;
    integrator.delete(&participant(&kept, 0)).await;
    integrator.delete(&path(&canceled)).await;
    let count = |page: &Value| page["content"][0]["participants"].as_array().unwrap().len();
    for (query, sessions, participants) in [
        ("", 1, 1),
        ("?include_canceled=false&deleted_participants=0", 1, 1),
        ("?include_canceled=true", 2, 1),
        ("?deleted_participants=true", 1, 2),
        ("?include_canceled=1&deleted_participants=1", 2, 2),
    ] {
        let (_, page) = integrator.get(&format!("/sessions{query}")).await;
        assert_eq!((ids(&page).len(), count(&page)), (sessions, participants), "{query}");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_client_sees_its_own_sessions_only() {
    let clinic = Clinic::adjusted(|config| {
        config.coviu_clients = vec!["other:other-secret:demo-sample".parse().unwrap()];
    })
    .await;
    let mine = Integrator::of(&clinic).await;
    let ask = [("grant_type", "client_credentials")];
    let (_, token) = form(&clinic, "token", ("other", "other-secret"), &ask).await;
    let other = Integrator { clinic: &clinic, token: token["access_token"].as_str().unwrap().to_owned() };
    let colleague = clinic.demo().home.as_ref().unwrap().users[1].clone();
    let (_, token) = grant(
        &clinic,
        &[
            ("grant_type", "password"),
            ("username", &colleague.user_id),
            ("password", colleague.password.expose()),
        ],
    )
    .await;
    let colleague = Integrator { clinic: &clinic, token: token["access_token"].as_str().unwrap().to_owned() };
    let session = mine.session(10, 40).await;
    for stranger in [&other, &colleague] {
        let (_, page) = stranger.get("/sessions?include_canceled=true").await;
        assert_eq!(ids(&page), [""; 0]);
        for path in [path(&session), participant(&session, 1), format!("{}/participants", path(&session))] {
            assert_refused(&stranger.get(&path).await, 404, "not_found", None);
        }
        assert_refused(&stranger.put(&path(&session), json!({})).await, 404, "not_found", None);
        assert_refused(&stranger.delete(&path(&session)).await, 404, "not_found", None);
        assert_refused(&stranger.delete(&participant(&session, 1)).await, 404, "not_found", None);
        let theirs = stranger.session(10, 40).await;
        assert_eq!(ids(&stranger.get("/sessions").await.1), [id(&theirs)]);
    }
    assert_eq!(ids(&mine.get("/sessions").await.1), [id(&session)]);
    clinic.running.stop().await;
}
