//! What the chat keeps on this machine: conversations, messages, drafts, what waits to be sent, and small files.
//!
//! One `SQLite` file for each profile, clinic and person. Every value in it is sealed with a key that only the system's
//! keychain has, and what names a value is hashed with that key: whoever has the file alone learns how much there is
//! and how large it is, in steps, and nothing else. Where there is no keychain the same store is kept in memory, and
//! [`History::is_kept`] says so. What it does not protect from: somebody who puts an older copy of the whole file back.
//!
//! It never talks to the network and never decides what is sent. A message that was enqueued is on the disk before
//! [`History::enqueue`] answers. It knows which numbers of a session it holds, so a gap is seen and can be filled, and
//! is never passed over.

mod books;
mod cache;
mod file;
mod fold;
mod key;
mod messages;
mod names;
mod outbox;
mod pad;
mod ranges;
mod seal;
mod search;
mod sessions;
mod thread;

pub use file::HistoryError;
pub use fold::fold;
pub use key::{HistoryKey, HistoryKind, HistoryOwner};
pub use outbox::{Queued, QueuedBody, QueuedFile, QueuedSource};
pub use sessions::{HistorySettings, KeptSession};

use crate::keychain::Keychain;
use crate::messenger::{AttachmentPart, MessagePage, Window};
use books::Books;
use consilium_model::Secret;
use consilium_wire::im::{Message, Session};
use names::Names;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};
use thread::Thread;

/// What went wrong with the store, or the answer.
type Result<T> = std::result::Result<T, HistoryError>;

/// The history of one person's chat. Cheap to clone; the clones are one store.
///
/// Answers are durable when they come. A future that is dropped has asked all the same.
#[derive(Clone)]
pub struct History {
    thread: Arc<Thread>,
    home: Option<Arc<Home>>,
    /// Something that is to be sent could not be written down.
    failed: Arc<AtomicBool>,
}

/// Where a history lies that outlives the application.
struct Home {
    file: PathBuf,
    key: Option<(Keychain, String)>,
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("History")
    }
}

impl History {
    /// The history of a person, in `folder`, with its key from the keychain. Without a folder, without a keychain that
    /// lasts, or while another run of the application has the file: one in memory.
    pub async fn of(folder: Option<&Path>, keychain: &Keychain, owner: HistoryOwner<'_>) -> Self {
        let Some(folder) = folder.filter(|_| !keychain.is_forgetful()) else { return Self::memory() };
        let names = match Names::of(folder, owner) {
            Ok(names) => names,
            Err(error) => {
                tracing::warn!(kind = ?error.kind(), "no folder for the history: it lasts until the end");
                return Self::memory();
            }
        };
        let key = match key::lasting(keychain, &names.entry).await {
            Ok(key) => key,
            Err(error) => {
                tracing::info!(%error, "no keychain for the history: it lasts until the end");
                return Self::memory();
            }
        };
        let key_at = Some((keychain.clone(), names.entry));
        let opened = tokio::task::spawn_blocking(move || Self::open_with(names.file, &key, key_at)).await;
        match opened {
            Ok(Ok(history)) => history,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the history does not open: another one lasts until the end");
                Self::memory()
            }
            Err(_) => Self::memory(),
        }
    }

    /// Deletes a person's history that is not open: the file, those that were set aside, and the key. Nothing when there
    /// is none. The file goes first, because a keychain may wait for the person.
    ///
    /// # Errors
    /// Something may still be there.
    pub async fn forget_of(
        folder: Option<&Path>,
        keychain: &Keychain,
        owner: HistoryOwner<'_>,
    ) -> Result<()> {
        let Some(folder) = folder else { return Ok(()) };
        match Names::known(folder, owner)? {
            Some(names) => remove(names.file, keychain, &names.entry).await,
            None => Ok(()),
        }
    }

    /// Deletes the histories of links in a profile's folder, as [`History::forget_of`]: all of them, or those that were
    /// not opened for so long.
    ///
    /// # Errors
    /// Something may still be there.
    pub async fn forget_visits(
        folder: &Path,
        keychain: &Keychain,
        profile: &str,
        idle: Option<Duration>,
    ) -> Result<()> {
        let before = idle.and_then(|idle| SystemTime::now().checked_sub(idle));
        let folder = folder.to_owned();
        let found = tokio::task::spawn_blocking(move || file::visits(&folder, before)).await;
        let mut all_gone = Ok(());
        for file in found.map_err(|_| HistoryError::Storage)?? {
            let name = file.file_name().and_then(|name| name.to_str());
            if let Some(entry) = name.and_then(|name| names::entry_of_visit(profile, name)) {
                all_gone = all_gone.and(remove(file, keychain, &entry).await);
            }
        }
        all_gone
    }

    /// The history in that file; made when it is not there. Blocks. A file that this key does not open, or that is
    /// damaged, is set aside under another name, and a new one begun.
    pub fn open(file: impl Into<PathBuf>, key: &HistoryKey) -> Result<Self> {
        Self::open_with(file.into(), key, None)
    }

    fn open_with(file: PathBuf, key: &HistoryKey, keychain: Option<(Keychain, String)>) -> Result<Self> {
        let books = Books::new(file::open(&file, key)?, key);
        Ok(Self {
            thread: Arc::new(Thread::start(books)),
            home: Some(Arc::new(Home { file, key: keychain })),
            failed: Arc::default(),
        })
    }

    /// A history that lasts until the application ends.
    pub fn memory() -> Self {
        let key = HistoryKey::draw();
        let books = Books::new(file::in_memory(&key), &key);
        Self { thread: Arc::new(Thread::start(books)), home: None, failed: Arc::default() }
    }

    /// It outlives the application, and everything that was to be sent could be written down in it.
    pub fn is_kept(&self) -> bool {
        self.home.is_some() && !self.failed.load(Ordering::Relaxed)
    }

    /// As [`Thread::run`], for what is to be sent.
    async fn write_down(&self, work: impl FnOnce(&mut Books) -> Result<()> + Send + 'static) -> Result<()> {
        let written = self.thread.run(work).await;
        if written.is_err() {
            self.failed.store(true, Ordering::Relaxed);
        }
        written
    }

    /// Every session as it was last known, in no particular order.
    pub async fn sessions(&self) -> Result<Vec<KeptSession>> {
        self.thread.run(|books| books.sessions()).await
    }

    /// Keeps sessions, each in place of what was known of it.
    pub async fn put_sessions(&self, sessions: Vec<Session>) -> Result<()> {
        self.thread.run(move |books| sessions.iter().try_for_each(|session| books.put_session(session))).await
    }

    /// Forgets a session with its messages. While there is a draft in it, or something waits to be sent into it, only
    /// the messages are forgotten: what the person has written is nowhere else.
    pub async fn forget_session(&self, session: &str) -> Result<()> {
        let session = session.to_owned();
        self.thread.run(move |books| books.forget_session(&session)).await
    }

    /// Messages of a session, as far as they are held without a gap: a page ends where something is missing. `span` is
    /// what is held of the window, `None` when what is next to its edge is missing; `more` says that there are, or may
    /// be, others.
    pub async fn messages(&self, session: &str, window: Window, take: u32) -> Result<MessagePage> {
        let session = session.to_owned();
        self.thread.run(move |books| books.messages(&session, window, take)).await
    }

    /// One message by its number.
    pub async fn message(&self, session: &str, number: u64) -> Result<Option<Message>> {
        let session = session.to_owned();
        self.thread.run(move |books| books.message(&session, number)).await
    }

    /// Which numbers of a session are held, in order, with nothing between that touches.
    pub async fn held(&self, session: &str) -> Result<Vec<std::ops::RangeInclusive<u64>>> {
        let session = session.to_owned();
        self.thread.run(move |books| books.held(&session)).await
    }

    /// Keeps messages. One that waits in the outbox with the same client id has been stored, and waits no longer.
    pub async fn put_messages(&self, session: &str, page: MessagePage) -> Result<()> {
        let session = session.to_owned();
        self.thread.run(move |books| books.put_messages(&session, &page)).await
    }

    /// Messages in which every word of `text` stands, whatever their case and marks, the newest first. With an empty
    /// text none, and what was held in memory for searching is let go.
    pub async fn search(&self, text: &Secret, take: usize) -> Result<Vec<Message>> {
        let text = text.clone();
        self.thread.run(move |books| books.search(&text, take)).await
    }

    /// Keeps a message that is to be sent, behind the others. It is on the disk when this answers. One that has been
    /// enqueued already stays as it is.
    pub async fn enqueue(&self, queued: Queued) -> Result<()> {
        self.write_down(move |books| books.enqueue(&queued, None)).await
    }

    /// As [`History::enqueue`], with the bytes of a file that lies nowhere else: [`QueuedSource::Kept`].
    pub async fn enqueue_with(&self, queued: Queued, bytes: Vec<u8>) -> Result<()> {
        self.write_down(move |books| books.enqueue(&queued, Some(&bytes))).await
    }

    /// What waits to be sent, in the order in which it was enqueued.
    pub async fn outbox(&self) -> Result<Vec<Queued>> {
        self.thread.run(|books| books.outbox()).await
    }

    /// The bytes of [`History::enqueue_with`].
    pub async fn queued_bytes(&self, client_id: &str) -> Result<Option<Vec<u8>>> {
        let client_id = client_id.to_owned();
        self.thread.run(move |books| books.queued_bytes(&client_id)).await
    }

    /// Puts a message that waits in place of what it was, where it stands in the order. Nothing when it waits no
    /// longer. Bytes that it no longer speaks of are thrown away.
    pub async fn requeue(&self, queued: Queued) -> Result<()> {
        self.write_down(move |books| books.requeue(&queued)).await
    }

    /// As [`History::requeue`], behind all others.
    pub async fn requeue_last(&self, queued: Queued) -> Result<()> {
        self.write_down(move |books| books.requeue_last(&queued)).await
    }

    /// A message has been stored by the server: it goes from the outbox to the messages.
    pub async fn sent(&self, client_id: &str, message: Message) -> Result<()> {
        let client_id = client_id.to_owned();
        self.thread.run(move |books| books.sent(&client_id, message)).await
    }

    /// Throws a message away that waits to be sent.
    pub async fn discard(&self, client_id: &str) -> Result<()> {
        let client_id = client_id.to_owned();
        self.thread.run(move |books| books.discard(&client_id)).await
    }

    /// What was typed in a session and not sent; empty when nothing was.
    pub async fn draft(&self, session: &str) -> Result<Secret> {
        let session = session.to_owned();
        self.thread.run(move |books| books.draft(&session)).await
    }

    /// Keeps what is typed in a session. An empty text is no draft.
    pub async fn set_draft(&self, session: &str, text: &Secret) -> Result<()> {
        let (session, text) = (session.to_owned(), text.clone());
        self.thread.run(move |books| books.set_draft(&session, &text)).await
    }

    /// The number up to which the person has read in a session, as far as this machine knows.
    pub async fn read_up_to(&self, session: &str) -> Result<u64> {
        let session = session.to_owned();
        self.thread.run(move |books| books.read_up_to(&session)).await
    }

    /// The person has read up to that number. It never moves back.
    pub async fn set_read_up_to(&self, session: &str, number: u64) -> Result<()> {
        let session = session.to_owned();
        self.thread.run(move |books| books.set_read_up_to(&session, number)).await
    }

    /// What the person has chosen.
    pub async fn settings(&self) -> Result<HistorySettings> {
        self.thread.run(|books| books.settings()).await
    }

    /// Keeps what the person has chosen.
    pub async fn set_settings(&self, settings: HistorySettings) -> Result<()> {
        self.thread.run(move |books| books.set_settings(&settings)).await
    }

    /// The bytes of an attachment, when they were kept.
    pub async fn attachment(&self, id: &str, part: AttachmentPart) -> Result<Option<Vec<u8>>> {
        let id = id.to_owned();
        self.thread.run(move |books| books.attachment(&id, part)).await
    }

    /// Keeps the bytes of an attachment as long as there is room for them: 64 MB in all, those go first that were not
    /// used for the longest time. More than 16 MB are not kept.
    pub async fn put_attachment(&self, id: &str, part: AttachmentPart, bytes: Vec<u8>) -> Result<()> {
        let id = id.to_owned();
        self.thread.run(move |books| books.put_attachment(&id, part, &bytes)).await
    }

    /// Closes the store, and waits until the file is free. Every later call is [`HistoryError::Closed`].
    pub async fn close(&self) {
        self.thread.close().await;
    }

    /// Closes the store and deletes everything: the file, those that were set aside, and the key. An error means that
    /// something may still be there.
    pub async fn forget(self) -> Result<()> {
        self.thread.close().await;
        let Some(home) = self.home else { return Ok(()) };
        match &home.key {
            Some((keychain, entry)) => remove(home.file.clone(), keychain, entry).await,
            None => remove_file(home.file.clone()).await,
        }
    }
}

/// Deletes the file and its key. The key goes also where the file does not.
async fn remove(file: PathBuf, keychain: &Keychain, entry: &str) -> Result<()> {
    let removed = remove_file(file).await;
    keychain.forget(entry).await.map_err(|_| HistoryError::Keychain)?;
    removed
}

async fn remove_file(file: PathBuf) -> Result<()> {
    tokio::task::spawn_blocking(move || file::remove(&file)).await.map_err(|_| HistoryError::Storage)?
}
