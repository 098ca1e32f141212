// When something was written, as a person says it.
import type { Locale } from "../bindings/Locale";
import { formatter, timeOfDay } from "../l10n/time";

const DAY = 24 * 3600 * 1000;

/** The number of a moment's day in the user's own calendar; two moments of one day have the same. */
export function dayNumber(at: Date): number {
  return Math.round(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / DAY);
}

/** In the list: the clock today, the weekday within a week, the date before. */
export function stamp(of: Locale, at: string, now: Date): string {
  const then = new Date(at);
  const days = dayNumber(now) - dayNumber(then);
  if (days === 0) return timeOfDay(of, at);
  if (days > 0 && days < 7) return formatter(of, { weekday: "short" }).format(then);
  if (then.getFullYear() === now.getFullYear()) return formatter(of, { day: "numeric", month: "short" }).format(then);
  return formatter(of, { day: "2-digit", month: "2-digit", year: "numeric" }).format(then);
}

/** Above the messages of a day: which one it is. */
export function dayOf(at: string, now: Date): "today" | "yesterday" | "other" {
  const days = dayNumber(now) - dayNumber(new Date(at));
  if (days === 0) return "today";
  return days === 1 ? "yesterday" : "other";
}

/** "Monday, 3 March", with the year when it is another. */
export function dayName(of: Locale, at: string, now: Date): string {
  const then = new Date(at);
  const year = then.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return formatter(of, { weekday: "long", day: "numeric", month: "long", ...year }).format(then);
}

/** "3 March, 14:30", for the title of a time. */
export function moment(of: Locale, at: string): string {
  return formatter(of, { dateStyle: "long", timeStyle: "short" }).format(new Date(at));
}

/** "1:05" of so many seconds. */
export function minutesAndSeconds(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
