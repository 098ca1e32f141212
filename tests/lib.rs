//! Tests of what crosses crates. The tests themselves are in `tests/tests`, one scenario a file.

/// What makes Chromium a participant on a machine without devices, and keeps it from doing anything else.
pub const CHROMIUM_FLAGS: [&str; 13] = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-extensions",
    "--no-first-run",
    "--no-default-browser-check",
];
