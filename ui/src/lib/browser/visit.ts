// A visit that is open in the page: what the server says about it, the steps, and the call that belongs to it.
import type { Call } from "./call";
import type { Action } from "../bindings/Action";
import type { CheckView } from "../bindings/CheckView";
import type { DeviceKind } from "../bindings/DeviceKind";
import type { KnockRow } from "../bindings/KnockRow";
import type { Locale } from "../bindings/Locale";
import type { NoticeCode } from "../bindings/NoticeCode";
import type { ProblemCode } from "../bindings/ProblemCode";
import type { TalkView } from "../bindings/TalkView";
import type { VisitAction } from "../bindings/VisitAction";
import type { VisitView } from "../bindings/VisitView";
import type { Api, Method } from "./api";
import { DeviceCheck } from "./check";
import { Choice } from "./choice";
import type { Devices } from "./devices";
import { Entrance } from "./entrance";
import { actions, clock, isEnded, joined, isGuest, newsTo, readFacts, restoreMs, screen, startsInMs, times, visitInfo, type Facts } from "./facts";
import { NOTHING, type Intent } from "./latch";
import { OwnMedia } from "./own_media";
import { asRefused, type Refused } from "./problem";
import type { Streams } from "./streams";
import { Talk } from "./talk";
import { GUEST_RIGHTS, personRole, type Rights } from "./wire";

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
  readonly #choice: Choice;
  readonly #entrance: Entrance;
  #facts: Facts;
  readonly #talk = new Talk();
  #busy: VisitAction | null = null;
  #problem: ProblemCode | null = null;
  #line: VisitView["line"] = "online";
  #reading: Promise<void> | null = null;
  #closed = false;
  /** The person takes part from this page, and not from another one that has the same link. */
  #here: boolean;

  private constructor(options: VisitOptions, facts: Facts) {
    const { api, streams, changed } = options;
    [this.#options, this.#facts, this.#here] = [options, facts, joined(facts)];
    this.#own = new OwnMedia(options.devices, streams, () => this.#mediaChanged());
    this.#check = new DeviceCheck(this.#own, changed);
    this.#choice = new Choice(isGuest(facts));
    this.#entrance = new Entrance({
      api,
      streams,
      changed,
      own: this.#own,
      choice: this.#choice,
      sink: () => options.devices.sink,
      ringSink: () => options.devices.ringSink,
      ready: () => this.#check.ready(),
      dueInMs: () => startsInMs(this.#facts, performance.now()),
      onOutside: () => {
        this.#want();
        void this.read();
      },
      onIn: () => {
        [this.#here, this.#problem] = [true, null];
        this.#want();
        void this.read();
      },
      onOver: (problem) => this.#over(problem),
      onCrowd: () => this.#want(),
    });
  }

  static async open(options: VisitOptions): Promise<Visit> {
    return new Visit(options, await readFacts(options.api));
  }

  get rights(): Rights {
    return this.#entrance.call?.rights ?? GUEST_RIGHTS;
  }

  /** Not let in yet: what is said inside is not for whoever waits outside. */
  get isOutside(): boolean {
    return isGuest(this.#facts) && (!joined(this.#facts) || this.#entrance.isAtDoor);
  }

  /** In the call, or on the way in. */
  get isInCall(): boolean {
    return screen(this.#facts) === "started" && this.#entrance.call !== null;
  }

  knocks(): KnockRow[] {
    return this.#entrance.call?.knocks(performance.now()) ?? [];
  }

  check(): CheckView | null {
    return this.#check.view();
  }

  view(locale: Locale): VisitView {
    const now = performance.now();
    const facts = this.#facts;
    const { call } = this.#entrance;
    const { intent, chosen } = this.#choice;
    const shown = screen(facts);
    const asks = shown === "started" && facts.role === "CLIENT" && call?.isIn === true && !facts.isCall;
    const inside = shown === "started" ? (call?.view(intent, facts.info.status === "started_and_paused") ?? null) : null;
    return {
      screen: shown,
      role: facts.role,
      status: facts.info.status,
      info: visitInfo(facts, locale),
      starts_in_ms: startsInMs(facts, now),
      clock: clock(facts, now),
      actions: this.#entrance.isAtDoor ? ["leave"] : actions(facts, now),
      busy: this.#busy,
      problem: this.#problem ?? this.#entrance.problem,
      line: this.#line,
      call: inside,
      web_room: null,
      more_time: asks ? { kind: "ask", asked: call.asked } : null,
      restore_ms: restoreMs(facts, now),
      times: times(facts),
      record: null,
      has_home: false,
      talk: facts.isCall ? this.#talkView(inside?.peers.length ?? 0, now) : null,
      title: null,
      can_invite: false,
      invite: null,
      outgoing: null,
      lobby: this.#waits ? this.#entrance.lobby : null,
      ready: this.#check.ready(),
      choice: { mic: chosen.mic, camera: chosen.camera },
    };
  }

  #talkView(others: number, now: number): TalkView {
    const state = this.#talk.state(others, isEnded(this.#facts.info.status), now);
    return { state, hang_up: "leaves", can_call_again: false, busy: false };
  }

  act(action: Action): void {
    const { call } = this.#entrance;
    switch (action.kind) {
      case "call":
        if (action.step.kind === "hang_up") this.#hangUp();
        return;
      case "set_media":
        return this.#setMedia({ [action.switch]: action.on });
      case "check": {
        const { api, devices } = this.#options;
        this.#check.act(action.step, this.#choice.looked, api.server, call?.relays ?? [], devices.sink);
        return this.#want();
      }
      default:
        return call?.act(action);
    }
  }

  /** Nothing is sent from the press on, whatever the server says. */
  #hangUp(): void {
    this.#choice.end();
    this.#choice.resume();
    this.#entrance.call?.act({ kind: "stop_share" });
    this.#want();
    void this.step("leave");
  }

  /** The page was opened: whoever is in goes on, and whoever has to knock does so by itself. */
  arrive(): void {
    this.#follow();
  }

  /** What could not be done is tried again. */
  again(): void {
    [this.#problem, this.#here] = [null, true];
    this.#entrance.reset();
    void this.read();
  }

  /** Goes in with camera and microphone, where one press has already said so. */
  async join(): Promise<void> {
    if (actions(this.#facts, performance.now()).includes("join")) return this.step("join");
    this.#here = true;
    if (joined(this.#facts)) this.#choice.begin();
    this.arrive();
  }

  deviceChosen(kind: DeviceKind): void {
    if (kind === "camera") this.#own.again("camera");
    if (kind === "microphone") this.#own.again("mic");
    if (kind === "speaker") this.#entrance.call?.speakers.choose(this.#options.devices.sink);
  }

  online(on: boolean): void {
    this.#line = on ? "online" : "reconnecting";
    if (on) void this.read();
    this.#options.changed();
  }

  /** Whether something moves by itself now. */
  pulse(): boolean {
    if (this.#mayKnock()) this.#follow();
    const { call } = this.#entrance;
    call?.tellReady();
    return call?.isIn === true || this.#check.isOpen;
  }

  /** Takes a step; the first is always the person's own hand. */
  async step(action: VisitAction): Promise<void> {
    if (this.#busy !== null) return;
    [this.#busy, this.#problem] = [action, null];
    this.#options.changed();
    try {
      await this.#take(action);
    } catch (error) {
      const refused = asRefused(error);
      if (this.#gone(refused)) return;
      // Two pages of one person: the other one was quicker, and it is done.
      if (refused.status !== "CLIENT_ALREADY_JOINED") this.#failed(action, refused);
    } finally {
      this.#busy = null;
    }
    await this.read();
  }

  #failed(action: VisitAction, { code }: Refused): void {
    this.#problem = code;
    if (action !== "join") return;
    this.#here = false;
    this.#choice.end();
  }

  /** Reads what the server says; one reading after the other. */
  async read(): Promise<void> {
    const before = this.#reading;
    const reading = this.#readAfter(before);
    this.#reading = reading;
    await reading;
    if (this.#reading === reading) this.#reading = null;
    this.#follow();
    this.#options.changed();
  }

  /** The page goes away. */
  closeRoom(): void {
    this.#entrance.drop();
  }

  close(): void {
    this.#closed = true;
    this.#entrance.drop();
    this.#want();
  }

  async #readAfter(before: Promise<void> | null): Promise<void> {
    await before;
    if (this.#closed) return;
    try {
      const facts = await readFacts(this.#options.api);
      const news = newsTo(facts, this.#facts);
      this.#facts = facts;
      if (news !== null) this.#options.onNotice(news);
    } catch (error) {
      if (!this.#gone(asRefused(error))) setTimeout(() => void this.read(), READ_AGAIN_MS);
    }
  }

  #gone(refused: Refused): boolean {
    const gone = refused.isGone || refused.code === "otp-expected";
    if (gone) this.#options.onGone(refused);
    return gone;
  }

  async #take(action: VisitAction): Promise<void> {
    if (action === "leave" && this.#entrance.isAtDoor) return this.#leave();
    if (action === "join") {
      this.#here = true;
      this.#choice.begin();
      this.#want();
    }
    await this.#options.api.step(METHOD[action]);
    if (action === "leave") this.#leave();
  }

  #leave(): void {
    this.#here = false;
    this.#entrance.leave();
    this.#options.onLeft();
  }

  /** The call belongs to the screen of the conference: it begins and ends with it. Before it there may be a door. */
  #follow(): void {
    const { call } = this.#entrance;
    if (this.#problem === "replaced" && !joined(this.#facts)) this.#problem = null;
    if (isEnded(this.#facts.info.status)) {
      if (call !== null) this.#leave();
    } else if (joined(this.#facts)) {
      if (screen(this.#facts) === "started") this.#goIn();
    } else if (call?.isIn === true) {
      if (this.#facts.taken > this.#entrance.inSince) this.#goOut(call);
    } else if (this.#mayKnock()) {
      this.#entrance.knock();
    }
    this.#want();
  }

  /** Two pages of one person do not take the seat from each other: the one in which it was pressed has it. */
  #goIn(): void {
    if (!this.#here) this.#problem ??= "replaced";
    if (this.#problem === null && !this.#closed) this.#entrance.enter();
  }

  /** Nobody is in the call who has not joined; the server's word on that may come before the room's. */
  #goOut(call: Call): void {
    if (call.isLost) this.#entrance.putOutside();
    else this.#entrance.drop();
    if (this.#mayKnock()) this.#entrance.knock();
  }

  /** The link lets one person in, who is in on another device. */
  get isTaken(): boolean {
    return this.#problem === "replaced" && personRole(this.#facts.role, this.#facts.user) === "VISITOR";
  }

  /** A guest sees the waiting room until it is let in. */
  get #waits(): boolean {
    return this.isOutside && !isEnded(this.#facts.info.status) && this.#entrance.call?.isIn !== true;
  }

  /** Whoever has to knock does so by itself when it arrives, and until the door was reached. */
  #mayKnock(): boolean {
    return this.#waits && this.#busy === null && !this.#closed && this.#entrance.isDue(performance.now());
  }

  #over(problem: ProblemCode | null): void {
    if (problem === "replaced") this.#here = false;
    if (screen(this.#facts) === "started" || this.#waits) this.#problem = problem;
    this.#options.changed();
    void this.read();
  }

  #setMedia(change: Partial<Intent>): void {
    this.#choice.move(change);
    this.#check.look(change);
    this.#want();
  }

  /** Opens what is wanted, in the call or for the person's own eyes, and closes the rest. */
  #want(): void {
    const { call } = this.#entrance;
    const inCall = screen(this.#facts) === "started";
    // Its button is not there any more, and the camera's light would not go out.
    if (inCall || isEnded(this.#facts.info.status)) this.#check.close();
    const { intent } = this.#choice;
    const [looked, going] = [this.#check.looked, inCall && call?.isIn === true ? intent : NOTHING];
    // What the clinic does not let anybody see or hear is not opened either.
    const rights = call?.rights ?? GUEST_RIGHTS;
    this.#own.want("mic", ((going.mic && rights.audio) || looked.mic) && !this.#closed);
    this.#own.want("camera", ((going.camera && rights.video && call?.isAudioOnly !== true) || looked.camera) && !this.#closed);
    call?.set(intent);
    this.#options.changed();
  }

  #mediaChanged(): void {
    this.#entrance.call?.set(this.#choice.intent);
    this.#options.changed();
  }
}
