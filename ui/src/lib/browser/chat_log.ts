// The messages of a conversation as far as they are known: stored ones in the server's order, then what waits to be sent.
import type { MessageBody } from "../bindings/MessageBody";
import type { MessageRow } from "../bindings/MessageRow";
import type { MessageState } from "../bindings/MessageState";
import type { ProblemCode } from "../bindings/ProblemCode";
import type { Quote } from "../bindings/Quote";
import { cardOf, fileOf, KIND, placeOf, type WireMessage } from "./chat_wire";

/** Something of one's own that is not stored yet. */
export interface Waiting {
  key: string;
  kind: number;
  content: string;
  reply: string | null;
  at: string;
  failed: ProblemCode | null;
}

export class ChatLog {
  readonly #stored = new Map<number, WireMessage>();
  #waiting: Waiting[] = [];

  get waiting(): readonly Waiting[] {
    return this.#waiting;
  }

  /** The newest stored message. */
  get newest(): WireMessage | null {
    return this.#stored.get(Math.max(0, ...this.#stored.keys())) ?? null;
  }

  /** The last message before the first hole: places are without gaps (crates/wire/src/im). */
  get end(): WireMessage | null {
    const { oldest } = this;
    if (oldest === null) return null;
    let place = placeOf(oldest);
    while (this.#stored.has(place + 1)) place += 1;
    return this.#stored.get(place) ?? null;
  }

  /** Something between the oldest and the newest is missing. */
  get hasHole(): boolean {
    return this.end !== this.newest;
  }

  get oldest(): WireMessage | null {
    return this.#stored.size === 0 ? null : (this.#stored.get(Math.min(...this.#stored.keys())) ?? null);
  }

  /** Takes stored messages in, each once; answers whether one of them is new. */
  add(messages: readonly WireMessage[]): boolean {
    const before = this.#stored.size;
    for (const message of messages) {
      this.#stored.set(placeOf(message), message);
      this.#waiting = this.#waiting.filter(({ key }) => key !== message.client_message_id);
    }
    return this.#stored.size > before;
  }

  wait(message: Waiting): void {
    this.#waiting = [...this.#waiting, message];
  }

  /** Why a waiting message was not taken; `null` tries it again. */
  fail(key: string, failed: ProblemCode | null): void {
    this.#waiting = this.#waiting.map((each) => (each.key === key ? { ...each, failed } : each));
  }

  discard(key: string): void {
    this.#waiting = this.#waiting.filter((each) => each.key !== key);
  }

  /** The newest card of a conference that is loaded. */
  get newestCard(): WireMessage | null {
    const cards = [...this.#stored.values()].filter((message) => cardOf(message) !== null);
    return cards.reduce<WireMessage | null>((newest, each) => (newest !== null && placeOf(newest) > placeOf(each) ? newest : each), null);
  }

  find(key: string): WireMessage | null {
    return [...this.#stored.values()].find((message) => keyOf(message) === key) ?? null;
  }

  /** Messages of others that came after that time. */
  unread(me: string, since: string): number {
    const after = Date.parse(since);
    return [...this.#stored.values()].filter((each) => each.sender_id !== me && Date.parse(each.timestamp) > after).length;
  }

  /** The rows to show. `readUpTo` is what everybody else has read. */
  rows(me: string, nameOf: (id: string) => string, readUpTo: number): MessageRow[] {
    const places = [...this.#stored.keys()].sort((one, other) => one - other);
    const stored = places.map((place): MessageRow => {
      const message = this.#stored.get(place)!;
      const mine = message.sender_id === me;
      const state: MessageState = { kind: mine && Date.parse(message.timestamp) <= readUpTo ? "read" : "stored" };
      return {
        key: keyOf(message),
        mine,
        sender: nameOf(message.sender_id),
        at: message.timestamp,
        body: bodyOf(message),
        reply: this.quote(message.reply_to ?? null, nameOf),
        forwarded: message.type === KIND.forwardedText || message.type === KIND.forwardedImage,
        state,
      };
    });
    return [...stored, ...this.#waiting.map((each) => this.#waitingRow(each, me, nameOf))];
  }

  /** What a message answers, by the server's id. */
  quote(id: string | null, nameOf: (id: string) => string): Quote | null {
    const message = id === null ? null : ([...this.#stored.values()].find((each) => each.id === id) ?? null);
    if (id === null) return null;
    if (message === null) return { key: null, sender: "", kind: "unknown", text: "" };
    const body = bodyOf(message);
    if (cardOf(message) !== null) return { key: keyOf(message), sender: nameOf(message.sender_id), kind: "invitation", text: "" };
    const kind = body.kind === "system" ? "text" : body.kind === "article" ? "file" : body.kind;
    return { key: keyOf(message), sender: nameOf(message.sender_id), kind, text: body.kind === "text" ? body.text.slice(0, 120) : "" };
  }

  #waitingRow({ key, kind, content, reply, at, failed }: Waiting, me: string, nameOf: (id: string) => string): MessageRow {
    const message: WireMessage = { id: "", session_id: "", sender_id: me, type: kind, content, timestamp: at };
    const state: MessageState = failed === null ? { kind: "sending", percent: null } : { kind: "failed", problem: failed };
    return { key, mine: true, sender: nameOf(me), at, body: bodyOf(message), reply: this.quote(reply, nameOf), forwarded: false, state };
  }
}

/** Stays the same when the message is stored. */
export const keyOf = (message: WireMessage): string => message.client_message_id || message.id;

/** What people write is text, whatever it looks like. */
export function bodyOf(message: WireMessage): MessageBody {
  const { type, content } = message;
  if (type === KIND.system) return { kind: "system", text: content };
  if (type === KIND.text || type === KIND.forwardedText || type === KIND.closing) return { kind: "text", text: content };
  const { file, title = "", url, size = 0, width = 0, height = 0, seconds = 0 } = fileOf(message);
  const view = { id: file ?? "", name: title, size, width, height, saving: null };
  if (type === KIND.article && url !== undefined) return { kind: "article", title, host: hostOf(url) };
  if (file === undefined) return { kind: "unknown" };
  if (type === KIND.image || type === KIND.forwardedImage) return { kind: "image", ...view };
  if (type === KIND.voice) return { kind: "voice", id: file, length_ms: seconds * 1000, playing_ms: null, loading: false };
  if (type === KIND.video) return { kind: "video", ...view };
  return type === KIND.article ? { kind: "file", ...view } : { kind: "unknown" };
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
}
