// A call as a telephone has it, for a guest in it: how long it lasts. It ends with those inside, and the guest leaves it.
// The same as crates/app/src/calling/talk.rs.
import type { TalkState } from "../bindings/TalkState";

export class Talk {
  #began: number | null = null;
  #lasted: number | null = null;

  /** What is so now, in milliseconds of the page's monotonic clock. */
  state(others: number, over: boolean, now: number): TalkState {
    if (over) {
      if (this.#began !== null) this.#lasted ??= now - this.#began;
      return { kind: "over", seconds: this.#lasted === null ? null : Math.floor(this.#lasted / 1000) };
    }
    if (others > 0) this.#began ??= now;
    if (this.#began === null) return { kind: "calling" };
    return { kind: others > 0 ? "talking" : "away", ms: now - this.#began };
  }
}
