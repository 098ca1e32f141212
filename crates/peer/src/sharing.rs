//! What a person would press to show a screen: choose, look, show. Once.

use consilium_app::Action;
use consilium_app::view::{CallPhase, ShareKind, ShareView, Stage};

/// The steps up to a screen that the others see.
#[derive(Debug, Default)]
pub(crate) enum Sharing {
    /// Not begun.
    #[default]
    Before,
    /// On the way, or there. It is not begun again.
    Begun,
}

impl Sharing {
    /// What to press on this stage.
    pub(crate) fn next(&mut self, stage: &Stage) -> Option<Action> {
        let Stage::Visit(visit) = stage else { return None };
        let call = visit.call.as_ref().filter(|call| call.phase == CallPhase::Connected)?;
        match (&call.share, &self) {
            (ShareView::Off, Self::Before) => {
                *self = Self::Begun;
                Some(Action::ChooseShare)
            }
            (ShareView::Choosing { sources: Some(sources), .. }, _) => {
                let page = sources.iter().find(|source| source.kind == ShareKind::Synthetic)?;
                Some(Action::PreviewShare { source: page.id.clone() })
            }
            // Not taken before there is a picture; pressed again then.
            (ShareView::Preview { .. }, _) => Some(Action::StartShare),
            (
                ShareView::NotAllowed
                | ShareView::Off
                | ShareView::Choosing { .. }
                | ShareView::Live { .. }
                | ShareView::Paused { .. },
                _,
            ) => None,
        }
    }
}
