// How the steps of a visit look, and which of them ask first.
import type { IconName } from "../components/Icon.svelte";
import type { VisitAction } from "./bindings/VisitAction";

export const ACTION_STYLE: Record<VisitAction, { icon: IconName; danger: boolean }> = {
  open: { icon: "door", danger: false },
  join: { icon: "enter", danger: false },
  leave: { icon: "leave", danger: true },
  start: { icon: "play", danger: false },
  pause: { icon: "pause", danger: false },
  resume: { icon: "play", danger: false },
  finish: { icon: "finish", danger: true },
  cancel: { icon: "cancel", danger: true },
  restore: { icon: "undo", danger: false },
};

/** Steps that cannot be undone by pressing again. */
export type Confirmed = Extract<VisitAction, "leave" | "finish" | "cancel">;

/** Whether a step asks before it is taken. */
export function needsConfirmation(action: VisitAction): action is Confirmed {
  return action === "leave" || action === "finish" || action === "cancel";
}
