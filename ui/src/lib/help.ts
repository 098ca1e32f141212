// What the help says on each of the specialist's screens.
import type { VisitView } from "./bindings/VisitView";
import { isOpen, neverStarted } from "./situation";
import type { PlainId } from "./words";

/** What the screen is for and what happens at each step, in two to four points. */
export function helpPoints(visit: VisitView): PlainId[] {
  // The pause reaches only a call that is here.
  const inBrowser = visit.web_room !== null;
  const both = visit.times?.both_present ?? null;
  switch (visit.status) {
    case "pending":
      return isOpen(visit) ? OPEN : ["help-pending-1", "help-pending-2", "help-pending-3"];
    case "open_for_joining":
      return OPEN;
    case "started":
      if (visit.screen !== "started") return BACK;
      return [inBrowser ? "help-web-room-1" : "help-started-1", "help-started-2", "help-started-3", "help-started-4"];
    case "started_and_waiting":
      return visit.screen === "started" ? ["help-waiting-1", "help-waiting-2", "help-waiting-3"] : BACK;
    case "started_and_paused":
      if (visit.screen !== "started") return ["help-back-paused", "help-back-2"];
      return [inBrowser ? "web-room-paused" : "help-paused-1", "help-paused-2", "help-paused-3"];
    case "cancelled_before_start":
      return CANCELLED;
    case "cancelled_after_start":
    case "finished":
      if (neverStarted(visit)) return CANCELLED;
      return ["help-over-1", "help-over-2", ...(both === null ? [] : (["help-over-3"] as const))];
  }
}

const OPEN: PlainId[] = ["help-open-1", "help-open-2", "help-open-3", "help-open-4"];
const CANCELLED: PlainId[] = ["help-cancelled-1", "help-cancelled-2", "help-cancelled-3"];
const BACK: PlainId[] = ["help-back-1", "help-back-2"];
