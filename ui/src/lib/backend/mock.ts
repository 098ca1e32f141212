// A backend without an app behind it, for the gallery and the tests. It never reaches the production bundle.
import type { Action } from "../bindings/Action";
import type { AppView } from "../bindings/AppView";
import type { MoreTimeView } from "../bindings/MoreTimeView";
import type { OtpStep } from "../bindings/OtpStep";
import type { VisitView } from "../bindings/VisitView";
import { answerInCall } from "./mock_call";
import { answerToCalls, inviteStep, type CallShelf } from "./mock_calls";
import { answerInChat, type ChatShelf } from "./mock_chat";
import type { Backend } from "./types";

/** What a mock has besides its first view. */
export interface MockGiven {
  /** What the panes of the chat show when they are opened. */
  shelf?: ChatShelf;
  /** Whom and what the calls show. */
  calls?: CallShelf;
  /** The addresses of attachments. */
  attachment?: Backend["attachment"];
  /** Hands over what makes a view of others' doing, such as a message that comes. */
  others?: (make: (change: (view: AppView) => AppView) => void) => void;
}

/** A backend that begins with one view and answers only what changes nothing but that view. */
export function mockBackend(first: AppView, onAct: (action: Action) => void, given: MockGiven = {}): Backend {
  let view = first;
  const listeners = new Set<(view: AppView) => void>();
  const publish = (next: AppView): void => {
    if (next === view) return;
    view = { ...next, revision: view.revision + 1 };
    listeners.forEach((listener) => listener(view));
  };
  given.others?.((change) => publish(change(view)));
  return {
    act(action) {
      onAct(action);
      publish(answer(view, action, given));
      return Promise.resolve();
    },
    snapshot: () => Promise.resolve(view),
    attachment: given.attachment ?? (() => ""),
    onView(callback) {
      listeners.add(callback);
      return Promise.resolve(() => listeners.delete(callback));
    },
  };
}

function answer(view: AppView, action: Action, { shelf, calls }: MockGiven): AppView {
  switch (action.kind) {
    case "chat":
      return view.chat === null || shelf === undefined ? view : { ...view, chat: answerInChat(view.chat, action.step, shelf) };
    case "call": {
      const { step } = action;
      if (calls === undefined) return view;
      return withVisit(answerToCalls(view, step, calls), (visit) => inviteStep(visit, step, calls));
    }
    case "set_locale":
      return { ...view, locale: action.locale };
    case "open_link":
      return { ...view, stage: { kind: "opening" } };
    case "dismiss_notice":
      return { ...view, notice: null };
    case "send_otp":
      return withOtp(view, "sending");
    case "verify_otp":
      return withOtp(view, "verifying");
    case "set_processing": {
      const processing = { ...view.devices.processing, [action.part]: action.on };
      return { ...view, devices: { ...view.devices, processing } };
    }
    default:
      return withVisit(view, (visit) => answerInVisit(visit, action));
  }
}

function answerInVisit(visit: VisitView, action: Action): VisitView {
  switch (action.kind) {
    case "visit":
      return { ...visit, busy: action.action };
    case "set_media": {
      const { call } = visit;
      if (call === null) return visit;
      const me = { ...call.me, [action.switch]: { ...call.me[action.switch], on: action.on } };
      return { ...visit, call: { ...call, me } };
    }
    case "extend":
      return withMoreTime(visit, "extend", { busy: true });
    case "dismiss_ask":
      return withMoreTime(visit, "extend", { asked: false });
    case "ask_more_time":
      return withMoreTime(visit, "ask", { asked: true });
    case "open_web_room":
      return visit.web_room === null ? visit : { ...visit, web_room: { ...visit.web_room, opened: true, problem: null } };
    default:
      return visit.call === null ? visit : { ...visit, call: answerInCall(visit.call, action) };
  }
}

function withVisit(view: AppView, change: (visit: VisitView) => VisitView): AppView {
  const { stage } = view;
  if (stage.kind !== "visit") return view;
  const next = change(stage);
  return next === stage ? view : { ...view, stage: { kind: "visit", ...next } };
}

function withMoreTime(visit: VisitView, kind: MoreTimeView["kind"], given: object): VisitView {
  if (visit.more_time?.kind !== kind) return visit;
  return { ...visit, more_time: { ...visit.more_time, ...given } };
}

function withOtp(view: AppView, busy: OtpStep): AppView {
  return view.stage.kind === "otp" ? { ...view, stage: { ...view.stage, busy, problem: null } } : view;
}
