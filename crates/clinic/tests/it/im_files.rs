//! Files of the messenger: what they are, what they lose, who gets them, and what is left of those that were not
//! finished.

#[allow(dead_code)]
#[path = "../../src/im/files/clean/samples.rs"]
pub(crate) mod samples;

use crate::crash;
use crate::im_kit::{Person, doctor, patient, text, uuid, visit_chat};
use crate::kit::Clinic;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap};
use consilium_wire::demo::DemoRole;
use consilium_wire::im::MAX_ATTACHMENT;
use image::ImageFormat;
use reqwest::Response;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The specialist and the patient of a visit, and its session.
pub(crate) async fn conversation(clinic: &Clinic) -> (Person, Person, String) {
    let session = text(&visit_chat(clinic, &clinic.pair("now").1).await["id"]);
    (doctor(clinic, 0).await, patient(clinic, 0).await, session)
}

pub(crate) async fn upload(
    clinic: &Clinic,
    who: &Person,
    session: &str,
    name: &str,
    bytes: Vec<u8>,
) -> (u16, Value) {
    let url = clinic.url(&format!("/api/v2/sessions/{session}/attachments"));
    let request = clinic.http.post(url).query(&[("name", name)]).bearer_auth(&who.token).body(bytes);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// It must go well.
pub(crate) async fn stored(
    clinic: &Clinic,
    who: &Person,
    session: &str,
    name: &str,
    bytes: Vec<u8>,
) -> Value {
    let (http, body) = upload(clinic, who, session, name, bytes).await;
    assert_eq!(http, 201, "{body}");
    body
}

pub(crate) async fn refused(clinic: &Clinic, who: &Person, session: &str, bytes: Vec<u8>) -> (u16, String) {
    let (http, body) = upload(clinic, who, session, "a", bytes).await;
    (http, text(&body["error"]["code"]))
}

pub(crate) async fn fetch(clinic: &Clinic, who: &Person, path: &str, more: &[(&str, &str)]) -> Response {
    let mut request = clinic.http.get(clinic.url(&format!("/api/v2/attachments/{path}")));
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    request.bearer_auth(&who.token).send().await.unwrap()
}

async fn bytes(clinic: &Clinic, who: &Person, path: &str) -> Vec<u8> {
    let answer = fetch(clinic, who, path, &[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.bytes().await.unwrap().to_vec()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers[name].to_str().unwrap()
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

pub(crate) fn in_attachments(clinic: &Clinic, part: &str) -> Vec<PathBuf> {
    files(&clinic.folder.path().join("attachments").join(part))
}

#[tokio::test]
async fn a_photo_loses_place_and_device_and_keeps_its_pixels() {
    let clinic = Clinic::start().await;
    let (anna, ivan, session) = conversation(&clinic).await;
    let photos = [
        ("rash.jpg", "image/jpeg", samples::jpeg(800, 600, 6)),
        ("rash.png", "image/png", samples::png(800, 600, 6)),
        ("rash.webp", "image/webp", samples::webp(800, 600, 6)),
    ];
    for (name, media_type, photo) in photos {
        let said = stored(&clinic, &ivan, &session, name, photo.clone()).await;
        assert_eq!((&said["kind"], &said["media_type"]), (&json!("image"), &json!(media_type)));
        assert_eq!((&said["width"], &said["height"]), (&json!(600), &json!(800)), "the right way up");
        assert_eq!((&said["name"], &said["thumbnail"]), (&json!(name), &json!(true)));
        let id = text(&said["id"]);
        let kept = bytes(&clinic, &anna, &id).await;
        assert_eq!(said["size"], kept.len());
        let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgb8();
        assert_eq!(pixels(&kept), pixels(&photo));
        let small = bytes(&clinic, &anna, &format!("{id}/thumbnail")).await;
        let small = image::load_from_memory_with_format(&small, ImageFormat::Jpeg).unwrap();
        assert_eq!((small.width(), small.height()), (240, 320));

        let content = json!({"file": id}).to_string();
        let message = json!({"type": 2, "content": content, "client_message_id": uuid()});
        let message = ivan.post(&clinic, &format!("/sessions/{session}/messages"), &message).await;
        let content: Value = serde_json::from_str(message["content"].as_str().unwrap()).unwrap();
        assert_eq!(content, json!({"file": id, "width": 600, "height": 800, "size": kept.len()}));
    }
    let kept = in_attachments(&clinic, "kept");
    assert_eq!(kept.len(), 6, "three files and their thumbnails");
    for path in &kept {
        let bytes = fs::read(path).unwrap();
        assert!(!samples::tells(&bytes), "{path:?}");
        // No place, wherever it might hide.
        assert!(!bytes.windows(12).any(|window| window == &samples::exif(6)[34..46]), "{path:?}");
    }
    assert_eq!(in_attachments(&clinic, "incoming"), Vec::<PathBuf>::new());
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_file_is_what_is_in_it_and_not_what_it_is_called() {
    let clinic = Clinic::start().await;
    let (anna, ivan, session) = conversation(&clinic).await;
    let html = b"<!doctype html><script>alert(1)</script>".to_vec();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    for (name, bytes, kind, media_type) in [
        ("photo.jpg", html, "file", "application/octet-stream"),
        ("photo.png", svg, "file", "application/octet-stream"),
        (
            "song.mp3",
            b"\xFF\xFB no frame, only two bytes like one".to_vec(),
            "file",
            "application/octet-stream",
        ),
        ("notes.txt", samples::png(9, 9, 1), "image", "image/png"),
        ("photo.heic", samples::heic(), "file", "application/octet-stream"),
        ("voice", samples::ogg(), "voice", "audio/ogg"),
        ("voice.exe", samples::wav(), "voice", "audio/wav"),
        ("song.mp4", samples::mp3(), "voice", "audio/mpeg"),
        ("film.mp3", samples::mp4(), "video", "video/mp4"),
        ("film.html", samples::webm(), "video", "video/webm"),
    ] {
        let said = stored(&clinic, &ivan, &session, name, bytes).await;
        assert_eq!((&said["kind"], &said["media_type"]), (&json!(kind), &json!(media_type)), "{name}");
        let answer = fetch(&clinic, &anna, said["id"].as_str().unwrap(), &[]).await;
        let headers = answer.headers();
        assert_eq!(header(headers, "content-type"), media_type);
        let disposition = format!("attachment; filename=\"{name}\"; filename*=UTF-8''{name}");
        assert_eq!(header(headers, "content-disposition"), disposition);
        assert_eq!(header(headers, "x-content-type-options"), "nosniff");
        assert_eq!(header(headers, "content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(header(headers, "cache-control"), "no-store");
    }
    let page = b"<!doctype html>".to_vec();
    let said = stored(&clinic, &ivan, &session, "../../רשימה\u{202E}gpj.exe", page.clone()).await;
    assert_eq!(said["name"], "רשימהgpj.exe");
    assert_eq!(bytes(&clinic, &anna, said["id"].as_str().unwrap()).await, page, "as it came");
    let thumbnail = fetch(&clinic, &anna, &format!("{}/thumbnail", text(&said["id"])), &[]).await;
    assert_eq!(thumbnail.status(), StatusCode::NOT_FOUND);
    // It is no picture, whatever the message says.
    let content = json!({"file": said["id"]}).to_string();
    let message = json!({"type": 2, "content": content, "client_message_id": uuid()});
    let path = format!("/sessions/{session}/messages");
    let refused = ivan.refused(&clinic, reqwest::Method::POST, &path, Some(&message)).await;
    assert_eq!(refused, (415, "wrong_media".to_owned()));
    clinic.running.stop().await;
}

/// Files of which nobody knows where what they tell is.
fn not_understood() -> Vec<(&'static str, Vec<u8>)> {
    let cut = |mut bytes: Vec<u8>, length: usize| {
        bytes.truncate(length);
        bytes.extend(samples::TELLTALE);
        bytes
    };
    let ogg = samples::ogg();
    let other_codec = [&ogg[..28], b"Vorbis!!", &ogg[36..]].concat();
    let heic = [b"\0\0\0\x14ftypheic\0\0\0\0mif1\0\0\0\x10mdat", samples::TELLTALE].concat();
    vec![
        ("jpeg", cut(samples::jpeg(40, 30, 6), 30)),
        ("png", cut(samples::png(40, 30, 6), 60)),
        ("webp", cut(samples::webp(40, 30, 6), 60)),
        ("gif", cut(samples::gif(40, 30), 20)),
        ("wav", cut(samples::wav(), 40)),
        ("mp3", cut(samples::mp3(), 30)),
        ("mp4", cut(samples::mp4(), 60)),
        ("webm", cut(samples::webm(), 60)),
        ("ogg", other_codec),
        ("heic", heic),
    ]
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_and_leaves_nothing() {
    let clinic = Clinic::start().await;
    let (anna, ivan, session) = conversation(&clinic).await;
    let stranger = doctor(&clinic, 1).await;
    let too_large = (413, "too_large".to_owned());
    assert_eq!(refused(&clinic, &ivan, &session, samples::bomb(60_000)).await, too_large);
    let wrong_media = (415, "wrong_media".to_owned());
    assert_eq!(refused(&clinic, &ivan, &session, samples::bomb(100)).await, wrong_media);
    // What claims to be something to see or hear and is not understood is not handed on with all that is in it.
    for (name, hidden) in not_understood() {
        assert!(samples::tells(&hidden), "{name}");
        assert_eq!(refused(&clinic, &ivan, &session, hidden).await, wrong_media, "{name}");
    }
    assert_eq!(refused(&clinic, &ivan, &session, Vec::new()).await, (400, "bad_request".to_owned()));
    let not_found = (404, "not_found".to_owned());
    assert_eq!(refused(&clinic, &stranger, &session, samples::png(9, 9, 1)).await, not_found);
    assert_eq!(refused(&clinic, &ivan, "no-such", samples::png(9, 9, 1)).await, not_found);
    let nobody = Person { token: "wrong".to_owned(), ..ivan.clone() };
    assert_eq!(refused(&clinic, &nobody, &session, vec![1]).await, (401, "unauthorized".to_owned()));
    assert_eq!(in_attachments(&clinic, ""), Vec::<PathBuf>::new());

    let said = stored(&clinic, &ivan, &session, "a.png", samples::png(9, 9, 1)).await;
    let id = text(&said["id"]);
    for path in
        [id.clone(), format!("{id}/thumbnail"), "no-such".to_owned(), "..%2F..%2Fclinic.db".to_owned()]
    {
        assert_eq!(fetch(&clinic, &stranger, &path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(fetch(&clinic, &nobody, &path, &[]).await.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(fetch(&clinic, &anna, &id, &[]).await.status(), StatusCode::OK);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_part_of_a_file_can_be_had() {
    let clinic = Clinic::start().await;
    let (anna, ivan, session) = conversation(&clinic).await;
    let whole: Vec<u8> = (0..100_000u32).map(|number| (number % 251) as u8).collect();
    let id = text(&stored(&clinic, &ivan, &session, "a.bin", whole.clone()).await["id"]);
    let part = async |range: &str| {
        let answer = fetch(&clinic, &anna, &id, &[("range", range)]).await;
        let told = answer.headers().get(header::CONTENT_RANGE).map(|told| told.to_str().unwrap().to_owned());
        (answer.status().as_u16(), told, answer.bytes().await.unwrap().to_vec())
    };
    let told = |told: &str| Some(told.to_owned());
    assert_eq!(part("bytes=10-19").await, (206, told("bytes 10-19/100000"), whole[10..20].to_vec()));
    assert_eq!(part("bytes=99990-").await, (206, told("bytes 99990-99999/100000"), whole[99_990..].to_vec()));
    assert_eq!(part("bytes=-5").await, (206, told("bytes 99995-99999/100000"), whole[99_995..].to_vec()));
    assert_eq!(part("bytes=100000-").await, (416, told("bytes */100000"), Vec::new()));
    assert_eq!(part("bytes=0-1,5-6").await, (200, None, whole.clone()));
    let tag = format!("\"{id}\"");
    for (tag, http) in [(tag.as_str(), 206), ("\"another\"", 200)] {
        let answer = fetch(&clinic, &anna, &id, &[("range", "bytes=0-0"), ("if-range", tag)]).await;
        assert_eq!(answer.status().as_u16(), http);
    }
    clinic.running.stop().await;
}

/// A connection on which an upload has begun.
pub(crate) async fn begin(clinic: &Clinic, who: &Person, session: &str, length: &str) -> TcpStream {
    begin_at(&clinic.running.addr.to_string(), &who.token, session, length).await
}

async fn begin_at(address: &str, token: &str, session: &str, length: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/v2/sessions/{session}/attachments?name=a HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n{length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// The head of the next answer; its body is read away.
async fn answer(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
    stream.read_exact(&mut vec![0; length.parse().unwrap()]).await.unwrap();
    head
}

#[tokio::test(flavor = "multi_thread")]
async fn one_byte_too_many_is_refused_and_disturbs_nobody_on_the_same_connection_either() {
    let clinic = Clinic::start().await;
    let (anna, ivan, session) = conversation(&clinic).await;
    let size = usize::try_from(MAX_ATTACHMENT).unwrap() + 1;
    let declared = format!("content-length: {size}");
    for length in [declared.as_str(), "transfer-encoding: chunked"] {
        let mut stream = begin(&clinic, &ivan, &session, length).await;
        let chunk = vec![0x20; 1024 * 1024];
        let mut left = size;
        while left > 0 {
            let part = &chunk[..left.min(chunk.len())];
            if length == declared {
                stream.write_all(part).await.unwrap();
            } else {
                stream.write_all(format!("{:x}\r\n", part.len()).as_bytes()).await.unwrap();
                stream.write_all(part).await.unwrap();
                stream.write_all(b"\r\n").await.unwrap();
            }
            left -= part.len();
            if left % 10 == 0 {
                anna.say(&clinic, &session, "still here").await;
            }
        }
        if length != declared {
            stream.write_all(b"0\r\n\r\n").await.unwrap();
        }
        let head = answer(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 413 "), "{head}");
        let next = format!(
            "GET /api/v2/application/badge_no HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\n\r\n",
            ivan.token
        );
        stream.write_all(next.as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200 "));
    }
    assert_eq!(in_attachments(&clinic, ""), Vec::<PathBuf>::new());
    let fits = stored(&clinic, &ivan, &session, "a", vec![0x20; size - 1]).await;
    assert_eq!((&fits["size"], &fits["kind"]), (&json!(MAX_ATTACHMENT), &json!("file")));
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_user_has_so_many_uploads_at_once_and_one_that_hangs_up_leaves_nothing() {
    let clinic = Clinic::start().await;
    let (anna, ivan, session) = conversation(&clinic).await;
    let mut under_way = Vec::new();
    for _ in 0..2 {
        let mut stream = begin(&clinic, &ivan, &session, "content-length: 1000").await;
        stream.write_all(&[1; 500]).await.unwrap();
        under_way.push(stream);
    }
    while in_attachments(&clinic, "incoming").len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(refused(&clinic, &ivan, &session, vec![1]).await, (429, "too_many".to_owned()));
    stored(&clinic, &anna, &session, "a", vec![1]).await;
    drop(under_way);
    while !in_attachments(&clinic, "incoming").is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stored(&clinic, &ivan, &session, "a", vec![1]).await;
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_start_finishes_what_is_known_and_takes_away_the_rest() {
    let clinic = Clinic::start().await;
    let (_, ivan, session) = conversation(&clinic).await;
    let id = text(&stored(&clinic, &ivan, &session, "a", vec![7; 100]).await["id"]);
    let folder = clinic.folder.path().join("attachments");
    // A crash just before the file was moved, one in the middle of an upload, and one before it was known.
    fs::rename(folder.join("kept").join(&id), folder.join("incoming").join(&id)).unwrap();
    for (other, piece) in [("0001", "original"), ("0002", "file")] {
        fs::create_dir(folder.join("incoming").join(other)).unwrap();
        fs::write(folder.join("incoming").join(other).join(piece), [1; 50]).unwrap();
    }
    let clinic = clinic.restart().await;
    assert_eq!(bytes(&clinic, &ivan, &id).await, [7; 100]);
    assert_eq!(in_attachments(&clinic, "").len(), 1);
    assert_eq!(fs::read_dir(folder.join("incoming")).unwrap().count(), 0);
    clinic.running.stop().await;
}

#[tokio::test]
async fn a_server_that_is_killed_in_an_upload_has_nothing_of_it_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = crash::start(folder.path());
    let demo = crash::demo(folder.path(), None).await;
    let link = crash::token(&demo, DemoRole::Patient);
    let http = reqwest::Client::new();
    let ask = async |path: &str| -> Value {
        let request = http.post(format!("{}/home/v1/{path}", demo.base_url)).bearer_auth(&link);
        request.send().await.unwrap().json().await.unwrap()
    };
    let session = text(&ask("visit_chat").await["id"]);
    let token = text(&ask("messenger").await["token"]);
    let address = demo.base_url.strip_prefix("http://").unwrap();
    let mut upload = begin_at(address, &token, &session, "content-length: 1000000").await;
    upload.write_all(&[1; 500_000]).await.unwrap();
    let attachments = folder.path().join("attachments");
    let has_come = || files(&attachments).iter().any(|path| fs::metadata(path).unwrap().len() > 100_000);
    while !has_come() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(has_come(), "it was in the middle of it");

    let mut server = crash::start(folder.path());
    crash::demo(folder.path(), Some(&demo.base_url)).await;
    assert_eq!(files(&attachments), Vec::<PathBuf>::new());
    server.kill().unwrap();
    server.wait().unwrap();
}
