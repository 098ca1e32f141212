// The way into the call and out of it: the door, where a guest has to knock, and what it takes in of its own media.
import type { LobbyView } from "../bindings/LobbyView";
import type { ProblemCode } from "../bindings/ProblemCode";
import type { ReadyView } from "../bindings/ReadyView";
import type { Api } from "./api";
import { Call } from "./call";
import type { Choice } from "./choice";
import { AHEAD, early, isDue, KNOWN, phaseOf, unreached, type Door } from "./door";
import type { OwnMedia } from "./own_media";
import { asRefused, ofRoom } from "./problem";
import type { Streams } from "./streams";
import type { RoomError } from "./wire";

export interface EntranceOptions {
  api: Api;
  own: OwnMedia;
  streams: Streams;
  choice: Choice;
  ready: () => ReadyView;
  /** Where the others are heard, and where it rings. */
  sink: () => string;
  ringSink: () => string;
  /** How long until the visit's time comes. */
  dueInMs: () => number;
  /** Was in, and has to knock again. */
  onOutside: () => void;
  /** Let in: the server's own news are to be read. */
  onIn: () => void;
  /** The room has closed for good. */
  onOver: (problem: ProblemCode | null) => void;
  /** Too many for cameras are in the call, or no longer. */
  onCrowd: () => void;
  changed: () => void;
}

export class Entrance {
  readonly #options: EntranceOptions;
  #call: Call | null = null;
  #door: Door = AHEAD;
  /** The token for the room is on its way, for whoever still waits for it. */
  #asking: symbol | null = null;
  #inSince = 0;

  constructor(options: EntranceOptions) {
    this.#options = options;
  }

  get call(): Call | null {
    return this.#call;
  }

  /** Since when the seat is taken, on the page's monotonic clock. */
  get inSince(): number {
    return this.#inSince;
  }

  /** Stands at the door, or has been turned away there. */
  get isAtDoor(): boolean {
    const kind = this.#call?.lobby?.phase.kind ?? "arriving";
    return kind !== "arriving";
  }

  /** What a guest who is not let in sees. */
  get lobby(): LobbyView {
    const lobby = this.#call?.lobby ?? null;
    return lobby !== null && this.isAtDoor ? lobby : { phase: phaseOf(this.#door), notes: [] };
  }

  /** Why the door cannot be reached. */
  get problem(): ProblemCode | null {
    return this.#door.kind === "unreached" ? this.#door.problem : null;
  }

  /** A guest goes to the door by itself now. */
  isDue(now: number): boolean {
    return this.#call === null && this.#asking === null && isDue(this.#door, now);
  }

  /** Goes to the door and knocks. */
  knock(): void {
    void this.#open(true);
  }

  /** Enters the room of a visit that one has joined. */
  enter(): void {
    if (this.#call !== null) return;
    this.#options.choice.resume();
    void this.#open(false);
  }

  /** Everything is as on arrival. */
  reset(): void {
    this.drop();
    this.#door = AHEAD;
  }

  /** Out of the room; whoever comes back switches camera and microphone on with their own hand. */
  drop(): void {
    this.#call?.close();
    [this.#call, this.#asking] = [null, null];
    this.#options.choice.end();
  }

  /** The seat was given up while the line was lost: whoever has to knock does so by itself, as on arrival. */
  putOutside(): void {
    this.#options.choice.putOutside();
    this.reset();
  }

  /** Out for the person's own reasons: it does not go back by itself. */
  leave(): void {
    this.drop();
    this.#door = KNOWN;
  }

  async #open(door: boolean): Promise<void> {
    if (this.#call !== null || this.#asking !== null) return;
    const asking = Symbol();
    this.#asking = asking;
    try {
      const token = await this.#options.api.exchange();
      if (this.#asking === asking) this.#call = this.#make(token, door);
    } catch (error) {
      if (this.#asking === asking) this.#notReached(asRefused(error).code, door);
    } finally {
      if (this.#asking === asking) this.#asking = null;
    }
    this.#options.changed();
  }

  #notReached(problem: ProblemCode, door: boolean): void {
    if (!door) return this.#options.onOver(problem);
    this.#door = unreached(this.#door, performance.now(), problem);
  }

  #make(token: string, door: boolean): Call {
    const { api, own, streams, ready, sink, ringSink, choice, onOutside, onIn, onCrowd, changed } = this.#options;
    this.#inSince = 0;
    const call: Call = new Call({
      url: api.socket("room/v1"),
      token,
      door,
      own,
      streams,
      ready,
      sink,
      ringSink,
      changed,
      onCrowd,
      onDoor: (wasIn) => {
        this.#door = KNOWN;
        if (!wasIn) return;
        [door, this.#inSince] = [true, 0];
        choice.putOutside();
        onOutside();
      },
      onIn: () => {
        this.#door = KNOWN;
        // Let in from the waiting room, with what the person has chosen there.
        if (door && this.#inSince === 0) choice.begin();
        this.#inSince = performance.now();
        onIn();
      },
      onOver: (code) => this.#over(call, code),
    });
    return call;
  }

  #over(call: Call, code: RoomError): void {
    if (this.#call !== call) return;
    const wasIn = call.isIn;
    const atDoor = call.lobby !== null;
    this.drop();
    if (atDoor && !wasIn && this.#turnedBack(code)) return this.#options.changed();
    if (atDoor) this.#door = KNOWN;
    // The room closes behind everyone when the visit is over: that is no trouble of theirs.
    this.#options.onOver(code === "ended" ? null : ofRoom(code));
  }

  /** The door is tried again by itself after these. */
  #turnedBack(code: RoomError): boolean {
    const now = performance.now();
    if (code === "not_joined") this.#door = early(this.#door, now, this.#options.dueInMs());
    else if (code === "too_fast") this.#door = unreached(this.#door, now, "too-many-attempts");
    else return false;
    return true;
  }
}
