// Dates, times and lengths in the language of the page.
import type { Locale } from "../bindings/Locale";

const TAGS: Record<Locale, string> = { ru: "ru-RU", en: "en-GB", he: "he-IL" };

/** A stretch of time as a person reads it: the day, from and to, and the zone if the clinic's is not the user's. */
export interface Schedule {
  /** "Monday, 3 March" where the clinic is. */
  day: string;
  /** "14:30–15:00" where the clinic is. */
  hours: string;
  /** The name of the clinic's zone, and the same stretch where the user is; missing when they are the same. */
  elsewhere: { zone: string; yours: string } | null;
}

/** A visit's schedule in the clinic's time zone and, if it differs, in the user's own. */
export function schedule(of: Locale, start: string, minutes: number, timezone: string, own = ownZone()): Schedule {
  const from = new Date(start);
  const to = new Date(from.getTime() + minutes * 60_000);
  const zone = knownZone(timezone) ?? own;
  const elsewhere = wallClock(from, zone) === wallClock(from, own) ? null : {
    zone: zoneName(of, from, zone),
    yours: yours(of, from, to, zone, own),
  };
  return { day: day(of, from, zone), hours: hours(of, from, to, zone), elsewhere };
}

/** "14:30" in a zone; in the user's own when none is named. */
export function timeOfDay(of: Locale, at: string, timezone?: string): string {
  return formatter(of, { hour: "2-digit", minute: "2-digit" }, timezone).format(new Date(at));
}

/** "15:30" and the zone's name where the clinic is, if its clock shows another time there than the user's own. */
export function timeElsewhere(
  of: Locale,
  at: string,
  timezone: string,
  own = ownZone(),
): { time: string; zone: string } | null {
  const zone = knownZone(timezone) ?? own;
  const moment = new Date(at);
  if (wallClock(moment, zone) === wallClock(moment, own)) return null;
  return { time: timeOfDay(of, at, zone), zone: zoneName(of, moment, zone) };
}

/** Today, as the user's calendar has it. */
export function today(of: Locale, now: Date): string {
  return day(of, now, ownZone());
}

function yours(of: Locale, from: Date, to: Date, zone: string, own: string): string {
  const sameDay = day(of, from, zone) === day(of, from, own);
  return sameDay ? hours(of, from, to, own) : `${day(of, from, own)}, ${hours(of, from, to, own)}`;
}

function day(of: Locale, at: Date, zone: string): string {
  return formatter(of, { weekday: "long", day: "numeric", month: "long" }, zone).format(at);
}

function hours(of: Locale, from: Date, to: Date, zone: string): string {
  // Not `formatRange`: over midnight it writes both dates out, in digits.
  const format = formatter(of, { hour: "2-digit", minute: "2-digit" }, zone);
  return `${format.format(from)}–${format.format(to)}`;
}

function zoneName(of: Locale, at: Date, zone: string): string {
  const parts = formatter(of, { timeZoneName: "longGeneric" }, zone).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

function wallClock(at: Date, zone: string): string {
  return formatter("en", { dateStyle: "short", timeStyle: "short" }, zone).format(at);
}

// Making a formatter takes far longer than using it, and the page is drawn several times a second.
const formatters = new Map<string, Intl.DateTimeFormat>();
const zones = new Map<string, string | undefined>();

function ownZone(): string {
  return formatter("en", {}).resolvedOptions().timeZone;
}

/** The zone if this system knows it: a server may send any name. */
function knownZone(name: string): string | undefined {
  if (!zones.has(name)) zones.set(name, canonical(name));
  return zones.get(name);
}

function canonical(name: string): string | undefined {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A formatter in the language's own way; in the user's own zone when none is named or it is not known. */
export function formatter(of: Locale, options: Intl.DateTimeFormatOptions, zone?: string): Intl.DateTimeFormat {
  const timeZone = zone === undefined ? undefined : knownZone(zone);
  const key = JSON.stringify([of, timeZone, options]);
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(TAGS[of], timeZone === undefined ? options : { ...options, timeZone });
  formatters.set(key, made);
  return made;
}
