// One stream's decoder. It waits for a key frame, follows size changes, and begins anew after a fault.
import type { Picture } from "./header";
import { ofFrame, ofRaw, type Image } from "./image";

/** Pictures waiting to be decoded above which the backlog is thrown away: latency matters more than each frame. */
const BACKLOG = 12;
/** Pictures taken without one coming out above which the decoder is taken to be stuck: one goes in, one comes out. */
const SILENCE = 30;
/** A stream asks for a key frame at most this often (ms): the answer takes a round trip. */
const ASK_EVERY_MS = 1000;

interface Listener {
  /** A picture to draw; the listener closes it. */
  onImage(image: Image): void;
  /** The decoder worked. */
  onDecoded(): void;
  /** The decoder gave up what it was given. */
  onFault(): void;
  onNeedKeyFrame(): void;
}

export class StreamDecoder {
  readonly #listener: Listener;
  #decoder: VideoDecoder | null = null;
  #waitsForKey = true;
  /** Pictures taken since the last came out. */
  #pending = 0;
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
    this.close();
    const image = ofRaw(picture);
    if (image !== null) this.#listener.onImage(image);
  }

  #encoded(picture: Picture): void {
    if (this.#waitsForKey && !picture.key) return this.#ask();
    if ((this.#decoder?.decodeQueueSize ?? 0) > BACKLOG && !picture.key) return this.#restart();
    if (this.#pending > SILENCE) return this.#restart();
    try {
      this.#prepare(picture).decode(chunk(picture));
      this.#waitsForKey = false;
      this.#pending++;
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
      output: (frame) => this.#output(frame),
      error: () => {
        if (decoder === this.#decoder) this.#restart();
      },
    });
    this.#decoder = decoder;
    return decoder;
  }

  #output(frame: VideoFrame): void {
    this.#pending = 0;
    this.#listener.onDecoded();
    this.#listener.onImage(ofFrame(frame));
  }

  #restart(): void {
    this.close();
    this.#pending = 0;
    this.#waitsForKey = true;
    this.#width = 0;
    this.#height = 0;
    this.#listener.onFault();
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
