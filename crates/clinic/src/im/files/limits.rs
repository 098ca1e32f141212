//! What files may take of the server.

use std::time::Duration;

const MIB: u64 = 1024 * 1024;

/// What the files of the messenger may take of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLimits {
    /// So many bytes may one user bring a day, and as many at once.
    pub bytes_a_day: u64,
    /// So many bytes of the disk stay free: the conversations are on it, too.
    pub free_bytes: u64,
    /// A file that no message has named for so long is taken away. Longer than a weekend: a message may wait in an
    /// application that was closed just when its file had arrived.
    pub unnamed_for: Duration,
    /// How often such files are looked for.
    pub sweep_every: Duration,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self {
            bytes_a_day: 200 * MIB,
            free_bytes: 512 * MIB,
            unnamed_for: Duration::from_secs(7 * 24 * 60 * 60),
            sweep_every: Duration::from_secs(60 * 60),
        }
    }
}
