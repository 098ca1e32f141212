//! Keeps a person's sound and pictures together.
//!
//! Both come over the same way and are held back for different times: sound by its jitter buffer, pictures by
//! [`crate::video::VideoReceiver`]. Each delay is counted from the quickest packet of its own stream, and both streams
//! are sent soon after they were captured, so the difference of the delays is the skew but for what the sender and the
//! playout of sound take ([`GATHERED`]). Whoever waits less is made to wait for the other, up to a difference that
//! nobody notices.

use std::time::Duration;

/// The two may be so far apart. Viewers notice sound that is 45 ms early or 125 ms late and accept 90 and 185 (ITU-R
/// BT.1359-1). The estimate is off by up to 50: where sound bunches up behind a late packet, the quickest packet
/// of late is itself late. Both together stay under 100.
const UNNOTICED: Duration = Duration::from_millis(45);

/// Sound is heard so much later than its delay says, against pictures: it is gathered for 20 ms before it is encoded and
/// is played in steps of 10, while a picture is encoded in about 5.
const GATHERED: Duration = Duration::from_millis(25);

/// How long pictures wait at least, given the delay of the sound.
pub fn least_for_pictures(sound: Duration) -> Duration {
    (sound + GATHERED).saturating_sub(UNNOTICED)
}

/// How long sound waits at least, given the delay of the pictures.
pub fn least_for_sound(pictures: Duration) -> Duration {
    pictures.saturating_sub(UNNOTICED + GATHERED)
}
