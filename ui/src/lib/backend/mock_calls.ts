// What the mock answers where somebody is called: the pane, what rings, and one more person into a visit.
import type { AppView } from "../bindings/AppView";
import type { CallStep } from "../bindings/CallStep";
import type { CallsView } from "../bindings/CallsView";
import type { AskInView } from "../bindings/AskInView";
import type { VisitView } from "../bindings/VisitView";

/** Whom there is to call, and the link that is made. */
export interface CallShelf {
  invite: AskInView;
  link: NonNullable<AskInView["link"]>;
}

export function answerToCalls(view: AppView, step: CallStep, shelf: CallShelf): AppView {
  switch (step.kind) {
    case "accept":
      return { ...view, ringing: view.ringing.map((ring) => (ring.id === step.id ? { ...ring, busy: true } : ring)) };
    case "decline":
      return { ...view, ringing: view.ringing.filter((ring) => ring.id !== step.id) };
    case "back":
      return { ...view, held: null };
    default:
      return view.calls === null ? view : { ...view, calls: inPane(view.calls, step, shelf) };
  }
}

function inPane(calls: CallsView, step: CallStep, { invite }: CallShelf): CallsView {
  switch (step.kind) {
    case "open":
      return { ...calls, pane: step.log ? "log" : "people", missed: step.log ? 0 : calls.missed };
    case "close":
      return { ...calls, pane: "closed" };
    case "search":
      return { ...calls, query: step.text, ...found(invite, step.text) };
    case "set_in_tray":
      return { ...calls, in_tray: step.on };
    case "set_do_not_disturb":
      return { ...calls, do_not_disturb: step.on };
    case "call":
    case "call_back":
    case "rejoin":
      return { ...calls, placing: true };
    default:
      return calls;
  }
}

/** What a step makes of asking one more person in. */
export function inviteStep(visit: VisitView, step: CallStep, { invite, link }: CallShelf): VisitView {
  const change = (given: Partial<AskInView>): VisitView => (visit.invite === null ? visit : { ...visit, invite: { ...visit.invite, ...given } });
  switch (step.kind) {
    case "open_invite":
      return { ...visit, invite };
    case "close_invite":
    case "ask_in":
      return { ...visit, invite: null };
    case "search_invite":
      return change({ query: step.text, ...found(invite, step.text) });
    case "make_link":
      return change({ link: { ...link, name: step.name } });
    case "drop_link":
      return change({ link: null });
    default:
      return visit;
  }
}

function found({ contacts, teams }: AskInView, query: string): Pick<AskInView, "contacts" | "teams"> {
  const fits = ({ name }: { name: string }) => name.toLocaleLowerCase().includes(query.trim().toLocaleLowerCase());
  return { contacts: contacts.filter(fits), teams: teams.filter(fits) };
}
