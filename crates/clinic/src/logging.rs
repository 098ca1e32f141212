//! The log. At every level it tells what the server does, never with whom.

use tracing::{Level, Subscriber};
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt;

/// Libraries that print their clients' addresses at `info` and above.
const SILENT: [&str; 4] = ["turn_server_proto", "turn_types", "stun_proto", "stun_types"];

/// A subscriber that writes lines to `writer`. Libraries are cut off at `info` whatever the filter says: at lower
/// levels some of them print the frames that go through them.
pub fn subscriber<W>(filter: EnvFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let ours = filter_fn(|meta| {
        let library = meta.target().split("::").next().unwrap_or_default();
        library.starts_with("consilium_") || (*meta.level() <= Level::INFO && !SILENT.contains(&library))
    });
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    Registry::default().with(lines.with_filter(filter.and(ours)))
}

/// Makes it the process's own, for the records of libraries that use the crate `log` as well.
///
/// # Panics
/// When the process has a subscriber already.
pub fn install(subscriber: impl Subscriber + Send + Sync) {
    subscriber.init();
}
