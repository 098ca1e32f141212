// Draws every stream of a call: socket in, canvases out. It knows nothing of where it lives.
import type { Picture } from "./header";
import { PictureLink } from "./link";
import type { FromEngine, ToEngine } from "./messages";
import { StreamPainter } from "./painter";
import { WallClock } from "./wall";

const REPORT_EVERY_MS = 1000;

export class Engine {
  readonly #say: (message: FromEngine) => void;
  readonly #wall = new WallClock();
  readonly #painters = new Map<number, StreamPainter>();
  readonly #link: PictureLink;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(say: (message: FromEngine) => void) {
    this.#say = say;
    this.#link = new PictureLink({
      onPicture: (picture) => this.#take(picture),
      onOpen: () => this.#painters.forEach((painter) => painter.forget()),
    });
    this.#timer = setInterval(() => this.#report(), REPORT_EVERY_MS);
  }

  /** Whether this place can decode and draw. */
  static able(): boolean {
    return typeof VideoDecoder !== "undefined" && typeof VideoFrame !== "undefined";
  }

  handle(message: ToEngine): void {
    switch (message.kind) {
      case "connect":
        return this.#link.connect(message.url);
      case "attach":
        return this.#painter(message.stream).attach(message.ticket, message.surface);
      case "detach":
        return this.#painters.get(message.stream)?.detach(message.ticket);
      case "stop":
        return this.#stop();
    }
  }

  #take(picture: Picture): void {
    this.#painter(picture.stream).take(picture);
  }

  #painter(stream: number): StreamPainter {
    const known = this.#painters.get(stream);
    if (known !== undefined) return known;
    const painter = new StreamPainter(stream, this.#wall, {
      onNeedKeyFrame: () => this.#say({ kind: "need_key_frame", stream }),
      onPicture: (width, height) => this.#say({ kind: "picture", stream, width, height }),
    });
    this.#painters.set(stream, painter);
    return painter;
  }

  #report(): void {
    this.#wall.correct();
    this.#painters.forEach((painter, stream) => {
      if (!painter.gone) return;
      painter.close();
      this.#painters.delete(stream);
    });
    if (this.#painters.size === 0) return;
    this.#say({ kind: "drawn", streams: [...this.#painters.values()].map((painter) => painter.report()) });
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#link.close();
    this.#painters.forEach((painter) => painter.close());
    this.#painters.clear();
  }
}
