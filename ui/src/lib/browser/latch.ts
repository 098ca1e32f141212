// The one place of the page that decides whether something may leave this machine. The rule is that of
// crates/call/src/core/latch.rs: the person's own hand, the room's admission and the visit's status, all three.
import type { MediaState } from "../bindings/MediaState";
import type { Status } from "../bindings/Status";
import type { Rights } from "./wire";

/** What the person's own hand has set. */
export interface Intent {
  mic: boolean;
  camera: boolean;
  screen: boolean;
}

/** What the room allows whoever is admitted. */
export interface Admission {
  rights: Rights;
  status: Status;
}

export const NOTHING: Intent = { mic: false, camera: false, screen: false };

/** What may leave now. */
export function allowed(intent: Intent, admission: Admission | null): Intent {
  const runs = admission?.status === "started" || admission?.status === "started_and_waiting";
  return admission === null || !runs ? NOTHING : within(intent, admission.rights);
}

/** What the others are told: the intent, as far as there is a right to it. */
export function announced(intent: Intent, admission: Admission | null): MediaState {
  return { ...(admission === null ? NOTHING : within(intent, admission.rights)), hold: false };
}

/** The intent, without what is not seen where there are too many for cameras and screens. */
export function visible(intent: Intent, isSeen: boolean): Intent {
  return { mic: intent.mic, camera: intent.camera && isSeen, screen: intent.screen && isSeen };
}

function within(intent: Intent, rights: Rights): Intent {
  return { mic: intent.mic && rights.audio, camera: intent.camera && rights.video, screen: intent.screen && rights.screen };
}
