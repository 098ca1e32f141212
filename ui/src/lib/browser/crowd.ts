// Whether so many people are seen as there are in the call. The rule is that of crates/call/src/core/crowd.rs: cameras and
// screens rest at once, and come back when there have been few enough for a while.

/** Up to so many are seen in a room that does not say. */
export const MAX_WITH_VIDEO = 8;

/** Whoever leaves and is back at once opens no camera. */
export const CALM_MS = 5000;

type State = { kind: "few" } | { kind: "many" } | { kind: "thinned"; until: number };

export class Crowd {
  #state: State = { kind: "few" };

  /** Cameras and screens may be sent. */
  get isSeen(): boolean {
    return this.#state.kind === "few";
  }

  /** So many have a seat, oneself among them, and at most so many are seen. Answers whether something is different now. */
  follow(now: number, seats: number, most: number): boolean {
    const before = this.isSeen;
    this.#state = next(this.#state, now, seats <= most);
    return this.isSeen !== before;
  }

  reset(): void {
    this.#state = { kind: "few" };
  }
}

function next(state: State, now: number, few: boolean): State {
  if (!few) return { kind: "many" };
  if (state.kind === "many") return { kind: "thinned", until: now + CALM_MS };
  return state.kind === "thinned" && state.until <= now ? { kind: "few" } : state;
}
