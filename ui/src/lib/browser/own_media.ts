// The own camera and microphone: open while they are wanted, closed when not, so that the camera's light tells the truth.
import type { MyMedia } from "../bindings/MyMedia";
import type { DeviceProblem } from "../bindings/DeviceProblem";
import type { Devices } from "./devices";
import { Meter } from "./meter";
import { OWN, type Streams } from "./streams";

/** One device, wanted or not. */
type Source =
  | { kind: "off" }
  | { kind: "opening"; ticket: number }
  | { kind: "live"; track: MediaStreamTrack }
  | { kind: "broken"; problem: DeviceProblem };

type Which = "mic" | "camera";

export class OwnMedia {
  readonly #devices: Devices;
  readonly #streams: Streams;
  readonly #changed: () => void;
  readonly #meter = new Meter();
  #sources: Record<Which, Source> = { mic: { kind: "off" }, camera: { kind: "off" } };
  #ticket = 0;

  constructor(devices: Devices, streams: Streams, changed: () => void) {
    [this.#devices, this.#streams, this.#changed] = [devices, streams, changed];
  }

  track(which: Which): MediaStreamTrack | null {
    const source = this.#sources[which];
    return source.kind === "live" ? source.track : null;
  }

  problem(which: Which): DeviceProblem | null {
    const source = this.#sources[which];
    return source.kind === "broken" ? source.problem : null;
  }

  /** It is still being opened. */
  opening(which: Which): boolean {
    return this.#sources[which].kind === "opening";
  }

  /** Opens or closes a device. One that failed is tried again by wanting it again. */
  want(which: Which, on: boolean): void {
    const { kind } = this.#sources[which];
    if (!on) {
      if (kind !== "off") this.#put(which, { kind: "off" });
      return;
    }
    if (kind === "off") void this.#open(which);
  }

  /** Opens it anew: another one was chosen, or it failed and may work now. */
  again(which: Which): void {
    if (this.#sources[which].kind !== "off") void this.#open(which);
  }

  level(): number {
    return this.#meter.level();
  }

  view(on: Record<Which, boolean>, may: Record<Which, boolean>): MyMedia {
    const one = (which: Which) => ({ on: on[which] && may[which], allowed: may[which], problem: this.problem(which) });
    return {
      mic: one("mic"),
      camera: one("camera"),
      stream: OWN,
      level: on.mic && may.mic ? this.level() : 0,
    };
  }

  async #open(which: Which): Promise<void> {
    const ticket = ++this.#ticket;
    this.#put(which, { kind: "opening", ticket });
    const opened = await this.#devices.open(which === "mic" ? "microphone" : "camera");
    const source = this.#sources[which];
    if (source.kind !== "opening" || source.ticket !== ticket) {
      if ("track" in opened) opened.track.stop();
      return;
    }
    if ("problem" in opened) return this.#put(which, { kind: "broken", problem: opened.problem });
    const { track } = opened;
    track.onended = () => {
      if (this.track(which) === track) this.#put(which, { kind: "broken", problem: "missing" });
    };
    this.#put(which, { kind: "live", track });
  }

  #put(which: Which, source: Source): void {
    const before = this.track(which);
    this.#sources[which] = source;
    if (before !== null && before !== this.track(which)) before.stop();
    if (which === "camera") this.#streams.put(OWN, this.track("camera"));
    else this.#meter.listen(this.track("mic"));
    this.#changed();
  }
}
