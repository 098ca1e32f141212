// Which of its texts a screen before the call shows: the view says who is in and where the visit stands.
import type { VisitView } from "./bindings/VisitView";

export type ClientSituation = "closed" | "can-come" | "expected" | "waiting" | "going-on";
export type SpecialistSituation = "closed" | "open" | "client-waits" | "waiting" | "going-on";

export function clientSituation(visit: VisitView): ClientSituation {
  if (!isOpen(visit)) return "closed";
  if (iAmIn(visit)) return "waiting";
  if (visit.status === "pending") return "can-come";
  return visit.status === "open_for_joining" ? "expected" : "going-on";
}

export function specialistSituation(visit: VisitView): SpecialistSituation {
  if (!isOpen(visit)) return "closed";
  if (iAmIn(visit)) return "waiting";
  if (visit.info.people.some((person) => person.role !== "SPECIALIST" && person.joined)) return "client-waits";
  return visit.status.startsWith("started") ? "going-on" : "open";
}

/** Whether people can be in: after the end nobody is, and before the opening only in a visit that needs none. */
export function isOpen(visit: VisitView): boolean {
  if (visit.status === "pending") return iAmIn(visit) || visit.actions.includes("join");
  return visit.status === "open_for_joining" || visit.status.startsWith("started");
}

/** Whether the time of a visit has passed without its start. */
export function neverStarted(visit: VisitView): boolean {
  const ran = visit.info.started_at !== null || (visit.clock?.net_ms ?? 0) > 0;
  return visit.status === "cancelled_after_start" && !ran;
}

function iAmIn(visit: VisitView): boolean {
  return visit.info.people.some((person) => person.me && person.joined);
}
