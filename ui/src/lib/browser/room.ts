// A seat in the room of the visit: `/room/v1` (crates/wire/src/room.rs). It is taken again after a lost line.
import { Line } from "./line";
import type { FromRoom, RoomError, ToRoom } from "./wire";

export interface RoomListener {
  hear(message: FromRoom): void;
  /** The socket is lost; the seat is kept for a while. */
  lost(): void;
  /** Over for good. */
  over(code: RoomError): void;
}

export class Room {
  readonly #line: Line;
  readonly #listener: RoomListener;
  #resume: string | null = null;
  #over = false;

  constructor(url: string, token: string, listener: RoomListener) {
    this.#listener = listener;
    this.#line = new Line(url, {
      onOpen: () => this.say({ type: "hello", protocol: 1, token, ...(this.#resume !== null && { resume: this.#resume }) }),
      onText: (text) => this.#hear(text),
      onLost: () => listener.lost(),
    });
  }

  say(message: ToRoom): void {
    this.#line.say(message);
  }

  /** Gives the seat up. */
  leave(): void {
    if (!this.#over) this.say({ type: "bye" });
    this.#end();
  }

  #hear(text: string): void {
    const message = read(text);
    if (message === null || this.#over) return;
    if (message.type === "welcome") this.#resume = message.resume;
    if (message.type === "denied") this.#end();
    if (message.type === "error" && message.fatal === true) return this.#refused(message.code);
    this.#listener.hear(message);
  }

  /** These speak of one message, and hurt only the line. */
  #refused(code: RoomError): void {
    if (this.#resume !== null && ["bad_message", "too_large", "too_fast"].includes(code)) return;
    this.#end();
    this.#listener.over(code);
  }

  #end(): void {
    this.#over = true;
    this.#line.close();
  }
}

function read(text: string): FromRoom | null {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === "object" && message !== null && "type" in message ? (message as FromRoom) : null;
  } catch {
    return null;
  }
}
