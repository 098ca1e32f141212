// The wall clock with fractions of a millisecond: `Date.now` gives the day, `performance.now` the fractions. The
// two drift apart over sleep and clock corrections, so they are compared again now and then.

const TOLERANCE_MS = 5;

export class WallClock {
  #offset = Date.now() - performance.now();

  /** Milliseconds since 1970. */
  now(): number {
    return this.#offset + performance.now();
  }

  /** Follows the system's clock after it was set or the machine slept. */
  correct(): void {
    const offset = Date.now() - performance.now();
    if (Math.abs(offset - this.#offset) > TOLERANCE_MS) this.#offset = offset;
  }
}
