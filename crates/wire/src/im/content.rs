//! What `content` of a message holds. Words (kinds 0, 1, 8 and 10) are the text itself; the other kinds are one JSON
//! object in the text, below. All of it is shown as text, never as markup.

use super::INVITATION_PREFIX;
use consilium_model::{ConferenceId, MessageKind, Secret};
use serde::{Deserialize, Serialize};

/// The largest attachment, in bytes.
pub const MAX_ATTACHMENT: u64 = 50 * 1024 * 1024;
/// The most characters of a file's name.
pub const MAX_FILE_NAME: usize = 200;
/// The longest side of a thumbnail, in pixels.
pub const THUMBNAIL: u32 = 320;

/// `content` by kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Words.
    Text(Secret),
    /// A picture, a voice message or a short video.
    File(FileContent),
    /// An article, or a file of another kind.
    Article(ArticleContent),
    /// A card that opens something.
    Jump(JumpContent),
    /// A topic was opened or closed.
    Topic(TopicContent),
}

/// The content is not of its kind's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the content has not the form of its kind")]
pub struct BadContent;

/// Kinds 2, 3, 9 and 12.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileContent {
    /// The [`Attachment`]'s id.
    pub file: String,
    /// The length of a voice message or a video, in seconds, rounded up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// The picture's width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// The picture's height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Bytes.
    #[serde(default)]
    pub size: u64,
}

/// Kind 4: an address to read at, or a file that is neither picture, voice nor video.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleContent {
    /// Its name.
    pub title: Secret,
    /// Where it is, `https` only. Missing for a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Secret>,
    /// The [`Attachment`]'s id. Missing for an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Bytes of the file.
    #[serde(default)]
    pub size: u64,
}

/// Kind 5.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JumpContent {
    /// What the card says.
    pub title: Secret,
    /// The visit that it opens, as its id in the booking system (`appointmentId`); each reader opens it with its own
    /// token.
    pub appointment_id: String,
    /// Of a card that invites to a conference: which one, so that a later one of the same conversation is not taken for it.
    /// Older servers do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conference: Option<ConferenceId>,
}

impl JumpContent {
    /// The session to whose people's conference the card invites: the way in is
    /// `POST /sessions/:session_id/conference`. `None` of a card that opens a visit.
    pub fn invites(&self) -> Option<&str> {
        self.appointment_id.strip_prefix(INVITATION_PREFIX)
    }
}

/// Kinds 6 and 7.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicContent {
    /// The topic.
    pub topic_id: String,
    /// What it is about.
    pub name: Secret,
}

impl Content {
    /// Reads the content of a message of that kind.
    pub fn read(kind: MessageKind, content: &Secret) -> Result<Self, BadContent> {
        match kind {
            MessageKind::System
            | MessageKind::Text
            | MessageKind::ForwardedText
            | MessageKind::ClosingText => Ok(Self::Text(content.clone())),
            MessageKind::Image | MessageKind::Voice | MessageKind::ForwardedImage | MessageKind::Video => {
                object(content).map(Self::File)
            }
            MessageKind::Article => match object::<ArticleContent>(content)? {
                article if article.url.is_some() == article.file.is_some() => Err(BadContent),
                article => Ok(Self::Article(article)),
            },
            MessageKind::Jump => object(content).map(Self::Jump),
            MessageKind::TopicStarted | MessageKind::TopicEnded => object(content).map(Self::Topic),
        }
    }

    /// As it stands in a message.
    pub fn write(&self) -> Secret {
        let text = match self {
            Self::Text(text) => return text.clone(),
            Self::File(content) => serde_json::to_string(content),
            Self::Article(content) => serde_json::to_string(content),
            Self::Jump(content) => serde_json::to_string(content),
            Self::Topic(content) => serde_json::to_string(content),
        };
        Secret::from(text.expect("contents have string keys only"))
    }

    /// The attachment that it is about.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::File(content) => Some(&content.file),
            Self::Article(content) => content.file.as_deref(),
            Self::Text(_) | Self::Jump(_) | Self::Topic(_) => None,
        }
    }
}

fn object<T: serde::de::DeserializeOwned>(content: &Secret) -> Result<T, BadContent> {
    serde_json::from_str(content.expose()).map_err(|_| BadContent)
}

/// A stored file: the answer to `POST /sessions/:session_id/attachments?name=...`, whose body is the file itself.
/// `GET /attachments/:id` and `GET /attachments/:id/thumbnail` give it to members of the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id.
    pub id: String,
    /// Its session.
    pub session_id: String,
    /// What it is, by what is in it and not by its name.
    pub kind: AttachmentKind,
    /// For example `image/jpeg`.
    pub media_type: String,
    /// As the sender calls it; without folders and control characters.
    pub name: Secret,
    /// Bytes, as stored.
    pub size: u64,
    /// A picture's width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// A picture's height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// There is a thumbnail.
    #[serde(default)]
    pub thumbnail: bool,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttachmentKind {
    /// JPEG, PNG, WebP or GIF; what a camera has written into it is gone.
    Image,
    /// Ogg with Opus, WAV or MP3.
    Voice,
    /// MP4 or WebM.
    Video,
    /// Anything else; never shown, only saved.
    File,
}

impl AttachmentKind {
    /// The kind of message that carries it.
    pub const fn message(self) -> MessageKind {
        match self {
            Self::Image => MessageKind::Image,
            Self::Voice => MessageKind::Voice,
            Self::Video => MessageKind::Video,
            Self::File => MessageKind::Article,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        let file = FileContent { file: "a1".into(), seconds: Some(3), width: None, height: None, size: 7 };
        let article = ArticleContent { title: "t".into(), url: None, file: Some("a2".to_owned()), size: 9 };
        let jump = JumpContent { title: "t".into(), appointment_id: "b1".to_owned(), conference: None };
        let topic = TopicContent { topic_id: "t1".to_owned(), name: "n".into() };
        for kind in MessageKind::ALL {
            let content = match kind {
                MessageKind::Article => Content::Article(article.clone()),
                MessageKind::Jump => Content::Jump(jump.clone()),
                MessageKind::TopicStarted | MessageKind::TopicEnded => Content::Topic(topic.clone()),
                kind if kind.has_attachment() => Content::File(file.clone()),
                _ => Content::Text("<b>{\"file\":1}</b>".into()),
            };
            assert_eq!(Content::read(*kind, &content.write()), Ok(content), "{kind:?}");
        }
    }

    #[test]
    fn an_article_is_either_an_address_or_a_file() {
        for content in [r#"{"title":"t"}"#, r#"{"title":"t","url":"https://example.org","file":"a"}"#, "t"] {
            assert_eq!(Content::read(MessageKind::Article, &content.into()), Err(BadContent));
        }
    }
}
