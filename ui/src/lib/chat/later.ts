// Something that is told after a pause in what is typed, so that not every letter is.

export class Later<Value> {
  readonly #tell: (value: Value) => void;
  readonly #delay: number;
  #waiting: { value: Value } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `delay` in milliseconds. */
  constructor(delay: number, tell: (value: Value) => void) {
    this.#delay = delay;
    this.#tell = tell;
  }

  /** Tells it after the pause, instead of what waits. */
  say(value: Value): void {
    clearTimeout(this.#timer);
    this.#waiting = { value };
    this.#timer = setTimeout(() => this.flush(), this.#delay);
  }

  /** Tells now what waits. */
  flush(): void {
    const waiting = this.#waiting;
    this.drop();
    if (waiting !== null) this.#tell(waiting.value);
  }

  /** What waits is not told. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#waiting = null;
  }
}
