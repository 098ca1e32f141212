// The day, for words such as "today": it changes at midnight and not before, so that nothing is drawn for it meanwhile.
import { onDestroy } from "svelte";
import { dayNumber } from "./when";

const LOOK_MS = 30_000;

export interface Today {
  readonly now: Date;
}

/** A moment of the present day, for as long as the component is shown. */
export function today(): Today {
  let now = $state.raw(new Date());
  const timer = setInterval(() => {
    const next = new Date();
    if (dayNumber(next) !== dayNumber(now)) now = next;
  }, LOOK_MS);
  onDestroy(() => clearInterval(timer));
  return {
    get now() {
      return now;
    },
  };
}
