// What a painter puts on its canvas: a picture in the form that this place draws best.
import type { Picture } from "./header";
import { i420Bytes, toRgba } from "./i420";
import { hiddenCanvas, type Context, type Surface } from "./surface";

/** A decoded picture. Whoever holds it closes it. */
export interface Image {
  readonly width: number;
  readonly height: number;
  draw(context: Context): void;
  close(): void;
}

/** A picture of the browser's own. */
export function ofFrame(frame: VideoFrame): Image {
  const { displayWidth: width, displayHeight: height } = frame;
  return {
    width,
    height,
    draw: (context) => context.drawImage(frame, 0, 0, width, height),
    close: () => frame.close(),
  };
}

/** A raw picture as it came; null when it is not whole. */
export function ofRaw(picture: Picture): Image | null {
  const { width, height, payload } = picture;
  if (width === 0 || height === 0 || payload.byteLength < i420Bytes(width, height)) return null;
  // Some browsers refuse frames of odd sizes.
  const even = width % 2 === 0 && height % 2 === 0;
  return even && typeof VideoFrame !== "undefined" ? ofFrame(frameOf(picture)) : ofPixels(picture);
}

/** BT.601 in the video range, like the decoder's own frames. */
const COLOURS = { matrix: "smpte170m", primaries: "bt709", transfer: "bt709", fullRange: false } as const;

function frameOf({ width, height, payload, sentAt }: Picture): VideoFrame {
  const timestamp = Math.round(sentAt * 1000);
  return new VideoFrame(payload, { format: "I420", codedWidth: width, codedHeight: height, timestamp, colorSpace: COLOURS });
}

/** Where the pixels of one canvas are made. */
interface Desk {
  canvas: Surface;
  context: Context;
  image: ImageData;
}

/** Used again: a steady stream does not allocate. */
const desks = new WeakMap<Context, Desk>();

/** Pixels go to a canvas in plain memory first: WebKitGTK takes many times longer to put them into graphics memory. */
function deskOf(shown: Context, width: number, height: number): Desk | null {
  const known = desks.get(shown);
  if (known?.image.width === width && known.image.height === height) return known;
  const canvas = hiddenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true }) as Context | null;
  if (context === null) return null;
  const desk = { canvas, context, image: new ImageData(width, height) };
  desks.set(shown, desk);
  return desk;
}

/** Converted only when it is drawn: a picture that a newer one replaces costs nothing. */
function ofPixels({ width, height, payload }: Picture): Image {
  return {
    width,
    height,
    draw: (context) => {
      const desk = deskOf(context, width, height);
      if (desk === null) return;
      toRgba(payload, width, height, desk.image.data);
      desk.context.putImageData(desk.image, 0, 0);
      context.drawImage(desk.canvas, 0, 0);
    },
    close: () => undefined,
  };
}
