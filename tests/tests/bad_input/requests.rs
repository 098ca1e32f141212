//! Requests that are wrong in a way somebody thought of.

use super::raw::{bare, post};
use serde_json::{Value, json};

/// Larger than any body that is read.
const TEN_MEGABYTES: usize = 10 * 1024 * 1024;

/// The tokens that open nothing, or not this.
pub struct Tokens {
    pub expired: String,
    pub wrong: Vec<String>,
}

/// A bad request, with the kind it is counted as.
pub type Bad = (&'static str, Vec<u8>);

/// Every bad request to a method that is a POST.
pub fn to(method: &str, tokens: &Tokens) -> Vec<Bad> {
    let good = good(method, &tokens.expired).to_string();
    let mut all: Vec<Bad> =
        bodies(&good).into_iter().map(|body| ("bodies", json_post(method, &body))).collect();
    for cut in 0..good.len().min(200) {
        all.push(("truncated bodies", json_post(method, &good.as_bytes()[..cut])));
    }
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/xml",
        "",
        "\u{7f}",
    ] {
        all.push(("content types", post(method, kind, b"access_token=7&api_key=7")));
    }
    for verb in ["GET", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
        all.push(("HTTP methods", bare(verb, &format!("/meets/v1/{method}"), "")));
    }
    for token in tokens.wrong.iter().chain([&tokens.expired]) {
        all.push(("tokens", json_post(method, self::good(method, token).to_string().as_bytes())));
    }
    all.extend(large(method));
    all
}

/// A body with all fields of the method, in which only the token or the key is wrong.
fn good(method: &str, token: &str) -> Value {
    match method {
        "create" => json!({"api_key": token, "user_id": "d", "user_role": "CLIENT", "conference_info": {}}),
        "complete_empty_and_expired" | "send_complete_callback" => json!({ "api_key": token }),
        _ => json!({
            "access_token": token, "code": "000000", "scheduledStart": "2026-11-21T12:00:00Z",
            "scheduledDurationSeconds": 600, "isOpen": true,
        }),
    }
}

fn json_post(method: &str, body: &[u8]) -> Vec<u8> {
    post(method, "application/json", body)
}

fn bodies(good: &str) -> Vec<Vec<u8>> {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let with = |value: &str| format!(r#"{{"access_token":{value},"api_key":{value}}}"#).into_bytes();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let mut all: Vec<Vec<u8>> =
        ["", "null", "7", "true", "\"text\"", "[]", "[{}]", "{}", "{,}", "nul", "{]", "//", "\0"]
            .map(|text| text.as_bytes().to_vec())
            .into();
    all.extend([
        b"\xff\xfe{}".to_vec(),
        [b"\xef\xbb\xbf", good.as_bytes()].concat(),
        utf16(good),
        [good.as_bytes(), b"}"].concat(),
        [good.as_bytes(), good.as_bytes()].concat(),
        good.replace('"', "'").into_bytes(),
        good.replacen('{', "{\"access_token\":[],\"api_key\":[],", 1).into_bytes(),
        [good.trim_end_matches('}').as_bytes(), b",\"access_token\":{},\"api_key\":{}}"].concat(),
        [good.trim_end_matches('}').as_bytes(), b",\"\xc3\x28\":1}"].concat(),
        [good.as_bytes()[..4].to_vec(), b"\xf0\x28\x8c\x28".to_vec(), good.as_bytes()[4..].to_vec()].concat(),
        [b"\x1f\x8b\x08\x00", good.as_bytes()].concat(),
        deep("[", "]").into_bytes(),
        deep("{\"a\":", "}").into_bytes(),
        "[".repeat(500_000).into_bytes(),
        with(&format!("{}{}", "[".repeat(120), "]".repeat(120))),
        with(&deep("[", "]")),
    ]);
    for value in [
        "null",
        "7",
        "-0",
        "1e999",
        "-1e999",
        "NaN",
        "Infinity",
        "0x7",
        "07",
        "true",
        "[]",
        "{}",
        "[null]",
        "\"\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"\\q\"",
        "\"\n\"",
        "\"\u{202e}\"",
        "{\"$ne\":null}",
        "[\"a\",\"b\"]",
        "123456789012345678901234567890",
    ] {
        all.push(with(value));
    }
    all
}

fn large(method: &str) -> Vec<Bad> {
    let text = [b"{\"access_token\":\"".as_slice(), &vec![b'x'; TEN_MEGABYTES], b"\"}"].concat();
    let chunk =
        [format!("{TEN_MEGABYTES:x}\r\n").as_bytes(), &vec![b' '; TEN_MEGABYTES], b"\r\n0\r\n\r\n"].concat();
    let head = format!(
        "POST /meets/v1/{method} HTTP/1.1\r\nHost: clinic\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    );
    let half = json_post(method, &vec![b'['; 900 * 1024]);
    vec![
        ("10 MB bodies", json_post(method, &text)),
        ("10 MB bodies", json_post(method, &vec![0xff; TEN_MEGABYTES])),
        ("10 MB bodies", [head.as_bytes(), &chunk].concat()),
        ("bodies", half),
    ]
}

/// Bad requests to `info`, to no method, and against HTTP itself.
pub fn elsewhere(tokens: &Tokens) -> Vec<Bad> {
    let mut all = Vec::new();
    let info = |query: &str| bare("GET", &format!("/meets/v1/info{query}"), "");
    for query in [
        "",
        "?",
        "?access_token",
        "?access_token=",
        "?access_token=%ff%fe",
        "?access_token=%",
        "?a=b&&&=",
        "?access_token[]=1",
        "?ACCESS_TOKEN=1",
        "?access_token=%00",
        "?access_token=../../etc/passwd",
    ] {
        all.push(("queries", info(query)));
    }
    for size in [100, 4_000, 60_000, 70_000, 400_000, 2_000_000] {
        all.push(("queries", info(&format!("?access_token={}", "x".repeat(size)))));
        all.push(("queries", info(&format!("?{}", "a=b&".repeat(size / 4)))));
    }
    for token in tokens.wrong.iter().chain([&tokens.expired]) {
        all.push(("tokens", info(&format!("?access_token={token}"))));
    }
    for verb in ["POST", "PUT", "DELETE", "PATCH"] {
        all.push(("HTTP methods", bare(verb, "/meets/v1/info", "")));
    }
    for path in [
        "",
        "/",
        "/Create",
        "/create/",
        "/create/x",
        "/%00",
        "/..%2f..%2f",
        "/ws2",
        "/info/../create",
        "/\u{5d0}",
    ] {
        let target: String = format!("/meets/v1{path}");
        all.push(("unknown paths", bare("POST", &target, "Content-Length: 0\r\n")));
        all.push(("unknown paths", bare("GET", &format!("{target}/{}", "x".repeat(5000)), "")));
    }
    for count in [90, 101, 1000, 20_000] {
        let headers: String = (0..count).map(|number| format!("X-{number}: {number}\r\n")).collect();
        all.push(("header floods", bare("GET", "/meets/v1/info", &headers)));
    }
    for size in [8_000, 100_000, 1_000_000] {
        all.push((
            "header floods",
            bare("GET", "/meets/v1/info", &format!("Cookie: {}\r\n", "x".repeat(size))),
        ));
    }
    all.extend(against_http());
    all
}

fn against_http() -> Vec<Bad> {
    [
        "GET\r\n\r\n".to_owned(),
        "\0\0\0\0\r\n\r\n".to_owned(),
        "GET /meets/v1/info HTTP/9.9\r\n\r\n".to_owned(),
        "POST /meets/v1/join HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n".to_owned(),
        "POST /meets/v1/join HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}"
            .to_owned(),
        "POST /meets/v1/join HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_owned(),
        "POST /meets/v1/join HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gibberish\r\n\r\n{}".to_owned(),
        "POST /meets/v1/join HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n".to_owned(),
        "GET /meets/v1/ws HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".to_owned(),
        "POST /meets/v1/ws HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".to_owned(),
        "GET /meets/v1/ws HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 7\r\nSec-WebSocket-Key: x\r\n\r\n"
            .to_owned(),
    ]
    .map(|text| ("broken HTTP", text.into_bytes()))
    .into()
}
