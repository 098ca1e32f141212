/** How long until something starts, in one unit. */
export type Until = { unit: "days" | "hours" | "minutes"; count: number } | { unit: "now" };

const MINUTE = 60_000;

/** The unit for so many milliseconds; rounded up, so that it never promises too early a start. */
export function until(left: number): Until {
  const minutes = Math.ceil(left / MINUTE);
  if (!(minutes > 0)) return { unit: "now" };
  if (minutes <= 90) return { unit: "minutes", count: minutes };
  const hours = Math.round(minutes / 60);
  if (hours < 36) return { unit: "hours", count: hours };
  return { unit: "days", count: Math.round(hours / 24) };
}
