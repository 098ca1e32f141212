// The call of the visit: the seat in the room, the waiting before it, the others, what is shown of the own screen.
import type { Action } from "../bindings/Action";
import type { CallPhase } from "../bindings/CallPhase";
import type { CallView } from "../bindings/CallView";
import type { KnockRow } from "../bindings/KnockRow";
import type { KnockStep } from "../bindings/KnockStep";
import type { LobbyView } from "../bindings/LobbyView";
import type { PeerTile } from "../bindings/PeerTile";
import type { ReadyView } from "../bindings/ReadyView";
import { Figures } from "./figures";
import { NOTHING, type Intent } from "./latch";
import { Knocks, told, Waiting } from "./lobby";
import type { OwnMedia } from "./own_media";
import { Peers } from "./peers";
import { ringFor } from "./ring";
import { Room } from "./room";
import { Share } from "./share";
import { Speakers } from "./speakers";
import type { Streams } from "./streams";
import { GUEST_RIGHTS, type FromRoom, type Rights, type RoomError, type ToRoom } from "./wire";

/** A voice from here on. */
const VOICE = 30;
/** The room takes news of how ready one is once a second. */
const READY_MS = 1200;

export interface CallOptions {
  url: string;
  token: string;
  /** Whoever comes has to knock. */
  door: boolean;
  own: OwnMedia;
  streams: Streams;
  /** The check's findings, for the knock. */
  ready: () => ReadyView;
  /** Where the others are heard. */
  sink: () => string;
  /** Where it rings for whoever has stepped away. */
  ringSink: () => string;
  /** At the door; whoever was in before has been put outside. */
  onDoor: (wasIn: boolean) => void;
  /** Let in, or in again. */
  onIn: () => void;
  onOver: (code: RoomError) => void;
  /** Too many for cameras are in the call, or no longer. */
  onCrowd: () => void;
  changed: () => void;
}

export class Call {
  readonly speakers = new Speakers();
  readonly share: Share;
  readonly #options: CallOptions;
  readonly #peers: Peers;
  readonly #room: Room;
  readonly #knocks = new Knocks();
  readonly #figures = new Figures();
  #waiting: Waiting | null = null;
  #relays: RTCIceServer[] = [];
  #line: "none" | "up" | "lost" = "none";
  #intent: Intent = NOTHING;
  #pinned: number | null = null;
  #speaker: string | null = null;
  #phone: string | null = null;
  #details: ReturnType<typeof setInterval> | null = null;
  #asked = false;
  #told = { text: "", at: -Infinity };

  constructor(options: CallOptions) {
    this.#options = options;
    this.#waiting = options.door ? new Waiting() : null;
    this.speakers.choose(options.sink());
    this.share = new Share(options.streams, () => {
      this.set(this.#intent);
      options.changed();
    });
    this.#peers = new Peers(
      options.streams,
      this.speakers,
      (message) => this.#say(message),
      options.changed,
      () => this.#followCrowd(),
    );
    this.#room = new Room(options.url, options.token, {
      hear: (message) => this.#hear(message),
      lost: () => this.#lost(),
      over: options.onOver,
    });
  }

  get rights(): Rights {
    return this.#peers.admission?.rights ?? GUEST_RIGHTS;
  }

  get isIn(): boolean {
    return this.#peers.admission !== null;
  }

  /** There are too many in it for cameras and screens. */
  get isAudioOnly(): boolean {
    return this.#peers.audioOnly !== null;
  }

  /** The line to the room is lost, and looked for again. */
  get isLost(): boolean {
    return this.#line === "lost";
  }

  /** Has asked for more time in this call. */
  get asked(): boolean {
    return this.#asked;
  }

  /** The clinic's relays, as far as the room has told of them. */
  get relays(): RTCIceServer[] {
    return this.#relays;
  }

  get lobby(): LobbyView | null {
    return this.#waiting?.view() ?? null;
  }

  knocks(now: number): KnockRow[] {
    return this.#knocks.view(now);
  }

  /** What the person's own hand has set, with the tracks there are for it. */
  set(intent: Intent): void {
    this.#intent = intent;
    const { own } = this.#options;
    const screen = this.share.live;
    const sources = { mic: own.track("mic"), camera: own.track("camera"), screen };
    this.#peers.set({ ...intent, screen: screen !== null }, sources);
  }

  act(action: Action): void {
    switch (action.kind) {
      case "choose_share":
        // The page says why.
        return this.isAudioOnly ? undefined : void this.share.choose();
      case "start_share":
        return this.isAudioOnly ? undefined : this.share.start();
      case "stop_share":
        return this.share.stop();
      case "pin":
        this.#pinned = action.stream;
        return this.#options.changed();
      case "set_volume":
        return this.speakers.setVolume(action.peer, action.percent);
      case "set_verified":
        return this.#peers.verify(action.peer, action.words, action.verified);
      case "show_details":
        return this.#showDetails(action.on);
      case "tile":
        return this.#tile(action.stream, action.height);
      case "ask_more_time":
        return this.#askMoreTime();
      case "knock":
        return this.#knock(action.step);
      case "step_away":
        return this.#stepAway(action.on);
      default:
        return;
    }
  }

  /** With too many in the call the camera is closed, and opened again afterwards; the person's switches stay as they are. */
  #followCrowd(): void {
    if (this.isAudioOnly) this.share.pause();
    else this.share.resume();
    this.#options.onCrowd();
  }

  #knock(step: KnockStep): void {
    const { id: peer } = step;
    switch (step.kind) {
      case "admit":
        this.#knocks.busy(peer);
        return this.#say({ type: "admit", peer });
      case "deny":
        return this.#say({ type: "deny", peer, reason: step.reason });
      case "note":
        return this.#say({ type: "note", peer, text: step.text });
      case "ring":
        return this.#say({ type: "ring", peer });
    }
  }

  /** Those inside see how ready whoever waits is: told when it has changed, and not more often than they can read. */
  tellReady(): void {
    const ready = told(this.#options.ready());
    const [text, now] = [JSON.stringify(ready), performance.now()];
    if (this.#waiting?.isKnocking !== true || text === this.#told.text || now - this.#told.at < READY_MS) return;
    this.#told = { text, at: now };
    this.#say({ type: "knock", ready });
  }

  #stepAway(on: boolean): void {
    this.#waiting?.stepAway(on);
    // What cannot be said now is said at the door.
    if (this.#waiting?.isKnocking === true) this.#say({ type: "step_away", on });
    this.#options.changed();
  }

  #askMoreTime(): void {
    this.#asked = true;
    this.#say({ type: "ask", ask: "more_time" });
    this.#options.changed();
  }

  #tile(stream: number, height: number): void {
    const owner = this.#options.streams.ownerOf(stream);
    if (owner !== null) this.#peers.wish(owner.peer, owner.content, height);
  }

  #showDetails(on: boolean): void {
    if (this.#details !== null) clearInterval(this.#details);
    this.#details = on ? setInterval(() => void this.#measure(), 1000) : null;
    if (on) void this.#measure();
    else this.#figures.forget();
    this.#options.changed();
  }

  view(intent: Intent, held: boolean): CallView {
    const peers = this.#peers.tiles();
    this.#speaker = speaking(peers) ?? (peers.some(({ id }) => id === this.#speaker) ? this.#speaker : null);
    return {
      phase: this.#phase(held),
      me: this.#options.own.view(intent, { mic: this.rights.audio, camera: this.rights.video }),
      peers,
      frames_url: "",
      drawing: "page",
      drawn: [],
      share: this.share.view(this.rights.screen),
      speaker: this.#speaker,
      pinned: this.#pinned,
      phone: peers.some(({ state }) => state === "connected") ? null : this.#phoneAfterTrouble(peers),
      details: this.#figures.view,
      audio_only: this.#peers.audioOnly,
    };
  }

  /** Leaves the room for good. */
  close(): void {
    this.#showDetails(false);
    this.share.stop();
    this.#room.leave();
    this.#peers.close();
  }

  #phase(held: boolean): CallPhase {
    if (this.#line === "lost") return "reconnecting";
    if (!this.isIn) return "connecting";
    return held ? "on_hold" : "connected";
  }

  /** The clinic's number, once somebody who is there cannot be reached. */
  #phoneAfterTrouble(peers: PeerTile[]): string | null {
    return peers.some(({ state }) => state === "reconnecting") ? this.#phone : null;
  }

  #say(message: ToRoom): void {
    this.#room.say(message);
  }

  #lost(): void {
    this.#line = "lost";
    this.#waiting?.lost();
    this.#options.changed();
  }

  #hear(message: FromRoom): void {
    this.#line = "up";
    this.#knocks.hear(message);
    this.#peers.hear(message);
    switch (message.type) {
      case "welcome":
        this.#relays = message.ice_servers;
        this.#phone = message.policy.phone ?? null;
        this.#waiting = null;
        this.#options.onIn();
        break;
      case "lobby":
        this.#relays = message.ice_servers ?? [];
        this.#waitAtDoor(message);
        break;
      default:
        if (this.#waiting?.hear(message) === true) void ringFor(this.#options.ringSink());
    }
    this.#options.changed();
  }

  /** Also after a seat that was lost for long: whoever waits is connected with nobody. */
  #waitAtDoor(message: FromRoom): void {
    const wasIn = this.isIn;
    if (wasIn) {
      this.share.stop();
      this.#peers.leave();
    }
    this.#options.onDoor(wasIn);
    this.#waiting ??= new Waiting();
    this.#waiting.hear(message);
    if (this.#waiting.isAway) this.#say({ type: "step_away", on: true });
    this.#told = { text: "", at: -Infinity };
    this.tellReady();
  }

  async #measure(): Promise<void> {
    await this.#figures.measure(this.#peers.connections());
    if (this.#details === null) this.#figures.forget();
    this.#options.changed();
  }
}

function speaking(peers: PeerTile[]): string | null {
  const [loudest] = peers.filter(({ level }) => level >= VOICE).sort((one, other) => other.level - one.level);
  return loudest?.id ?? null;
}

