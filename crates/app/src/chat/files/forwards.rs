//! Files that are forwarded: a file belongs to one conversation, so it is brought into another as a file of its own.

use super::fetch::{Shelf, Whole};
use super::picked::Picked;
use crate::chat::core::UnsentFile;
use crate::view::ProblemCode;
use tokio::task::JoinSet;

/// Files that are fetched to be sent elsewhere. Dropping it stops them.
#[derive(Default)]
pub(crate) struct Forwards {
    work: JoinSet<ForwardNews>,
}

/// A file on its way into another conversation.
#[derive(Debug)]
pub(crate) struct Forwarded {
    /// Which conversation.
    pub(crate) to: String,
    pub(crate) picked: Picked,
}

/// What has happened.
#[derive(Debug)]
pub(crate) enum ForwardNews {
    /// It can be sent.
    Ready(Box<Forwarded>),
    /// It could not be fetched.
    Failed(ProblemCode),
}

impl Forwards {
    /// Fetches a stored file, to be sent into another conversation as what `file` says.
    pub(crate) fn start(&mut self, shelf: Shelf, id: String, file: UnsentFile, to: String) {
        self.work.spawn(async move {
            match shelf.whole(Whole::Stored(id)).await {
                Ok(bytes) => {
                    ForwardNews::Ready(Box::new(Forwarded { to, picked: Picked::kept(file, bytes) }))
                }
                Err(problem) => ForwardNews::Failed(problem),
            }
        });
    }

    /// What happens next; pends while nothing is fetched. May be dropped and called again.
    pub(crate) async fn next(&mut self) -> ForwardNews {
        match self.work.join_next().await {
            Some(news) => news.unwrap_or(ForwardNews::Failed(ProblemCode::FileNotSaved)),
            None => std::future::pending().await,
        }
    }
}
