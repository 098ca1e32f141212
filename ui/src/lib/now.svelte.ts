// A clock for components: the time, every second, for as long as the component is shown.
import { onDestroy } from "svelte";

/** The wall clock, in milliseconds since 1970, renewed about once a second. */
export function everySecond(): { readonly wall: number } {
  let wall = $state(Date.now());
  const timer = setInterval(() => (wall = Date.now()), 1000);
  onDestroy(() => clearInterval(timer));
  return {
    get wall() {
      return wall;
    },
  };
}
