// Which words and which sign speak for where a colleague is, and for what became of a call.
import type { IconName } from "../../components/Icon.svelte";
import type { Availability } from "../bindings/Availability";
import type { CallLogRow } from "../bindings/CallLogRow";
import type { OutgoingState } from "../bindings/OutgoingState";
import { kebab, type PlainId } from "../words";

export const availabilityWords = (availability: Availability): PlainId => `calls-availability-${kebab(availability)}`;
export const outgoingWords = (state: OutgoingState): PlainId => `outgoing-${kebab(state)}`;

/** What became of a call; one that was spoken says who called, and so does one of a kind that is not known. */
export function outcomeWords({ outcome, outgoing }: CallLogRow): PlainId {
  if (outcome === "answered" || outcome === "unknown") return outgoing ? "calls-outcome-outgoing" : "calls-outcome-incoming";
  return `calls-outcome-${kebab(outcome)}`;
}

/** Who called, and whether it came to anything. */
export function outcomeSign({ outcome, outgoing }: CallLogRow): IconName {
  if (outcome === "missed") return "phone-missed";
  if (outcome === "planned") return "calendar";
  return outgoing ? "phone-out" : "phone-in";
}

export const OUTGOING_SIGN: Record<OutgoingState, IconName> = {
  told: "send",
  ringing: "bell",
  answered: "enter",
  joined: "check",
  left: "leave",
  declined: "phone-down",
  busy: "phone",
  undisturbed: "bell-off",
  missed: "phone-missed",
};
