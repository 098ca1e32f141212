// Camera, microphone and speaker of a browser: what there is, what was chosen, and why one gives nothing.
import type { DeviceKind } from "../bindings/DeviceKind";
import type { DeviceProblem } from "../bindings/DeviceProblem";
import type { DeviceRow } from "../bindings/DeviceRow";
import type { DevicesView } from "../bindings/DevicesView";
import type { Processing } from "../bindings/Processing";
import type { ProcessingPart } from "../bindings/ProcessingPart";
import { Speakers } from "./speakers";

/** Whatever the system uses. */
const SYSTEM = "system";
const KINDS: Record<DeviceKind, MediaDeviceKind> = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput", ring: "audiooutput" };
const MEMORY = "consilium-devices";
/** Below so many cores a picture of 720 lines for each of the others is too much. */
const MANY_CORES = 4;

export type Opened = { track: MediaStreamTrack } | { problem: DeviceProblem };

/** Why a device was not given (W3C Media Capture, section 10.2). */
export function problemOf(error: unknown): DeviceProblem {
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "not_allowed";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "in_use";
    default:
      return "failed";
  }
}

export class Devices {
  readonly #changed: () => void;
  #all: MediaDeviceInfo[] = [];
  #chosen: Record<DeviceKind, string> = { camera: "", microphone: SYSTEM, speaker: SYSTEM, ring: SYSTEM };
  #processing: Processing = { echo_cancellation: true, noise_suppression: true, gain_control: true, clinical: false };

  /** `changed` is called when devices come and go. */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.#chosen = { ...this.#chosen, ...remembered() };
    media()?.addEventListener("devicechange", this.#renew);
    this.#renew();
  }

  /** Opens the chosen camera or microphone. When it is not there any more, whatever there is. */
  async open(kind: "camera" | "microphone"): Promise<Opened> {
    const devices = media();
    // A page that did not come over HTTPS is given no devices at all.
    if (devices === null) return { problem: "not_allowed" };
    const opened = await this.#ask(devices, kind, this.#chosen[kind]);
    if ("problem" in opened && opened.problem === "missing" && this.#isNamed(kind)) return this.#ask(devices, kind, "");
    if ("track" in opened) this.#renew();
    return opened;
  }

  /** The speaker for audio elements. */
  get sink(): string {
    return this.#sinkOf("speaker");
  }

  /** The same for ringing, which should be heard beside a headset. */
  get ringSink(): string {
    return this.#sinkOf("ring");
  }

  choose(kind: DeviceKind, id: string): void {
    this.#chosen[kind] = id;
    remember(this.#chosen);
    this.#changed();
  }

  process(part: ProcessingPart, on: boolean): void {
    this.#processing = { ...this.#processing, [part]: on };
    this.#changed();
  }

  readonly #renew = (): void => {
    void media()
      ?.enumerateDevices()
      .then((all) => {
        this.#all = all;
        this.#changed();
      });
  };

  refresh(): void {
    this.#renew();
  }

  view(): DevicesView {
    return {
      cameras: this.#rows("camera"),
      microphones: this.#rows("microphone"),
      speakers: this.#rows("speaker"),
      ringers: this.#rows("ring"),
      processing: this.#processing,
    };
  }

  close(): void {
    media()?.removeEventListener("devicechange", this.#renew);
  }

  /** Browsers hide names and numbers until a device was allowed, and some speakers for ever. */
  #rows(kind: DeviceKind): DeviceRow[] {
    const found = this.#all.filter((each) => each.kind === KINDS[kind] && !["", "default", "communications"].includes(each.deviceId));
    const rows: DeviceRow[] = found.map(({ deviceId, label }) => ({ id: deviceId, name: label, chosen: deviceId === this.#chosen[kind] }));
    const named = rows.some(({ chosen }) => chosen);
    if (kind === "camera") return named ? rows : rows.map((row, index) => ({ ...row, chosen: index === 0 }));
    const system = { id: SYSTEM, name: null, chosen: !named };
    return KINDS[kind] === "audiooutput" && !Speakers.canChoose() ? [system] : [system, ...rows];
  }

  #sinkOf(kind: "speaker" | "ring"): string {
    return this.#chosen[kind] === SYSTEM ? "" : this.#chosen[kind];
  }

  #isNamed(kind: DeviceKind): boolean {
    return !["", SYSTEM].includes(this.#chosen[kind]);
  }

  async #ask(devices: MediaDevices, kind: "camera" | "microphone", id: string): Promise<Opened> {
    const device = id === "" || id === SYSTEM ? {} : { deviceId: { exact: id } };
    const wish = kind === "camera" ? { video: { ...device, ...picture() } } : { audio: { ...device, ...this.#sound() } };
    try {
      const stream = await devices.getUserMedia(wish);
      const [track] = stream.getTracks();
      return track === undefined ? { problem: "failed" } : { track };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }

  #sound(): MediaTrackConstraints {
    const { clinical, echo_cancellation, noise_suppression, gain_control } = this.#processing;
    return {
      echoCancellation: echo_cancellation && !clinical,
      noiseSuppression: noise_suppression && !clinical,
      autoGainControl: gain_control && !clinical,
    };
  }
}

function media(): MediaDevices | null {
  return (navigator.mediaDevices as MediaDevices | undefined) ?? null;
}

function picture(): MediaTrackConstraints {
  const [width, height] = (navigator.hardwareConcurrency || 1) >= MANY_CORES ? [1280, 720] : [640, 360];
  return { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30 } };
}

/** Names of devices only; a browser that keeps nothing for this page forgets them. */
function remembered(): Partial<Record<DeviceKind, string>> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(MEMORY) ?? "{}");
    const entries = Object.entries(kept as object).filter(([kind, id]) => kind in KINDS && typeof id === "string");
    return Object.fromEntries(entries) as Partial<Record<DeviceKind, string>>;
  } catch {
    return {};
  }
}

function remember(chosen: Record<DeviceKind, string>): void {
  try {
    localStorage.setItem(MEMORY, JSON.stringify(chosen));
  } catch {
    // It is chosen for this time only.
  }
}
