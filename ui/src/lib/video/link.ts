// The loopback socket that pictures come through. It comes back by itself while it is wanted.
import { acknowledgement, parsePicture, type Picture } from "./header";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/** Milliseconds to wait before the attempt number `attempt` (0 is the first repeat). */
export function backoff(attempt: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10));
}

interface Listener {
  onPicture(picture: Picture): void;
  /** The socket is open again: nothing before it can be relied on. */
  onOpen(): void;
}

export class PictureLink {
  readonly #listener: Listener;
  #url: string | null = null;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Connects, or moves to another address. */
  connect(url: string): void {
    if (url === this.#url) return;
    this.close();
    this.#url = url;
    this.#open(url);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#url = null;
    this.#attempt = 0;
    this.#socket?.close();
    this.#socket = null;
  }

  #open(url: string): void {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.onopen = () => {
      if (socket === this.#socket) this.#listener.onOpen();
    };
    socket.onmessage = (event) => this.#take(socket, event.data);
    socket.onclose = () => {
      if (socket === this.#socket) this.#again(url);
    };
  }

  #take(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket || !(data instanceof ArrayBuffer)) return;
    const picture = parsePicture(data);
    if (picture === null) return;
    this.#attempt = 0;
    socket.send(acknowledgement(picture.stream, picture.sequence));
    this.#listener.onPicture(picture);
  }

  #again(url: string): void {
    this.#socket = null;
    this.#timer = setTimeout(() => this.#open(url), backoff(this.#attempt));
    this.#attempt++;
  }
}
