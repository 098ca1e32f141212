// What is said of how well the call goes.
import type { QualityCause } from "../bindings/QualityCause";
import type { QualityEnd } from "../bindings/QualityEnd";
import type { QualityView } from "../bindings/QualityView";
import type { Reduced } from "../bindings/Reduced";
import type { PlainId } from "../words";

type Kebab<Name extends string> = Name extends `${infer Head}_${infer Tail}` ? `${Head}-${Kebab<Tail>}` : Name;

const kebab = <Name extends string>(name: Name) => name.replaceAll("_", "-") as Kebab<Name>;

/** "The connection is weak". */
export const levelWords = (quality: QualityView): PlainId => `quality-${quality.level}`;

/** "Weak connection between you"; only lines have a place between the two ends. */
export function whyWords(cause: QualityCause, whose: QualityEnd): PlainId {
  if (cause === "network") return `quality-network-${whose}`;
  return `quality-${cause}-${whose === "between" ? "theirs" : whose}`;
}

/** What the person can do about it, if it is anything. */
export function adviceWords(cause: QualityCause, whose: QualityEnd): PlainId | null {
  if (whose === "theirs" || cause === "device") return null;
  return `advice-${cause}`;
}

export const reducedWords = <Given extends Reduced>(gets: Given) => `reduced-${kebab(gets)}` as const;

/** What of the own picture arrives over there. */
export const getsWords = (gets: Reduced | null): PlainId => (gets === null ? "details-gets-full" : `details-gets-${kebab(gets)}`);
