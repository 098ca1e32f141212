//! The command line.

use crate::graphics::Drawing;
use clap::Parser;
use consilium_app::WebRoomTemplate;
use consilium_l10n::{Catalog, Message};
use consilium_model::Secret;
use std::path::PathBuf;
use std::process::ExitCode;

/// What the application may be started with. A desktop starts it with nothing, or with one link.
#[derive(Parser, Debug)]
#[command(name = "consilium", version, about = "Telehealth visits on the desktop")]
pub(crate) struct Arguments {
    /// A link: consilium://… or the web link of a visit
    #[arg(value_parser = link)]
    pub(crate) link: Option<Secret>,
    /// The language of the window: ru, en or he
    #[arg(long, value_parser = locale)]
    pub(crate) lang: Option<consilium_model::Locale>,
    /// A separate set of data and sign-in, so that two windows can run side by side
    #[arg(long, default_value = "default", value_parser = profile)]
    pub(crate) profile: String,
    /// Send the built-in test picture and tone: instead of camera and microphone, or only where one is missing
    #[arg(long, value_name = "WHEN", num_args = 0..=1, require_equals = true, default_missing_value = "always")]
    pub(crate) synthetic: Option<Synthetic>,
    /// Keep no sign-in in the keychain
    #[arg(long)]
    pub(crate) forget: bool,
    /// The words for the roles: medicine or general
    #[arg(long, value_parser = vertical, default_value = "medicine")]
    pub(crate) vertical: consilium_model::Vertical,
    /// The server of the sign-in form
    #[arg(long, default_value = "")]
    pub(crate) server: String,
    /// The web room of conferences whose server has no room of its own, such as
    /// https://meet.example.org/{conference_token}; {subject} and {display_name} may stand in it too
    #[arg(long, value_name = "URL")]
    pub(crate) web_room: Option<WebRoomTemplate>,
    /// Who draws the call's pictures: the page, or the application beneath it (Linux). By itself the cheaper one
    #[arg(long, value_name = "WHO")]
    pub(crate) drawing: Option<Drawing>,
    /// Write what the window measures to this file, once a second
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Write the log to this file instead of standard error
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
}

/// The language of this system's user.
pub(crate) fn system_locale() -> consilium_model::Locale {
    let language = std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")).unwrap_or_default();
    consilium_model::Locale::from_tag(&language).unwrap_or_default()
}

/// Help and version as asked for; anything else that was not understood in the user's language, then the details.
pub(crate) fn explain(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind::{DisplayHelp, DisplayVersion};
    if matches!(error.kind(), DisplayHelp | DisplayVersion) {
        print!("{error}");
        return ExitCode::SUCCESS;
    }
    let (catalog, locale) = (Catalog::new(), system_locale());
    eprintln!("{}", catalog.text(locale, &Message::CliNotUnderstood));
    eprintln!("{}\n", catalog.text(locale, &Message::CliHint));
    // The details quote what was given, and a link holds a token.
    let details = error.to_string();
    if !details.contains("://") {
        eprint!("{details}");
    }
    ExitCode::from(2)
}

/// When the built-in test picture and tone are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Synthetic {
    /// Always.
    Always,
    /// In place of a device that is missing.
    Missing,
}

fn link(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::from(text))
}

fn locale(text: &str) -> Result<consilium_model::Locale, String> {
    consilium_model::Locale::from_tag(text).ok_or_else(|| "one of ru, en, he".to_owned())
}

fn vertical(text: &str) -> Result<consilium_model::Vertical, String> {
    match text {
        "medicine" => Ok(consilium_model::Vertical::Medicine),
        "general" => Ok(consilium_model::Vertical::General),
        _ => Err("one of medicine, general".to_owned()),
    }
}

/// A profile's name becomes part of a D-Bus name and of a folder.
fn profile(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = !text.is_empty() && text.len() <= 32 && text.chars().all(plain);
    fits.then(|| text.to_owned()).ok_or_else(|| "1 to 32 small letters and digits".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_with_nothing_or_one_link() {
        assert!(Arguments::try_parse_from(["consilium"]).unwrap().link.is_none());
        let arguments = Arguments::try_parse_from(["consilium", "consilium://visit?at=1"]).unwrap();
        assert_eq!(arguments.link, Some(Secret::from("consilium://visit?at=1")));
    }

    #[test]
    fn a_link_is_not_taken_for_the_value_of_a_switch() {
        let arguments =
            Arguments::try_parse_from(["consilium", "--synthetic", "consilium://visit?at=1"]).unwrap();
        assert_eq!((arguments.synthetic, arguments.link.is_some()), (Some(Synthetic::Always), true));
        let arguments = Arguments::try_parse_from(["consilium", "--synthetic=missing"]).unwrap();
        assert_eq!(arguments.synthetic, Some(Synthetic::Missing));
    }

    #[test]
    fn who_draws_is_only_said_when_it_was_asked_for() {
        assert_eq!(Arguments::try_parse_from(["consilium"]).unwrap().drawing, None);
        let arguments = Arguments::try_parse_from(["consilium", "--drawing", "page"]).unwrap();
        assert_eq!(arguments.drawing, Some(Drawing::Page));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for bad in [
            &["consilium", "--lang", "xx"][..],
            &["consilium", "--profile", "../x"],
            &["consilium", "--no"],
            &["consilium", "--drawing", "nobody"],
            &["consilium", "--web-room", "http://meet.example.org/{conference_token}"],
        ] {
            assert!(Arguments::try_parse_from(bad).is_err(), "{bad:?}");
        }
    }
}
