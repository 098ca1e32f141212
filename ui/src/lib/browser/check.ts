// The check of camera, microphone, speaker and line before a call. Nothing of it leaves the machine but the test of the line.
import type { CheckState } from "../bindings/CheckState";
import type { CheckStep } from "../bindings/CheckStep";
import type { CheckView } from "../bindings/CheckView";
import type { DeviceProblem } from "../bindings/DeviceProblem";
import type { NetworkCheck } from "../bindings/NetworkCheck";
import type { ReadyView } from "../bindings/ReadyView";
import type { SpeakerCheck } from "../bindings/SpeakerCheck";
import { tryLine } from "./network";
import type { OwnMedia } from "./own_media";
import { NOTHING, type Intent } from "./latch";
import { ring } from "./ring";
import { OWN } from "./streams";

/** From this level on a microphone has heard something. */
const HEARD = 25;
/** A microphone that hears nothing for so long is not right, or nobody spoke. */
const SILENT_MS = 8000;

const OF_PROBLEM: Record<DeviceProblem, CheckState> = {
  missing: "missing",
  in_use: "busy",
  not_allowed: "forbidden",
  failed: "failed",
};

export class DeviceCheck {
  readonly #own: OwnMedia;
  readonly #changed: () => void;
  #open = false;
  /** What is open for the person's own eyes; what goes out is chosen elsewhere. */
  #looked: Intent = NOTHING;
  #since = 0;
  #heard = false;
  /** What was found before it was closed. */
  #found: ReadyView = { camera: "unknown", microphone: "unknown", network: "unknown" };
  #speaker: SpeakerCheck = { state: "unknown", playing: false, played: false };
  #network: NetworkCheck = { state: "unknown", way: "server", round_trip_ms: null };

  constructor(own: OwnMedia, changed: () => void) {
    [this.#own, this.#changed] = [own, changed];
  }

  /** Somebody looks at it: camera and microphone are open for their own eyes. */
  get isOpen(): boolean {
    return this.#open;
  }

  get looked(): Intent {
    return this.#open ? this.#looked : NOTHING;
  }

  /** A switch was moved. */
  look(change: Partial<Intent>): void {
    this.#looked = { ...this.#looked, ...change };
  }

  /** Nobody looks any more. */
  close(): void {
    if (!this.#open) return;
    this.#found = this.ready();
    this.#open = false;
    this.#changed();
  }

  /** `looked` is what is opened at first; `server` and `relays` are where the line is tried; without relays, the server alone. */
  act(step: CheckStep, looked: Intent, server: URL, relays: RTCIceServer[], sink: string): void {
    switch (step.kind) {
      case "open":
        [this.#open, this.#looked] = [true, looked];
        [this.#since, this.#heard] = [performance.now(), false];
        if (this.#network.state === "unknown") void this.#tryLine(server, relays);
        break;
      case "close":
        return this.close();
      case "play_sound":
        void this.#play(sink);
        break;
      case "heard":
        this.#speaker = { ...this.#speaker, state: step.yes ? "good" : "poor" };
        break;
      case "again":
        this.#since = performance.now();
        for (const which of ["mic", "camera"] as const) if (this.#own.problem(which) !== null) this.#own.again(which);
        void this.#tryLine(server, relays);
        break;
    }
    this.#changed();
  }

  /** What was found so far, also after it was closed. */
  ready(): ReadyView {
    if (!this.#open) return this.#found;
    const { camera, mic } = this.#looked;
    return { camera: this.#camera(camera), microphone: this.#microphone(mic), network: this.#network.state };
  }

  view(): CheckView | null {
    if (!this.#open) return null;
    const { camera, mic } = this.#looked;
    return {
      camera: { on: camera, state: this.#camera(camera), stream: OWN },
      microphone: { on: mic, state: this.#microphone(mic), level: mic ? this.#own.level() : 0 },
      speaker: this.#speaker,
      network: this.#network,
      frames_url: "",
      drawing: "page",
      drawn: [],
    };
  }

  #camera(on: boolean): CheckState {
    if (!on) return "unknown";
    const problem = this.#own.problem("camera");
    if (problem !== null) return OF_PROBLEM[problem];
    if (this.#own.track("camera") !== null) return "good";
    return this.#own.opening("camera") ? "looking" : "unknown";
  }

  #microphone(on: boolean): CheckState {
    if (!on) return "unknown";
    const problem = this.#own.problem("mic");
    if (problem !== null) return OF_PROBLEM[problem];
    if (this.#own.track("mic") === null) return this.#own.opening("mic") ? "looking" : "unknown";
    this.#heard ||= this.#own.level() >= HEARD;
    if (this.#heard) return "good";
    return performance.now() - this.#since > SILENT_MS ? "poor" : "looking";
  }

  async #play(sink: string): Promise<void> {
    if (this.#speaker.playing) return;
    this.#speaker = { ...this.#speaker, playing: true };
    const played = await ring(sink);
    this.#speaker = { state: played ? this.#speaker.state : "failed", playing: false, played };
    this.#changed();
  }

  async #tryLine(server: URL, relays: RTCIceServer[]): Promise<void> {
    if (this.#network.state === "looking") return;
    this.#network = { state: "looking", way: relays.length > 0 ? "relay" : "server", round_trip_ms: null };
    this.#network = await tryLine(server, relays);
    this.#changed();
  }
}
