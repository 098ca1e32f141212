// What was drawn of one stream, for the report that goes to the app about once a second.
import type { DrawStats } from "../bindings/DrawStats";

/** The report carries at most this many times (the contract of `DrawStats`). */
const MOST_TIMES = 120;

export class StreamStats {
  readonly #stream: number;
  #received = 0;
  #reported = 0;
  #decoded = 0;
  #drawn = 0;
  #width = 0;
  #height = 0;
  #drawnAt: number[] = [];
  #latency: number[] = [];

  constructor(stream: number) {
    this.#stream = stream;
  }

  /** Nothing has come since the last report. */
  get quiet(): boolean {
    return this.#received === this.#reported;
  }

  received(): void {
    this.#received++;
  }

  decoded(): void {
    this.#decoded++;
  }

  /** A picture is on the canvas. `latency` in milliseconds, null when the picture carries no clock. */
  drawn(width: number, height: number, at: number, latency: number | null): void {
    this.#drawn++;
    this.#width = width;
    this.#height = height;
    if (this.#drawnAt.length < MOST_TIMES) this.#drawnAt.push(at);
    if (latency !== null && this.#latency.length < MOST_TIMES) this.#latency.push(latency);
  }

  /** Counters since the stream began, times since the last report. */
  report(): DrawStats {
    const row: DrawStats = {
      stream: this.#stream,
      received: this.#received,
      decoded: this.#decoded,
      drawn: this.#drawn,
      width: this.#width,
      height: this.#height,
      drawn_at: this.#drawnAt,
      latency_ms: this.#latency,
    };
    this.#reported = this.#received;
    this.#drawnAt = [];
    this.#latency = [];
    return row;
  }
}
