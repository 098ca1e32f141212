// What the page tells the app about itself.
import type { Action } from "./bindings/Action";
import type { Unsubscribe } from "./backend/types";

type Act = (action: Action) => void;

/** Says once that the first picture is on the screen: two frames later the first has been shown. */
export function reportPainted(act: Act): void {
  requestAnimationFrame(() => requestAnimationFrame(() => act({ kind: "painted" })));
}

/** Says whenever the page is hidden or shown, and once at the start. */
export function followVisibility(act: Act): Unsubscribe {
  const tell = () => act({ kind: "visible", visible: document.visibilityState === "visible" });
  document.addEventListener("visibilitychange", tell);
  tell();
  return () => document.removeEventListener("visibilitychange", tell);
}
