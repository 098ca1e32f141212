// A WebSocket that is opened again when it is lost, until it is closed.

const FIRST_PAUSE_MS = 500;
const LAST_PAUSE_MS = 10_000;
/** A line that stood for so long was a good one; one that is closed at once is opened ever more slowly. */
const STABLE_MS = 5000;

export interface Listener {
  /** There is a new line. Nothing of the one before is repeated. */
  onOpen(): void;
  onText(text: string): void;
  /** The line is lost; told once, also when the first attempt fails. */
  onLost(): void;
}

export class Line {
  readonly #url: string;
  readonly #listener: Listener;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #lost = false;
  #openedAt = Infinity;
  #closed = false;

  constructor(url: string, listener: Listener) {
    this.#url = url;
    this.#listener = listener;
    addEventListener("online", this.#now);
    this.#connect();
  }

  /** Sends now, or not at all. */
  say(message: object): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.#now);
    this.#socket?.close();
  }

  readonly #now = (): void => {
    if (this.#socket !== null) return;
    this.#tries = 0;
    this.#connect();
  };

  #connect(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      [this.#openedAt, this.#lost] = [performance.now(), false];
      this.#listener.onOpen();
    };
    socket.onmessage = ({ data }) => {
      if (!this.#closed && typeof data === "string") this.#listener.onText(data);
    };
    socket.onclose = () => this.#drop(socket);
  }

  #drop(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    if (this.#closed) return;
    if (!this.#lost) {
      this.#lost = true;
      this.#listener.onLost();
    }
    if (performance.now() - this.#openedAt >= STABLE_MS) this.#tries = 0;
    this.#openedAt = Infinity;
    const pause = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.#tries++, 8));
    this.#timer = setTimeout(() => this.#connect(), pause * (0.5 + Math.random() / 2));
  }
}
