// The page behind a link, as the server has written it: offers the browser beside the application. Nothing of the visit is
// asked for or shown before the press, because a link may be opened by a messenger's preview as well.
import type { Locale } from "./lib/bindings/Locale";

const find = <Kind extends HTMLElement>(selector: string) => document.querySelector<Kind>(selector);

const offer = find("[data-with-script]");
const button = offer?.querySelector("button") ?? null;
const [busy, failed] = [find("[data-busy]"), find("[data-failed]")];
const parameters = new URLSearchParams(location.search);

if (offer !== null && button !== null) {
  offer.hidden = false;
  find("[data-without-script]")?.remove();
  button.addEventListener("click", () => void goOn(button));
}

async function goOn(pressed: HTMLButtonElement): Promise<void> {
  pressed.disabled = true;
  if (busy !== null) busy.hidden = false;
  if (failed !== null) failed.hidden = true;
  try {
    const { start } = await import("./lib/browser/start");
    start({
      server: new URL(".", location.href.split("?")[0]),
      accessToken: parameters.get("at") ?? "",
      locale: document.documentElement.lang as Locale,
      embedded: parameters.get("embed") === "1" && window.parent !== window,
    });
  } catch {
    pressed.disabled = false;
    if (busy !== null) busy.hidden = true;
    if (failed !== null) failed.hidden = false;
  }
}
