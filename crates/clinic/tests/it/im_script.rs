//! The script for web pages, and which pages may call the messenger.

use crate::kit::Clinic;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};

const PAGE: &str = "https://www.clinic.example";

async fn headers(request: RequestBuilder) -> (u16, HeaderMap) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.headers().clone())
}

fn preflight(clinic: &Clinic, origin: &str, path: &str) -> RequestBuilder {
    let request = clinic.http.request(Method::OPTIONS, clinic.url(path)).header("origin", origin);
    request.header("access-control-request-method", "PUT")
}

#[tokio::test]
async fn the_script_is_had_once() {
    let clinic = Clinic::start().await;
    let script = clinic.url("/sdk/im.client.js");
    let answer = clinic.http.get(&script).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(answer.headers()["cache-control"], "no-cache");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    let tag = answer.headers()["etag"].clone();
    assert!(answer.text().await.unwrap().contains("class ImClient"));
    let again = clinic.http.get(&script).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), again.headers()["etag"].clone()), (304, tag));
    assert_eq!(again.bytes().await.unwrap().len(), 0);
    let changed = clinic.http.get(&script).header("if-none-match", "\"another\"").send().await.unwrap();
    assert_eq!(changed.status(), 200);
    clinic.running.stop().await;
}

#[tokio::test]
async fn pages_of_named_origins_may_call_and_no_others() {
    let named = |config: &mut consilium_clinic::Config| config.web_origins = vec![PAGE.parse().unwrap()];
    let clinic = Clinic::adjusted(named).await;
    for path in ["/api/v2/sessions/a/sticky", "/api/v2/users/login", "/api/v2/attachments/a"] {
        let (http, asked) = headers(preflight(&clinic, PAGE, path)).await;
        assert_eq!((http, &asked["access-control-allow-origin"]), (204, &PAGE.parse().unwrap()), "{path}");
        assert_eq!(asked["access-control-allow-methods"], "GET, POST, PUT, DELETE");
        assert!(asked["access-control-allow-headers"].to_str().unwrap().contains("authorization"));
        assert!(!asked.contains_key("access-control-allow-credentials"));
        for other in ["https://evil.example", "http://www.clinic.example", "null"] {
            let (_, asked) = headers(preflight(&clinic, other, path)).await;
            assert!(!asked.contains_key("access-control-allow-origin"), "{other}");
        }
    }
    // A refusal can be read by the page, too.
    let refused = clinic.http.get(clinic.url("/api/v2/sessions")).header("origin", PAGE);
    let (http, told) = headers(refused).await;
    assert_eq!((http, &told["access-control-allow-origin"]), (401, &PAGE.parse().unwrap()));
    assert_eq!(told["vary"], "origin");
    clinic.running.stop().await;
}

#[tokio::test]
async fn without_named_origins_no_page_may_call() {
    let clinic = Clinic::start().await;
    let (_, asked) = headers(preflight(&clinic, PAGE, "/api/v2/sessions")).await;
    assert!(!asked.contains_key("access-control-allow-origin"));
    let request = clinic.http.get(clinic.url("/api/v2/sessions")).header("origin", PAGE);
    assert!(!headers(request).await.1.contains_key("access-control-allow-origin"));
    clinic.running.stop().await;
}
