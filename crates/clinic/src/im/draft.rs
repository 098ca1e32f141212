//! A message that somebody wants to send, and whether it may be.
//!
//! Words are stored as they are and shown as text by every client. What a message about a file says of it is what the
//! server knows of it, not what the sender says.

use super::Refused;
use super::rights::{self, Right};
use crate::server::App;
use crate::store::{ChatDraft, MessageId, Principal};
use consilium_model::{ConferenceId, MessageKind, Secret};
use consilium_wire::im::{
    ArticleContent, Attachment, Content, FailureCode, FileContent, JumpContent, MAX_CLIENT_ID, MAX_FILE_NAME,
    MAX_NAME, MAX_TEXT,
};
use serde::Deserialize;
use url::Url;

/// The longest id of an appointment, in characters.
const MAX_APPOINTMENT: usize = 200;
/// The longest address of an article, in characters.
const MAX_URL: usize = 2000;
/// The longest voice message or video, in seconds.
const MAX_SECONDS: u32 = 4 * 60 * 60;

/// The body of a message, also one whose kind is none.
#[derive(Deserialize)]
pub(super) struct Incoming {
    #[serde(rename = "type")]
    kind: u64,
    content: Secret,
    pub(super) client_message_id: String,
    #[serde(default)]
    reply_to: Option<String>,
}

impl Incoming {
    /// The message as it may be stored.
    pub(super) async fn check(
        self,
        app: &App,
        session: String,
        sender: Principal,
    ) -> Result<ChatDraft, Refused> {
        let kind = kind(self.kind)?;
        if !is_client_id(&self.client_message_id) {
            return Err(Refused::bad_request("client_message_id has 1 to 64 characters"));
        }
        // A content is too large before anything else is wrong with it.
        check_length(&self.content, MAX_TEXT)?;
        let content = Content::read(kind, &self.content)
            .map_err(|_| Refused::bad_request("the content has not the form of its kind"))?;
        let content = check(app, &session, &sender, kind, content).await?;
        let reply_to = match &self.reply_to {
            Some(id) => Some(answered(app, &session, &sender, id).await?),
            None => None,
        };
        let at = app.clinic.clock().now();
        Ok(ChatDraft { session, sender, kind, content, client_id: self.client_message_id, reply_to, at })
    }
}

fn kind(number: u64) -> Result<MessageKind, Refused> {
    let kind = u8::try_from(number).ok().and_then(|number| MessageKind::try_from(number).ok());
    let kind = kind.filter(|kind| kind.is_sent_by_people());
    kind.ok_or(Refused::new(FailureCode::KindNotAllowed, "a kind that nobody may send"))
}

/// Whether that can be a client's message id.
pub(super) fn is_client_id(id: &str) -> bool {
    (1..=MAX_CLIENT_ID).contains(&id.chars().count()) && !id.chars().any(char::is_control)
}

async fn check(
    app: &App,
    session: &str,
    sender: &Principal,
    kind: MessageKind,
    content: Content,
) -> Result<Secret, Refused> {
    match content {
        Content::Text(text) => words(text, MAX_TEXT),
        Content::File(content) => {
            let file = attachment(app, session, sender, kind, &content.file).await?;
            Ok(Content::File(of_file(&content, file)).write())
        }
        Content::Article(ArticleContent { title, url: None, file: Some(id), .. }) => {
            let file = attachment(app, session, sender, kind, &id).await?;
            let title = line(title, MAX_FILE_NAME)?;
            let content = ArticleContent { title, url: None, file: Some(id), size: file.size };
            Ok(Content::Article(content).write())
        }
        Content::Article(ArticleContent { title, url, .. }) => {
            let content = ArticleContent {
                title: line(title, MAX_NAME)?,
                url: Some(address(url)?),
                file: None,
                size: 0,
            };
            Ok(Content::Article(content).write())
        }
        Content::Jump(JumpContent { title, appointment_id, conference }) => {
            let name = |id: String| line(id.into(), MAX_APPOINTMENT).map(Secret::into_inner);
            let conference = conference.map(|id| name(id.to_string())).transpose()?.map(ConferenceId::new);
            let appointment_id = name(appointment_id)?;
            Ok(Content::Jump(JumpContent { title: line(title, MAX_NAME)?, appointment_id, conference })
                .write())
        }
        // The kinds of these nobody may send.
        Content::Topic(_) => Err(Refused::new(FailureCode::KindNotAllowed, "a kind that nobody may send")),
    }
}

fn of_file(content: &FileContent, file: Attachment) -> FileContent {
    FileContent {
        file: file.id,
        seconds: content.seconds.map(|seconds| seconds.min(MAX_SECONDS)),
        width: file.width,
        height: file.height,
        size: file.size,
    }
}

/// A file of this session, of the kind that such a message carries.
async fn attachment(
    app: &App,
    session: &str,
    sender: &Principal,
    kind: MessageKind,
    id: &str,
) -> Result<Attachment, Refused> {
    rights::demand(app, session, sender, Right::SendFiles).await?;
    let file = app.chats.attachment(id.to_owned(), sender.clone()).await??;
    let carried_by = file.kind.message();
    let is_forwarded = (carried_by, kind) == (MessageKind::Image, MessageKind::ForwardedImage);
    if file.session_id != session {
        Err(Refused::NOT_FOUND)
    } else if carried_by != kind && !is_forwarded {
        Err(Refused::new(FailureCode::WrongMedia, "a message of that kind does not carry such a file"))
    } else {
        Ok(file)
    }
}

/// The number of the message that is answered, which must be one of the session.
async fn answered(app: &App, session: &str, sender: &Principal, id: &str) -> Result<u64, Refused> {
    let id = MessageId::parse(id).filter(|id| id.session == session);
    let id = id.ok_or(Refused::bad_request("reply_to names a message of the session"))?;
    Ok(app.chats.message(id, sender.clone()).await??.id.seq)
}

fn address(url: Option<Secret>) -> Result<Secret, Refused> {
    let url = url.and_then(|url| Url::parse(url.expose()).ok()).filter(|url| url.scheme() == "https");
    let url = url.ok_or(Refused::bad_request("an article has an https address"))?;
    line(Secret::new(url.into()), MAX_URL)
}

fn check_length(text: &Secret, most: usize) -> Result<(), Refused> {
    // Bytes first: counting characters of something huge is work.
    let fits = text.expose().len() <= 4 * most && text.expose().chars().count() <= most;
    if fits { Ok(()) } else { Err(Refused::new(FailureCode::TooLarge, "the text has too many characters")) }
}

/// Words of several lines: not empty, and without control characters.
pub(super) fn words(text: Secret, most: usize) -> Result<Secret, Refused> {
    check_length(&text, most)?;
    if text.expose().trim().is_empty() {
        return Err(Refused::bad_request("the text is empty"));
    }
    if text.expose().chars().any(|char| char.is_control() && !matches!(char, '\n' | '\t')) {
        return Err(Refused::bad_request("the text has control characters"));
    }
    Ok(text)
}

/// Words of one line.
pub(super) fn line(text: Secret, most: usize) -> Result<Secret, Refused> {
    let text = words(text, most)?;
    if text.expose().contains(['\n', '\t']) {
        return Err(Refused::bad_request("a name is one line"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T>(result: Result<T, Refused>) -> Option<FailureCode> {
        result.err().map(|refused| refused.code)
    }

    #[test]
    fn only_what_people_send_is_taken() {
        let taken: Vec<u64> = (0..400).filter(|number| kind(*number).is_ok()).collect();
        assert_eq!(taken, [1, 2, 3, 4, 5, 8, 9, 12]);
        assert_eq!(code(kind(u64::MAX)), Some(FailureCode::KindNotAllowed));
    }

    #[test]
    fn the_length_is_counted_in_characters() {
        for one in ["a", "я", "ש", "🩺"] {
            assert_eq!(code(words(one.repeat(MAX_TEXT).into(), MAX_TEXT)), None, "{one}");
            assert_eq!(
                code(words(one.repeat(MAX_TEXT + 1).into(), MAX_TEXT)),
                Some(FailureCode::TooLarge),
                "{one}"
            );
        }
    }

    #[test]
    fn control_characters_are_refused_and_markup_is_just_text() {
        for text in ["a\u{0}b", "\u{1b}[31m", "a\rb", "\u{7f}", "\u{85}", " \n "] {
            assert_eq!(code(words(text.into(), 10)), Some(FailureCode::BadRequest), "{text:?}");
        }
        for text in ["<b>", "a\n\tb", "\u{202e}abc", "👩‍⚕️", "שלום 120/80 Ada"] {
            assert_eq!(words(text.into(), 20), Ok(text.into()), "{text:?}");
        }
        assert_eq!(code(line("a\nb".into(), 10)), Some(FailureCode::BadRequest));
    }

    #[test]
    fn an_article_is_read_over_https_only() {
        assert!(address(Some("https://example.org/a".into())).is_ok());
        for url in ["http://example.org", "javascript:alert(1)", "file:///etc/passwd", "example.org", ""] {
            assert_eq!(code(address(Some(url.into()))), Some(FailureCode::BadRequest), "{url}");
        }
    }
}
