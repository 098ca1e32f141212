// A backend without an app behind it, for the gallery and the tests. It never reaches the production bundle.
import type { Action } from "../bindings/Action";
import type { AppView } from "../bindings/AppView";
import type { CallView } from "../bindings/CallView";
import type { Backend } from "./types";

/** A backend that begins with one view and answers only what changes nothing but that view. */
export function mockBackend(first: AppView, onAct: (action: Action) => void): Backend {
  let view = first;
  const listeners = new Set<(view: AppView) => void>();
  return {
    act(action) {
      onAct(action);
      const next = answer(view, action);
      if (next !== view) {
        view = { ...next, revision: view.revision + 1 };
        listeners.forEach((listener) => listener(view));
      }
      return Promise.resolve();
    },
    snapshot: () => Promise.resolve(view),
    onView(callback) {
      listeners.add(callback);
      return Promise.resolve(() => listeners.delete(callback));
    },
  };
}

function answer(view: AppView, action: Action): AppView {
  switch (action.kind) {
    case "set_locale":
      return { ...view, locale: action.locale };
    case "open_link":
      return { ...view, stage: { kind: "opening" } };
    case "dismiss_notice":
      return { ...view, notice: null };
    case "set_media":
      return withCall(view, (call) => ({
        ...call,
        me: { ...call.me, [action.switch]: { ...call.me[action.switch], on: action.on } },
      }));
    case "visit":
      return view.stage.kind === "visit" ? { ...view, stage: { ...view.stage, busy: action.action } } : view;
    default:
      return view;
  }
}

function withCall(view: AppView, change: (call: CallView) => CallView): AppView {
  if (view.stage.kind !== "visit" || view.stage.call === null) return view;
  return { ...view, stage: { ...view.stage, call: change(view.stage.call) } };
}
