// The waiting room, as the room tells of it: what is shown while somebody has to be let in, and who asks to be let in.
import type { KnockRow } from "../bindings/KnockRow";
import type { LobbyView } from "../bindings/LobbyView";
import type { PlaceView } from "../bindings/PlaceView";
import type { Presence } from "../bindings/Presence";
import type { ReadyView } from "../bindings/ReadyView";
import type { CheckState } from "../bindings/CheckState";
import type { Check, FromRoom, Readiness, Waits } from "./wire";

const MOST_NOTES = 20;
/** Conferences whose guests have to knock are named so. */
const KNOCKING = "coviu:";

/** Whether a client comes to the room before it has joined: crates/wire/src/room/lobby.rs. */
export function hasLobby(appointmentId: string): boolean {
  return appointmentId.startsWith(KNOCKING);
}

type Line =
  | { kind: "arriving" }
  | { kind: "knocking"; place: PlaceView | null }
  | { kind: "reconnecting" }
  | { kind: "denied"; reason: string | null };

/** A guest's own waiting. */
export class Waiting {
  #line: Line = { kind: "arriving" };
  /** Whoever has stepped away is away over a lost line, too. */
  #presence: Presence = "here";
  #notes: string[] = [];

  get isOver(): boolean {
    return this.#line.kind === "denied";
  }

  /** The room hears what is said to it. */
  get isKnocking(): boolean {
    return this.#line.kind === "knocking";
  }

  get isAway(): boolean {
    return this.#presence !== "here";
  }

  /** Takes what the room says; answers whether somebody rings. */
  hear(message: FromRoom): boolean {
    switch (message.type) {
      case "lobby":
        if (this.#line.kind !== "knocking") this.#line = { kind: "knocking", place: null };
        return false;
      case "waiting": {
        const seconds = message.estimate_seconds ?? null;
        const place = { position: message.position, estimate_minutes: seconds === null ? null : Math.ceil(seconds / 60) };
        this.#line = { kind: "knocking", place };
        return false;
      }
      case "note":
        this.#notes = [...this.#notes, message.text].slice(-MOST_NOTES);
        return false;
      case "rung":
        if (this.#line.kind !== "knocking") return false;
        if (this.#presence === "away") this.#presence = "rung";
        return true;
      case "denied":
        this.#line = { kind: "denied", reason: message.reason ?? null };
        return false;
      default:
        return false;
    }
  }

  /** The person steps away, or is back. */
  stepAway(on: boolean): void {
    this.#presence = on ? "away" : "here";
  }

  lost(): void {
    if (!this.isOver) this.#line = { kind: "reconnecting" };
  }

  view(): LobbyView {
    const [line, presence] = [this.#line, this.#presence];
    return { phase: line.kind === "knocking" ? { ...line, presence } : line, notes: this.#notes };
  }
}

/** Those who ask to be let in, for whoever may. */
export class Knocks {
  readonly #rows = new Map<string, { name: string; waits: Waits; heard: number; busy: boolean }>();

  hear(message: FromRoom): void {
    if (message.type === "knocking") {
      const { peer, waits = {} } = message;
      this.#rows.set(peer.id, { name: peer.name, waits, heard: performance.now(), busy: false });
    }
    if (message.type === "knock_over") this.#rows.delete(message.peer);
    if (message.type === "welcome") this.#rows.clear();
  }

  busy(id: string): void {
    const row = this.#rows.get(id);
    if (row !== undefined) row.busy = true;
  }

  clear(): void {
    this.#rows.clear();
  }

  view(now: number): KnockRow[] {
    const rows = [...this.#rows].map(([id, { name, waits, heard, busy }]) => ({
      id,
      name,
      waits_ms: Math.round((waits.seconds ?? 0) * 1000 + now - heard),
      ready: shown(waits.ready ?? {}),
      away: waits.away === true,
      at: "here" as const,
      busy,
    }));
    return rows.sort((one, other) => other.waits_ms - one.waits_ms);
  }
}

/** What a check has found, as it goes over the wire. */
export function told(ready: ReadyView): Readiness {
  const check = (state: CheckState): Check => (state === "looking" ? "unknown" : state);
  return { camera: check(ready.camera), microphone: check(ready.microphone), network: check(ready.network) };
}

function shown(ready: Partial<Readiness>): ReadyView {
  return { camera: ready.camera ?? "unknown", microphone: ready.microphone ?? "unknown", network: ready.network ?? "unknown" };
}
