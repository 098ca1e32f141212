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
use consilium_model::{Content, Intent, PeerId, Role};
use consilium_wire::room::{FromClient, FromServer, PROTOCOL, Peer, decode, encode};
use futures_util::{SinkExt, StreamExt};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Events of the call that wait.
const QUEUE: usize = 256;

/// A participant that has not come in yet.
pub(super) struct Seat {
    /// Its call.
    pub(super) call: Arc<Call>,
    events: mpsc::Receiver<CallEvent>,
    streams: BTreeMap<PeerId, Received>,
    ears: Option<Ears>,
    height: u16,
    company: Company,
    questions: Option<Questions>,
}

/// Questions that come from the own process: the number of the last one, and of the last that was answered.
struct Questions {
    asked: watch::Receiver<u64>,
    answer: watch::Sender<(u64, Report)>,
}

/// Whom a participant has to do with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Company {
    /// Everybody in the room.
    Everyone,
    /// The specialist only.
    Specialist,
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
                let stats = sink.stats(number).unwrap_or_default();
                stream.pictures = stats.decoded;
                (stream.freezes, stream.frozen_seconds) = (stats.freezes, stats.frozen.as_secs_f64());
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
    pub(super) fn new(direction: Direction, height: u16, ears: Option<Ears>) -> Self {
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
        let sends = direction.sends();
        call.set_intent(Intent { mic: sends, camera: sends, screen: false });
        Self {
            call,
            events,
            streams: BTreeMap::new(),
            ears,
            height,
            company: Company::Everyone,
            questions: None,
        }
    }

    /// It has to do with these only.
    pub(super) fn among(self, company: Company) -> Self {
        Self { company, ..self }
    }

    /// It answers questions of the own process.
    pub(super) fn reporting(self, asked: watch::Receiver<u64>, answer: watch::Sender<(u64, Report)>) -> Self {
        Self { questions: Some(Questions { asked, answer }), ..self }
    }

    /// Takes part in a clinic's room until that is closed.
    pub(super) async fn attend(
        self,
        url: &str,
        token: &str,
        studio: Option<&Studio>,
        number: usize,
    ) -> Result<()> {
        let (mut socket, _) = connect_async(url).await.context("cannot reach the room")?;
        let hello = FromClient::Hello { protocol: PROTOCOL, token: token.into(), resume: None };
        socket.send(Message::text(encode(&hello))).await?;
        self.stay(socket, studio, number).await
    }

    /// Takes part until the room is closed. `number` tells the calls of a studio apart.
    pub(super) async fn take_part(self, url: &str, studio: Option<&Studio>, number: usize) -> Result<()> {
        let (socket, _) = connect_async(url).await.context("cannot reach the room")?;
        self.stay(socket, studio, number).await
    }

    async fn stay(mut self, mut socket: Socket, studio: Option<&Studio>, number: usize) -> Result<()> {
        let mut second = tokio::time::interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => self.hear(&text, &mut socket).await?,
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return Ok(()),
                },
                Some(event) = self.events.recv() => match event {
                    CallEvent::ToRoom(message) => socket.send(Message::text(encode(&message))).await?,
                    // No call here has so many.
                    CallEvent::AudioOnly(_) => {}
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
                    CallEvent::Video { peer, frame, .. } => self.see(&peer, &frame),
                    CallEvent::Audio { peer, packet } => self.listen(&peer, packet),
                },
                Some(stream) = next_need(self.ears.as_mut()) => self.need_key_frame(stream),
                // As often as the application does it.
                _ = second.tick() => {
                    if let Some(studio) = studio {
                        studio.expect_loss(number, self.call.stats().expected_loss());
                    }
                }
                question = next_question(self.questions.as_mut()) => self.answer(question),
            }
        }
    }

    async fn hear(&self, text: &str, socket: &mut Socket) -> Result<()> {
        match decode::<FromServer>(text)? {
            Some(message) => {
                if let Some(message) = self.company.admit(message) {
                    self.call.room(message);
                }
            }
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
            self.call.wish(peer.clone(), Content::Camera, self.height);
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
            // As often as the application.
            if packet.sequence.is_multiple_of(12) {
                self.call.keep_together(peer, sound);
            }
            sound.push(packet);
        }
    }

    fn need_key_frame(&self, stream: u32) {
        if let Some((peer, _)) = self.streams.iter().find(|(_, received)| received.number == stream) {
            self.call.request_key_frame(peer, Content::Camera);
        }
    }

    fn answer(&self, number: u64) {
        if let Some(questions) = &self.questions {
            questions.answer.send_replace((number, self.report()));
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

async fn next_question(questions: Option<&mut Questions>) -> u64 {
    if let Some(questions) = questions
        && questions.asked.changed().await.is_ok()
    {
        return *questions.asked.borrow_and_update();
    }
    std::future::pending().await
}

impl Company {
    /// What is left of a message of the room.
    fn admit(self, message: FromServer) -> Option<FromServer> {
        let wanted = |peer: &Peer| self == Self::Everyone || peer.role == Role::Specialist;
        match message {
            FromServer::Welcome { you, resume, resumed, mut peers, ice_servers, rights, policy, status } => {
                peers.retain(wanted);
                Some(FromServer::Welcome { you, resume, resumed, peers, ice_servers, rights, policy, status })
            }
            FromServer::PeerJoined { peer } => wanted(&peer).then_some(FromServer::PeerJoined { peer }),
            other => Some(other),
        }
    }
}

async fn next_need(ears: Option<&mut Ears>) -> Option<u32> {
    match ears {
        Some(Ears { sight: Sight::Decoder { needs, .. }, .. }) => needs.recv().await,
        _ => std::future::pending().await,
    }
}
