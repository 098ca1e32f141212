//! The command line.

use clap::Parser;
use consilium_media::audio::AudioSpec;
use consilium_media::video::VideoSpec;
use consilium_model::Secret;
use std::path::PathBuf;
use std::time::Duration;

/// A participant without a window.
#[derive(Parser, Debug)]
#[command(name = "consilium-peer", version, about = "A participant without a window")]
pub(crate) struct Arguments {
    /// The participant's link: consilium://visit?… or the web link
    #[arg(long, value_parser = link)]
    pub(crate) link: Secret,
    /// What it sends: «pattern», or a picture file and, after a comma, a sound file
    #[arg(long, default_value = "pattern", value_name = "pattern|FILE.y4m[,FILE.wav]", value_parser = media)]
    pub(crate) media: Media,
    /// How many seconds it talks before it leaves (a patient) or finishes the visit (a specialist)
    #[arg(long = "for", value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    pub(crate) talk: Duration,
    /// Write what was measured to this file as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Show the built-in page of text to the others, from the call's beginning to its end
    #[arg(long)]
    pub(crate) share: bool,
    /// Send back what it receives: the test call
    #[arg(long)]
    pub(crate) echo: bool,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    /// The built-in test picture and tone.
    Pattern,
    /// Files; the tone stands in for a sound file that is not named.
    Files { picture: PathBuf, sound: Option<PathBuf> },
}

impl Media {
    pub(crate) fn camera(&self) -> VideoSpec {
        match self {
            Self::Pattern => VideoSpec::Synthetic { seed: std::process::id().into() },
            Self::Files { picture, .. } => VideoSpec::File(picture.clone()),
        }
    }

    pub(crate) fn microphone(&self) -> AudioSpec {
        match self {
            Self::Files { sound: Some(sound), .. } => AudioSpec::File(sound.clone()),
            Self::Pattern | Self::Files { sound: None, .. } => {
                AudioSpec::Synthetic { seed: std::process::id().into() }
            }
        }
    }
}

fn link(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::from(text))
}

fn media(text: &str) -> Result<Media, String> {
    if text == "pattern" {
        return Ok(Media::Pattern);
    }
    let (picture, sound) = match text.split_once(',') {
        Some((picture, sound)) => (PathBuf::from(picture), Some(PathBuf::from(sound))),
        None => (PathBuf::from(text), None),
    };
    for file in [Some(&picture), sound.as_ref()].into_iter().flatten() {
        if !file.is_file() {
            return Err(format!("there is no file «{}»", file.display()));
        }
    }
    Ok(Media::Files { picture, sound })
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: u64 = text.trim_end_matches('s').parse().map_err(|_| "a number of seconds".to_owned())?;
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_file_that_is_missing() {
        assert_eq!(media("pattern"), Ok(Media::Pattern));
        assert!(media("no-such.y4m").unwrap_err().contains("no-such.y4m"));
    }

    #[test]
    fn seconds_may_carry_their_unit() {
        assert_eq!((seconds("20"), seconds("5s")), (Ok(Duration::from_secs(20)), Ok(Duration::from_secs(5))));
        assert!(seconds("long").is_err());
    }
}
