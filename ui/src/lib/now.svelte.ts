// A clock for components: the time, every second, for as long as the component is shown. Nobody sets it: a wrong wall
// clock changes nothing.
import { onDestroy } from "svelte";

export interface Seconds {
  /** Milliseconds of the page's monotonic clock, as `performance.now()`. */
  readonly now: number;
  /** Milliseconds since the component is shown. */
  readonly shown: number;
}

/** The clock, renewed about once a second. */
export function everySecond(): Seconds {
  const begin = performance.now();
  let now = $state(begin);
  const timer = setInterval(() => (now = performance.now()), 1000);
  onDestroy(() => clearInterval(timer));
  return {
    get now() {
      return now;
    },
    get shown() {
      return now - begin;
    },
  };
}
