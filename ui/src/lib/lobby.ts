// Where a guest stands in the waiting room, as one word for its screen.
import type { LobbyPhase } from "./bindings/LobbyPhase";
import type { ReadyView } from "./bindings/ReadyView";

export type LobbySituation = "arriving" | "early" | "knocking" | "away" | "rung" | "reconnecting" | "denied" | "outside";

export function situation(phase: LobbyPhase): LobbySituation {
  if (phase.kind !== "knocking" || phase.presence === "here") return phase.kind;
  return phase.presence;
}

/** Camera, microphone and line were looked at, and work. */
export const allGood = ({ camera, microphone, network }: ReadyView): boolean => [camera, microphone, network].every((state) => state === "good");
