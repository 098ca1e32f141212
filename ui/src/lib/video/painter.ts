// One stream from arrival to its canvas: decoded, drawn at once, the newest wins.
import type { DrawStats } from "../bindings/DrawStats";
import { StreamDecoder } from "./decoder";
import { FrameClockReader, latency } from "./frame_clock";
import type { Picture } from "./header";
import type { Image } from "./image";
import { StreamStats } from "./stats";
import type { Context, Surface } from "./surface";
import type { WallClock } from "./wall";

interface Listener {
  /** A decoder here worked. */
  onDecoded(): void;
  /** A decoder here gave up. */
  onFault(): void;
  onNeedKeyFrame(): void;
  /** The first picture on this canvas, or the first of another size. */
  onPicture(width: number, height: number): void;
}

export class StreamPainter {
  readonly #listener: Listener;
  readonly #wall: WallClock;
  readonly #stats: StreamStats;
  readonly #decoder: StreamDecoder;
  readonly #clock = new FrameClockReader();
  #canvas: { ticket: number; surface: Surface; context: Context } | null = null;
  #announced = false;
  #newest: Image | null = null;
  #scheduled = false;

  constructor(stream: number, wall: WallClock, listener: Listener) {
    this.#wall = wall;
    this.#listener = listener;
    this.#stats = new StreamStats(stream);
    this.#decoder = new StreamDecoder({
      onImage: (image) => this.#newer(image),
      onDecoded: () => listener.onDecoded(),
      onFault: () => listener.onFault(),
      onNeedKeyFrame: () => listener.onNeedKeyFrame(),
    });
  }

  attach(ticket: number, surface: Surface): void {
    const context = surface.getContext("2d", { alpha: false }) as Context | null;
    if (context === null) return;
    this.#canvas = { ticket, surface, context };
    this.#announced = false;
  }

  /** Forgets the canvas, unless a newer one has taken its place. */
  detach(ticket: number): void {
    if (this.#canvas?.ticket === ticket) this.#canvas = null;
  }

  take(picture: Picture): void {
    this.#stats.received();
    this.#decoder.take(picture);
  }

  /** The connection was lost: what comes next does not follow what came before. */
  forget(): void {
    this.#decoder.forget();
  }

  /** Nothing shows the stream, and nothing of it has come since the last report. */
  get gone(): boolean {
    return this.#canvas === null && this.#stats.quiet;
  }

  report(): DrawStats {
    return this.#stats.report();
  }

  close(): void {
    this.#newest?.close();
    this.#newest = null;
    this.#decoder.close();
    this.#canvas = null;
  }

  /** Pictures that come before this task ends replace each other: only the newest is worth drawing. */
  #newer(image: Image): void {
    this.#stats.decoded();
    this.#newest?.close();
    this.#newest = image;
    if (this.#scheduled) return;
    this.#scheduled = true;
    soon(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  #draw(): void {
    const image = this.#newest;
    this.#newest = null;
    if (image === null) return;
    if (this.#canvas !== null) this.#drawOn(this.#canvas.surface, this.#canvas.context, image);
    image.close();
  }

  #drawOn(surface: Surface, context: Context, image: Image): void {
    const { width, height } = image;
    if (surface.width !== width || surface.height !== height) {
      surface.width = width;
      surface.height = height;
      this.#announced = false;
    }
    image.draw(context);
    const at = this.#wall.now();
    const clock = this.#clock.read(surface);
    this.#stats.drawn(width, height, at, clock === null ? null : latency(at, clock.millis));
    if (this.#announced) return;
    this.#announced = true;
    this.#listener.onPicture(width, height);
  }
}

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

/** Runs after the tasks that are already queued, without the pause that timers add. */
function soon(task: () => void): void {
  waiting.push(task);
  channel.port2.postMessage(null);
}
