// Draws every stream of a call: socket in, canvases out. It knows nothing of where it lives.
import { DecodingRecord, address, firstDelivery, type Delivery } from "./delivery";
import type { Picture } from "./header";
import { PictureLink } from "./link";
import type { FromEngine, ToEngine } from "./messages";
import { StreamPainter } from "./painter";
import { hiddenCanvas } from "./surface";
import { WallClock } from "./wall";

const REPORT_EVERY_MS = 1000;

export class Engine {
  readonly #say: (message: FromEngine) => void;
  readonly #wall = new WallClock();
  readonly #painters = new Map<number, StreamPainter>();
  readonly #link: PictureLink;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #record = new DecodingRecord();
  #delivery: Delivery | null = null;
  #url: string | null = null;

  constructor(say: (message: FromEngine) => void) {
    this.#say = say;
    this.#link = new PictureLink({
      onPicture: (picture) => this.#take(picture),
      onOpen: () => this.#painters.forEach((painter) => painter.forget()),
    });
    this.#timer = setInterval(() => this.#report(), REPORT_EVERY_MS);
    void firstDelivery().then((delivery) => this.#deliver(delivery));
  }

  /** Whether this place can draw. What it cannot decode it gets decoded. */
  static able(): boolean {
    return typeof WebSocket !== "undefined" && hiddenCanvas(1, 1).getContext("2d") !== null;
  }

  handle(message: ToEngine): void {
    switch (message.kind) {
      case "connect":
        this.#url = message.url;
        return this.#connect();
      case "attach":
        return this.#painter(message.stream).attach(message.ticket, message.surface);
      case "detach":
        return this.#painters.get(message.stream)?.detach(message.ticket);
      case "stop":
        return this.#stop();
    }
  }

  #deliver(delivery: Delivery): void {
    this.#delivery = delivery;
    this.#connect();
  }

  /** Connects once it is known where to and how. */
  #connect(): void {
    if (this.#url === null || this.#delivery === null) return;
    this.#link.connect(address(this.#url, this.#delivery));
  }

  #fault(): void {
    if (this.#delivery === "encoded" && this.#record.faulted()) this.#deliver("raw");
  }

  #take(picture: Picture): void {
    this.#painter(picture.stream).take(picture);
  }

  #painter(stream: number): StreamPainter {
    const known = this.#painters.get(stream);
    if (known !== undefined) return known;
    const painter = new StreamPainter(stream, this.#wall, {
      onDecoded: () => this.#record.decoded(),
      onFault: () => this.#fault(),
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
    this.#url = null;
    this.#link.close();
    this.#painters.forEach((painter) => painter.close());
    this.#painters.clear();
  }
}
