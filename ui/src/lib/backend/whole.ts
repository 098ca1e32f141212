// Whole views out of updates: an update has the chat only where it has changed since the view before.
import type { AppView } from "../bindings/AppView";
import type { ViewUpdate } from "../bindings/ViewUpdate";

export class WholeViews {
  readonly #ask: () => Promise<AppView>;
  readonly #callback: (view: AppView) => void;
  /** The newest whole view. */
  #known: AppView | null = null;
  /** The newest update for which a chat is missing. */
  #waiting: ViewUpdate | null = null;
  #asking = false;

  /** `ask` gives the newest view, whole. */
  constructor(ask: () => Promise<AppView>, callback: (view: AppView) => void) {
    this.#ask = ask;
    this.#callback = callback;
  }

  take(update: ViewUpdate): void {
    const { chat_since, chat, ...rest } = update;
    if (chat !== undefined) return this.#show({ ...rest, chat });
    if (this.#known !== null && this.#known.revision >= chat_since) return this.#show({ ...rest, chat: this.#known.chat });
    if (this.#waiting === null || this.#waiting.revision < update.revision) this.#waiting = update;
    void this.#askForAll();
  }

  #show(view: AppView): void {
    if (this.#known !== null && this.#known.revision >= view.revision) return;
    this.#known = view;
    this.#callback(view);
  }

  /** The page was loaded again, or has missed something. */
  async #askForAll(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    // Refused only where the application is closing.
    const view = await this.#ask().catch(() => null);
    this.#asking = false;
    if (view === null) return;
    this.#show(view);
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null && waiting.revision > view.revision) this.take(waiting);
  }
}
