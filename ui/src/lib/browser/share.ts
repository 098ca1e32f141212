// Showing the own screen: the browser asks what, then the person sees it before the others do.
import type { ShareSource } from "../bindings/ShareSource";
import type { ShareView } from "../bindings/ShareView";
import { problemOf } from "./devices";
import { OWN_SCREEN, type Streams } from "./streams";

type State =
  | { kind: "off" }
  /** The browser's own dialog is open. */
  | { kind: "asking"; ticket: symbol }
  | { kind: "failed"; problem: ReturnType<typeof problemOf> }
  /** Paused: it was live, and there are too many in the call for it. */
  | { kind: "preview" | "live" | "paused"; track: MediaStreamTrack };

/** The browser asks by itself, and tells no names. */
const SOURCE: ShareSource = { id: "browser", name: "", kind: "system_choice", thumbnail: null };

export class Share {
  readonly #streams: Streams;
  readonly #changed: () => void;
  #state: State = { kind: "off" };

  constructor(streams: Streams, changed: () => void) {
    [this.#streams, this.#changed] = [streams, changed];
  }

  /** What the others may get. */
  get live(): MediaStreamTrack | null {
    return this.#state.kind === "live" ? this.#state.track : null;
  }

  /** To be called while the person presses: a browser asks only then. */
  async choose(): Promise<void> {
    if (this.#state.kind === "asking") return;
    const ticket = Symbol();
    this.#put({ kind: "asking", ticket });
    const isAsked = () => this.#state.kind === "asking" && this.#state.ticket === ticket;
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15 } }, audio: false });
      // The call went away while the dialog was open: nobody can stop it later.
      if (!isAsked()) return stream.getTracks().forEach((each) => each.stop());
      const [track] = stream.getVideoTracks();
      if (track === undefined) return this.#put({ kind: "failed", problem: "failed" });
      track.contentHint = "detail";
      track.onended = () => this.stop();
      this.#put({ kind: "preview", track });
    } catch (error) {
      // Whoever closes the browser's dialog has changed their mind.
      const problem = problemOf(error);
      if (isAsked()) this.#put(problem === "not_allowed" ? { kind: "off" } : { kind: "failed", problem });
    }
  }

  start(): void {
    if (this.#state.kind === "preview") this.#put({ kind: "live", track: this.#state.track });
  }

  /** Too many are in the call: nothing of it is taken any more, and what was not shown yet is not going to be. */
  pause(): void {
    if (this.#state.kind !== "live") return this.#state.kind === "paused" ? undefined : this.stop();
    const { track } = this.#state;
    track.enabled = false;
    this.#put({ kind: "paused", track });
  }

  /** They are fewer again: goes on with what was shown. A browser would not let it be opened again without a press. */
  resume(): void {
    if (this.#state.kind !== "paused") return;
    const { track } = this.#state;
    track.enabled = true;
    this.#put({ kind: "live", track });
  }

  stop(): void {
    if (this.#state.kind !== "off") this.#put({ kind: "off" });
  }

  view(allowed: boolean): ShareView {
    const able = "getDisplayMedia" in ((navigator.mediaDevices as MediaDevices | undefined) ?? {});
    if (!allowed || !able) return { kind: "not_allowed" };
    switch (this.#state.kind) {
      case "off":
      case "asking":
        return { kind: "off" };
      case "failed":
        return { kind: "choosing", sources: [], problem: this.#state.problem };
      case "preview": {
        const surface = this.#state.track.getSettings().displaySurface;
        const hidden = surface === "window" || surface === "browser";
        return { kind: "preview", source: SOURCE, stream: OWN_SCREEN, own_windows_hidden: hidden, problem: null };
      }
      case "live":
        return { kind: "live", source: SOURCE, stream: OWN_SCREEN };
      case "paused":
        return { kind: "paused", source: SOURCE };
    }
  }

  #put(state: State): void {
    const [before, after] = [trackOf(this.#state), trackOf(state)];
    this.#state = state;
    if (before !== null && before !== after) {
      before.onended = null;
      before.stop();
    }
    this.#streams.put(OWN_SCREEN, state.kind === "paused" ? null : after);
    this.#changed();
  }
}

function trackOf(state: State): MediaStreamTrack | null {
  return "track" in state ? state.track : null;
}
