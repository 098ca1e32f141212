// What the page needs from whoever owns the state. Three things implement it: the desktop shell, the mock, and
// later the browser guest.
import type { Action } from "../bindings/Action";
import type { AppView } from "../bindings/AppView";

/** Ends a subscription. */
export type Unsubscribe = () => void;

export interface Backend {
  /** Hands an action over. Rejects when it could not be handed over; what comes of it arrives as a view. */
  act(action: Action): Promise<void>;
  /** The newest view, whole. */
  snapshot(): Promise<AppView>;
  /** The address of an attachment's bytes, for `<img>`; `thumbnail` for the small picture. */
  attachment(id: string, size: "thumbnail" | "whole"): string;
  /** Calls back with every view from now on; resolves once nothing can be missed. */
  onView(callback: (view: AppView) => void): Promise<Unsubscribe>;
}
