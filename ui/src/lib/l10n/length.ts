// Lengths of time in the language of the page.
import { t } from "./index.svelte";

/** "36 s", "30 min", "30 min 36 s" or "1 h 5 min". */
export function length(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return t("length-seconds", { seconds });
  if (minutes < 60 && seconds % 60 === 0) return t("length-whole-minutes", { minutes });
  if (minutes < 60) return t("length-minutes", { minutes, seconds: seconds % 60 });
  return t("length-hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
