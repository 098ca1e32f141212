// The waiting room, as the room tells of it: what is shown while somebody has to be let in, and who asks to be let in.
import type { KnockRow } from "../bindings/KnockRow";
import type { LobbyPhase } from "../bindings/LobbyPhase";
import type { LobbyView } from "../bindings/LobbyView";
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

/** A guest's own waiting. */
export class Waiting {
  #phase: LobbyPhase = { kind: "arriving" };
  #notes: string[] = [];

  get phase(): LobbyPhase {
    return this.#phase;
  }

  get isOver(): boolean {
    return this.#phase.kind === "denied";
  }

  /** Takes what the room says; answers whether somebody rings. */
  hear(message: FromRoom): boolean {
    const knocking = this.#phase.kind === "knocking" ? this.#phase : null;
    switch (message.type) {
      case "lobby":
        this.#phase = knocking ?? { kind: "knocking", place: null, presence: "here" };
        return false;
      case "waiting": {
        const seconds = message.estimate_seconds ?? null;
        const place = { position: message.position, estimate_minutes: seconds === null ? null : Math.ceil(seconds / 60) };
        this.#phase = { kind: "knocking", place, presence: knocking?.presence ?? "here" };
        return false;
      }
      case "note":
        this.#notes = [...this.#notes, message.text].slice(-MOST_NOTES);
        return false;
      case "rung":
        if (knocking?.presence === "away") this.#phase = { ...knocking, presence: "rung" };
        return knocking !== null;
      case "denied":
        this.#phase = { kind: "denied", reason: message.reason ?? null };
        return false;
      default:
        return false;
    }
  }

  /** The person steps away, or is back. */
  stepAway(on: boolean): void {
    if (this.#phase.kind === "knocking") this.#phase = { ...this.#phase, presence: on ? "away" : "here" };
  }

  lost(): void {
    if (this.#phase.kind === "knocking") this.#phase = { kind: "reconnecting" };
  }

  view(): LobbyView {
    return { phase: this.#phase, notes: this.#notes };
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
