// What of a conversation was really in sight: told only of a page that is shown, and only forwards.

/** So long a message is in sight before it counts, in milliseconds: what flies by was not read. */
const AFTER_MS = 400;

export class Seen {
  readonly #tell: (key: string) => void;
  readonly #order: (key: string) => number;
  readonly #inSight = new Map<Element, string>();
  readonly #keys = new Map<Element, string>();
  readonly #observer = new IntersectionObserver((entries) => this.#take(entries));
  #told = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `order` says where a message stands; below 0 what is not there. */
  constructor(order: (key: string) => number, tell: (key: string) => void) {
    this.#order = order;
    this.#tell = tell;
    document.addEventListener("visibilitychange", this.#later);
  }

  /** Watches the end of a message until the returned function is called. */
  watch(element: Element, key: string): () => void {
    this.#keys.set(element, key);
    this.#observer.observe(element);
    return () => {
      this.#observer.unobserve(element);
      this.#keys.delete(element);
      this.#inSight.delete(element);
    };
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#observer.disconnect();
    document.removeEventListener("visibilitychange", this.#later);
  }

  #take(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const key = this.#keys.get(target);
      if (isIntersecting && key !== undefined) this.#inSight.set(target, key);
      else this.#inSight.delete(target);
    }
    this.#later();
  }

  readonly #later = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say(), AFTER_MS);
  };

  #say(): void {
    if (document.visibilityState !== "visible") return;
    const newest = [...this.#inSight.values()].reduce((a, b) => (this.#order(b) > this.#order(a) ? b : a), "");
    if (newest === "" || this.#order(newest) <= this.#order(this.#told)) return;
    this.#told = newest;
    this.#tell(newest);
  }
}
