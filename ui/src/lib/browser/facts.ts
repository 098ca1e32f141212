// What the server says about the visit, and what follows for the screens. But for the reading it is pure: the same as crates/model/src/{screen,step}.rs
// and crates/app/src/present.rs.
import type { ClockView } from "../bindings/ClockView";
import type { Locale } from "../bindings/Locale";
import type { NoticeCode } from "../bindings/NoticeCode";
import type { Person } from "../bindings/Person";
import type { Role } from "../bindings/Role";
import type { Screen } from "../bindings/Screen";
import type { Status } from "../bindings/Status";
import type { TimesView } from "../bindings/TimesView";
import type { VisitAction } from "../bindings/VisitAction";
import type { VisitInfo } from "../bindings/VisitInfo";
import type { Api } from "./api";
import { hasLobby } from "./lobby";
import { personRole, type ConferenceInfo, type Durations, type WirePerson } from "./wire";

const RESTORE_MS = 180_000;
/** Conferences of other protocols, to which guests have links, are named so. */
const GUEST_LINKS = ["coviu:", "trueconf:"];

export interface Facts {
  role: Role;
  user: string;
  info: ConferenceInfo;
  /** Somebody has called: it has no planned length, and its end is not taken back. */
  isCall: boolean;
  /** An end is not taken back. */
  isFinal: boolean;
  durations: Durations;
  /** When they were read, on the page's monotonic clock. */
  taken: number;
}

/** Reads the durations first: the clock of the page counts on from their time. */
export async function readFacts(api: Api): Promise<Facts> {
  const durations = await api.durations();
  const taken = performance.now();
  const { role, user_id: user, conference_info: info, call: isCall = false, ended_for_good: isFinal = false } = await api.info();
  return { role, user, info, isCall, isFinal, durations, taken };
}

/** What has changed about the visit since `before`. */
export function newsTo(facts: Facts, before: Facts): NoticeCode | null {
  // Whoever is asked into a call is seen there.
  if (facts.isCall) return null;
  const running = isStarted(before.info.status);
  // Whoever was asked in while it runs is seen to come.
  const known = (now: WirePerson[], then: WirePerson[]) => (running ? now.slice(0, then.length) : now);
  const plan = ({ info }: Facts) =>
    JSON.stringify([
      info.scheduledStart,
      info.services,
      known(info.specialists, before.info.specialists),
      known(info.clients, before.info.clients),
      info.filialInfo,
      info.organizationInfo,
    ]);
  const longer = facts.info.scheduledDurationSeconds - before.info.scheduledDurationSeconds;
  if (plan(before) !== plan(facts) || longer < 0) return "info-changed";
  return longer > 0 ? "extended" : null;
}

export const isStarted = (status: Status): boolean => status.startsWith("started");
export const isEnded = (status: Status): boolean => status === "finished" || status.startsWith("cancelled");

export function joined({ role, user, info }: Facts): boolean {
  return (role === "CLIENT" ? info.joinedClients : info.joinedSpecialists).some(({ id }) => id === user);
}

/** Has to knock: crates/app/src/visit.rs. */
export const isGuest = ({ role, info }: Facts): boolean => role === "CLIENT" && hasLobby(info.appointmentId);

export function screen(facts: Facts): Screen {
  const { role, info } = facts;
  const side = role === "CLIENT" ? "client" : "specialist";
  if (info.status === "pending") return `pending-${side}`;
  if (info.status === "cancelled_before_start") return "cancelled";
  if (isEnded(info.status)) return "finish";
  return isStarted(info.status) && joined(facts) ? "started" : `join-${side}`;
}

/** What the role may do, in the order to show. A guest does not join, but is let in. */
export function actions(facts: Facts, now: number): VisitAction[] {
  const all = ofRole(facts, now);
  // A call is hung up.
  if (facts.isCall && screen(facts) === "started") return [];
  return isGuest(facts) ? all.filter((action) => action !== "join") : all;
}

function ofRole(facts: Facts, now: number): VisitAction[] {
  const { role, info } = facts;
  const status = info.isOpen === true && info.status === "pending" ? "open_for_joining" : info.status;
  const [specialist, isIn] = [role === "SPECIALIST", joined(facts)];
  if (isEnded(status)) return specialist && restoreMs(facts, now) !== null ? ["restore"] : [];
  // Guests of other protocols' links call nothing off.
  const isByGuestLink = !specialist && GUEST_LINKS.some((face) => info.appointmentId.startsWith(face));
  const cancel: VisitAction[] = isByGuestLink ? [] : ["cancel"];
  if (status === "pending") return specialist ? ["open", ...cancel] : cancel;
  if (!isIn) return status === "open_for_joining" ? ["join", ...cancel] : ["join"];
  if (!specialist) return ["leave"];
  if (status === "open_for_joining") return ["start", "leave", "cancel"];
  const first: VisitAction[] = status === "started" ? ["pause"] : status === "started_and_paused" ? ["resume"] : [];
  return [...first, "finish", "leave"];
}

/** The server's time, in milliseconds since 1970, whatever this machine's calendar says. */
export const serverTime = (facts: Facts, now: number): number => Date.parse(facts.durations.now) + now - facts.taken;

export const startsInMs = (facts: Facts, now: number): number =>
  Math.round(Date.parse(facts.info.scheduledStart) - serverTime(facts, now));

/** How long a specialist can still take the end back. */
export function restoreMs(facts: Facts, now: number): number | null {
  const { role, info } = facts;
  if (facts.isFinal || role !== "SPECIALIST" || !isEnded(info.status) || info.cancelledByExternal === true || !info.finishedAt) return null;
  const left = RESTORE_MS - Math.max(0, serverTime(facts, now) - Date.parse(info.finishedAt));
  return left < 0 ? null : Math.round(left);
}

export function clock({ info, isCall, durations, taken }: Facts, now: number): ClockView | null {
  if (isCall) return null;
  if (["pending", "open_for_joining", "cancelled_before_start"].includes(info.status)) return null;
  const running = info.status === "started" || info.status === "started_and_waiting";
  const net = durations.netDurationSeconds * 1000 + (running ? now - taken : 0);
  const left = durations.scheduledDurationSeconds * 1000 - net;
  const remaining = Math.max(0, Math.round(left));
  const phase = remaining === 0 ? "overtime" : remaining <= 60_000 ? "one_minute" : remaining <= 300_000 ? "five_minutes" : "calm";
  return { remaining_ms: remaining, overtime_ms: Math.max(0, Math.round(-left)), net_ms: Math.round(net), running, phase };
}

export function times(facts: Facts): TimesView | null {
  const { info, durations } = facts;
  const began = (info.startedAt ?? null) !== null || durations.dirtyDurationSeconds > 0;
  if (screen(facts) !== "finish" || !began || facts.isCall) return null;
  return {
    scheduled: durations.scheduledDurationSeconds,
    net: durations.netDurationSeconds,
    dirty: durations.dirtyDurationSeconds,
    real: durations.realDurationSeconds,
    both_present: durations.bothPresentSeconds ?? null,
    gaps: (durations.gaps ?? []).flatMap(({ from, to, reason }) => {
      const seconds = Math.round((Date.parse(to ?? info.finishedAt ?? from) - Date.parse(from)) / 1000);
      return seconds >= 1 ? [{ from, seconds, reason }] : [];
    }),
  };
}

export function visitInfo(facts: Facts, locale: Locale): VisitInfo {
  const { info } = facts;
  const opens = Date.parse(info.scheduledStart) - info.openingDurationSeconds * 1000;
  return {
    organization: info.organizationInfo.title,
    branch: info.filialInfo.title,
    services: info.services.flatMap(({ name }) => {
      const named = name.find(({ lang }) => lang.split(/[-_]/)[0] === locale) ?? name[0];
      return named === undefined ? [] : [named.text];
    }),
    scheduled_start: info.scheduledStart,
    scheduled_minutes: Math.ceil(info.scheduledDurationSeconds / 60),
    timezone: info.filialInfo.timezone,
    opens_at: info.openingDurationSeconds > 0 ? new Date(opens).toISOString() : null,
    people: people(facts),
    started_at: info.startedAt ?? null,
    finished_at: info.finishedAt ?? null,
  };
}

function people({ role, user, info }: Facts): Person[] {
  const person = (one: WirePerson, of: Role, isIn: WirePerson[]): Person => ({
    name: [one.name, one.middleName, one.surname].map((part) => part?.trim()).filter(Boolean).join(" "),
    profession: one.profession?.trim() || null,
    role: personRole(of, one.id),
    joined: isIn.some(({ id }) => id === one.id),
    me: role === of && user === one.id,
    required: personRole(of, one.id) === "CLIENT" || one.required === true,
  });
  return [
    ...info.specialists.map((one) => person(one, "SPECIALIST", info.joinedSpecialists)),
    ...info.clients.map((one) => person(one, "CLIENT", info.joinedClients)),
  ];
}
