// One stream's decoder. It waits for a key frame, follows size changes, and begins anew after a fault.
import { i420Bytes, type Picture } from "./header";

/** Pictures waiting to be decoded above which the backlog is thrown away: latency matters more than each frame. */
const BACKLOG = 12;
/** A stream asks for a key frame at most this often (ms): the answer takes a round trip. */
const ASK_EVERY_MS = 1000;

interface Listener {
  /** A decoded picture; the listener closes it. */
  onFrame(frame: VideoFrame): void;
  onNeedKeyFrame(): void;
}

export class StreamDecoder {
  readonly #listener: Listener;
  #decoder: VideoDecoder | null = null;
  #waitsForKey = true;
  #width = 0;
  #height = 0;
  #askedAt = -Infinity;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Takes the next picture of the stream. */
  take(picture: Picture): void {
    if (picture.format === "i420") this.#raw(picture);
    else this.#encoded(picture);
  }

  /** Nothing before now can be relied on, as after a lost connection. */
  forget(): void {
    this.#waitsForKey = true;
  }

  close(): void {
    if (this.#decoder !== null && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = null;
  }

  #raw(picture: Picture): void {
    const { width, height, payload } = picture;
    if (width === 0 || height === 0 || payload.byteLength < i420Bytes(width, height)) return;
    const timestamp = Math.round(picture.sentAt * 1000);
    const layout = { format: "I420", codedWidth: width, codedHeight: height, timestamp } as const;
    this.#listener.onFrame(new VideoFrame(payload, layout));
  }

  #encoded(picture: Picture): void {
    if (this.#waitsForKey && !picture.key) return this.#ask();
    if ((this.#decoder?.decodeQueueSize ?? 0) > BACKLOG && !picture.key) return this.#restart();
    try {
      this.#prepare(picture).decode(chunk(picture));
      this.#waitsForKey = false;
    } catch {
      // `decode` throws on a delta it cannot use and on a decoder that has closed itself: both need a key frame.
      this.#restart();
    }
  }

  #prepare(picture: Picture): VideoDecoder {
    const decoder = this.#decoder ?? this.#create();
    const sizeChanged = picture.width !== this.#width || picture.height !== this.#height;
    if (picture.key && (sizeChanged || decoder.state === "unconfigured")) {
      this.#width = picture.width;
      this.#height = picture.height;
      decoder.configure({
        codec: "vp8",
        codedWidth: picture.width,
        codedHeight: picture.height,
        optimizeForLatency: true,
      });
    }
    return decoder;
  }

  #create(): VideoDecoder {
    const decoder: VideoDecoder = new VideoDecoder({
      output: (frame) => this.#listener.onFrame(frame),
      error: () => {
        if (decoder === this.#decoder) this.#restart();
      },
    });
    this.#decoder = decoder;
    return decoder;
  }

  #restart(): void {
    this.close();
    this.#waitsForKey = true;
    this.#width = 0;
    this.#height = 0;
    this.#ask();
  }

  #ask(): void {
    const now = performance.now();
    if (now - this.#askedAt < ASK_EVERY_MS) return;
    this.#askedAt = now;
    this.#listener.onNeedKeyFrame();
  }
}

function chunk(picture: Picture): EncodedVideoChunk {
  return new EncodedVideoChunk({
    type: picture.key ? "key" : "delta",
    timestamp: Math.round(picture.sentAt * 1000),
    data: picture.payload,
  });
}
