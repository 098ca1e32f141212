// Which of its texts a join screen shows: the view says who is in and where the visit stands.
import type { Status } from "./bindings/Status";
import type { VisitView } from "./bindings/VisitView";

export type ClientSituation = "expected" | "waiting" | "going-on";
export type SpecialistSituation = "open" | "client-waits" | "waiting" | "going-on";

export function clientSituation(visit: VisitView): ClientSituation {
  if (iAmIn(visit)) return "waiting";
  return visit.status === "open_for_joining" ? "expected" : "going-on";
}

export function specialistSituation(visit: VisitView): SpecialistSituation {
  if (iAmIn(visit)) return "waiting";
  if (visit.info.people.some((person) => person.role === "CLIENT" && person.joined)) return "client-waits";
  return visit.status === "open_for_joining" ? "open" : "going-on";
}

/** Whether people can be in: before the opening and after the end nobody is. */
export function peopleComeIn(status: Status): boolean {
  return status === "open_for_joining" || status.startsWith("started");
}

function iAmIn(visit: VisitView): boolean {
  return visit.info.people.some((person) => person.me && person.joined);
}
