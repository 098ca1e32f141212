// A visit that is open in the page: what the server says about it, the steps, and the call that belongs to it.
import type { Action } from "../bindings/Action";
import type { CheckView } from "../bindings/CheckView";
import type { DeviceKind } from "../bindings/DeviceKind";
import type { KnockRow } from "../bindings/KnockRow";
import type { Locale } from "../bindings/Locale";
import type { NoticeCode } from "../bindings/NoticeCode";
import type { ProblemCode } from "../bindings/ProblemCode";
import type { VisitAction } from "../bindings/VisitAction";
import type { VisitView } from "../bindings/VisitView";
import type { Api, Method } from "./api";
import { Call } from "./call";
import { DeviceCheck } from "./check";
import type { Devices } from "./devices";
import { actions, clock, isEnded, joined, restoreMs, screen, serverTime, startsInMs, times, visitInfo, type Facts } from "./facts";
import { NOTHING, type Intent } from "./latch";
import { OwnMedia } from "./own_media";
import { ofRoom, Refused } from "./problem";
import type { Streams } from "./streams";
import { GUEST_RIGHTS, type Rights, type RoomError } from "./wire";

const METHOD: Record<VisitAction, Method> = {
  open: "open_for_join",
  join: "join",
  leave: "leave",
  start: "start",
  pause: "pause",
  resume: "resume",
  finish: "finish",
  cancel: "cancel",
  restore: "restore_terminated_fast",
};
const READ_AGAIN_MS = 3000;

export interface VisitOptions {
  api: Api;
  devices: Devices;
  streams: Streams;
  /** The link leads nowhere any more, or wants a password. */
  onGone: (refused: Refused) => void;
  onLeft: () => void;
  onNotice: (notice: NoticeCode) => void;
  changed: () => void;
}

export class Visit {
  readonly #options: VisitOptions;
  readonly #own: OwnMedia;
  readonly #check: DeviceCheck;
  #facts: Facts;
  #call: Call | null = null;
  /** The door is being tried, or the room entered. */
  #entering = false;
  /** Whether one has to knock: the room tells at the visit's time, and not before. */
  #door: "unknown" | "early" | "none" | "known" = "unknown";
  /** Since when the own seat is taken. */
  #inSince = 0;
  #busy: VisitAction | null = null;
  #problem: ProblemCode | null = null;
  #line: VisitView["line"] = "online";
  /** What goes out once it may; off until the person presses «join», or is let in. */
  #intent: Intent = NOTHING;
  /** With what the person goes in. */
  #choice: Intent = { mic: true, camera: true, screen: false };
  #reading: Promise<void> | null = null;
  #closed = false;

  private constructor(options: VisitOptions, facts: Facts) {
    this.#options = options;
    this.#facts = facts;
    this.#own = new OwnMedia(options.devices, options.streams, () => this.#mediaChanged());
    this.#check = new DeviceCheck(this.#own, options.changed);
  }

  static async open(options: VisitOptions): Promise<Visit> {
    return new Visit(options, await read(options.api));
  }

  get rights(): Rights {
    return this.#call?.rights ?? GUEST_RIGHTS;
  }

  knocks(): KnockRow[] {
    return this.#call?.knocks(performance.now()) ?? [];
  }

  check(): CheckView | null {
    return this.#check.view(this.#choice);
  }

  view(locale: Locale): VisitView {
    const now = performance.now();
    const facts = this.#facts;
    const shown = screen(facts);
    const lobby = this.#call?.lobby ?? null;
    return {
      screen: shown,
      role: facts.role,
      status: facts.info.status,
      info: visitInfo(facts, locale),
      starts_in_ms: startsInMs(facts, now),
      clock: clock(facts, now),
      actions: lobby === null ? actions(facts, now) : ["leave"],
      busy: this.#busy,
      problem: this.#problem,
      line: this.#line,
      call: shown === "started" ? (this.#call?.view(facts.info.status === "started_and_paused") ?? null) : null,
      web_room: null,
      more_time: shown === "started" && facts.role === "CLIENT" && this.#call?.isIn === true ? { kind: "ask", asked: this.#call.asked } : null,
      restore_ms: restoreMs(facts, now),
      times: times(facts),
      record: null,
      has_home: false,
      lobby,
      ready: this.#check.ready(this.#choice),
      choice: { mic: this.#choice.mic, camera: this.#choice.camera },
    };
  }

  act(action: Action): void {
    switch (action.kind) {
      case "set_media":
        return this.#setMedia({ [action.switch]: action.on });
      case "choose_share":
        return void this.#call?.share.choose();
      case "start_share":
        return this.#call?.share.start();
      case "stop_share":
        return this.#call?.share.stop();
      case "pin":
        return this.#call?.pin(action.stream);
      case "set_volume":
        return this.#call?.speakers.setVolume(action.peer, action.percent);
      case "show_details":
        return this.#call?.showDetails(action.on);
      case "tile":
        return this.#call?.tile(action.stream, action.height);
      case "ask_more_time":
        return this.#call?.askMoreTime();
      case "knock":
        return this.#call?.knock(action.step);
      case "step_away":
        return this.#call?.stepAway(action.on);
      case "check": {
        const { api, devices } = this.#options;
        this.#check.act(action.step, api.server, this.#call?.relays ?? [], devices.sink);
        return this.#want();
      }
      default:
        return;
    }
  }

  /** The page was opened: whoever is in goes on, and whoever has to knock does so by itself. */
  arrive(): void {
    void this.#follow();
  }

  /** What could not be done is tried again. */
  again(): void {
    this.#problem = null;
    this.#dropCall();
    this.#door = "unknown";
    void this.read();
  }

  deviceChosen(kind: DeviceKind): void {
    if (kind === "camera") this.#own.again("camera");
    if (kind === "microphone") this.#own.again("mic");
    if (kind === "speaker") this.#call?.speakers.choose(this.#options.devices.sink);
  }

  online(on: boolean): void {
    this.#line = on ? "online" : "reconnecting";
    if (on) void this.read();
    this.#options.changed();
  }

  /** Whether something moves by itself now. */
  pulse(): boolean {
    const due = serverTime(this.#facts, performance.now()) >= Date.parse(this.#facts.info.scheduledStart);
    if (due && this.#door === "early") void this.#follow();
    return this.#call?.isIn === true || this.#check.isOpen;
  }

  /** Takes a step; the first is always the person's own hand. */
  async step(action: VisitAction): Promise<void> {
    if (this.#busy !== null) return;
    [this.#busy, this.#problem] = [action, null];
    this.#options.changed();
    try {
      await this.#take(action);
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused("bad-answer");
      if (refused.isGone || refused.code === "otp-expected") return this.#options.onGone(refused);
      // Two pages of one person: the other one was quicker, and it is done.
      if (refused.status !== "CLIENT_ALREADY_JOINED") this.#problem = refused.code;
      if (action === "join") this.#intent = NOTHING;
    } finally {
      this.#busy = null;
    }
    await this.read();
  }

  /** Reads what the server says; one reading after the other. */
  async read(): Promise<void> {
    const before = this.#reading;
    const reading = (async () => {
      await before;
      if (this.#closed) return;
      try {
        this.#compare(await read(this.#options.api));
      } catch (error) {
        const refused = error instanceof Refused ? error : new Refused("bad-answer");
        if (refused.isGone || refused.code === "otp-expected") return this.#options.onGone(refused);
        setTimeout(() => void this.read(), READ_AGAIN_MS);
      }
    })();
    this.#reading = reading;
    await reading;
    if (this.#reading === reading) this.#reading = null;
    await this.#follow();
    this.#options.changed();
  }

  closeRoom(): void {
    this.#call?.close();
    this.#call = null;
  }

  close(): void {
    this.#closed = true;
    this.#dropCall();
    this.#want();
  }

  async #take(action: VisitAction): Promise<void> {
    const { api } = this.#options;
    if (action === "leave" && this.#call?.lobby != null) return this.#leaveWaiting();
    if (action === "join") {
      this.#intent = this.#choice;
      this.#want();
      // Where one has to knock there is no other way in.
      if (this.#door !== "none" && (await this.#knocks())) return;
    }
    await api.step(METHOD[action]);
    if (action === "leave" || action === "finish" || action === "cancel") {
      this.#dropCall();
      if (action === "leave") this.#options.onLeft();
    }
  }

  #leaveWaiting(): void {
    this.#dropCall();
    this.#options.onLeft();
  }

  #compare(facts: Facts): void {
    const before = this.#facts;
    this.#facts = facts;
    const plan = ({ info }: Facts) => JSON.stringify([info.scheduledStart, info.services, info.specialists, info.clients, info.filialInfo]);
    const longer = facts.info.scheduledDurationSeconds - before.info.scheduledDurationSeconds;
    if (plan(before) !== plan(facts) || longer < 0) this.#options.onNotice("info-changed");
    else if (longer > 0) this.#options.onNotice("extended");
  }

  /** The call belongs to the screen of the conference: it begins and ends with it. Before it there may be a door. */
  async #follow(): Promise<void> {
    const facts = this.#facts;
    if (isEnded(facts.info.status)) {
      if (this.#call !== null && this.#call.lobby?.phase.kind !== "denied") this.#options.onLeft();
      this.#dropCall();
    } else if (joined(facts)) {
      if (screen(facts) === "started" && this.#call === null && this.#problem === null) await this.#enter();
    } else if (this.#call?.isIn === true) {
      if (facts.taken > this.#inSince) this.#dropCall();
    } else if (this.#call === null && facts.role === "CLIENT" && ["unknown", "early"].includes(this.#door)) {
      await this.#knocks();
    }
    this.#want();
  }

  /** Tries the door: true when one has to knock there, and waits now, or is in. */
  async #knocks(): Promise<boolean> {
    if (this.#call !== null) return true;
    const due = serverTime(this.#facts, performance.now()) >= Date.parse(this.#facts.info.scheduledStart);
    this.#door = due ? "none" : "early";
    await this.#enter(true);
    // A guest who leaves the waiting room does not go back by itself.
    if (this.#call !== null) this.#door = "known";
    return this.#call !== null;
  }

  /** Enters the room; at a door, resolves once it is known what is behind it. */
  async #enter(door = false): Promise<void> {
    if (this.#entering) return;
    this.#entering = true;
    try {
      const { api, streams, changed } = this.#options;
      const token = await api.exchange();
      if (this.#closed) return;
      await new Promise<void>((known) => {
        const call = new Call({
          url: api.socket("room/v1"),
          token,
          own: this.#own,
          streams,
          ready: () => this.#check.ready(this.#choice),
          onIn: () => {
            // Let in from the waiting room, with what the person chose there.
            if (door) this.#intent = this.#choice;
            this.#inSince = performance.now();
            this.#want();
            void this.read();
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
        this.#call = call;
        if (!door) known();
      });
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused("bad-answer");
      if (!door) this.#problem = refused.code;
    } finally {
      this.#entering = false;
    }
  }

  #over(call: Call, code: RoomError, door: boolean): void {
    if (this.#call !== call) return;
    if (door && call.lobby === null && !call.isIn) return this.closeRoom();
    this.#dropCall();
    // The room closes behind everyone who leaves: that is no trouble of theirs.
    if (code !== "ended" && screen(this.#facts) === "started") this.#problem = ofRoom(code);
    this.#options.changed();
    void this.read();
  }

  #setMedia(change: Partial<Intent>): void {
    this.#choice = { ...this.#choice, ...change };
    if (this.#call?.isIn === true || this.#busy === "join" || screen(this.#facts) === "started") {
      this.#intent = { ...this.#intent, ...change };
    }
    this.#want();
    if (this.#call?.lobby != null) this.#call.tellReady();
  }

  /** Opens what is wanted, for the call or for the person's own eyes, and closes the rest. */
  #want(): void {
    const own = this.#check.isOpen && !this.#closed ? this.#choice : NOTHING;
    this.#own.want("mic", (this.#intent.mic || own.mic) && !this.#closed);
    this.#own.want("camera", (this.#intent.camera || own.camera) && !this.#closed);
    this.#call?.set(this.#intent);
    this.#options.changed();
  }

  #mediaChanged(): void {
    this.#call?.refill();
    if (this.#call?.lobby != null) this.#call.tellReady();
    this.#options.changed();
  }

  #dropCall(): void {
    this.#call?.close();
    [this.#call, this.#intent] = [null, NOTHING];
  }
}

/** The durations first: the clock of the page counts on from their time. */
async function read(api: Api): Promise<Facts> {
  const durations = await api.durations();
  const taken = performance.now();
  const { role, user_id: user, conference_info: info } = await api.info();
  return { role, user, info, durations, taken };
}
