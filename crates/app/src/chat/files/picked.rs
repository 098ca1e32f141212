//! Files that the user has chosen to send.

use super::MOST_FILES;
use super::fetch::changed_at;
use super::kind::{HEAD, message_kind};
use crate::chat::core::UnsentFile;
use crate::view::ProblemCode;
use bytes::Bytes;
use consilium_client::QueuedSource;
use consilium_media::audio::{Recording, Voice};
use consilium_model::{MessageKind, Secret};
use consilium_wire::im::{MAX_ATTACHMENT, MAX_FILE_NAME};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;
use time::OffsetDateTime;

/// A file that was looked at, and can be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picked {
    /// What the message says of it.
    pub(crate) file: UnsentFile,
    /// Where its bytes are.
    pub(crate) source: Source,
}

/// Where the bytes of a file are that is to be sent.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// In a file of the user's.
    Path {
        path: Secret<PathBuf>,
        /// When it was last changed.
        modified: Option<OffsetDateTime>,
    },
    /// Here, and nowhere else: the history keeps them until they are sent.
    Bytes(Bytes),
}

/// The bytes are nobody's business.
impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Path { .. } => "Path",
            Self::Bytes(_) => "Bytes",
        })
    }
}

impl Source {
    /// As the history keeps it, with the bytes that lie nowhere else.
    pub(crate) fn queued(self) -> (QueuedSource, Option<Bytes>) {
        match self {
            Self::Path { path, modified } => (QueuedSource::Path { path, modified }, None),
            Self::Bytes(bytes) => (QueuedSource::Kept, Some(bytes)),
        }
    }
}

impl Picked {
    /// A voice message that was recorded here.
    pub(crate) fn recording(recording: Recording) -> Self {
        let file = UnsentFile {
            kind: MessageKind::Voice,
            name: Secret::from("voice.ogg"),
            size: recording.file.len() as u64,
            seconds: Some(whole_seconds(recording.length)),
        };
        Self::kept(file, recording.file)
    }

    /// A file whose bytes lie nowhere else.
    pub(super) fn kept(file: UnsentFile, bytes: Bytes) -> Self {
        let size = bytes.len() as u64;
        Self { file: UnsentFile { size, ..file }, source: Source::Bytes(bytes) }
    }
}

/// Looks at what the user has chosen: those that can be sent, and why others cannot. Of too many none is taken, because
/// nobody could say which. Reads files, so it may take a moment.
pub(crate) fn look(paths: &[PathBuf]) -> (Vec<Picked>, Option<ProblemCode>) {
    if paths.len() > MOST_FILES {
        return (Vec::new(), Some(ProblemCode::TooManyFiles));
    }
    let mut problem = None;
    let mut picked = Vec::with_capacity(paths.len());
    for path in paths {
        match look_at(path) {
            Ok(file) => picked.push(file),
            Err(code) => problem = Some(code),
        }
    }
    (picked, problem)
}

fn look_at(path: &Path) -> Result<Picked, ProblemCode> {
    let mut file = File::open(path).map_err(|_| ProblemCode::FileGone)?;
    let metadata = file.metadata().map_err(|_| ProblemCode::FileGone)?;
    match metadata.len() {
        _ if !metadata.is_file() => return Err(ProblemCode::FileRefused),
        0 => return Err(ProblemCode::FileRefused),
        1..=MAX_ATTACHMENT => {}
        _ => return Err(ProblemCode::FileTooLarge),
    }
    let mut head = Vec::with_capacity(HEAD);
    file.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(|_| ProblemCode::FileGone)?;
    let kind = message_kind(&head);
    let seconds = if kind == MessageKind::Voice { length(file, head) } else { None };
    let file = UnsentFile { kind, name: Secret::from(name(path)), size: metadata.len(), seconds };
    let source = Source::Path { path: Secret::new(path.to_owned()), modified: changed_at(&metadata) };
    Ok(Picked { file, source })
}

/// How long a voice message is.
fn length(file: File, mut bytes: Vec<u8>) -> Option<u32> {
    file.take(MAX_ATTACHMENT).read_to_end(&mut bytes).ok()?;
    Voice::read(bytes.into()).ok().map(|voice| whole_seconds(voice.length()))
}

/// Rounded up, as the wire wants it.
fn whole_seconds(length: Duration) -> u32 {
    u32::try_from(length.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

/// The name that the others see: without folders and control characters. One that is too long keeps its end, which
/// says what it is.
fn name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let clean: Vec<char> = name.chars().filter(|letter| !letter.is_control()).collect();
    let ending = clean.iter().rposition(|letter| *letter == '.').map_or(&[][..], |dot| &clean[dot..]);
    if clean.len() <= MAX_FILE_NAME || ending.len() >= MAX_FILE_NAME {
        return clean.into_iter().take(MAX_FILE_NAME).collect();
    }
    clean[..MAX_FILE_NAME - ending.len()].iter().chain(ending).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fetch::Shelf;
    use super::*;
    use consilium_client::History;
    use std::collections::BTreeMap;

    fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    #[test]
    fn what_can_be_sent_is_taken_and_the_rest_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let picture = written(folder.path(), "Рентген «1».exe", b"\x89PNG\r\n\x1a\nrest");
        let (picked, problem) = look(std::slice::from_ref(&picture));
        assert_eq!(problem, None);
        let file = &picked[0].file;
        assert_eq!((file.kind, file.size, file.seconds), (MessageKind::Image, 12, None));
        assert_eq!(file.name.expose(), "Рентген «1».exe");

        let empty = written(folder.path(), "empty", b"");
        let large = folder.path().join("large");
        File::create(&large).unwrap().set_len(MAX_ATTACHMENT + 1).unwrap();
        for (path, expected) in [
            (empty, ProblemCode::FileRefused),
            (large, ProblemCode::FileTooLarge),
            (folder.path().join("gone"), ProblemCode::FileGone),
            (folder.path().to_owned(), ProblemCode::FileRefused),
        ] {
            let (picked, problem) = look(&[picture.clone(), path]);
            assert_eq!((picked.len(), problem), (1, Some(expected)));
        }
        assert_eq!(look(&vec![picture; 11]), (Vec::new(), Some(ProblemCode::TooManyFiles)));
    }

    #[tokio::test]
    async fn one_that_has_changed_or_gone_since_is_not_sent() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(folder.path(), "a.txt", b"first");
        let shelf = Shelf { history: History::memory(), messenger: None, fresh: BTreeMap::new() };
        let picked = look(std::slice::from_ref(&path)).0.remove(0);
        let (source, None) = picked.source.queued() else { panic!("the bytes are in the file") };
        let open = async || shelf.unsent("c", picked.file.size, source.clone()).await;
        assert!(open().await.is_ok());
        written(folder.path(), "a.txt", b"second");
        assert!(open().await.is_err());
        std::fs::remove_file(path).unwrap();
        assert!(open().await.is_err());
    }

    #[test]
    fn a_long_name_keeps_its_ending_and_no_name_keeps_control_characters() {
        let long = format!("/a/{}.jpeg", "ש".repeat(300));
        let short = name(Path::new(&long));
        assert!(short.chars().count() == MAX_FILE_NAME && short.ends_with("ש.jpeg"));
        assert_eq!(name(Path::new("/tmp/a\nb\u{7}.txt")), "ab.txt");
        let ending = format!("/a/b.{}", "x".repeat(300));
        assert_eq!(name(Path::new(&ending)).chars().count(), MAX_FILE_NAME);
    }

    #[test]
    fn a_recording_is_as_long_as_it_was_begun() {
        let recording = Recording { file: vec![1, 2, 3].into(), length: Duration::from_millis(2020) };
        let file = Picked::recording(recording).file;
        assert_eq!((file.kind, file.seconds, file.size), (MessageKind::Voice, Some(3), 3));
    }
}
