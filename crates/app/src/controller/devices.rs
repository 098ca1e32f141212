//! Devices while a visit is open: the list, the choice, and what is used when the chosen one is gone.

use super::Controller;
use crate::action::{DeviceKind, ProcessingPart};
use crate::chosen::ChosenDevices;
use crate::config::MediaConfig;
use crate::devices::{self, DeviceWatch, Found};
use crate::requests::Done;
use crate::stage::Stage;
use crate::view::{DevicesView, NoticeCode};
use crate::visit::CallState;
use consilium_media::audio::SpeakerSpec;

impl Controller {
    /// Devices are watched while a visit is open, and only then.
    pub(super) fn watch_devices(&mut self) {
        match (&self.stage, &self.watch) {
            (Stage::Visit(_), None) => self.watch = Some(DeviceWatch::start()),
            (Stage::Visit(_), Some(_)) | (_, None) => {}
            (_, Some(_)) => self.watch = None,
        }
    }

    /// A call that has lost a device has the devices looked for more often.
    pub(super) fn watch_trouble(&self) {
        if let (Stage::Visit(visit), Some(watch)) = (&self.stage, &self.watch) {
            watch.set_trouble(matches!(&visit.call, CallState::In(call) if call.has_device_trouble()));
        }
    }

    /// The devices of the system have changed.
    pub(super) fn found_devices(&mut self, found: Found) {
        self.found = Some(found);
        self.use_devices();
    }

    pub(super) fn choose_device(&mut self, device: DeviceKind, id: &str) {
        devices::choose(&mut self.config.media, &mut self.ring, device, id);
        self.remember_devices();
        self.use_devices();
        self.look_for_devices();
    }

    /// The call takes what is there now, and tries again what failed. Once in a call it is said that a chosen device
    /// is replaced.
    fn use_devices(&mut self) {
        let media = self.usable_media();
        if let Some(chat) = &self.chat {
            chat.set_media(media.clone());
        }
        self.with_check(|check| check.set_devices(media.clone()));
        self.with_call(|call| call.set_devices(media));
        let replaced = self.found.as_ref().is_some_and(|found| found.replaces(&self.config.media));
        let was_replaced = std::mem::replace(&mut self.replaced, replaced);
        let in_call = matches!(&self.stage, Stage::Visit(visit) if matches!(visit.call, CallState::In(_)));
        if replaced && !was_replaced && in_call {
            self.tell(NoticeCode::DeviceChanged);
        }
        if !replaced {
            self.notices.withdraw(NoticeCode::DeviceChanged);
        }
    }

    pub(super) fn look_for_devices(&self) {
        if let Some(watch) = &self.watch {
            watch.look();
        }
    }

    pub(super) fn set_processing(&mut self, part: ProcessingPart, on: bool) {
        self.processing.set(part, on);
        let processing = self.processing;
        self.with_call(|call| call.set_processing(processing));
        self.with_check(|check| check.set_processing(processing));
    }

    /// What is used of what was chosen; before the first list, that itself.
    pub(super) fn usable_media(&self) -> MediaConfig {
        let media = &self.config.media;
        self.found.as_ref().map_or_else(|| media.clone(), |found| found.usable(media))
    }

    /// What calls the user.
    pub(super) fn ringer(&self) -> SpeakerSpec {
        match &self.found {
            Some(found) => found.ringer(&self.config.media, &self.ring),
            // Nobody has looked yet: what was chosen is tried.
            None => self.ring.untried(&self.config.media.speaker),
        }
    }

    /// What was chosen is there again at the next start. When it cannot be kept, nothing is lost but that.
    fn remember_devices(&mut self) {
        let Some(folder) = self.config.data.clone() else { return };
        let chosen = ChosenDevices::of(&self.config.media, &self.ring);
        self.requests.begin_lasting(async move {
            if let Err(error) = chosen.keep(&folder).await {
                tracing::info!(kind = %error.kind(), "the chosen devices are not kept");
            }
            Done::ChoiceKept
        });
    }

    /// For the window.
    pub(crate) fn devices_view(&self) -> DevicesView {
        let nothing = Found::default();
        self.found.as_ref().unwrap_or(&nothing).view(&self.config.media, &self.ring, self.processing)
    }
}
