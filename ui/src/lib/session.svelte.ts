// The one place that holds the newest view and sends actions. Components read it; nobody else talks to a backend.
import { createContext } from "svelte";
import type { Action } from "./bindings/Action";
import type { AppView } from "./bindings/AppView";
import type { Vertical } from "./bindings/Vertical";
import type { Backend, LiveStreams, Unsubscribe } from "./backend/types";
import { isNewer } from "./revision";

export class Session {
  readonly #backend: Backend;
  #view = $state.raw<AppView | null>(null);
  #broken = $state(false);
  #unsubscribe: Unsubscribe | null = null;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The newest view; null until the first has come. */
  get view(): AppView | null {
    return this.#view;
  }

  /** The words for the roles. */
  get vertical(): Vertical {
    return this.#view?.vertical ?? "general";
  }

  /** The last thing asked of the backend was refused; the person is told. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Listens first and asks then, so that no view falls between the two. May be called again after a failure. */
  async start(): Promise<void> {
    try {
      this.#unsubscribe ??= await this.#backend.onView((view) => this.#take(view));
      this.#take(await this.#backend.snapshot());
      this.#broken = false;
    } catch {
      this.#broken = true;
    }
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  /** Sends an action. A refusal is shown to the person, whatever the action was; resolves to whether it was taken. */
  readonly act = (action: Action): Promise<boolean> =>
    this.#backend.act(action).then(
      () => !(this.#broken = false),
      () => !(this.#broken = true),
    );

  /** The address of an attachment's bytes. */
  attachment(id: string, size: "thumbnail" | "whole"): string {
    return this.#backend.attachment(id, size);
  }

  /** Pictures that are media streams of the page itself. */
  get live(): LiveStreams | null {
    return this.#backend.live ?? null;
  }

  #take(view: AppView): void {
    if (isNewer(this.#view, view)) this.#view = view;
  }
}

export const [getSession, setSession] = createContext<Session>();
