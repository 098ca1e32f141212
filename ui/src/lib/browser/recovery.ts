// When the connection to a peer needs help, and which: the rules of crates/call/src/core/recovery.rs, so that both ends
// go by the same clock.

/** How a connection is helped. */
export type Remedy = "offer" | "repeat" | "restart" | "rebuild";

export interface Condition {
  /** Where the exchange of offer and answer stands. */
  negotiation: "idle" | "offered" | "stable";
  health: RTCPeerConnectionState;
  /** In a collision this side gives way. */
  polite: boolean;
  /** How often the offer was sent again. */
  repeats: number;
  /** Repairs since packets last passed. */
  attempts: number;
  /** For how long negotiation and health are what they are, in milliseconds. */
  forMs: number;
}

const OFFER_MS = 8000;
const ANSWER_MS = 3000;
const SETUP_MS = 12_000;
const SILENCE_MS = 2000;
const POLITE_MS = 3000;
const MAX_REPEATS = 2;
const MAX_RESTARTS = 2;
const MAX_BACKOFF_MS = 30_000;

/** What helps now; null while nothing is due. */
export function remedy(condition: Condition): Remedy | null {
  const due = dueAfter(condition);
  return due !== null && condition.forMs >= due[0] ? due[1] : null;
}

function dueAfter({ negotiation, health, polite, repeats, attempts }: Condition): [number, Remedy] | null {
  const courtesy = polite ? POLITE_MS : 0;
  if (negotiation === "idle") return [OFFER_MS, "offer"];
  if (negotiation === "offered") return [ANSWER_MS, repeats < MAX_REPEATS ? "repeat" : "rebuild"];
  const help: Remedy = attempts < MAX_RESTARTS ? "restart" : "rebuild";
  switch (health) {
    case "connected":
      return null;
    case "disconnected":
      return [SILENCE_MS + courtesy, help];
    case "failed":
    case "closed":
      return [courtesy + backoff(attempts), help];
    case "new":
    case "connecting":
      return [SETUP_MS + courtesy + backoff(attempts), help];
  }
}

function backoff(attempts: number): number {
  return attempts === 0 ? 0 : Math.min(MAX_BACKOFF_MS, 1000 * 2 ** Math.min(attempts, 6));
}
