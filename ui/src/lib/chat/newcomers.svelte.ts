// Messages that come while a conversation is open: they are read out, and counted while its end is out of sight.
import { untrack } from "svelte";
import type { MessageRow } from "../bindings/MessageRow";
import { t } from "../l10n/index.svelte";
import { kindOf } from "./words";

/** So much of a message is read out by itself. */
const SPOKEN = 300;

export class Newcomers {
  #last: string | null;
  #whole: boolean;
  #below = $state(0);
  #words = $state("");

  /** Begins with what is there already. */
  constructor(messages: readonly MessageRow[], whole: boolean) {
    this.#last = messages.at(-1)?.key ?? null;
    this.#whole = whole;
  }

  /** How many have come since the end went out of sight. */
  get below(): number {
    return this.#below;
  }

  /** The newest of others, for who hears the page. */
  get words(): string {
    return this.#words;
  }

  /**
   * Takes the messages as they are now; returns whether the newest is to be shown: the user has written one, or was at the
   * end. `whole`: the newest is among them; what comes by going through the history is not new.
   */
  take(messages: readonly MessageRow[], whole: boolean, atEnd: boolean): boolean {
    const fresh = whole && this.#whole ? this.#after(messages) : [];
    this.#last = messages.at(-1)?.key ?? null;
    this.#whole = whole;
    const ofOthers = fresh.filter((row) => !row.mine);
    this.#below = atEnd ? 0 : untrack(() => this.#below) + ofOthers.length;
    const newest = ofOthers.at(-1);
    if (newest !== undefined) this.#words = spoken(newest);
    return fresh.some((row) => row.mine) || (atEnd && fresh.length > 0);
  }

  #after(messages: readonly MessageRow[]): readonly MessageRow[] {
    if (this.#last === null) return messages;
    const known = messages.findIndex((row) => row.key === this.#last);
    return known < 0 ? [] : messages.slice(known + 1);
  }
}

function spoken({ sender, body }: MessageRow): string {
  switch (body.kind) {
    case "text":
    case "system":
      return `${sender}: ${body.text.slice(0, SPOKEN)}`;
    case "article":
    case "card":
      return `${sender}: ${body.title}`;
    case "invitation":
      return `${sender}: ${words(body.kind)}: ${body.title}`;
    case "topic_started":
    case "topic_ended":
      return `${words(body.kind)}: ${body.name}`;
    default:
      return `${sender}: ${words(body.kind)}`;
  }
}

function words(kind: "image" | "voice" | "video" | "file" | "invitation" | "topic_started" | "topic_ended" | "unknown"): string {
  const what = kindOf(kind);
  return what === null ? "" : t(what.words);
}
