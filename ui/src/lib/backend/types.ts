// What the page needs from whoever owns the state. Three things implement it: the desktop shell, the mock, and
// the page of a browser.
import type { Action } from "../bindings/Action";
import type { AppView } from "../bindings/AppView";

/** Ends a subscription. */
export type Unsubscribe = () => void;

/** Pictures that are media streams of the page itself, by the streams' numbers. */
export interface LiveStreams {
  /** What a stream shows now; null while it shows nothing. */
  stream(number: number): MediaStream | null;
  /** Calls back whenever a stream begins to show something else. */
  onChange(callback: () => void): Unsubscribe;
}

export interface Backend {
  /** Hands an action over. Rejects when it could not be handed over; what comes of it arrives as a view. */
  act(action: Action): Promise<void>;
  /** The newest view, whole. */
  snapshot(): Promise<AppView>;
  /** The address of an attachment's bytes, for `<img>`; `thumbnail` for the small picture. */
  attachment(id: string, size: "thumbnail" | "whole"): string;
  /** Calls back with every view from now on; resolves once nothing can be missed. */
  onView(callback: (view: AppView) => void): Promise<Unsubscribe>;
  /** Where pictures do not come as frames from a shell. */
  readonly live?: LiveStreams;
}
