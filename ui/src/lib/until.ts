/** How long until something starts. */
export type Until =
  | { unit: "days"; count: number }
  | { unit: "hours"; hours: number; minutes: number }
  | { unit: "minutes"; count: number }
  | { unit: "now" };

const MINUTE = 60_000;
const HOUR = 60;
const DAY = 24 * HOUR;

/**
 * So many milliseconds as a person counts them. Minutes are rounded up: "1 minute" is there until it is time. Days are
 * rounded to the nearest, and the words for them say so.
 */
export function until(left: number): Until {
  const minutes = Math.ceil(left / MINUTE);
  if (!(minutes > 0)) return { unit: "now" };
  if (minutes <= 90) return { unit: "minutes", count: minutes };
  if (minutes < DAY) return { unit: "hours", hours: Math.floor(minutes / HOUR), minutes: minutes % HOUR };
  return { unit: "days", count: Math.round(minutes / DAY) };
}
