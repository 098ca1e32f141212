//! Writes streams to IVF files, which every VP8 tool plays.

use super::VideoSink;
use crate::EncodedVideo;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Writes each stream to `stream-N.ivf` in a folder, from its first key frame on. A stream whose file fails is given
/// up with a log entry. For diagnosis and tests: it writes on the caller's thread.
#[derive(Debug)]
pub struct FileSink {
    folder: PathBuf,
    streams: Mutex<HashMap<u32, Recording>>,
}

#[derive(Debug)]
enum Recording {
    Running { file: BufWriter<File>, first_timestamp: u32 },
    Failed,
}

impl FileSink {
    /// Writes into a folder that exists.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), streams: Mutex::default() }
    }

    /// The file of a stream.
    pub fn path(&self, stream: u32) -> PathBuf {
        self.folder.join(format!("stream-{stream}.ivf"))
    }
}

impl VideoSink for FileSink {
    fn frame(&self, stream: u32, frame: &EncodedVideo) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if !streams.contains_key(&stream) && !frame.key {
            return;
        }
        let recording = streams.entry(stream).or_insert_with(|| Recording::begin(&self.path(stream), frame));
        if let Err(error) = recording.write(frame) {
            tracing::warn!(stream, kind = %error.kind(), "recording stopped");
            *recording = Recording::Failed;
        }
    }

    fn end(&self, stream: u32) {
        // Dropping the writer flushes it.
        self.streams.lock().unwrap_or_else(PoisonError::into_inner).remove(&stream);
    }
}

impl Recording {
    fn begin(path: &Path, frame: &EncodedVideo) -> Self {
        let open = || -> io::Result<Self> {
            let mut file = BufWriter::new(File::create(path)?);
            file.write_all(&file_header(frame))?;
            Ok(Self::Running { file, first_timestamp: frame.rtp_timestamp })
        };
        open().unwrap_or_else(|error| {
            tracing::warn!(kind = %error.kind(), "recording not started");
            Self::Failed
        })
    }

    fn write(&mut self, frame: &EncodedVideo) -> io::Result<()> {
        let Self::Running { file, first_timestamp } = self else { return Ok(()) };
        let length = u32::try_from(frame.data.len()).map_err(io::Error::other)?;
        let time = u64::from(frame.rtp_timestamp.wrapping_sub(*first_timestamp));
        file.write_all(&length.to_le_bytes())?;
        file.write_all(&time.to_le_bytes())?;
        file.write_all(&frame.data)
    }
}

/// Signature, version, header length, codec, size, time base, number of frames (unknown), reserved.
fn file_header(frame: &EncodedVideo) -> [u8; 32] {
    let mut header = [0; 32];
    header[..4].copy_from_slice(b"DKIF");
    header[6..8].copy_from_slice(&32u16.to_le_bytes());
    header[8..12].copy_from_slice(b"VP80");
    header[12..14].copy_from_slice(&frame.width.to_le_bytes());
    header[14..16].copy_from_slice(&frame.height.to_le_bytes());
    header[16..20].copy_from_slice(&90_000u32.to_le_bytes());
    header[20..24].copy_from_slice(&1u32.to_le_bytes());
    header
}
