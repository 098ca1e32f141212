// Canvases, wherever they live.

/** A canvas the engine may draw on. */
export type Surface = OffscreenCanvas | HTMLCanvasElement;

export type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

/** A canvas that is not shown. */
export function hiddenCanvas(width: number, height: number): Surface {
  if (typeof OffscreenCanvas !== "undefined") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}
