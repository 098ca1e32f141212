//! Ten in one room: eight see each other, with more all are heard and nobody is seen, and at eight it is as before.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod common;

use common::messages::{peer, welcome};
use common::person::{ON, Person, SHARING, all_connected, eventually};
use common::room::TestRoom;
use common::studio::Studio;
use consilium_call::core::{Effect, Input, LayerHeights, Mesh};
use consilium_model::{Content, Intent, MediaState, Status};
use consilium_wire::room::{FromClient, FromServer};
use std::time::{Duration, Instant};

/// A tick of the studios: few sounds and pictures, for all ten run on one machine.
const SLOW: Duration = Duration::from_millis(60);

/// Somebody in the call, with what is captured of it.
struct Guest {
    person: Person,
    studio: Studio,
}

impl Guest {
    async fn join(room: &TestRoom, number: usize) -> Self {
        let person = Person::join(room, &format!("p{number}"));
        // The first also shows its screen.
        person.call.set_intent(if number == 0 { SHARING } else { ON });
        let studio = Studio::open_at(SLOW, person.call.clone(), person.seen.clone(), false);
        Self { person, studio }
    }

    async fn leave(self, room: &TestRoom) {
        room.leave(&self.person.id);
        self.studio.stop().await;
        self.person.close().await;
    }
}

/// Everybody wants small pictures of everybody.
fn look(guests: &[Guest]) {
    for (one, other) in pairs(guests) {
        one.person.call.wish(other.person.id.clone(), Content::Camera, 90);
    }
}

fn pairs(guests: &[Guest]) -> impl Iterator<Item = (&Guest, &Guest)> {
    let all = guests.iter().flat_map(|one| guests.iter().map(move |other| (one, other)));
    all.filter(|(one, other)| one.person.id != other.person.id)
}

async fn connected(guests: &[Guest]) {
    all_connected(&guests.iter().map(|guest| &guest.person).collect::<Vec<_>>()).await;
}

/// From now on something comes from each to each.
async fn comes(what: &str, guests: &[Guest], count: u64, of: impl Fn(&Person, &Person) -> u64) {
    let read = || pairs(guests).map(|(one, other)| of(&one.person, &other.person));
    let before: Vec<u64> = read().collect();
    eventually(what, || read().zip(&before).all(|(now, before)| now >= before + count)).await;
}

async fn all_see_all(guests: &[Guest]) {
    comes("everybody sees everybody", guests, 2, Person::frames_from).await;
    let shows = &guests[0].person;
    let screens = || guests[1..].iter().map(|guest| guest.person.screens_from(shows));
    let before: Vec<u64> = screens().collect();
    eventually("everybody sees the screen", || screens().zip(&before).all(|(now, before)| now > *before))
        .await;
}

/// What has left of pictures, and what was encoded.
fn pictures(guests: &[Guest]) -> Vec<u64> {
    let sent = pairs(guests).map(|(one, other)| one.person.stats_of(&other.person).video_sent);
    sent.chain(guests.iter().map(|guest| guest.studio.encoded())).collect()
}

async fn all_hear_all_and_nobody_is_seen(guests: &[Guest]) {
    eventually("everybody knows that there are too many", || {
        guests.iter().all(|guest| {
            let seen = guest.person.seen();
            let silent = |media: MediaState| media.mic && !media.camera && !media.screen;
            seen.audio_only
                && !seen.capture.camera
                && seen.views.iter().all(|view| view.gets.is_none() && silent(view.media))
        })
    })
    .await;
    // What was being encoded just then is done.
    comes("everybody hears everybody", guests, 5, Person::sounds_from).await;
    let before = pictures(guests);
    comes("everybody goes on hearing everybody", guests, 5, Person::sounds_from).await;
    assert_eq!(pictures(guests), before, "no picture is encoded or sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_more_than_eight_everybody_is_heard_and_nobody_seen() {
    let room = TestRoom::new();
    let mut guests = Vec::new();
    for number in 0..8 {
        guests.push(Guest::join(&room, number).await);
    }
    connected(&guests).await;
    look(&guests);
    all_see_all(&guests).await;

    for number in 8..10 {
        guests.push(Guest::join(&room, number).await);
        connected(&guests).await;
        look(&guests);
        all_hear_all_and_nobody_is_seen(&guests).await;
    }

    for _ in 0..2 {
        guests.pop().unwrap().leave(&room).await;
    }
    all_see_all(&guests).await;
    assert!(guests.iter().all(|guest| !guest.person.seen().audio_only));
    for guest in guests {
        guest.leave(&room).await;
    }
}

/// What is told to the room, and whether there are too many.
fn told(mesh: &mut Mesh) -> (Vec<MediaState>, Vec<bool>) {
    let (mut media, mut crowd) = (Vec::new(), Vec::new());
    while let Some(effect) = mesh.poll() {
        match effect {
            Effect::Send(FromClient::Media(state)) => media.push(state),
            Effect::AudioOnly(on) => crowd.push(on),
            _ => {}
        }
    }
    (media, crowd)
}

const EVERYTHING: Intent = Intent { mic: true, camera: true, screen: true };
const ALL: MediaState = MediaState { mic: true, camera: true, screen: true, hold: false };
const SOUND: MediaState = MediaState { camera: false, screen: false, ..ALL };

#[test]
fn whoever_leaves_and_is_back_at_once_moves_no_camera() {
    let (mut mesh, mut now) = (Mesh::new(LayerHeights::halving(360, 3)), Instant::now());
    let others = |count: usize| (0..count).map(|number| peer(&format!("p{number}"))).collect();
    mesh.handle(now, Input::Intent(EVERYTHING));
    mesh.handle(now, Input::Room(welcome("me", others(8), false, Status::Started)));
    assert_eq!(told(&mut mesh), (vec![SOUND], vec![true]), "never seen in a crowd, not for a moment");
    assert_eq!(mesh.intent(), EVERYTHING);
    for _ in 0..20 {
        mesh.handle(now, Input::Room(FromServer::PeerLeft { peer: "p7".into() }));
        now += Duration::from_secs(4);
        mesh.handle(now, Input::Timeout);
        mesh.handle(now, Input::Room(FromServer::PeerJoined { peer: peer("p7") }));
        assert_eq!(told(&mut mesh), (vec![], vec![]));
    }
    mesh.handle(now, Input::Room(FromServer::PeerLeft { peer: "p7".into() }));
    while let Some(at) = mesh.next_timeout().filter(|at| *at <= now + Duration::from_secs(5)) {
        now = at.max(now);
        mesh.handle(now, Input::Timeout);
    }
    assert_eq!(told(&mut mesh), (vec![ALL], vec![false]), "as it was before, by itself");
}

#[test]
fn whoever_is_away_still_has_its_seat_and_sixteen_have_one() {
    let (mut mesh, mut now) = (Mesh::new(LayerHeights::halving(360, 3)), Instant::now());
    let others = (0..15).map(|number| peer(&format!("p{number}"))).collect();
    mesh.handle(now, Input::Intent(EVERYTHING));
    mesh.handle(now, Input::Room(welcome("me", others, false, Status::Started)));
    let views = std::iter::from_fn(|| mesh.poll()).filter_map(|effect| match effect {
        Effect::Peers(views) => Some(views.len()),
        _ => None,
    });
    assert_eq!(views.last(), Some(15));
    for number in 0..15 {
        mesh.handle(now, Input::Room(FromServer::PeerAway { peer: format!("p{number}").into() }));
    }
    now += Duration::from_secs(30);
    mesh.handle(now, Input::Timeout);
    assert_eq!(mesh.allows(), Intent { mic: true, camera: false, screen: false });
}
