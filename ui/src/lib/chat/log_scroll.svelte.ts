// Where a conversation is scrolled to: at its end it stays there, elsewhere what is read keeps its place, whatever comes
// above or below or changes its height. Not every webview anchors by itself, so none does here.

type Place = { kind: "end" } | { kind: "at"; line: HTMLElement; offset: number };

/** CSS pixels: so close to the end is the end. */
const CLOSE = 40;
/** What shows that the person scrolls, rather than the page. */
const HANDS = ["wheel", "touchmove", "pointerdown", "keydown"] as const;

export class LogScroll {
  #place: Place = { kind: "end" };
  /** A line that was asked for stays where it was put until the person scrolls. */
  #held = false;
  #moved = false;
  /** Where it was put last, if the person has not scrolled since. */
  #put = NaN;
  #scroller: HTMLElement | null = null;
  #lines: Element | null = null;
  #atEnd = $state(true);
  readonly #whole: () => boolean;

  /** `whole`: the newest message is loaded; otherwise the end of what is loaded is a place like any other. */
  constructor(whole: () => boolean) {
    this.#whole = whole;
  }

  /** Whether the end of what is loaded is in sight. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Whether the person has scrolled. */
  get moved(): boolean {
    return this.#moved;
  }

  /** Looks after an element whose only child grows, and in it the lines after `data-lines`. */
  readonly follow = (scroller: HTMLElement): (() => void) => {
    const content = scroller.firstElementChild;
    this.#scroller = scroller;
    this.#lines = scroller.querySelector("[data-lines]");
    const resized = new ResizeObserver(this.#keep);
    const changed = new MutationObserver(this.#keep);
    resized.observe(scroller);
    if (content !== null) resized.observe(content);
    if (this.#lines !== null) changed.observe(this.#lines, { childList: true });
    scroller.addEventListener("scroll", this.#note, { passive: true });
    HANDS.forEach((event) => scroller.addEventListener(event, this.#release, { passive: true }));
    this.#keep();
    return () => {
      resized.disconnect();
      changed.disconnect();
      scroller.removeEventListener("scroll", this.#note);
      HANDS.forEach((event) => scroller.removeEventListener(event, this.#release));
      this.#scroller = this.#lines = null;
    };
  };

  /** Goes to the newest message, and stays there. */
  toEnd(): void {
    this.#place = { kind: "end" };
    this.#held = false;
    this.#keep();
  }

  /** Brings a line into sight: `part` of the height is left above it. */
  show(line: HTMLElement, part: number): void {
    if (this.#scroller === null) return;
    this.#place = { kind: "at", line, offset: this.#scroller.clientHeight * part };
    this.#held = true;
    this.#keep();
  }

  readonly #release = (): void => {
    this.#held = false;
    this.#moved = true;
  };

  readonly #keep = (): void => {
    const scroller = this.#scroller;
    if (scroller === null || scroller.clientHeight === 0) return;
    if (this.#place.kind === "at" && !this.#place.line.isConnected) this.#place = this.#read(scroller);
    if (this.#place.kind === "end") scroller.scrollTop = scroller.scrollHeight;
    else {
      const off = top(this.#place.line) - top(scroller) - this.#place.offset;
      if (Math.abs(off) >= 1) scroller.scrollTop += off;
    }
    this.#put = scroller.scrollTop;
    this.#atEnd = isAtEnd(scroller);
  };

  readonly #note = (): void => {
    const scroller = this.#scroller;
    // A pane that is hidden, or not laid out yet, says nothing about where its reader is.
    if (scroller === null || scroller.clientHeight === 0) return;
    // It is where it was put: what is around it has grown, and the person has done nothing.
    if (Math.abs(scroller.scrollTop - this.#put) < 1) return this.#keep();
    this.#atEnd = isAtEnd(scroller);
    this.#put = NaN;
    if (!this.#held) this.#place = this.#read(scroller);
  };

  #read(scroller: HTMLElement): Place {
    if (this.#whole() && isAtEnd(scroller)) return { kind: "end" };
    const line = firstBelow(this.#lines, top(scroller));
    return line === null ? { kind: "end" } : { kind: "at", line, offset: top(line) - top(scroller) };
  }
}

function top(element: Element): number {
  return element.getBoundingClientRect().top;
}

function isAtEnd(scroller: HTMLElement): boolean {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= CLOSE;
}

/**
 * The first message that ends below an edge, or the last one. The lines stand one below the other, so half of them is left
 * out each time; a line above a day comes and goes, and holds nothing.
 */
function firstBelow(content: Element | null, edge: number): HTMLElement | null {
  const lines = content?.children ?? [];
  let from = 0;
  let to = lines.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((lines[middle]?.getBoundingClientRect().bottom ?? 0) > edge) to = middle;
    else from = middle + 1;
  }
  const below = lines[from] ?? content?.lastElementChild ?? null;
  for (let line = below; line !== null; line = line.nextElementSibling) {
    if (line instanceof HTMLElement && line.dataset["key"] !== undefined) return line;
  }
  return below instanceof HTMLElement ? below : null;
}
