// The one sentence about a trouble that the person at this end can do something about.
import type { CallView } from "../bindings/CallView";
import type { QualityCause } from "../bindings/QualityCause";
import type { QualityEnd } from "../bindings/QualityEnd";

export interface Trouble {
  cause: QualityCause;
  whose: QualityEnd;
  /** Switching the own camera off would help the sound. */
  soundOnly: boolean;
}

/**
 * The worst trouble at this end, or on the way. What is weak on the way only is said on the tile; a device that gives
 * nothing is told beside its switch.
 */
export function ownTrouble(call: CallView): Trouble | null {
  const troubles = call.peers.flatMap(({ quality }) => (quality.level === "fair" || quality.level === "poor" ? [quality] : []));
  const told = troubles.filter(
    ({ level, cause, whose }) => cause !== "device" && (whose === "mine" || (whose === "between" && level === "poor")),
  );
  const worst = told.find(({ level }) => level === "poor") ?? told[0];
  if (worst === undefined) return null;
  const { cause, whose, level } = worst;
  return { cause, whose, soundOnly: cause === "network" && level === "poor" && call.me.camera.on };
}
