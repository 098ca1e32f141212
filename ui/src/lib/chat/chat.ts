// The chat's steps, for the components of the pane.
import type { ChatStep } from "../bindings/ChatStep";
import { getSession } from "../session.svelte";

/** Sends a step; resolves to whether it was taken. To be called while a component is made. */
export function getChat(): (step: ChatStep) => Promise<boolean> {
  const session = getSession();
  return (step) => session.act({ kind: "chat", step });
}
