// The streams of a call by their numbers, which are all that the screens know of them.
import type { LiveStreams, Unsubscribe } from "../backend/types";
import type { Content } from "./wire";

/** The self-view. */
export const OWN = 0;
/** The own screen; no call has so many peers. */
export const OWN_SCREEN = 1 << 24;

export class Streams implements LiveStreams {
  readonly #streams = new Map<number, MediaStream>();
  readonly #numbers = new Map<string, number>();
  readonly #listeners = new Set<() => void>();
  #last = 0;

  /** The number of a peer's camera or screen. A number is never used twice. */
  numberOf(peer: string, content: Content): number {
    const key = `${content} ${peer}`;
    const number = this.#numbers.get(key) ?? ++this.#last;
    this.#numbers.set(key, number);
    return number;
  }

  /** Whose stream has this number. */
  ownerOf(number: number): { peer: string; content: Content } | null {
    const key = [...this.#numbers].find(([, each]) => each === number)?.[0];
    if (key === undefined) return null;
    const at = key.indexOf(" ");
    return { content: key.slice(0, at) as Content, peer: key.slice(at + 1) };
  }

  /** A stream that has ended gets another number when it begins again. */
  forget(peer: string, content: Content): void {
    const number = this.#numbers.get(`${content} ${peer}`);
    if (number === undefined) return;
    this.#numbers.delete(`${content} ${peer}`);
    this.put(number, null);
  }

  /** What a stream shows from now on. */
  put(number: number, track: MediaStreamTrack | null): void {
    if (this.#streams.get(number)?.getTracks()[0] === (track ?? undefined)) return;
    if (track === null) this.#streams.delete(number);
    else this.#streams.set(number, new MediaStream([track]));
    this.#listeners.forEach((tell) => tell());
  }

  stream(number: number): MediaStream | null {
    return this.#streams.get(number) ?? null;
  }

  onChange(callback: () => void): Unsubscribe {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }
}
