//! The page behind a web link.

use crate::kit::Clinic;

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
        assert!(policy.starts_with("default-src 'none'"));
        assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
        let page = answer.text().await.unwrap();
        assert!(page.contains(word) && !page.contains("<script") && !page.contains("style="), "{page}");
        assert!(
            page.contains(&format!("href=\"{}\"", link.deep_link.expose().replace('&', "&amp;"))),
            "{page}"
        );
        assert_eq!(page.contains("dir=\"rtl\""), language == "he-IL");
    }
    clinic.running.stop().await;
}

#[tokio::test]
async fn tells_when_a_link_does_not_work() {
    let clinic = Clinic::start().await;
    let answer = clinic.http.get(clinic.url("/visit?at=%22%3E%3Cb%3E")).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    assert!(!answer.text().await.unwrap().contains("<b>"));
    clinic.pass(40 * 24 * 3600);
    let answer = clinic.http.get(clinic.demo().links[0].web_link.expose()).send().await.unwrap();
    assert_eq!(answer.status(), 410);
    let answer = clinic.http.get(clinic.url("/visit.css")).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/css; charset=utf-8");
    clinic.running.stop().await;
}
