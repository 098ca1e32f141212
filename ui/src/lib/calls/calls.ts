// The steps of calling somebody, for components.
import type { CallStep } from "../bindings/CallStep";
import { getSession } from "../session.svelte";

/** Sends a step; resolves to whether it was taken. To be called while a component is made. */
export function getCalls(): (step: CallStep) => Promise<boolean> {
  const session = getSession();
  return (step) => session.act({ kind: "call", step });
}
