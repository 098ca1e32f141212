//! What a message says.

use super::{Scene, invitation};
use crate::chat::core::web_address;
use crate::chat::core::{Unsent, UnsentFile, What};
use crate::chat::files::local_id;
use crate::view::{FileView, MessageBody, VoiceView};
use consilium_model::{MessageKind, Secret};
use consilium_wire::im::{ArticleContent, Content, FileContent, Message, TopicContent};

pub(super) fn body(scene: Scene<'_>, key: &str, message: &Message) -> MessageBody {
    if let Some(card) = invitation::card(scene, key, message) {
        return card;
    }
    match Content::read(message.kind, &message.content) {
        Ok(content) => of_content(Some((scene, key)), message.kind, content),
        Err(_) => MessageBody::Unknown,
    }
}

/// Of a message that is not stored yet.
pub(super) fn unsent_body(scene: Scene<'_>, key: &str, item: &Unsent) -> MessageBody {
    match &item.what {
        What::Message { kind, content } => {
            // It can be heard already; everything else waits until it is stored.
            let at = (*kind == MessageKind::Voice).then_some((scene, key));
            let content = Content::read(*kind, content);
            content.map_or(MessageBody::Unknown, |content| of_content(at, *kind, content))
        }
        What::File(file) => of_unsent_file(scene, key, &item.client_id, file),
    }
}

fn of_content(at: Option<(Scene<'_>, &str)>, kind: MessageKind, content: Content) -> MessageBody {
    match content {
        Content::Text(text) if kind == MessageKind::System => MessageBody::System { text: text.into_inner() },
        Content::Text(text) => MessageBody::Text { text: text.into_inner() },
        Content::File(file) => match kind {
            MessageKind::Voice => MessageBody::Voice(voice(at, file.file, file.seconds)),
            MessageKind::Video => MessageBody::Video(self::file(at, file)),
            _ => MessageBody::Image(self::file(at, file)),
        },
        Content::Article(article) => of_article(at, article),
        Content::Jump(jump) => MessageBody::Card {
            title: jump.title.into_inner(),
            can_open: at.is_some_and(|(scene, _)| scene.around.can_open(&jump.appointment_id)),
        },
        Content::Topic(TopicContent { name, .. }) if kind == MessageKind::TopicStarted => {
            MessageBody::TopicStarted { name: name.into_inner() }
        }
        Content::Topic(topic) => MessageBody::TopicEnded { name: topic.name.into_inner() },
    }
}

fn of_article(at: Option<(Scene<'_>, &str)>, article: ArticleContent) -> MessageBody {
    match (article.file, article.url) {
        (Some(id), _) => MessageBody::File(FileView {
            id,
            name: article.title.into_inner(),
            size: article.size,
            width: 0,
            height: 0,
            saving: saving(at),
        }),
        (None, Some(url)) => match web_address(url.expose()) {
            Some(address) => MessageBody::Article {
                title: article.title.into_inner(),
                host: address.host_str().unwrap_or_default().to_owned(),
            },
            // What cannot be opened is not offered.
            None => MessageBody::Unknown,
        },
        (None, None) => MessageBody::Unknown,
    }
}

fn file(at: Option<(Scene<'_>, &str)>, file: FileContent) -> FileView {
    FileView {
        id: file.file,
        name: String::new(),
        size: file.size,
        width: file.width.unwrap_or(0),
        height: file.height.unwrap_or(0),
        saving: saving(at),
    }
}

fn saving(at: Option<(Scene<'_>, &str)>) -> Option<u8> {
    let (scene, key) = at?;
    scene.media.saving.get(key).copied()
}

fn voice(at: Option<(Scene<'_>, &str)>, id: String, seconds: Option<u32>) -> VoiceView {
    let length_ms = seconds.unwrap_or(0).saturating_mul(1000);
    let playing =
        at.and_then(|(scene, key)| scene.media.playing.as_ref().filter(|(played, _)| played == key));
    let loading = at.is_some_and(|(scene, key)| scene.media.fetching.as_deref() == Some(key));
    VoiceView { id, length_ms, playing_ms: playing.map(|(_, at)| *at), loading }
}

fn of_unsent_file(scene: Scene<'_>, key: &str, client_id: &str, file: &UnsentFile) -> MessageBody {
    let id = local_id(client_id);
    let view = |name: &Secret| FileView {
        id: id.clone(),
        name: name.expose().clone(),
        size: file.size,
        width: 0,
        height: 0,
        saving: None,
    };
    match file.kind {
        MessageKind::Image | MessageKind::ForwardedImage => MessageBody::Image(view(&Secret::default())),
        MessageKind::Video => MessageBody::Video(view(&Secret::default())),
        MessageKind::Voice => MessageBody::Voice(voice(Some((scene, key)), id, file.seconds)),
        _ => MessageBody::File(view(&file.name)),
    }
}
