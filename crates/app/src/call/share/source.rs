//! Something that can be shown, as the window names it.

use crate::view::{ShareKind, ShareSource};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use consilium_media::video::{ScreenInfo, ScreenSpec};

/// Something that can be shown. Its view is made once: it holds a picture.
#[derive(Clone)]
pub(crate) struct Source {
    spec: ScreenSpec,
    view: ShareSource,
}

impl Source {
    pub(crate) fn new(info: ScreenInfo) -> Self {
        let (id, kind) = match &info.spec {
            ScreenSpec::Screen(name) => (format!("screen:{name}"), ShareKind::Screen),
            ScreenSpec::Window(number) => (format!("window:{number}"), ShareKind::Window),
            ScreenSpec::Synthetic { seed } => (format!("synthetic:{seed}"), ShareKind::Synthetic),
        };
        let thumbnail =
            info.thumbnail.map(|file| format!("data:image/webp;base64,{}", BASE64_STANDARD.encode(file)));
        Self { spec: info.spec, view: ShareSource { id, name: info.name.into_inner(), kind, thumbnail } }
    }

    pub(super) fn id(&self) -> &str {
        &self.view.id
    }

    pub(super) const fn kind(&self) -> ShareKind {
        self.view.kind
    }

    pub(super) fn spec(&self) -> ScreenSpec {
        self.spec.clone()
    }

    pub(super) fn view(&self) -> ShareSource {
        self.view.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consilium_media::video::VideoSize;
    use consilium_model::Secret;

    #[test]
    fn a_screen_and_a_window_are_never_mistaken_for_each_other() {
        let source = |spec| {
            let (name, size) = (Secret::from("7"), VideoSize::HD);
            Source::new(ScreenInfo { spec, name, size, thumbnail: Some(vec![1, 2, 3].into()) })
        };
        let screen = source(ScreenSpec::Screen("7".to_owned()));
        let window = source(ScreenSpec::Window(7));
        assert_ne!(screen.id(), window.id());
        assert_eq!(window.view().thumbnail.as_deref(), Some("data:image/webp;base64,AQID"));
    }
}
