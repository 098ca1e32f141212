// The gallery: `?scene=home&locale=he`, and `&frames=ws://...` for moving pictures. Without a scene it lists them.
import { mount } from "svelte";
import App from "../src/App.svelte";
import { mockBackend } from "../src/lib/backend/mock";
import { arrived, type FromElsewhere } from "../src/lib/backend/mock_chat";
import type { Action } from "../src/lib/bindings/Action";
import type { AppView } from "../src/lib/bindings/AppView";
import type { Locale } from "../src/lib/bindings/Locale";
import type { RingRow } from "../src/lib/bindings/RingRow";
import { LOCALES } from "../src/lib/l10n/index.svelte";
import "../src/styles/base.css";
import "../src/styles/controls.css";
import "../src/styles/stage.css";
import { callShelf } from "./fixtures/calling";
import { attachment, shelf } from "./fixtures/chat";
import { SCENES } from "./fixtures/scenes";

const wanted = new URLSearchParams(location.search);
const name = wanted.get("scene") ?? "";
const scene = SCENES[name];
const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app");
if (scene === undefined) list(target);
else show(target, scene(locale(wanted.get("locale")), wanted.get("frames") ?? ""));

function show(target: HTMLElement, view: ReturnType<NonNullable<typeof scene>>): void {
  mount(App, { target, props: { backend: mockBackend(view, remember, { shelf: shelf(view.locale), calls: callShelf(view.locale), attachment, others }) } });
}

/** Tests let something come from elsewhere by an event. */
function others(make: (change: (view: AppView) => AppView) => void): void {
  window.addEventListener("ring", (event) => {
    const { detail } = event as CustomEvent<RingRow[]>;
    make((view) => ({ ...view, ringing: detail }));
  });
  window.addEventListener("arrive", (event) => {
    const { detail } = event as CustomEvent<FromElsewhere>;
    make((view) => (view.chat === null ? view : { ...view, chat: arrived(view.chat, detail) }));
  });
}

/** Tests read what was done from the page's own element. */
function remember(action: Action): void {
  const quiet = ["tile", "painted", "visible"].includes(action.kind);
  if (action.kind === "chat" && ["seen", "draft", "earlier", "later"].includes(action.step.kind)) {
    document.documentElement.dataset[`chat_${action.step.kind}`] = JSON.stringify(action.step);
  } else if (action.kind === "drawn") document.documentElement.dataset["drawn"] = JSON.stringify(action.streams);
  else if (!quiet) document.documentElement.dataset["acted"] = JSON.stringify(action);
  else document.documentElement.dataset[action.kind] = JSON.stringify(action);
}

function list(target: HTMLElement): void {
  for (const scene of Object.keys(SCENES)) {
    for (const locale of LOCALES) {
      const link = Object.assign(document.createElement("a"), { textContent: `${scene} ${locale}` });
      link.href = `?scene=${scene}&locale=${locale}`;
      target.append(link, document.createElement("br"));
    }
  }
}

function locale(given: string | null): Locale {
  return LOCALES.find((known) => known === given) ?? "en";
}
