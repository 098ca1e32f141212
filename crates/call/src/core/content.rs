//! One of something for each stream of pictures.

use consilium_model::Content;
use std::ops::{Index, IndexMut};

/// One of something for the camera, and one for the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerContent<T> {
    /// For the camera.
    pub camera: T,
    /// For the screen.
    pub screen: T,
}

impl<T> PerContent<T> {
    /// Makes one for each.
    pub fn of(make: impl Fn(Content) -> T) -> Self {
        Self { camera: make(Content::Camera), screen: make(Content::Screen) }
    }

    /// Each with what it belongs to.
    pub fn iter(&self) -> impl Iterator<Item = (Content, &T)> {
        [(Content::Camera, &self.camera), (Content::Screen, &self.screen)].into_iter()
    }
}

impl<T> Index<Content> for PerContent<T> {
    type Output = T;

    fn index(&self, content: Content) -> &T {
        match content {
            Content::Camera => &self.camera,
            Content::Screen => &self.screen,
        }
    }
}

impl<T> IndexMut<Content> for PerContent<T> {
    fn index_mut(&mut self, content: Content) -> &mut T {
        match content {
            Content::Camera => &mut self.camera,
            Content::Screen => &mut self.screen,
        }
    }
}

/// What the pictures of a layer show.
pub const fn content_of(layer: u8) -> Content {
    if layer == consilium_media::video::SCREEN_LAYER { Content::Screen } else { Content::Camera }
}
