// Where the pictures are on the page, for the application that puts them there. Said only when it has changed, and at
// most once a frame.
import type { Action } from "../bindings/Action";
import type { TileRect } from "../bindings/TileRect";

/** How a picture lies in its box. */
export interface Look {
  mirrored: boolean;
  /** All of it is shown, with bars; otherwise it fills the box. */
  whole: boolean;
}

interface Hole {
  stream: number;
  element: Element;
  look: Look;
}

/** What moves a box without anything being changed in the document. */
const MOVES = ["scroll", "transitionend", "animationend", "load"] as const;

export class Tiles {
  readonly #act: (action: Action) => void;
  readonly #holes = new Set<Hole>();
  readonly #resized = new ResizeObserver(() => this.#later());
  readonly #changed = new MutationObserver(() => this.#later());
  #said: TileRect[] = [];
  #frame: number | null = null;

  constructor(act: (action: Action) => void) {
    this.#act = act;
  }

  /** Says where an element is until the returned function is called. */
  show(stream: number, element: Element, look: Look): () => void {
    const hole = { stream, element, look };
    if (this.#holes.size === 0) this.#watch();
    this.#holes.add(hole);
    this.#resized.observe(element);
    this.#later();
    return () => {
      this.#holes.delete(hole);
      this.#resized.unobserve(element);
      if (this.#holes.size === 0) this.#rest();
      this.#later();
    };
  }

  #watch(): void {
    this.#resized.observe(document.documentElement);
    this.#changed.observe(document.documentElement, { subtree: true, childList: true, attributes: true });
    MOVES.forEach((event) => document.addEventListener(event, this.#later, { capture: true, passive: true }));
  }

  #rest(): void {
    this.#resized.disconnect();
    this.#changed.disconnect();
    MOVES.forEach((event) => document.removeEventListener(event, this.#later, { capture: true }));
  }

  readonly #later = (): void => {
    // A hidden page draws no frames, and nobody sees where its tiles are.
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#say();
    });
  };

  #say(): void {
    const holes = [...this.#holes].sort((a, b) => below(a.element, b.element));
    const tiles = holes.map(rectOf).filter((rect) => rect.width > 0 && rect.height > 0);
    if (same(tiles, this.#said)) return;
    this.#said = tiles;
    this.#act({ kind: "tiles", tiles });
  }
}

/** A dialog or panel is above the page; for the rest, later in the document is above. */
function below(a: Element, b: Element): number {
  const layers = layer(a) - layer(b);
  if (layers !== 0) return layers;
  return a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
}

function layer(element: Element): number {
  return element.closest("dialog, [popover]") === null ? 0 : 1;
}

function rectOf({ stream, element, look }: Hole): TileRect {
  const { x, y, width, height } = element.getBoundingClientRect();
  return { stream, x, y, width, height, radius: radiusOf(element), ...look };
}

/** The box's frame cuts the corners: its own radius, less the border that lies outside. */
function radiusOf(element: Element): number {
  if (element.parentElement === null) return 0;
  const { borderTopLeftRadius, borderTopWidth } = getComputedStyle(element.parentElement);
  return Math.max(0, (parseFloat(borderTopLeftRadius) || 0) - (parseFloat(borderTopWidth) || 0));
}

/** Whether two lists say the same. */
export function same(a: readonly TileRect[], b: readonly TileRect[]): boolean {
  const keys = ["stream", "x", "y", "width", "height", "radius", "mirrored", "whole"] as const;
  return a.length === b.length && a.every((rect, index) => keys.every((key) => rect[key] === b[index]?.[key]));
}
