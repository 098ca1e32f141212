//! Bad input: a clear error each, nothing lost, nobody else disturbed.
//!
//! A healthy visit goes on in the same server while thousands of broken requests and frames come in; afterwards the
//! database holds what it held. What breaks HTTP itself is answered by HTTP alone: a 4xx without a body.
#![allow(clippy::unwrap_used, unreachable_pub)]

#[path = "bad_input/healthy.rs"]
mod healthy;
#[path = "bad_input/random.rs"]
mod random;
#[path = "bad_input/raw.rs"]
mod raw;
#[path = "bad_input/requests.rs"]
mod requests;
#[path = "openapi/server.rs"]
mod server;
#[path = "bad_input/sockets.rs"]
mod sockets;
#[path = "bad_input/store.rs"]
mod store;
#[path = "bad_input/tally.rs"]
mod tally;

use futures_util::StreamExt;
use requests::Tokens;
use serde_json::json;
use server::{Server, Visit};
use std::net::SocketAddr;
use std::path::Path;
use tally::Tally;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

const POSTS: [&str; 20] = [
    "create",
    "exchange",
    "open_for_join",
    "join",
    "leave",
    "start",
    "pause",
    "resume",
    "finish",
    "cancel",
    "restore_terminated_fast",
    "durations",
    "complete_empty_and_expired",
    "send_complete_callback",
    "otp_send",
    "otp_verify",
    "move",
    "resize",
    "update_info",
    "no_such_method",
];
/// The longest visit there is: nothing ends by itself while the test turns the clock.
const MONTH: i64 = 31 * 24 * 3600;
const RANDOM: usize = 4000;
/// Connections that send half a request and then nothing.
const IDLE: usize = 100;
const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_gets_a_clear_error_and_disturbs_nobody() {
    let server = Server::start().await;
    let bystanders = bystanders(&server).await;
    let tokens = wrong_tokens(&server, &bystanders).await;
    let visit = server.book(|info| info["scheduledDurationSeconds"] = json!(MONTH)).await;
    let appointment = info(&server, &visit.client).await["appointmentId"].as_str().unwrap().to_owned();
    let rows = |folder: &Path| store::rows_without(folder, &appointment);
    let before = seen(&server, &bystanders).await;
    let (server, rows_before) = server.restart(rows).await;

    let address = server.running.addr;
    let socket = format!("ws://{address}/meets/v1/ws");
    let (tally, enough) = (Tally::default(), CancellationToken::new());
    let bad = async {
        let idle = half_requests(address).await;
        send_all(address, &tokens, &tally).await;
        sockets::try_all(&socket, &bystanders[1].client, &tokens.wrong, &tally).await;
        drop(idle);
        enough.cancel();
    };
    let ((), rounds) = tokio::join!(bad, healthy::run(&server, &visit, &socket, enough.clone()));

    assert_eq!(before, seen(&server, &bystanders).await, "the other conferences are as they were");
    let (server, rows_after) = server.restart(rows).await;
    assert_eq!(before, seen(&server, &bystanders).await, "also after a restart");
    let lost: Vec<_> = rows_before.difference(&rows_after).collect();
    let added: Vec<_> = rows_after.difference(&rows_before).collect();
    assert!(lost.is_empty() && added.is_empty(), "lost {lost:#?}, added {added:#?}");
    println!("{}; the visit beside them went on for {rounds} rounds", tally.close());
    server.running.stop().await;
}

/// Visits of others: one to come, one that goes on, one that has ended.
async fn bystanders(server: &Server) -> Vec<Visit> {
    let mut visits = Vec::new();
    for way in [&[][..], &["open_for_join", "join"], &["open_for_join", "join", "finish"]] {
        let visit = server.book(|info| info["scheduledDurationSeconds"] = json!(MONTH)).await;
        for method in way {
            if *method == "join" {
                press(server, method, &visit.client).await;
            }
            press(server, method, &visit.specialist).await;
        }
        visits.push(visit);
    }
    visits
}

async fn press(server: &Server, method: &str, token: &str) {
    let answer = server.call(method, &json!({ "access_token": token })).await;
    assert_eq!(answer.code(), "OK", "{method}: {}", answer.body);
}

/// Tokens of another purpose, of two conferences mixed, and of a conference that is long over.
async fn wrong_tokens(server: &Server, others: &[Visit]) -> Tokens {
    let old = server.book(|info| info["scheduledStart"] = json!("2001-01-01T00:00:00Z")).await;
    let room = server.call("exchange", &json!({"access_token": others[1].client})).await;
    let room = room.body["conference_token"].as_str().unwrap().to_owned();
    let mixed = format!("{}{}", &others[0].client[..22], &others[1].client[22..]);
    let wrong = vec![room, mixed, others[0].client.to_lowercase(), "unknown".to_owned(), "x".repeat(1000)];
    Tokens { expired: old.client, wrong }
}

async fn info(server: &Server, token: &str) -> serde_json::Value {
    server.call("info", &json!({ "access_token": token })).await.body["conference_info"].clone()
}

async fn seen(server: &Server, visits: &[Visit]) -> Vec<serde_json::Value> {
    let mut seen = Vec::new();
    for visit in visits {
        seen.push(info(server, &visit.client).await);
    }
    seen
}

async fn half_requests(address: SocketAddr) -> Vec<TcpStream> {
    let mut idle = Vec::new();
    for _ in 0..IDLE {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"POST /meets/v1/join HTTP/1.1\r\nHost: clinic\r\nContent-Le").await.unwrap();
        idle.push(stream);
    }
    idle
}

async fn send_all(address: SocketAddr, tokens: &Tokens, tally: &Tally) {
    let mut opens_nothing = tokens.wrong.clone();
    opens_nothing.push(tokens.expired.clone());
    let random = random::requests(RANDOM, &POSTS, &opens_nothing);
    let random = random.into_iter().map(|(method, request)| ("random bodies", method, request));
    let thought_of = POSTS.iter().flat_map(|&method| {
        requests::to(method, tokens)
            .into_iter()
            .map(move |(kind, request)| (kind, method.to_owned(), request))
    });
    let elsewhere = requests::elsewhere(tokens).into_iter();
    let elsewhere = elsewhere.map(|(kind, request)| (kind, "elsewhere".to_owned(), request));
    // One after the other is made, because some are large.
    let all = futures_util::stream::iter(thought_of.chain(elsewhere).chain(random));
    all.for_each_concurrent(AT_ONCE, |(kind, method, request)| async move {
        let answer = raw::send(address, &request).await;
        let shown: String = String::from_utf8_lossy(&request).chars().take(400).collect();
        tally.answer(kind, &format!("{method} {shown:?}"), &answer);
    })
    .await;
}
