//! Who may do what, in `TrueConf`'s words.

use crate::room::Rights;
use serde::{Deserialize, Serialize};

/// What people of one kind may do. A missing field is a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientRights {
    /// Write in the chat.
    pub chat_send: bool,
    /// Read the chat.
    pub chat_rcv: bool,
    /// Show slides.
    pub slide_show_send: bool,
    /// See slides.
    pub slide_show_rcv: bool,
    /// Draw on a white board.
    pub white_board_send: bool,
    /// See a white board.
    pub white_board_rcv: bool,
    /// Send files.
    pub file_transfer_send: bool,
    /// Open files.
    pub file_transfer_rcv: bool,
    /// Share a screen.
    pub desktop_sharing: bool,
    /// Record.
    pub recording: bool,
    /// Be heard.
    pub audio_send: bool,
    /// Hear.
    pub audio_rcv: bool,
    /// Be seen.
    pub video_send: bool,
    /// See.
    pub video_rcv: bool,
}

impl Default for ClientRights {
    fn default() -> Self {
        Self {
            chat_send: true,
            chat_rcv: true,
            slide_show_send: true,
            slide_show_rcv: true,
            white_board_send: true,
            white_board_rcv: true,
            file_transfer_send: true,
            file_transfer_rcv: true,
            desktop_sharing: true,
            recording: true,
            audio_send: true,
            audio_rcv: true,
            video_send: true,
            video_rcv: true,
        }
    }
}

impl ClientRights {
    /// The same in a room, without the right to admit. Slides are shown by sharing a screen, and whoever may share a
    /// screen may show slides: it takes both rights. A white board and recordings there are none of.
    pub const fn in_room(self) -> Rights {
        Rights {
            audio: self.audio_send,
            video: self.video_send,
            screen: self.desktop_sharing && self.slide_show_send,
            hear: self.audio_rcv,
            see: self.video_rcv,
            see_screen: self.slide_show_rcv,
            write: self.chat_send,
            read: self.chat_rcv,
            send_files: self.file_transfer_send,
            receive_files: self.file_transfer_rcv,
            admit: false,
        }
    }
}

/// Rights by kind of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RightsOf {
    /// People without an account.
    pub guest: ClientRights,
    /// People with one, but for the owner, who may do everything.
    pub user: ClientRights,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_allowed() {
        let rights: RightsOf = serde_json::from_str(r#"{"guest":{"chat_send":false}}"#).unwrap();
        assert_eq!(rights.guest.in_room(), Rights { write: false, ..Rights::GUEST });
        assert_eq!(rights.user.in_room(), Rights::GUEST);
    }

    #[test]
    fn a_right_that_is_taken_away_takes_away_what_it_is_for() {
        let without = |field: &str| {
            let rights = serde_json::from_str::<ClientRights>(&format!("{{\"{field}\":false}}"));
            rights.unwrap().in_room()
        };
        for (field, rights) in [
            ("chat_rcv", Rights { read: false, ..Rights::GUEST }),
            ("slide_show_send", Rights { screen: false, ..Rights::GUEST }),
            ("desktop_sharing", Rights { screen: false, ..Rights::GUEST }),
            ("slide_show_rcv", Rights { see_screen: false, ..Rights::GUEST }),
            ("file_transfer_send", Rights { send_files: false, ..Rights::GUEST }),
            ("file_transfer_rcv", Rights { receive_files: false, ..Rights::GUEST }),
            ("audio_send", Rights { audio: false, ..Rights::GUEST }),
            ("audio_rcv", Rights { hear: false, ..Rights::GUEST }),
            ("video_send", Rights { video: false, ..Rights::GUEST }),
            ("video_rcv", Rights { see: false, ..Rights::GUEST }),
        ] {
            assert_eq!(without(field), rights, "{field}");
        }
    }
}
