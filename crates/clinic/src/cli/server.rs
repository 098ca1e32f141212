//! Which server a command speaks to, and by what right.

use super::booking::{Booking, BookingError};
use super::{parse_key, parse_url};
use clap::Args;
use consilium_clinic::API_KEY_VARIABLE;
use consilium_model::Secret;
use std::io;
use std::path::PathBuf;
use url::Url;

/// Which server, and by what right.
#[derive(Debug, Args)]
pub(super) struct Server {
    /// The address of the running server.
    #[arg(long = "server", value_name = "URL", value_parser = parse_url)]
    url: Url,
    /// Its API key.
    #[arg(long, value_name = "KEY", env = API_KEY_VARIABLE, hide_env_values = true, value_parser = parse_key,
          required_unless_present = "api_key_file")]
    api_key: Option<Secret>,
    /// A file with nothing but its API key; it comes before --api-key.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
}

/// Why there is no way to it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServerError {
    /// The file of the key cannot be read, or there is nothing in it.
    #[error("the file of the API key cannot be read: {0}")]
    KeyFile(#[source] io::Error),
    /// It cannot be asked at all.
    #[error(transparent)]
    Booking(#[from] BookingError),
}

impl Server {
    /// Ready to ask it.
    pub(super) fn open(self) -> Result<Booking, ServerError> {
        let of_file = self.api_key_file.map(|file| {
            let text = std::fs::read_to_string(file).map_err(ServerError::KeyFile)?;
            let empty = |_| ServerError::KeyFile(io::ErrorKind::UnexpectedEof.into());
            parse_key(text.trim()).map_err(empty)
        });
        let key = of_file.transpose()?.or(self.api_key).expect("clap asks for one of them");
        Ok(Booking::new(self.url, key)?)
    }
}
