//! What a notification says: who wrote and how much, and what only where the user allows it; and what calls the user
//! to the window.

use consilium_app::{Alert, MessageNotice, RingNotice};
use consilium_l10n::{Catalog, Message};
use consilium_model::Locale;

/// The longest title, in characters; desktops cut sooner.
const TITLE: usize = 100;
/// The longest text, in characters.
const BODY: usize = 300;

/// A notification in the user's language. It holds names, so it cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// Who wrote; the application's name where no name is to be seen.
    pub(crate) title: String,
    /// How many messages, or what was written.
    pub(crate) body: String,
    /// What the buttons of a call are called.
    pub(crate) answers: Option<Answers>,
}

/// What can be said to a call without the window.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Answers {
    pub(crate) accept: String,
    pub(crate) decline: String,
}

impl Words {
    /// Says a notice in a language.
    pub(crate) fn of(notice: &MessageNotice, catalog: &Catalog, locale: Locale) -> Self {
        let count = || catalog.text(locale, &Message::NotifyMessages { count: notice.unread.max(1).into() });
        let sender = plain(notice.sender.expose(), TITLE);
        if sender.is_empty() {
            return Self::plain(catalog.text(locale, &Message::AppName), count());
        }
        let text = notice.text.as_ref().map(|text| plain(text.expose(), BODY));
        Self::plain(sender, text.filter(|text| !text.is_empty()).unwrap_or_else(count))
    }

    const fn plain(title: String, body: String) -> Self {
        Self { title, body, answers: None }
    }

    /// Says in a language that somebody calls.
    pub(crate) fn of_ring(ring: &RingNotice, catalog: &Catalog, locale: Locale) -> Self {
        let says = |message: &Message| catalog.text(locale, message);
        let caller = plain(ring.caller.expose(), TITLE);
        let answers =
            Answers { accept: says(&Message::NotifyAccept), decline: says(&Message::NotifyDecline) };
        Self {
            title: if caller.is_empty() { says(&Message::AppName) } else { caller },
            body: says(&Message::NotifyCalls { count: ring.count.max(1).into() }),
            answers: Some(answers),
        }
    }
}

impl Words {
    /// Says an alert in a language.
    pub(crate) fn of_alert(alert: &Alert, catalog: &Catalog, locale: Locale) -> Self {
        let says = |message: &Message| catalog.text(locale, message);
        let (title, body) = match alert {
            Alert::Knocking { name, count } => return Self::of_knock(name.expose(), *count, says),
            Alert::Rung => (Message::NotifyRung, Message::NotifyRungText),
            Alert::Noted => (Message::NotifyNoted, Message::NotifyNotedText),
            Alert::Admitted => (Message::NotifyAdmitted, Message::NotifyAdmittedText),
            Alert::Denied => (Message::NotifyDenied, Message::NotifyDeniedText),
            Alert::InTray => (Message::NotifyInTray, Message::NotifyInTrayText),
        };
        Self::plain(says(&title), says(&body))
    }

    /// Who asks, where that may be seen and is one; else only how many.
    fn of_knock(name: &str, count: u32, says: impl Fn(&Message) -> String) -> Self {
        let (name, count) = (plain(name, TITLE), count.max(1));
        if name.is_empty() || count > 1 {
            let body = says(&Message::NotifyKnockingCount { count: count.into() });
            return Self::plain(says(&Message::AppName), body);
        }
        Self::plain(name, says(&Message::NotifyKnocking))
    }
}

/// One line of text without control characters, no longer than this many characters.
fn plain(text: &str, most: usize) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        None => line,
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_model::Secret;
    use proptest::prelude::*;

    const LINE_SEPARATOR: char = '\u{2028}';

    fn notice(sender: &str, text: Option<&str>, unread: u32) -> MessageNotice {
        MessageNotice {
            conversation: "conversation".into(),
            sender: Secret::from(sender),
            text: text.map(Secret::from),
            unread,
        }
    }

    fn said(notice: &MessageNotice, locale: Locale) -> (String, String) {
        let words = Words::of(notice, &Catalog::new(), locale);
        let seen = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
        (seen(words.title), seen(words.body))
    }

    #[test]
    fn says_who_and_how_many_in_the_forms_of_each_language() {
        for (locale, unread, expected) in [
            (Locale::En, 0, "New message"),
            (Locale::En, 1, "New message"),
            (Locale::En, 5, "5 new messages"),
            (Locale::Ru, 1, "Новое сообщение"),
            (Locale::Ru, 3, "3 новых сообщения"),
            (Locale::Ru, 11, "11 новых сообщений"),
            (Locale::Ru, 21, "21 новое сообщение"),
            (Locale::He, 1, "הודעה חדשה"),
            (Locale::He, 2, "שתי הודעות חדשות"),
            (Locale::He, 7, "7 הודעות חדשות"),
        ] {
            let expected = ("נועה Levi".to_owned(), expected.to_owned());
            assert_eq!(said(&notice("נועה Levi", None, unread), locale), expected);
        }
    }

    #[test]
    fn says_what_only_where_it_is_allowed() {
        let text = notice("Ada", Some("The dose is\n5 mg"), 2);
        assert_eq!(said(&text, Locale::En), ("Ada".into(), "The dose is 5 mg".into()));
        assert_eq!(said(&notice("Ada", Some(" \n"), 2), Locale::En).1, "2 new messages");
    }

    #[test]
    fn says_only_a_count_where_no_name_may_be_seen() {
        let hidden = notice("", Some("The dose is 5 mg"), 2);
        assert_eq!(said(&hidden, Locale::En), ("Consilium".into(), "2 new messages".into()));
    }

    #[test]
    fn an_alert_names_one_who_knocks_and_counts_several() {
        let said = |name: &str, count| {
            let words =
                Words::of_alert(&Alert::Knocking { name: name.into(), count }, &Catalog::new(), Locale::Ru);
            let seen = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
            (seen(words.title), seen(words.body))
        };
        assert_eq!(said("Ada\nLevi", 1), ("Ada Levi".into(), "Просит впустить".into()));
        assert_eq!(said("Ada", 2), ("Consilium".into(), "2 человека просят впустить".into()));
        assert_eq!(said("", 1), ("Consilium".into(), "Кто-то просит впустить".into()));
    }

    #[test]
    fn a_call_says_who_where_that_may_be_seen_and_can_be_answered() {
        let said = |caller: &str, count| {
            let caller = caller.into();
            let ring = RingNotice { call: "c".to_owned(), caller, count, seen: false, on_top: true };
            let words = Words::of_ring(&ring, &Catalog::new(), Locale::Ru);
            let answers = words.answers.unwrap();
            assert_eq!((answers.accept.as_str(), answers.decline.as_str()), ("Ответить", "Отклонить"));
            let seen = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
            (seen(words.title), seen(words.body))
        };
        assert_eq!(said("Ada\nLevi", 1), ("Ada Levi".into(), "Входящий звонок".into()));
        assert_eq!(said("", 3), ("Consilium".into(), "3 входящих звонка".into()));
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_one_bounded_line(text in "\\PC{0,20}[\\x00-\\x1f\u{2028}]{0,5}.{0,400}") {
            let line = plain(&text, BODY);
            prop_assert!(line.chars().count() <= BODY + 1);
            let breaks = |c: char| c.is_control() || c == LINE_SEPARATOR;
            prop_assert!(!line.contains(breaks));
        }
    }
}
