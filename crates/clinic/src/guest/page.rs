//! The page's text.

use super::Obstacle;
use consilium_l10n::{Catalog, Message};
use consilium_model::{Direction, Locale};

/// What the page says.
pub(super) enum Page {
    /// The visit, with the link that opens the application.
    Visit {
        /// `consilium://visit?…`
        deep_link: String,
        /// The server has the page that goes on in the browser.
        browser: bool,
    },
    /// No such link.
    Unknown,
    /// The link's time is over.
    Expired,
    /// A link one level below the root does not lead in now.
    Obstacle(Obstacle),
}

impl Page {
    pub(super) fn render(&self, catalog: &Catalog, locale: Locale) -> String {
        let say = |message: Message| escape(&catalog.text(locale, &message));
        let (title, body) = match self {
            Self::Visit { deep_link, browser } => {
                (say(Message::GuestTitle), offer(&say, deep_link, *browser))
            }
            Self::Unknown => {
                (say(Message::GuestUnknownTitle), format!("<p>{}</p>", say(Message::GuestUnknownText)))
            }
            Self::Expired => {
                (say(Message::GuestExpiredTitle), format!("<p>{}</p>", say(Message::GuestExpiredText)))
            }
            Self::Obstacle(obstacle) => {
                let (title, text) = obstacle.words();
                (say(title), format!("<p>{}</p>", say(text)))
            }
        };
        let root = if matches!(self, Self::Obstacle(_)) { "../" } else { "" };
        document(locale, root, &title, &body)
    }
}

/// A whole page of ours. `root` leads to the root of the server, the rest is markup already.
pub(super) fn document(locale: Locale, root: &str, title: &str, body: &str) -> String {
    let direction = match locale.direction() {
        Direction::Ltr => "ltr",
        Direction::Rtl => "rtl",
    };
    format!(
        "<!doctype html>\n<html lang=\"{}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n\
         <link rel=\"stylesheet\" href=\"{root}visit.css\">\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n",
        locale.tag(),
    )
}

/// What is hidden is shown by the script, and what is only true without it is hidden.
fn offer(say: &impl Fn(Message) -> String, deep_link: &str, browser: bool) -> String {
    let app = format!(
        "<p>{}</p>\n<p><a class=\"open\" href=\"{}\">{}</a></p>",
        say(Message::GuestText),
        escape(deep_link),
        say(Message::GuestOpen),
    );
    let rest = format!(
        "<p data-without-script>{}</p>\n<p class=\"note\">{}</p>",
        say(Message::GuestNoApp),
        say(Message::GuestPrivate),
    );
    if !browser {
        return format!("{app}\n{rest}");
    }
    let ways = format!(
        "<div data-with-script hidden>\n<p>{}</p>\n<p><button class=\"open other\" type=\"button\">{}</button></p>\n\
         <p role=\"status\" data-busy hidden>{}</p>\n<p role=\"alert\" data-failed hidden>{}</p>\n</div>",
        say(Message::GuestBrowserText),
        say(Message::GuestBrowser),
        say(Message::GuestBrowserBusy),
        say(Message::GuestBrowserFailed),
    );
    format!("{app}\n{ways}\n{rest}\n<script type=\"module\" src=\"visit/guest.js\"></script>")
}

/// A text as markup.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            letter => safe.push(letter),
        }
    }
    safe
}
