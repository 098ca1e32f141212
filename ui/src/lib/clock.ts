// The visit's clock between two views: it counts on by the page's monotonic clock and never by the wall clock.
import type { ClockPhase } from "./bindings/ClockPhase";
import type { ClockView } from "./bindings/ClockView";

/** A clock as it was published, with the page's monotonic time (ms) at which it arrived. */
export interface Anchor {
  clock: ClockView;
  at: number;
}

/** What the clock shows at one moment, in whole seconds. */
export interface Reading {
  remaining: number;
  overtime: number;
  net: number;
  running: boolean;
  /** How near the planned end is. */
  phase: ClockPhase;
}

/** Views come several times a second and each is late by a different bit: smaller corrections only make it flicker. */
const JITTER_MS = 700;

/** The anchor to count from after a newer clock has arrived. */
export function reanchor(previous: Anchor | null, clock: ClockView, now: number): Anchor {
  if (previous === null || previous.clock.running !== clock.running) return { clock, at: now };
  const drift = Math.abs(position(clock) - position(advance(previous, now)));
  return drift < JITTER_MS ? previous : { clock, at: now };
}

/** The reading at the monotonic time `now`. */
export function read(anchor: Anchor, now: number): Reading {
  const clock = advance(anchor, now);
  const remaining = Math.ceil(clock.remaining_ms / 1000);
  const overtime = Math.floor(clock.overtime_ms / 1000);
  const net = Math.floor(clock.net_ms / 1000);
  return { remaining, overtime, net, running: clock.running, phase: clock.phase };
}

/** Milliseconds until the shown seconds change. */
export function untilNextSecond(anchor: Anchor, now: number): number {
  const clock = advance(anchor, now);
  const rest = clock.remaining_ms > 0 ? clock.remaining_ms % 1000 : 1000 - (clock.overtime_ms % 1000);
  return Math.max(20, rest);
}

/** "05:09" or "1:05:09". */
export function digits(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
}

/** The limits of `ClockReading::phase`: the window counts on by itself, and must not say "calm" until the next view. */
function phase(left: number): ClockPhase {
  if (left <= 0) return "overtime";
  if (left <= 60_000) return "one_minute";
  return left <= 300_000 ? "five_minutes" : "calm";
}

function advance({ clock, at }: Anchor, now: number): ClockView {
  const moved = clock.running ? Math.max(0, now - at) : 0;
  const left = position(clock) - moved;
  return {
    remaining_ms: Math.max(0, left),
    overtime_ms: Math.max(0, -left),
    net_ms: clock.net_ms + moved,
    running: clock.running,
    phase: phase(left),
  };
}

/** Where the clock stands on one axis: milliseconds before the planned end, negative after it. */
function position(clock: ClockView): number {
  return clock.remaining_ms - clock.overtime_ms;
}
