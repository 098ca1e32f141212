//! Collects the report while the application runs.

use super::flow::{PLAUSIBLE_MS, rate, spread};
use super::{AudioReport, Flow, FlowReport, NetworkReport, Report, StreamKind, StreamReport};
use crate::action::DrawStats;
use crate::view::{CallPhase, Stage};
use consilium_media::video::NativeStreamStats;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// What the call counts by itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallFigures {
    pub(crate) streams: Vec<StreamFigures>,
    pub(crate) audio: AudioReport,
    pub(crate) network: NetworkReport,
}

/// One stream as the call counts it.
#[derive(Clone, Debug)]
pub(crate) struct StreamFigures {
    pub(crate) stream: u32,
    pub(crate) kind: StreamKind,
    pub(crate) received: u64,
    pub(crate) shown: Shown,
}

/// Who shows a stream, and so who knows how it went.
#[derive(Clone, Debug)]
pub(crate) enum Shown {
    /// The window, which reports what it has drawn.
    ByWindow,
    /// Nobody: it is decoded and measured.
    Natively(NativeStreamStats),
}

#[derive(Default)]
struct Drawn {
    flow: Flow,
    decoded: Total,
    drawn: Total,
    size: (u32, u32),
}

/// A counter of the page over all its lives: it begins at zero again when the page is loaded again, or a stream ends
/// and comes back.
#[derive(Clone, Copy, Default)]
struct Total {
    before: u64,
    last: u32,
}

impl Total {
    fn at(&mut self, count: u32) {
        if count < self.last {
            self.before += u64::from(self.last);
        }
        self.last = count;
    }

    fn sum(self) -> u64 {
        self.before + u64::from(self.last)
    }
}

/// Where the rate of a natively decoded stream is counted from.
#[derive(Clone, Copy, Default)]
struct Begun {
    decoded: u64,
    flowed: f64,
}

pub(crate) struct Recorder {
    started: Instant,
    first_paint: Option<Instant>,
    screens: Vec<String>,
    drawn: BTreeMap<u32, Drawn>,
    /// Streams that are decoded natively, as they were when first looked at.
    begun: BTreeMap<u32, Begun>,
    figures: CallFigures,
    flowing_since: Option<Instant>,
    flowed: f64,
}

impl Recorder {
    pub(crate) fn new(started: Instant) -> Self {
        Self {
            started,
            first_paint: None,
            screens: Vec::new(),
            drawn: BTreeMap::new(),
            begun: BTreeMap::new(),
            figures: CallFigures::default(),
            flowing_since: None,
            flowed: 0.0,
        }
    }

    /// The first picture is on the screen.
    pub(crate) fn painted(&mut self, now: Instant) {
        self.first_paint.get_or_insert(now);
    }

    /// A stage was published.
    pub(crate) fn staged(&mut self, stage: &Stage) {
        let (name, flows) = match stage {
            Stage::Starting => ("starting".to_owned(), false),
            Stage::SignIn(_) => ("sign-in".to_owned(), false),
            Stage::Home(_) => ("home".to_owned(), false),
            Stage::Opening => ("opening".to_owned(), false),
            Stage::Otp(_) => ("otp".to_owned(), false),
            Stage::Problem(_) => ("problem".to_owned(), false),
            Stage::Visit(visit) => {
                let name =
                    serde_json::to_value(visit.screen).ok().and_then(|name| name.as_str().map(str::to_owned));
                let flows = visit.call.as_ref().is_some_and(|call| call.phase == CallPhase::Connected);
                (name.unwrap_or_default(), flows)
            }
        };
        if self.screens.last() != Some(&name) {
            self.screens.push(name);
        }
        self.flow(flows);
    }

    fn flow(&mut self, flows: bool) {
        match (flows, self.flowing_since) {
            (true, None) => self.flowing_since = Some(Instant::now()),
            (false, Some(since)) => {
                self.flowed += since.elapsed().as_secs_f64();
                self.flowing_since = None;
                self.drawn.values_mut().for_each(|drawn| drawn.flow.interrupt());
            }
            (true, Some(_)) | (false, None) => {}
        }
    }

    /// The window has drawn frames.
    pub(crate) fn drawn(&mut self, streams: &[DrawStats]) {
        let flowing = self.flowing_since.is_some();
        for stats in streams {
            let drawn = self.drawn.entry(stats.stream).or_default();
            drawn.decoded.at(stats.decoded);
            drawn.drawn.at(stats.drawn);
            drawn.size = (stats.width, stats.height);
            // A late report of frames drawn before a pause must not begin a stretch inside it.
            if flowing {
                stats.drawn_at.iter().for_each(|at| drawn.flow.drawn(*at));
            }
            stats.latency_ms.iter().for_each(|latency| drawn.flow.latency(*latency));
        }
    }

    /// What the call has counted so far.
    pub(crate) fn call(&mut self, figures: CallFigures) {
        let flowed = self.flow_seconds();
        for stream in &figures.streams {
            if let Shown::Natively(NativeStreamStats { decoded, .. }) = stream.shown {
                self.begun.entry(stream.stream).or_insert(Begun { decoded, flowed });
            }
        }
        self.figures = figures;
    }

    fn flow_seconds(&self) -> f64 {
        self.flowed + self.flowing_since.map_or(0.0, |since| since.elapsed().as_secs_f64())
    }

    fn report(&self) -> Report {
        let first_paint = self.first_paint.map(|at| at.saturating_duration_since(self.started).as_millis());
        Report {
            screens: self.screens.clone(),
            first_paint_ms: first_paint.and_then(|milliseconds| u64::try_from(milliseconds).ok()),
            flow_seconds: self.flow_seconds(),
            streams: self.figures.streams.iter().map(|stream| self.stream(stream)).collect(),
            audio: self.figures.audio,
            network: self.figures.network,
        }
    }

    fn stream(&self, figures: &StreamFigures) -> StreamReport {
        let nothing = Drawn::default();
        let (decoded, drawn, size, flow) = match &figures.shown {
            Shown::ByWindow => {
                let drawn = self.drawn.get(&figures.stream).unwrap_or(&nothing);
                (drawn.decoded.sum(), drawn.drawn.sum(), drawn.size, drawn.flow.report())
            }
            Shown::Natively(stats) => {
                let size = stats.size.map_or((0, 0), |size| (size.width.into(), size.height.into()));
                (stats.decoded, stats.decoded, size, self.native_flow(figures.stream, stats))
            }
        };
        StreamReport {
            kind: figures.kind,
            stream: figures.stream,
            frames_received: figures.received,
            frames_decoded: decoded,
            frames_drawn: drawn,
            width: size.0,
            height: size.1,
            flow,
        }
    }

    /// The native decoder knows the sum of its freezes, not the longest one, and counts a rest as one.
    fn native_flow(&self, stream: u32, stats: &NativeStreamStats) -> FlowReport {
        let begun = self.begun.get(&stream).copied().unwrap_or_default();
        let latency = stats.latency_ms.iter().filter(|sample| PLAUSIBLE_MS.contains(&f64::from(**sample)));
        FlowReport {
            drawn_fps: rate(
                stats.decoded.saturating_sub(begun.decoded),
                (self.flow_seconds() - begun.flowed) * 1000.0,
            ),
            freezes_over_200_ms: u32::try_from(stats.freezes).unwrap_or(u32::MAX),
            longest_freeze_ms: None,
            latency_ms: spread(latency.map(|sample| *sample as f32)),
        }
    }

    /// Writes the report in one step: a reader never sees half of it.
    pub(crate) async fn write(&self, file: &Path) -> std::io::Result<()> {
        let text = serde_json::to_string_pretty(&self.report()).map_err(std::io::Error::other)?;
        let draft = file.with_extension("draft");
        tokio::fs::write(&draft, text).await?;
        tokio::fs::rename(&draft, file).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_was_loaded_again_counts_on() {
        let mut total = Total::default();
        [1, 5, 9, 2, 4, 0, 1].into_iter().for_each(|count| total.at(count));
        assert_eq!(total.sum(), 9 + 4 + 1);
    }
}
