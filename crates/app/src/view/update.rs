//! What is told of a view to a page that has the one before.

use super::{
    AppView, CallsView, ChatView, CheckView, DevicesView, HeldView, KnockRow, NoticeCode, RingRow, Stage,
};
use consilium_model::{Locale, Vertical};
use serde::Serialize;
use ts_rs::TS;

/// A view for a page that has the one before: whole but for the chat, which is there only where it has changed. A call
/// changes the view several times a second, and a conversation is by far the largest part of it.
#[derive(Clone, Copy, Debug, Serialize, TS)]
#[ts(export)]
pub struct ViewUpdate<'a> {
    /// As [`AppView::revision`].
    #[ts(type = "number")]
    pub revision: u64,
    /// As [`AppView::locale`].
    pub locale: Locale,
    /// As [`AppView::vertical`].
    pub vertical: Vertical,
    /// As [`AppView::stage`].
    pub stage: &'a Stage,
    /// As [`AppView::notice`].
    pub notice: Option<NoticeCode>,
    /// As [`AppView::devices`].
    pub devices: &'a DevicesView,
    /// As [`AppView::knocks`].
    pub knocks: &'a [KnockRow],
    /// As [`AppView::check`].
    pub check: Option<&'a CheckView>,
    /// As [`AppView::calls`].
    pub calls: Option<&'a CallsView>,
    /// As [`AppView::ringing`].
    pub ringing: &'a [RingRow],
    /// As [`AppView::held`].
    pub held: Option<&'a HeldView>,
    /// The revision with which the chat became what it is: a page whose view is not older has it.
    #[ts(type = "number")]
    pub chat_since: u64,
    /// As [`AppView::chat`]; missing where it has not changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(as = "Option<ChatView>", optional = nullable)]
    pub chat: Option<Option<&'a ChatView>>,
}

impl AppView {
    /// This view for a page that has the one before.
    pub fn update(&self) -> ViewUpdate<'_> {
        let changed = self.chat_since == self.revision;
        ViewUpdate {
            revision: self.revision,
            locale: self.locale,
            vertical: self.vertical,
            stage: &self.stage,
            notice: self.notice,
            devices: &self.devices,
            knocks: &self.knocks,
            check: self.check.as_ref(),
            calls: self.calls.as_ref(),
            ringing: &self.ringing,
            held: self.held.as_ref(),
            chat_since: self.chat_since,
            chat: changed.then_some(self.chat.as_deref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{
        ChatPane, ConversationView, Earlier, Line, MessageBody, MessageRow, MessageState, TopicView,
    };

    /// As many messages as a window of the chat holds at most.
    fn long_conversation() -> ChatView {
        let row = |number: u32| MessageRow {
            key: format!("m.s-{number}"),
            mine: number.is_multiple_of(2),
            sender: "Anna Example".to_owned(),
            at: "2026-11-22T10:00:00Z".to_owned(),
            body: MessageBody::Text { text: "a few words about how the night was".to_owned() },
            reply: None,
            forwarded: false,
            state: MessageState::Read,
        };
        let conversation = ConversationView {
            id: "s".to_owned(),
            title: "Boris Example".to_owned(),
            people: Vec::new(),
            group: false,
            has_inbox: true,
            messages: (0..400).map(row).collect(),
            earlier: Earlier::More,
            later: false,
            first_unread: None,
            focus: None,
            typing: Vec::new(),
            topic: TopicView::default(),
            draft: String::new(),
            reply: None,
            recording: None,
            can_write: true,
            can_record: true,
            visits: Vec::new(),
            invite: None,
            large: None,
            forward_to: Vec::new(),
            problem: None,
        };
        ChatView {
            unread: 0,
            line: Line::Online,
            waiting: 0,
            preview: false,
            kept: true,
            pane: ChatPane::Conversation(Box::new(conversation)),
        }
    }

    fn view(revision: u64, chat_since: u64) -> AppView {
        AppView {
            revision,
            locale: Locale::En,
            vertical: Vertical::Medicine,
            stage: Stage::Starting,
            notice: None,
            devices: DevicesView::default(),
            knocks: Vec::new(),
            check: None,
            calls: None,
            ringing: Vec::new(),
            held: None,
            chat: Some(long_conversation().into()),
            chat_since,
        }
    }

    #[test]
    fn a_chat_that_has_not_changed_is_not_told_again() {
        let bytes = |view: &AppView| serde_json::to_string(&view.update()).unwrap();
        let (changed, unchanged) = (bytes(&view(7, 7)), bytes(&view(8, 7)));
        assert!(changed.contains("how the night was"));
        assert!(!unchanged.contains("\"chat\":"));
        assert!(changed.len() > 100 * unchanged.len(), "{} and {}", changed.len(), unchanged.len());
        let gone = AppView { chat: None, ..view(9, 9) };
        assert!(bytes(&gone).contains("\"chat\":null"));
    }

    #[test]
    fn with_the_chat_an_update_is_the_whole_view() {
        let view = view(7, 7);
        let mut update = serde_json::to_value(view.update()).unwrap();
        assert_eq!(update.as_object_mut().unwrap().remove("chat_since"), Some(7.into()));
        assert_eq!(update, serde_json::to_value(&view).unwrap());
    }
}
