//! The page behind a web link.

use crate::kit::Clinic;
use consilium_clinic::Config;

#[tokio::test]
async fn opens_the_application_in_three_languages() {
    let clinic = Clinic::start().await;
    let link = clinic.demo().links[0].clone();
    for (language, word) in [("ru", "Открыть приём"), ("en-GB", "Open the visit"), ("he-IL", "פתיחת הפגישה")]
    {
        let request = clinic.http.get(link.web_link.expose()).header("accept-language", language);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
        assert!(policy.ends_with("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
        assert_eq!(answer.headers()["x-frame-options"], "DENY");
        let page = answer.text().await.unwrap();
        let scripts = page.matches("<script").count();
        assert_eq!(scripts, page.matches(r#"<script type="module" src="visit/guest.js"></script>"#).count());
        assert!(page.contains(word) && !page.contains("style="), "{page}");
        assert!(
            page.contains(&format!("href=\"{}\"", link.deep_link.expose().replace('&', "&amp;"))),
            "{page}"
        );
        assert_eq!(page.contains("dir=\"rtl\""), language == "he-IL");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn shows_nothing_of_the_visit_to_whoever_only_opens_the_link() {
    let clinic = Clinic::start().await;
    for link in &clinic.demo().links {
        let page = clinic.http.get(link.web_link.expose()).send().await.unwrap().text().await.unwrap();
        for part in link.name.split_whitespace().filter(|part| part.chars().count() > 2) {
            assert!(!page.contains(part), "{page}");
        }
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn is_framed_by_those_who_were_named_alone() {
    let named: fn(&mut Config) = |config| {
        config.frame_ancestors = vec!["https://site.example".parse().unwrap()];
    };
    let clinic = Clinic::adjusted(named).await;
    let answer = clinic.http.get(clinic.demo().links[0].web_link.expose()).send().await.unwrap();
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("frame-ancestors https://site.example"), "{policy}");
    assert!(!answer.headers().contains_key("x-frame-options"));
    clinic.running.stop().await;
}

#[tokio::test]
async fn tells_when_a_link_does_not_work() {
    let clinic = Clinic::start().await;
    let answer = clinic.http.get(clinic.url("/visit?at=%22%3E%3Cb%3E")).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    let page = answer.text().await.unwrap();
    assert!(!page.contains("<b>") && !page.contains("<script"));
    clinic.pass(40 * 24 * 3600);
    let answer = clinic.http.get(clinic.demo().links[0].web_link.expose()).send().await.unwrap();
    assert_eq!(answer.status(), 410);
    let answer = clinic.http.get(clinic.url("/visit.css")).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/css; charset=utf-8");
    let answer = clinic.http.get(clinic.url("/visit/..%2F..%2Fpackage.json")).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    clinic.running.stop().await;
}
