//! A participant of ours: a call, its socket to the room, and what came.

use super::judge::Judge;
use super::report::{self, Report, Stream};
use super::studio::Studio;
use super::{Direction, VIDEO_RATE};
use anyhow::{Context, Result};
use consilium_call::{Call, CallConfig, CallEvent, LayerHeights, LayerRates};
use consilium_media::EncodedVideo;
use consilium_media::ReceivedRtp;
use consilium_media::audio::{AudioInput, Playout, SAMPLE_RATE};
use consilium_media::video::{NativeSink, VideoSink};
use consilium_model::{Intent, PeerId};
use consilium_wire::room::{FromServer, decode, encode};
use futures_util::{SinkExt, StreamExt};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Events of the call that wait.
const QUEUE: usize = 256;

/// A participant that has not come in yet.
pub(super) struct Seat {
    /// Its call.
    pub(super) call: Arc<Call>,
    events: mpsc::Receiver<CallEvent>,
    streams: BTreeMap<PeerId, Received>,
    ears: Option<Ears>,
}

/// What happens to what comes.
pub(super) struct Ears {
    sight: Sight,
    playout: Arc<Playout>,
}

/// What happens to pictures.
enum Sight {
    /// They are decoded for nobody to see, as the application does without a window.
    Decoder { sink: NativeSink, needs: mpsc::Receiver<u32> },
    /// They are looked at.
    Judge(Judge),
}

#[derive(Default)]
struct Received {
    number: u32,
    stream: Stream,
    sound: Option<AudioInput>,
}

impl Ears {
    /// Decodes and plays what comes.
    pub(super) fn open(playout: Arc<Playout>) -> Result<Self> {
        let (ask, needs) = mpsc::channel(QUEUE);
        let sink = NativeSink::start(Arc::new(move |stream| {
            // A full queue asks for enough of them already.
            let _ = ask.try_send(stream);
        }))?;
        Ok(Self { sight: Sight::Decoder { sink, needs }, playout })
    }

    /// Looks at the pictures of one stream, and plays.
    pub(super) fn judge(playout: Arc<Playout>, judge: Judge) -> Self {
        Self { sight: Sight::Judge(judge), playout }
    }

    fn see(&self, stream: u32, frame: &EncodedVideo) {
        match &self.sight {
            Sight::Decoder { sink, .. } => sink.frame(stream, frame),
            Sight::Judge(judge) => judge.look(&frame.data),
        }
    }

    fn report(&self, number: u32, sound: &AudioInput, came: &Stream) -> Stream {
        let heard = sound.report().receiver;
        let seconds = |samples: u64| samples as f64 / f64::from(SAMPLE_RATE);
        let mut stream = Stream {
            sound_seconds: seconds(heard.total_samples),
            concealed_seconds: seconds(heard.concealed_samples),
            ..came.clone()
        };
        match &self.sight {
            Sight::Decoder { sink, .. } => {
                stream.pictures = sink.stats(number).map_or(0, |stats| stats.decoded);
            }
            Sight::Judge(judge) => {
                let (seen, now) = judge.take();
                (stream.seen, stream.likeness, stream.now_ms) = (seen.pictures, seen.likeness, now);
            }
        }
        stream
    }
}

impl Seat {
    /// A participant that sends or does not.
    pub(super) fn new(direction: Direction, ears: Option<Ears>) -> Self {
        let (sender, events) = mpsc::channel(QUEUE);
        let mut rates = LayerRates::default();
        rates.layers[0] = VIDEO_RATE;
        let config = CallConfig {
            include_loopback: true,
            bind: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))],
            layers: LayerHeights::halving(360, 3),
            rates,
            ..CallConfig::default()
        };
        let call = Arc::new(consilium_call::start(config, sender));
        let sends = direction == Direction::Send;
        call.set_intent(Intent { mic: sends, camera: sends, screen: false });
        Self { call, events, streams: BTreeMap::new(), ears }
    }

    /// Takes part until the room is closed. `number` tells the calls of a studio apart.
    pub(super) async fn take_part(mut self, url: &str, studio: Option<&Studio>, number: usize) -> Result<()> {
        let (mut socket, _) = connect_async(url).await.context("cannot reach the room")?;
        loop {
            tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => self.hear(&text, &mut socket).await?,
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return Ok(()),
                },
                Some(event) = self.events.recv() => match event {
                    CallEvent::ToRoom(message) => socket.send(Message::text(encode(&message))).await?,
                    CallEvent::Capture(capture) => {
                        if let Some(studio) = studio {
                            studio.follow(number, &capture);
                        }
                    }
                    CallEvent::KeyFrameWanted { layer } => {
                        if let Some(studio) = studio {
                            studio.key_frame(layer);
                        }
                    }
                    CallEvent::Peers(views) => views.into_iter().for_each(|view| self.meet(view.id)),
                    CallEvent::Video { peer, frame } => self.see(&peer, &frame),
                    CallEvent::Audio { peer, packet } => self.listen(&peer, packet),
                },
                Some(stream) = next_need(self.ears.as_mut()) => self.need_key_frame(stream),
            }
        }
    }

    async fn hear(&self, text: &str, socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Result<()> {
        match decode::<FromServer>(text)? {
            Some(message) => self.call.room(message),
            // Beside the protocol: the room's question.
            None => {
                let mut answer = serde_json::to_value(self.report())?;
                answer["type"] = report::TYPE.into();
                socket.send(Message::text(answer.to_string())).await?;
            }
        }
        Ok(())
    }

    /// Whoever sends to this one sends the whole picture.
    fn meet(&mut self, peer: PeerId) {
        let number = self.streams.len() as u32;
        if !self.streams.contains_key(&peer) {
            self.call.wish(peer.clone(), 360);
            let sound = self.ears.as_ref().map(|ears| ears.playout.add(peer.as_str()));
            self.streams.insert(peer, Received { number, stream: Stream::default(), sound });
        }
    }

    fn see(&mut self, peer: &PeerId, frame: &EncodedVideo) {
        let Some(received) = self.streams.get_mut(peer) else { return };
        received.stream.pictures += 1;
        received.stream.picture_bytes += frame.data.len() as u64;
        received.stream.height = frame.height;
        if let Some(ears) = &self.ears {
            ears.see(received.number, frame);
        }
    }

    fn listen(&mut self, peer: &PeerId, packet: ReceivedRtp) {
        let Some(received) = self.streams.get_mut(peer) else { return };
        received.stream.sound_seconds += 0.02;
        if let Some(sound) = &received.sound {
            sound.push(packet);
        }
    }

    fn need_key_frame(&self, stream: u32) {
        if let Some((peer, _)) = self.streams.iter().find(|(_, received)| received.number == stream) {
            self.call.request_key_frame(peer);
        }
    }

    fn report(&self) -> Report {
        let of = |received: &Received| match (&self.ears, &received.sound) {
            (Some(ears), Some(sound)) => ears.report(received.number, sound, &received.stream),
            _ => received.stream.clone(),
        };
        Report { streams: self.streams.values().map(of).collect() }
    }
}

async fn next_need(ears: Option<&mut Ears>) -> Option<u32> {
    match ears {
        Some(Ears { sight: Sight::Decoder { needs, .. }, .. }) => needs.recv().await,
        _ => std::future::pending().await,
    }
}
