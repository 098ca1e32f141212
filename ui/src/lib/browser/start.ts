// The page after the press: the screens of the application, on top of the browser.
import { mount } from "svelte";
import App from "../../App.svelte";
import "../../styles/base.css";
import "../../styles/controls.css";
import "../../styles/stage.css";
import { browserBackend } from "../backend/browser";
import type { Locale } from "../bindings/Locale";

export interface Entry {
  server: URL;
  accessToken: string;
  locale: Locale;
  /** The page is shown in a frame of another one, which is told when the guest leaves. */
  embedded: boolean;
}

export function start({ embedded, ...entry }: Entry): void {
  document.querySelector("link[href$='visit.css']")?.remove();
  const target = Object.assign(document.createElement("div"), { id: "app" });
  document.body.replaceChildren(target);
  // It tells nothing but that, so it does not matter which page is around this one.
  const onLeft = () => embedded && window.parent.postMessage({ type: "logout" }, "*");
  mount(App, { target, props: { backend: browserBackend({ ...entry, onMoved, onLeft }) } });
}

/** The page has the other conference's address now: opened again it leads there, and going back leads back. */
function onMoved(accessToken: string): void {
  const url = new URL(location.href);
  url.searchParams.set("at", accessToken);
  history.pushState(null, "", url);
  addEventListener("popstate", () => location.reload(), { once: true });
}
