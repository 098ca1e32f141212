// The call: the others of the room and the connections to them, and what of the own media goes out.
import type { MediaState } from "../bindings/MediaState";
import type { PeerTile } from "../bindings/PeerTile";
import type { TrustView } from "../bindings/TrustView";
import { Crowd, MAX_WITH_VIDEO } from "./crowd";
import { allowed, announced, NOTHING, visible, type Admission, type Intent } from "./latch";
import { PeerLink, type Sending } from "./peer";
import type { Words } from "./safety";
import { Speakers } from "./speakers";
import type { Streams } from "./streams";
import { GUEST_RIGHTS, SILENT, personRole, type Content, type FromRoom, type RoomPeer, type Signal, type ToRoom, type Welcome } from "./wire";

const TICK_MS = 500;
/** Until its tile is known, a screen is asked for in this height; a camera's default is the other side's. */
const SCREEN_WISH = 1080;

interface Member {
  info: RoomPeer;
  media: MediaState;
  link: PeerLink;
  wishes: Record<Content, number | null>;
  /** Since when it could be reached at first. */
  connectedAt: number | null;
  /** The words that the person has compared and found the same. */
  verified: Words | null;
}

/** Words come with the first signals of a connection. Whoever has none for so long will have none. */
const WORDLESS_MS = 10_000;

/** The own tracks, whether they may go out or not. */
export interface Sources {
  mic: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
}

export class Peers {
  readonly #say: (message: ToRoom) => void;
  readonly #streams: Streams;
  readonly #speakers: Speakers;
  readonly #changed: () => void;
  readonly #crowded: () => void;
  readonly #crowd = new Crowd();
  readonly #members = new Map<string, Member>();
  readonly #timer: ReturnType<typeof setInterval>;
  #you = "";
  #admission: Admission | null = null;
  #configuration: RTCConfiguration = {};
  #maxWithVideo = MAX_WITH_VIDEO;
  #told = "";
  #intent: Intent = NOTHING;
  #sources: Sources = { mic: null, camera: null, screen: null };

  /** `crowded` hears when there are too many for cameras and screens, and when no longer. */
  constructor(streams: Streams, speakers: Speakers, say: (message: ToRoom) => void, changed: () => void, crowded: () => void) {
    [this.#streams, this.#speakers, this.#say, this.#changed, this.#crowded] = [streams, speakers, say, changed, crowded];
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Missing while not admitted. */
  get admission(): Admission | null {
    return this.#admission;
  }

  hear(message: FromRoom): void {
    switch (message.type) {
      case "welcome":
        return this.#enter(message);
      case "peer_joined":
        return this.#join(message.peer);
      case "peer_left":
        this.#remove(message.peer);
        return this.#settle();
      case "peer_away":
      case "peer_back":
        return this.#away(message.peer, message.type === "peer_away");
      case "signal":
        return this.#members.get(message.from)?.link.hear(message);
      case "media":
        return this.#media(message.from, message);
      case "status":
        if (this.#admission !== null) this.#admission = { ...this.#admission, status: message.status };
        return this.#settle();
      default:
        return;
    }
  }

  /** What the person's own hand has set, and the tracks for it. */
  set(intent: Intent, sources: Sources): void {
    [this.#intent, this.#sources] = [intent, sources];
    this.#settle();
  }

  /** The own tile for a stream of a peer. */
  wish(peer: string, content: Content, height: number): void {
    const member = this.#members.get(peer);
    if (member === undefined || member.wishes[content] === height) return;
    member.wishes[content] = height;
    this.#signal(peer, { wish: { height, content } });
  }

  /** The person has compared these words; others by now say nothing of the certificate that is there now. */
  verify(peer: string, words: Words, verified: boolean): void {
    const member = this.#members.get(peer);
    if (member === undefined || !same(member.link.words, words)) return;
    member.verified = verified ? words : null;
    this.#changed();
  }

  /** There are more than so many in it, and cameras and screens rest. */
  get audioOnly(): number | null {
    return this.#crowd.isSeen ? null : this.#maxWithVideo;
  }

  tiles(): PeerTile[] {
    return [...this.#members.values()].map((member) => this.#tile(member));
  }

  /** Where figures are read. */
  connections(): { id: string; name: string; connection: RTCPeerConnection }[] {
    return [...this.#members.values()].map(({ info, link }) => ({ id: info.id, name: info.name, connection: link.connection }));
  }

  close(): void {
    clearInterval(this.#timer);
    this.leave();
  }

  /** Not admitted any more: connected with nobody. */
  leave(): void {
    [...this.#members.keys()].forEach((id) => this.#remove(id));
    this.#admission = null;
    this.#crowd.reset();
  }

  #enter({ you, resumed, peers, ice_servers, policy, rights, status }: Welcome): void {
    const same = resumed === true && this.#you === you;
    if (!same) [...this.#members.keys()].forEach((id) => this.#remove(id));
    this.#you = you;
    this.#configuration = { iceServers: ice_servers, iceTransportPolicy: policy.relay_only === true ? "relay" : "all" };
    this.#admission = { rights: { ...GUEST_RIGHTS, ...rights }, status };
    this.#maxWithVideo = policy.max_with_video ?? MAX_WITH_VIDEO;
    // Before anything is announced: whoever comes into a crowd has never been seen in it.
    this.#count(peers.length + 1);
    this.#announce();
    const present = new Set(peers.map(({ id }) => id));
    [...this.#members.keys()].filter((id) => !present.has(id)).forEach((id) => this.#remove(id));
    peers.forEach((peer) => this.#find(peer));
    this.#settle();
  }

  /** Somebody was in before: the newcomer offers. Or is met again over a new line. */
  #find(peer: RoomPeer): void {
    const known = this.#members.get(peer.id);
    if (known === undefined) {
      const member = this.#add(peer);
      if (peer.away !== true) member.link.invite();
      return;
    }
    [known.info, known.media] = [peer, { ...SILENT, ...peer.media }];
    known.link.configure(this.#configuration);
    this.#tellWishes(known);
    known.link.reachableAgain();
  }

  #join(peer: RoomPeer): void {
    this.#remove(peer.id);
    this.#add(peer);
    this.#settle();
  }

  #add(info: RoomPeer): Member {
    const { id } = info;
    const link = new PeerLink(this.#you < id, this.#configuration, {
      signal: (signal) => this.#signal(id, signal),
      track: (content, track) => this.#receive(id, content, track),
      changed: () => {
        if (link.state === "connected") member.connectedAt ??= performance.now();
        this.#changed();
      },
    });
    const media = { ...SILENT, ...info.media };
    const member: Member = { info, media, link, wishes: { camera: null, screen: SCREEN_WISH }, connectedAt: null, verified: null };
    this.#members.set(id, member);
    link.send(this.#sending(member));
    this.#tellWishes(member);
    return member;
  }

  /** What somebody has no right to send, or this page none to receive, is neither shown nor played, whatever comes. */
  #receive(id: string, content: Content | "audio", track: MediaStreamTrack): void {
    const own = this.#admission?.rights ?? GUEST_RIGHTS;
    const its = { ...GUEST_RIGHTS, ...this.#members.get(id)?.info.rights };
    if (content === "audio") {
      if (own.hear && its.audio) this.#speakers.play(id, track);
    } else if (content === "camera" ? own.see && its.video : own.see_screen && its.screen) {
      this.#streams.put(this.#streams.numberOf(id, content), track);
    }
  }

  #remove(id: string): void {
    this.#members.get(id)?.link.close();
    this.#members.delete(id);
    this.#speakers.stop(id);
    this.#streams.forget(id, "camera");
    this.#streams.forget(id, "screen");
    this.#changed();
  }

  #away(id: string, away: boolean): void {
    const member = this.#members.get(id);
    if (member === undefined) return;
    member.info = { ...member.info, away };
    if (!away) {
      this.#tellWishes(member);
      member.link.reachableAgain();
    }
    this.#changed();
  }

  #media(id: string, { mic, camera, screen, hold }: Partial<MediaState>): void {
    const member = this.#members.get(id);
    if (member === undefined) return;
    member.media = { mic: mic === true, camera: camera === true, screen: screen === true, hold: hold === true };
    this.#settle();
  }

  #signal(to: string, signal: Signal): void {
    this.#say({ type: "signal", to, ...signal });
  }

  #tellWishes({ info, wishes }: Member): void {
    for (const content of ["camera", "screen"] as const) {
      const height = wishes[content];
      if (height !== null) this.#signal(info.id, { wish: { height, content } });
    }
  }

  #tick(): void {
    const now = performance.now();
    for (const { info, link } of this.#members.values()) if (info.away !== true) link.tick(now);
    if (!this.#crowd.isSeen) this.#settle();
  }

  #count(seats: number): void {
    if (this.#admission !== null && this.#crowd.follow(performance.now(), seats, this.#maxWithVideo)) this.#crowded();
  }

  get #visible(): Intent {
    return visible(this.#intent, this.#crowd.isSeen);
  }

  #announce(): void {
    const media = announced(this.#visible, this.#admission);
    this.#told = JSON.stringify(media);
    this.#say({ type: "media", ...media });
  }

  /** Everybody gets what may leave now, and nothing else. */
  #settle(): void {
    this.#count(this.#members.size + 1);
    if (this.#admission !== null && this.#told !== JSON.stringify(announced(this.#visible, this.#admission))) this.#announce();
    for (const member of this.#members.values()) member.link.send(this.#sending(member));
    this.#changed();
  }

  #sending({ media, info }: Member): Sending {
    const may = media.hold ? NOTHING : allowed(this.#visible, this.#admission);
    const rights = { ...GUEST_RIGHTS, ...info.rights };
    return {
      audio: may.mic && rights.hear ? this.#sources.mic : null,
      camera: may.camera && rights.see ? this.#sources.camera : null,
      screen: may.screen && rights.see_screen ? this.#sources.screen : null,
    };
  }

  #tile(member: Member): PeerTile {
    const { info, media, link, connectedAt } = member;
    const connected = link.state === "connected";
    const state = info.away === true ? "away" : connected ? "connected" : connectedAt !== null ? "reconnecting" : "connecting";
    return {
      id: info.id,
      name: info.name,
      role: personRole(info.role, info.user ?? ""),
      media,
      state,
      stream: this.#streams.numberOf(info.id, "camera"),
      level: media.mic && connected ? this.#speakers.level(info.id, link.connection) : 0,
      screen: media.screen ? this.#streams.numberOf(info.id, "screen") : null,
      volume: this.#speakers.volume(info.id),
      quality: { level: "unknown" },
      gets: null,
      trust: trustOf(member),
    };
  }
}

/** A page keeps no contacts: what was compared counts for this call. */
function trustOf({ link: { words }, connectedAt, verified }: Member): TrustView {
  if (words !== null) return same(words, verified) ? { kind: "verified", words } : { kind: "unverified", words };
  const wordless = connectedAt !== null && performance.now() - connectedAt > WORDLESS_MS;
  return wordless ? { kind: "unchecked", words: null } : { kind: "unknown" };
}

function same(one: Words | null, other: Words | null): boolean {
  return one !== null && one.every((word, index) => word === other?.[index]);
}
