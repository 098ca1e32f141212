// Where a guest stands in the waiting room, as one word for its screen.
import type { LobbyPhase } from "./bindings/LobbyPhase";

export type LobbySituation = "arriving" | "early" | "knocking" | "away" | "rung" | "reconnecting" | "denied" | "outside";

export function situation(phase: LobbyPhase): LobbySituation {
  if (phase.kind !== "knocking" || phase.presence === "here") return phase.kind;
  return phase.presence;
}
