//! What every store must do for the xAssist face.

use super::super::xassist::MAX_ACCESS;
use super::super::{CallerLogin, Rotation, SignIns, Staff, Store, TokenPair, XassistStore};
use super::{NOW, audit};
use crate::keys::{Digest, digest};
use time::{Duration, OffsetDateTime};

const HOUR: Duration = Duration::hours(1);
const MONTH: Duration = Duration::days(30);
const KEEP: usize = 3;

pub(in super::super) async fn run<S: Store + XassistStore>(reopen: impl Fn() -> S) {
    let store = reopen();
    numbers_grow_and_stay(&store).await;
    a_refresh_token_works_once_and_twice_ends_all(&store).await;
    tokens_end_at_their_time_and_in_their_domain(&store).await;
    a_login_ends_with_its_tokens(&store).await;
    the_newest_logins_stay(&store).await;
    whoever_refreshes_too_often_waits(&store).await;
    a_password_of_before_begins_nothing(&store).await;
    begin(&store, "kept", NOW).await;
    store.close().await;
    let store = reopen();
    assert!(is_good(&store, "kept", NOW).await, "also after a restart");
    store.close().await;
}

fn staff(login: &str, hash: &str) -> Staff {
    Staff { user_id: login.into(), name: "N".into(), clinic: "C".into(), password_hash: Some(hash.into()) }
}

fn login() -> CallerLogin {
    CallerLogin { user_id: "x".into(), password_hash: Some("H".into()), domain: "here".to_owned() }
}

fn pair(name: &str, now: OffsetDateTime) -> TokenPair {
    TokenPair {
        access: access(name),
        access_ends: now + HOUR,
        refresh: refresh(name),
        refresh_ends: now + MONTH,
    }
}

fn access(name: &str) -> Digest {
    digest(&format!("access {name}"))
}

fn refresh(name: &str) -> Digest {
    digest(&format!("refresh {name}"))
}

async fn whoever_refreshes_too_often_waits(store: &impl XassistStore) {
    let now = NOW + MONTH * 4;
    begin(store, "often 1", now).await;
    for one in 1..MAX_ACCESS {
        let (from, to) = (format!("often {one}"), format!("often {}", one + 1));
        assert_eq!(rotate(store, &from, &to, now).await, Rotation::Rotated);
    }
    let last = format!("often {MAX_ACCESS}");
    assert_eq!(rotate(store, &last, "more", now).await, Rotation::TooOften);
    assert!(is_good(store, &last, now).await && !is_good(store, "more", now).await);
    assert_eq!(rotate(store, &last, "more", now + HOUR).await, Rotation::Rotated, "it was not spent");
    store.end_login(access("more"), now + HOUR).await.unwrap();
}

async fn begin(store: &impl XassistStore, name: &str, now: OffsetDateTime) {
    assert!(store.begin_login(login(), pair(name, now), now, KEEP).await.unwrap());
}

async fn is_good(store: &impl XassistStore, name: &str, now: OffsetDateTime) -> bool {
    store.logged_in(access(name), "here".to_owned(), now).await.unwrap() == Some("x".into())
}

async fn rotate(store: &impl XassistStore, from: &str, to: &str, now: OffsetDateTime) -> Rotation {
    store.rotate_login(refresh(from), "here".to_owned(), pair(to, now), now).await.unwrap()
}

async fn numbers_grow_and_stay(store: &(impl Store + XassistStore)) {
    for (login, hash) in [("x", "H"), ("y", "H"), ("x", "H")] {
        store.put_staff(staff(login, hash)).await.unwrap();
    }
    let all = vec!["x".into(), "y".into(), "nobody".into()];
    let before = store.numbers_of(all.clone()).await.unwrap();
    assert!(before.len() == 2 && before[&"x".into()] < before[&"y".into()]);
    assert!(store.remove_staff("y".into(), audit()).await.unwrap());
    store.put_staff(staff("z", "H")).await.unwrap();
    assert_eq!(store.user_of_number(before[&"y".into()]).await.unwrap(), None, "nobody any more");
    store.put_staff(staff("y", "H")).await.unwrap();
    let after = store.numbers_of(all).await.unwrap();
    assert_eq!(after[&"x".into()], before[&"x".into()]);
    let last = after[&"y".into()];
    assert!(last > before[&"y".into()], "whoever gets the login later is somebody else");
    let other = store.numbers_of(vec!["z".into()]).await.unwrap()[&"z".into()];
    assert!(before[&"y".into()] < other && other < last);
    assert!(store.remove_staff("y".into(), audit()).await.unwrap());
    store.put_staff(staff("y", "H")).await.unwrap();
    let last = store.numbers_of(vec!["y".into()]).await.unwrap()[&"y".into()];
    assert_eq!(store.user_of_number(last).await.unwrap(), Some("y".into()));
    for none in [0, last + 1, u64::MAX] {
        assert_eq!(store.user_of_number(none).await.unwrap(), None);
    }
}

async fn a_refresh_token_works_once_and_twice_ends_all(store: &impl XassistStore) {
    begin(store, "1", NOW).await;
    begin(store, "other", NOW).await;
    assert_eq!(rotate(store, "1", "2", NOW).await, Rotation::Rotated);
    assert!(is_good(store, "1", NOW).await && is_good(store, "2", NOW).await);
    assert_eq!(rotate(store, "2", "3", NOW).await, Rotation::Rotated);
    assert_eq!(rotate(store, "1", "4", NOW).await, Rotation::Reused);
    for name in ["1", "2", "3", "4"] {
        assert!(!is_good(store, name, NOW).await, "{name}");
    }
    for name in ["1", "3", "4"] {
        assert_eq!(rotate(store, name, "5", NOW).await, Rotation::Unknown, "{name}");
    }
    assert!(is_good(store, "other", NOW).await, "another login goes on");
    assert!(store.end_login(access("other"), NOW).await.unwrap());
}

async fn tokens_end_at_their_time_and_in_their_domain(store: &impl XassistStore) {
    begin(store, "a", NOW).await;
    assert!(is_good(store, "a", NOW + HOUR - Duration::SECOND).await);
    assert!(!is_good(store, "a", NOW + HOUR).await);
    let there = || "there".to_owned();
    assert_eq!(store.logged_in(access("a"), there(), NOW).await.unwrap(), None);
    let rotated = store.rotate_login(refresh("a"), there(), pair("b", NOW), NOW).await.unwrap();
    assert_eq!(rotated, Rotation::Unknown);
    let late = NOW + MONTH - Duration::SECOND;
    assert_eq!(rotate(store, "a", "b", late).await, Rotation::Rotated, "it was not spent");
    assert!(is_good(store, "b", late).await && !is_good(store, "a", late).await);
    assert_eq!(rotate(store, "a", "c", NOW + MONTH).await, Rotation::Unknown, "long spent and forgotten");
    assert_eq!(rotate(store, "b", "c", late + MONTH).await, Rotation::Unknown);
    assert!(!is_good(store, "b", late).await, "nothing is left");
}

async fn a_login_ends_with_its_tokens(store: &(impl Store + XassistStore)) {
    begin(store, "out", NOW).await;
    assert!(store.end_login(access("out"), NOW).await.unwrap());
    assert!(!store.end_login(access("out"), NOW).await.unwrap());
    assert_eq!(rotate(store, "out", "in", NOW).await, Rotation::Unknown);

    begin(store, "locked", NOW).await;
    store.change_staff(staff("x", "H"), SignIns::Stay, audit()).await.unwrap();
    assert!(is_good(store, "locked", NOW).await);
    store.change_staff(staff("x", "H"), SignIns::End, audit()).await.unwrap();
    assert!(!is_good(store, "locked", NOW).await);
    assert_eq!(rotate(store, "locked", "in", NOW).await, Rotation::Unknown);

    begin(store, "gone", NOW).await;
    store.remove_staff("x".into(), audit()).await.unwrap();
    assert!(!is_good(store, "gone", NOW).await);
}

async fn a_password_of_before_begins_nothing(store: &(impl Store + XassistStore)) {
    store.put_staff(staff("x", "other")).await.unwrap();
    assert!(!store.begin_login(login(), pair("late", NOW), NOW, KEEP).await.unwrap());
    store.remove_staff("x".into(), audit()).await.unwrap();
    assert!(!store.begin_login(login(), pair("late", NOW), NOW, KEEP).await.unwrap());
    store.put_staff(staff("x", "H")).await.unwrap();
}

async fn the_newest_logins_stay(store: &(impl Store + XassistStore)) {
    store.put_staff(staff("x", "H")).await.unwrap();
    for name in ["k1", "k2", "k3", "k4"] {
        begin(store, name, NOW).await;
    }
    assert!(!is_good(store, "k1", NOW).await);
    for name in ["k2", "k3", "k4"] {
        assert!(is_good(store, name, NOW).await, "{name}");
        assert!(store.end_login(access(name), NOW).await.unwrap());
    }
}
