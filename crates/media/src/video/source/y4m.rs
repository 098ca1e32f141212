//! YUV4MPEG2 files, read from disk as they play.

use super::VideoSource;
use super::pace::Pace;
use crate::DeviceError;
use crate::video::picture::{PicturePool, VideoFrame, VideoSize};
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// Header lines are longer only in files that are something else.
const MAX_LINE: u64 = 1024;

/// A file that plays in a loop, at its own rate. 4:2:0 with 8 bits only.
#[derive(Debug)]
pub struct Y4mFile {
    file: BufReader<File>,
    header: Header,
    first_frame: u64,
    pace: Pace,
    pool: PicturePool,
}

impl Y4mFile {
    /// Opens a file and reads its header.
    pub fn open(path: &Path) -> Result<Self, DeviceError> {
        let file = File::open(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => DeviceError::Missing,
            ErrorKind::PermissionDenied => DeviceError::NotAllowed,
            _ => DeviceError::BadFile,
        })?;
        let mut file = BufReader::with_capacity(1 << 18, file);
        let line = read_line(&mut file).map_err(bad_file)?;
        let header = Header::parse(&line).ok_or(DeviceError::BadFile)?;
        let first_frame = line.len() as u64 + 1;
        let pace = Pace::new(header.pictures, header.seconds);
        let mut opened = Self { file, header, first_frame, pace, pool: PicturePool::default() };
        // A file without a picture is found out now and not on the capture thread.
        opened.read_picture().map_err(bad_file)?;
        opened.rewind().map_err(bad_file)?;
        Ok(opened)
    }

    fn rewind(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.first_frame)).map(|_| ())
    }

    fn read_picture(&mut self) -> io::Result<crate::video::picture::I420> {
        let line = read_line(&mut self.file)?;
        if !line.starts_with("FRAME") {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut picture = self.pool.take(self.header.size);
        self.file.read_exact(picture.bytes_mut())?;
        Ok(picture)
    }
}

impl VideoSource for Y4mFile {
    fn size(&self) -> VideoSize {
        self.header.size
    }

    fn next_frame(&mut self) -> Result<VideoFrame, DeviceError> {
        let captured = self.pace.wait();
        let picture = match self.read_picture() {
            // The end, or a last picture that was cut off.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                self.rewind().map_err(bad_file)?;
                self.read_picture().map_err(bad_file)?
            }
            picture => picture.map_err(bad_file)?,
        };
        Ok(VideoFrame { picture: Arc::new(picture), captured })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    size: VideoSize,
    /// Pictures in so many seconds.
    pictures: u32,
    seconds: u32,
}

impl Header {
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(' ');
        if fields.next() != Some("YUV4MPEG2") {
            return None;
        }
        let (mut width, mut height, mut rate) = (0, 0, (30, 1));
        for field in fields.filter(|field| !field.is_empty()) {
            let (tag, value) = field.split_at_checked(1)?;
            match tag {
                "W" => width = value.parse().ok()?,
                "H" => height = value.parse().ok()?,
                "F" => rate = parse_rate(value)?,
                "C" if !matches!(value, "420" | "420jpeg" | "420mpeg2" | "420paldv") => return None,
                _ => {}
            }
        }
        let sensible = 16..=4096;
        (sensible.contains(&width) && sensible.contains(&height)).then(|| Self {
            size: VideoSize::new(width, height),
            pictures: rate.0,
            seconds: rate.1,
        })
    }
}

fn parse_rate(value: &str) -> Option<(u32, u32)> {
    let (pictures, seconds) = value.split_once(':')?;
    let (pictures, seconds): (u32, u32) = (pictures.parse().ok()?, seconds.parse().ok()?);
    (seconds > 0 && (seconds..=seconds.saturating_mul(240)).contains(&pictures))
        .then_some((pictures, seconds))
}

fn read_line(file: &mut BufReader<File>) -> io::Result<String> {
    let mut line = Vec::new();
    file.take(MAX_LINE).read_until(b'\n', &mut line)?;
    match line.pop() {
        Some(b'\n') => String::from_utf8(line).map_err(|_| ErrorKind::InvalidData.into()),
        Some(_) if line.len() as u64 + 1 == MAX_LINE => Err(ErrorKind::InvalidData.into()),
        _ => Err(ErrorKind::UnexpectedEof.into()),
    }
}

fn bad_file(_: io::Error) -> DeviceError {
    DeviceError::BadFile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_headers_as_tools_write_them() {
        let ffmpeg = "YUV4MPEG2 W640 H360 F30000:1001 Ip A1:1 C420jpeg XYSCSS=420JPEG";
        let header = Header::parse(ffmpeg).expect("a header");
        assert_eq!((header.size, header.pictures, header.seconds), (VideoSize::NHD, 30000, 1001));
        assert!(Header::parse("YUV4MPEG2 W640 H360").is_some());
    }

    #[test]
    fn refuses_what_it_cannot_play() {
        for line in [
            "",
            "RIFF",
            "YUV4MPEG2",
            "YUV4MPEG2 W640 H360 C444",
            "YUV4MPEG2 W640 H360 C420p10",
            "YUV4MPEG2 W0 H9",
            "YUV4MPEG2 W640 H360 F0:1",
            "YUV4MPEG2 W640 H360 F30:0",
            "YUV4MPEG2 W640 H360 F9999:1",
            "YUV4MPEG2 W99999 H2",
        ] {
            assert_eq!(Header::parse(line), None, "{line}");
        }
    }
}
