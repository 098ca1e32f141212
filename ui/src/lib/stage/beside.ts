// Where a panel opens that belongs to a button.
import type { Box } from "./grid";

export interface Edges {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Pixels to the button and to the window's edges. */
const GAP = 8;

/** The upper left corner: below the button, above it where there is more room, and never outside the window. */
export function beside(button: Edges, panel: Box, window: Box, direction: "ltr" | "rtl"): { left: number; top: number } {
  const below = window.height - button.bottom >= panel.height + 2 * GAP || button.top < window.height - button.bottom;
  const wanted = {
    left: direction === "ltr" ? button.right - panel.width : button.left,
    top: below ? button.bottom + GAP : button.top - GAP - panel.height,
  };
  return {
    left: inside(wanted.left, panel.width, window.width),
    top: inside(wanted.top, panel.height, window.height),
  };
}

function inside(start: number, size: number, whole: number): number {
  return Math.max(GAP, Math.min(start, whole - size - GAP));
}
