// How big a tile really is on the screen, so that only the needed picture is sent for.
import type { Action } from "../bindings/Action";

/** A tile is reported once it has kept its size for this long: a window being resized changes it sixty times a second. */
const QUIET_MS = 200;

/** Physical pixels of height that a picture of a shape fills in a box; 0 when the box is not seen. */
export function neededHeight(box: { width: number; height: number }, shape: number, ratio: number, seen: boolean): number {
  if (!seen) return 0;
  const height = Math.min(box.height, box.width / shape);
  return Math.min(0xffff, Math.max(0, Math.round(height * ratio)));
}

/** Reports a tile's size whenever it has changed, and 0 when it is gone. */
export function reportTileSize(element: Element, stream: number, act: (action: Action) => void): () => void {
  let box = { width: 0, height: 0 };
  let seen = false;
  let reported = -1;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const report = () => {
    const height = neededHeight(box, 16 / 9, devicePixelRatio, seen);
    if (height === reported) return;
    reported = height;
    act({ kind: "tile", stream, height });
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(report, QUIET_MS);
  };

  const resized = new ResizeObserver(([entry]) => {
    if (entry !== undefined) box = { width: entry.contentRect.width, height: entry.contentRect.height };
    later();
  });
  const moved = new IntersectionObserver(([entry]) => {
    seen = entry?.isIntersecting ?? false;
    later();
  });
  resized.observe(element);
  moved.observe(element);

  return () => {
    clearTimeout(timer);
    resized.disconnect();
    moved.disconnect();
    if (reported > 0) act({ kind: "tile", stream, height: 0 });
  };
}
