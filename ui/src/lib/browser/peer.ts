// The connection to one of the others: perfect negotiation (W3C WebRTC, section 10.7) with three sections, told apart by
// their order alone: sound, camera, screen. Nothing is renegotiated for a switch: senders get a track or none.
import { remedy, type Condition } from "./recovery";
import { Safety, type Words } from "./safety";
import { fingerprint, transportName } from "./sdp";
import type { Content, Signal } from "./wire";

/** What it gets: a track, or nothing of that kind. */
export interface Sending {
  audio: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
}

export interface PeerListener {
  signal(signal: Signal): void;
  /** A section of the other side has a track; `audio` or what a picture shows. */
  track(content: Content | "audio", track: MediaStreamTrack): void;
  /** There is a new transport, or its state has changed. */
  changed(): void;
}

interface Candidate {
  candidate: string;
  sdpMid: string | null;
  sdpMLineIndex: number | null;
}

/** The peer's own choice until it says how large its tile is. */
const DEFAULT_WISH = 360;

export class PeerLink {
  readonly #listener: PeerListener;
  readonly #polite: boolean;
  #configuration: RTCConfiguration;
  #connection: RTCPeerConnection;
  /** The transport at the other end, once it is known. */
  #remote: string | null = null;
  #ignoring = false;
  #early: Candidate[] = [];
  #sending: Sending = { audio: null, camera: null, screen: null };
  #wants: Record<Content, number> = { camera: DEFAULT_WISH, screen: 0 };
  #since = performance.now();
  #repeats = 0;
  #attempts = 0;
  #closed = false;
  readonly #safety: Safety;
  /** One thing at a time, in the order it came: a description must not be overtaken by its candidates. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(polite: boolean, configuration: RTCConfiguration, listener: PeerListener) {
    [this.#polite, this.#configuration, this.#listener] = [polite, configuration, listener];
    this.#safety = new Safety(polite, (signal) => listener.signal(signal));
    this.#connection = this.#open();
  }

  /** The safety words; null until both ends know them. */
  get words(): Words | null {
    return this.#safety.words;
  }

  get state(): RTCPeerConnectionState {
    return this.#connection.connectionState;
  }

  /** Where figures and levels are read. */
  get connection(): RTCPeerConnection {
    return this.#connection;
  }

  /** The own side begins. */
  invite(): void {
    this.#do(() => this.#begin());
  }

  /** The other side has said something. */
  hear(signal: Signal): void {
    const { description, candidate, wish } = signal;
    if (description !== undefined) this.#do(() => this.#described(description));
    if (candidate !== undefined) this.#do(() => this.#found(candidate));
    if (wish !== undefined) this.#wish(wish.content ?? "camera", wish.height);
    if (signal.commit !== undefined || signal.reveal !== undefined) this.#do(() => this.#proves(signal));
  }

  /** What it gets from now on. */
  send(sending: Sending): void {
    this.#sending = sending;
    this.#do(() => this.#fill());
  }

  /** Other servers from the next look for a way on. */
  configure(configuration: RTCConfiguration): void {
    this.#configuration = configuration;
    this.#connection.setConfiguration(configuration);
  }

  /** The other end can be told things again, after its line or the own one was lost. */
  reachableAgain(): void {
    this.#do(() => this.#repeat());
    this.#safety.repeat();
    if (this.state !== "connected") this.#since = -Infinity;
  }

  /** Helps the connection, if its time has come. */
  tick(now: number): void {
    const { signalingState, connectionState: health, remoteDescription } = this.#connection;
    const negotiation: Condition["negotiation"] =
      signalingState !== "stable" ? "offered" : remoteDescription === null ? "idle" : "stable";
    const condition = { negotiation, health, polite: this.#polite, repeats: this.#repeats, attempts: this.#attempts, forMs: now - this.#since };
    switch (remedy(condition)) {
      case null:
        return;
      case "offer":
        return this.invite();
      case "repeat":
        this.#repeats++;
        return this.#do(() => this.#repeat());
      case "restart":
        this.#attempts++;
        return this.#do(() => this.#restart());
      case "rebuild":
        this.#attempts++;
        return this.#do(() => this.#rebuild());
    }
  }

  close(): void {
    this.#closed = true;
    this.#connection.close();
  }

  #do(step: () => Promise<void>): void {
    this.#before = this.#before.then(() => (this.#closed ? undefined : step())).catch(() => undefined);
  }

  #open(): RTCPeerConnection {
    const connection = new RTCPeerConnection(this.#configuration);
    connection.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return;
      const { candidate: line, sdpMid, sdpMLineIndex } = candidate;
      this.#listener.signal({ candidate: { candidate: line, sdp_mid: sdpMid, sdp_m_line_index: sdpMLineIndex } });
    };
    connection.onconnectionstatechange = () => {
      if (connection !== this.#connection) return;
      if (connection.connectionState === "connected") {
        this.#attempts = 0;
        this.#do(() => this.#secured());
      }
      this.#since = performance.now();
      this.#listener.changed();
    };
    return connection;
  }

  async #rebuild(): Promise<void> {
    this.#reset();
    await this.#begin();
  }

  async #proves(signal: Signal): Promise<void> {
    await this.#safety.hear(signal);
    this.#listener.changed();
  }

  /** Connected: the handshake has proved that the certificates are those of the descriptions (RFC 8827, section 5.1). */
  async #secured(): Promise<void> {
    const { localDescription, remoteDescription } = this.#connection;
    const [own, peer] = [fingerprint(localDescription?.sdp ?? ""), fingerprint(remoteDescription?.sdp ?? "")];
    if (own !== null && peer !== null) await this.#safety.secured({ own, peer });
  }

  #reset(): void {
    this.#safety.lost();
    this.#connection.close();
    [this.#remote, this.#early, this.#ignoring] = [null, [], false];
    this.#connection = this.#open();
    this.#since = performance.now();
    this.#listener.changed();
  }

  async #begin(): Promise<void> {
    if (this.#connection.getTransceivers().length === 0) {
      for (const kind of ["audio", "video", "video"]) this.#connection.addTransceiver(kind, { direction: "sendrecv" });
      await this.#fill();
      this.#receive();
    }
    await this.#offer();
  }

  async #offer(): Promise<void> {
    [this.#repeats, this.#since] = [0, performance.now()];
    await this.#connection.setLocalDescription();
    await this.#repeat();
  }

  async #restart(): Promise<void> {
    this.#connection.restartIce();
    await this.#offer();
  }

  /** Says the own description, which may have got lost. */
  async #repeat(): Promise<void> {
    const { localDescription, signalingState } = this.#connection;
    if (localDescription === null || (signalingState === "stable" && localDescription.type === "offer")) return;
    if (signalingState === "have-local-offer") this.#since = performance.now();
    this.#describe(localDescription);
  }

  #describe({ type, sdp }: RTCSessionDescription): void {
    if (type === "offer" || type === "answer") this.#listener.signal({ description: { kind: type, sdp } });
  }

  async #described({ kind, sdp }: { kind: "offer" | "answer"; sdp: string }): Promise<void> {
    const name = transportName(sdp);
    const collides = kind === "offer" && this.#connection.signalingState !== "stable";
    this.#ignoring = collides && !this.#polite;
    if (this.#ignoring) return;
    if (kind === "answer" && this.#connection.signalingState !== "have-local-offer") return;
    if (kind === "answer" && this.#remote !== null && this.#remote !== name) return;
    // Another transport at the other end cannot go on with this one. Nor can one that gives way before it has ever agreed:
    // its own sections would stand beside those of the offer.
    if (kind === "offer" && (this.#remote === null ? collides : this.#remote !== name)) this.#reset();
    await this.#connection.setRemoteDescription({ type: kind, sdp });
    [this.#remote, this.#since] = [name, performance.now()];
    for (const candidate of this.#early.splice(0)) await this.#connection.addIceCandidate(candidate).catch(() => undefined);
    if (kind === "answer") return;
    for (const transceiver of this.#connection.getTransceivers()) transceiver.direction = "sendrecv";
    await this.#fill();
    this.#receive();
    await this.#connection.setLocalDescription();
    const { localDescription } = this.#connection;
    if (localDescription !== null) this.#describe(localDescription);
  }

  async #found({ candidate, sdp_mid: sdpMid, sdp_m_line_index: sdpMLineIndex }: NonNullable<Signal["candidate"]>): Promise<void> {
    if (candidate === "") return;
    const usable = { candidate, sdpMid: sdpMid ?? null, sdpMLineIndex: sdpMLineIndex ?? null };
    if (this.#connection.remoteDescription === null) return void this.#early.push(usable);
    await this.#connection.addIceCandidate(usable).catch((error: unknown) => {
      if (!this.#ignoring) throw error;
    });
  }

  /** The sections in their order: sound, camera, screen. */
  #sections(): { audio?: RTCRtpTransceiver | undefined; camera?: RTCRtpTransceiver | undefined; screen?: RTCRtpTransceiver | undefined } {
    const all = this.#connection.getTransceivers();
    const of = (kind: string) => all.filter(({ receiver }) => receiver.track.kind === kind);
    const [camera, screen] = of("video");
    return { audio: of("audio")[0], camera, screen };
  }

  /** Tells of the tracks that come: they are there before anything flows. */
  #receive(): void {
    const { audio, camera, screen } = this.#sections();
    if (audio !== undefined) this.#listener.track("audio", audio.receiver.track);
    if (camera !== undefined) this.#listener.track("camera", camera.receiver.track);
    if (screen !== undefined) this.#listener.track("screen", screen.receiver.track);
  }

  async #fill(): Promise<void> {
    const { audio, camera, screen } = this.#sections();
    const { sending } = { sending: this.#sending };
    await Promise.all([put(audio, sending.audio), put(camera, sending.camera), put(screen, sending.screen)]);
    await Promise.all((["camera", "screen"] as const).map((content) => this.#scale(content)));
  }

  #wish(content: Content, height: number): void {
    this.#wants[content] = height;
    this.#do(() => this.#scale(content));
  }

  /** No more is encoded than the other side shows. A screen goes whole: it is there to be read. */
  async #scale(content: Content): Promise<void> {
    const sender = this.#sections()[content]?.sender;
    const height = sender?.track?.getSettings().height;
    if (sender === undefined || height === undefined) return;
    const parameters = sender.getParameters();
    const [encoding] = parameters.encodings ?? [];
    if (encoding === undefined) return;
    const wanted = this.#wants[content];
    encoding.active = wanted > 0;
    encoding.scaleResolutionDownBy = content === "screen" || wanted === 0 ? 1 : Math.max(1, height / wanted);
    await sender.setParameters(parameters);
  }
}

async function put(section: RTCRtpTransceiver | undefined, track: MediaStreamTrack | null): Promise<void> {
  if (section !== undefined && section.sender.track !== track) await section.sender.replaceTrack(track);
}
