//! What is heard and seen of a call that rings. It follows from what rings now, so it ends whatever ends it.

use super::Controller;
use crate::calling::Ring;
use crate::chat::{PlayerNews, Through};
use crate::chime::Chime;
use crate::shell::RingNotice;
use crate::view::RingRow;
use consilium_media::audio::SpeakerSpec;
use consilium_model::Secret;
use std::future::ready;
use std::time::{Duration, Instant};

/// The name of the sound.
const SOUND: &str = "call";
/// How often it begins.
const AGAIN: Duration = Duration::from_secs(3);

/// What the user hears and sees of calls that ring.
#[derive(Default)]
pub(crate) struct Rung {
    told: Option<RingNotice>,
    /// When the sound began last.
    began: Option<Instant>,
    /// The chosen device does not ring: the system's own does.
    fell_back: bool,
}

impl Controller {
    pub(super) fn follow_rings(&mut self, now: Instant) {
        let notice = self.ring_notice(now);
        if self.rung.told != notice {
            self.shell.ring(notice.as_ref());
            self.rung.told.clone_from(&notice);
        }
        match (notice, self.rung.began) {
            (None, None) => {}
            (None, Some(_)) => {
                self.rung = Rung::default();
                if self.ringer.of(SOUND).is_some() {
                    self.ringer.stop();
                }
            }
            (Some(_), Some(began)) if now.saturating_duration_since(began) < AGAIN => {}
            (Some(_), _) => self.sound(now),
        }
    }

    /// What is told of whoever rings longest. Names are told where no others may see them, and no subject ever: others may
    /// look at the desktop as well.
    fn ring_notice(&self, now: Instant) -> Option<RingNotice> {
        let mut heard = self.calling.rings.heard(now);
        let first: &Ring = heard.next()?;
        let count = u32::try_from(heard.count()).unwrap_or(u32::MAX).saturating_add(1);
        let shows_screen = self.shows_screen();
        let caller = if shows_screen { Secret::default() } else { first.from.name.clone() };
        let seen = self.in_front && self.page_shown;
        Some(RingNotice { call: first.call.0.clone(), caller, count, seen, on_top: !shows_screen })
    }

    /// The sound has ended, or could not be heard.
    pub(in crate::controller) fn rung(&mut self, news: PlayerNews) {
        if let (PlayerNews::Failed(_), Some(_), false) = (news, self.rung.began, self.rung.fell_back) {
            self.rung.fell_back = true;
            self.sound(Instant::now());
        }
    }

    fn sound(&mut self, now: Instant) {
        self.rung.began = Some(now);
        let through = self.rings_through();
        self.ringer.play(SOUND.to_owned(), ready(Ok(Chime::Call.file())), through);
    }

    /// Through the call while there is one: its echo canceller knows then what is heard.
    fn rings_through(&self) -> Through {
        let call = self.call().and_then(|call| call.playout().upgrade());
        let own = || match self.ringer() {
            SpeakerSpec::Device(Some(_)) if self.rung.fell_back => SpeakerSpec::Device(None),
            chosen => chosen,
        };
        call.map_or_else(|| Through::Speaker(own()), Through::Call)
    }

    /// For the window.
    pub(crate) fn ring_rows(&self, now: Instant) -> Vec<RingRow> {
        self.calling.rings.rows(self.would_hold(), now)
    }
}
