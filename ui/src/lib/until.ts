/** How long until something starts, in one unit. */
export type Until = { unit: "days" | "hours" | "minutes"; count: number } | { unit: "now" };

const MINUTE = 60_000;

/** From `now` to `start`, both milliseconds since 1970; rounded up, so that it never promises too early a start. */
export function untilStart(start: number, now: number): Until {
  const minutes = Math.ceil((start - now) / MINUTE);
  if (!(minutes > 0)) return { unit: "now" };
  if (minutes <= 90) return { unit: "minutes", count: minutes };
  const hours = Math.round(minutes / 60);
  if (hours < 36) return { unit: "hours", count: hours };
  return { unit: "days", count: Math.round(hours / 24) };
}
