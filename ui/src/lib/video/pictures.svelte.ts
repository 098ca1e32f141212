// The page's side of the drawing engine: one for each call. It picks the place the engine lives in, hands canvases
// over and passes on what the engine reports.
import { createContext } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import type { Action } from "../bindings/Action";
import { Engine } from "./engine";
import type { FromEngine, ToEngine } from "./messages";

/** The place the engine lives in. */
interface Place {
  say(message: ToEngine, transfer?: Transferable[]): void;
  /** Canvases are handed over for good instead of being drawn on by the page. */
  offscreen: boolean;
}

export interface PictureSize {
  width: number;
  height: number;
}

export class Pictures {
  readonly #act: (action: Action) => void;
  readonly #sizes = new SvelteMap<number, PictureSize>();
  readonly #place: Promise<Place | null>;
  #failed = $state(false);
  #ticket = 0;
  #stopped = false;

  constructor(act: (action: Action) => void) {
    this.#act = act;
    this.#place = this.#settle();
  }

  /** Nothing here can draw: the person is told, and only sound goes on. */
  get failed(): boolean {
    return this.#failed;
  }

  /** The size of a stream's picture; missing until one has been drawn. */
  size(stream: number): PictureSize | undefined {
    return this.#sizes.get(stream);
  }

  connect(url: string): void {
    void this.#tell({ kind: "connect", url });
  }

  /** Draws a stream on a canvas until the returned function is called. */
  show(stream: number, canvas: HTMLCanvasElement): () => void {
    const ticket = ++this.#ticket;
    let shown = true;
    void this.#place.then((place) => {
      if (place === null || !shown || this.#stopped) return;
      if (!place.offscreen) return place.say({ kind: "attach", stream, ticket, surface: canvas });
      const surface = canvas.transferControlToOffscreen();
      place.say({ kind: "attach", stream, ticket, surface }, [surface]);
    });
    return () => {
      shown = false;
      this.#sizes.delete(stream);
      void this.#tell({ kind: "detach", stream, ticket });
    };
  }

  stop(): void {
    void this.#tell({ kind: "stop" });
    this.#stopped = true;
  }

  async #tell(message: ToEngine): Promise<void> {
    const place = await this.#place;
    place?.say(message);
  }

  async #settle(): Promise<Place | null> {
    const place = (await this.#inWorker()) ?? this.#inPage();
    this.#failed = place === null;
    return place;
  }

  #inWorker(): Promise<Place | null> {
    if (typeof Worker === "undefined" || !("transferControlToOffscreen" in HTMLCanvasElement.prototype)) {
      return Promise.resolve(null);
    }
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "pictures" });
    const place: Place = { offscreen: true, say: (message, transfer = []) => worker.postMessage(message, transfer) };
    return new Promise((resolve) => {
      worker.onerror = () => resolve(null);
      worker.onmessage = (event: MessageEvent<FromEngine>) => {
        if (event.data.kind === "ready") resolve(event.data.able ? place : null);
        else this.#hear(event.data);
      };
    });
  }

  #inPage(): Place | null {
    if (!Engine.able()) return null;
    const engine = new Engine((message) => this.#hear(message));
    return { offscreen: false, say: (message) => engine.handle(message) };
  }

  #hear(message: FromEngine): void {
    switch (message.kind) {
      case "ready":
        return;
      case "need_key_frame":
        return this.#act({ kind: "need_key_frame", stream: message.stream });
      case "picture":
        this.#sizes.set(message.stream, { width: message.width, height: message.height });
        return;
      case "drawn":
        return this.#act({ kind: "drawn", streams: message.streams });
    }
  }
}

export const [getPictures, setPictures] = createContext<Pictures>();
