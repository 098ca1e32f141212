// The way into the call and out of it: the door, where a guest may have to knock, and what it takes in of its own media.
import type { ProblemCode } from "../bindings/ProblemCode";
import type { ReadyView } from "../bindings/ReadyView";
import type { Api } from "./api";
import { Call } from "./call";
import { NOTHING, type Intent } from "./latch";
import type { OwnMedia } from "./own_media";
import { ofRoom, Refused } from "./problem";
import type { Streams } from "./streams";
import type { RoomError } from "./wire";

/** Whether one has to knock: the room tells once the visit is due, and not before. */
type Door = "unknown" | "early" | "none" | "known";

export interface EntranceOptions {
  api: Api;
  own: OwnMedia;
  streams: Streams;
  ready: () => ReadyView;
  ringSink: () => string;
  /** The visit's time has come. */
  isDue: () => boolean;
  /** Let in: the server's own news are to be read. */
  onIn: () => void;
  /** The room has closed for good. */
  onOver: (problem: ProblemCode | null) => void;
  changed: () => void;
}

export class Entrance {
  readonly #options: EntranceOptions;
  #call: Call | null = null;
  #door: Door = "unknown";
  #trying: Promise<boolean> | null = null;
  #inSince = 0;
  #closed = false;
  /** What goes out once it may; off until the person presses «join», or is let in. */
  #intent: Intent = NOTHING;
  /** With what the person goes in. */
  #choice: Intent = { mic: true, camera: true, screen: false };

  constructor(options: EntranceOptions) {
    this.#options = options;
  }

  get call(): Call | null {
    return this.#call;
  }

  get intent(): Intent {
    return this.#intent;
  }

  get choice(): Intent {
    return this.#choice;
  }

  /** Since when the seat is taken, on the page's monotonic clock. */
  get inSince(): number {
    return this.#inSince;
  }

  /** It is not known whether one has to knock, and can be found out now. */
  get isUntried(): boolean {
    return this.#door === "unknown" || (this.#door === "early" && this.#options.isDue());
  }

  /** The person's own hand moves a switch: for the call, where there is one, and for the next. */
  set(change: Partial<Intent>, now: boolean): void {
    this.#choice = { ...this.#choice, ...change };
    if (now) this.#intent = { ...this.#intent, ...change };
  }

  /** The person goes in with what it has chosen. */
  begin(): void {
    this.#intent = this.#choice;
  }

  /** It came to nothing. */
  abandon(): void {
    this.#intent = NOTHING;
  }

  /** Tries the door: true when one has to knock there, and waits now, or is in. */
  knock(): Promise<boolean> {
    if (this.#door === "none" && this.#call === null) return Promise.resolve(false);
    this.#trying ??= this.#try().finally(() => (this.#trying = null));
    return this.#trying;
  }

  /** Enters the room of a visit that one has joined. */
  async enter(): Promise<void> {
    if (this.#call === null && this.#trying === null) await this.#open(false);
  }

  /** Everything is as on arrival. */
  reset(): void {
    this.drop();
    this.#door = "unknown";
  }

  /** Out of the room; whoever comes back switches camera and microphone on with their own hand. */
  drop(): void {
    this.#call?.close();
    [this.#call, this.#intent] = [null, NOTHING];
  }

  close(): void {
    this.#closed = true;
    this.drop();
  }

  async #try(): Promise<boolean> {
    if (this.#call !== null) return true;
    const due = this.#options.isDue();
    await this.#open(true);
    const knocks = this.#call !== null;
    // A guest who leaves the waiting room does not go back by itself.
    this.#door = knocks ? "known" : due ? "none" : "early";
    return knocks;
  }

  /** At a door, resolves once it is known what is behind it. */
  async #open(door: boolean): Promise<void> {
    try {
      const token = await this.#options.api.exchange();
      if (!this.#closed) await new Promise<void>((known) => (this.#call = this.#make(token, door, known)));
    } catch (error) {
      if (!door) this.#options.onOver(error instanceof Refused ? error.code : "bad-answer");
    }
  }

  #make(token: string, door: boolean, known: () => void): Call {
    const { api, own, streams, ready, ringSink, onIn, changed } = this.#options;
    const call: Call = new Call({
      url: api.socket("room/v1"),
      token,
      own,
      streams,
      ready,
      ringSink,
      onIn: () => {
        // Let in from the waiting room, with what the person has chosen there.
        if (door && this.#inSince === 0) this.begin();
        this.#inSince = performance.now();
        onIn();
        known();
      },
      onOver: (code) => {
        this.#over(call, code, door);
        known();
      },
      changed: () => {
        if (call.lobby !== null) known();
        changed();
      },
    });
    this.#inSince = 0;
    if (!door) known();
    return call;
  }

  #over(call: Call, code: RoomError, door: boolean): void {
    if (this.#call !== null && this.#call !== call) return;
    const stranger = door && call.lobby === null && !call.isIn;
    call.close();
    this.#call = null;
    if (stranger) return;
    this.#intent = NOTHING;
    // The room closes behind everyone when the visit is over: that is no trouble of theirs.
    this.#options.onOver(code === "ended" ? null : ofRoom(code));
  }
}
