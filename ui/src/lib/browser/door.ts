// The door at which a guest knocks: whether it was reached, and when it is tried again. Pure: it opens nothing by itself.
import type { LobbyPhase } from "../bindings/LobbyPhase";
import type { ProblemCode } from "../bindings/ProblemCode";

const FIRST_PAUSE_MS = 2000;
const LAST_PAUSE_MS = 60_000;
/** A visit may be moved: nobody who is early waits longer than this for the next look. */
const LOOKS_AGAIN_MS = 300_000;

export type Door =
  | { kind: "ahead" }
  /** The room opens later; tried again at that time of the page's monotonic clock. */
  | { kind: "early"; tries: number; at: number }
  /** The server or the room could not be asked. */
  | { kind: "unreached"; tries: number; at: number; problem: ProblemCode }
  /** The guest has stood there: whoever goes away does not go back by itself. */
  | { kind: "known" };

export const AHEAD: Door = { kind: "ahead" };
export const KNOWN: Door = { kind: "known" };

/** The room is not open yet; the visit begins in `dueInMs`. */
export function early(before: Door, now: number, dueInMs: number): Door {
  const tries = before.kind === "early" ? before.tries + 1 : 1;
  return { kind: "early", tries, at: now + Math.max(pause(tries), Math.min(dueInMs, LOOKS_AGAIN_MS)) };
}

export function unreached(before: Door, now: number, problem: ProblemCode): Door {
  const tries = before.kind === "unreached" ? before.tries + 1 : 1;
  return { kind: "unreached", tries, at: now + pause(tries), problem };
}

/** The guest goes there by itself now. */
export function isDue(door: Door, now: number): boolean {
  return door.kind === "ahead" || (door.kind !== "known" && now >= door.at);
}

/** What is shown of it while nobody stands there. */
export function phaseOf(door: Door): LobbyPhase {
  switch (door.kind) {
    case "ahead":
      return { kind: "arriving" };
    case "early":
      return { kind: "early" };
    case "unreached":
      return { kind: "reconnecting" };
    case "known":
      return { kind: "outside" };
  }
}

function pause(tries: number): number {
  return Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries - 1, 8));
}
