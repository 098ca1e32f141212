// The pictures of a call. Where the page draws, it picks the place the drawing engine lives in, hands canvases over and
// passes on what the engine reports. Where the application draws, it says where they go, and there is no engine. Where the
// pictures are media streams of the page itself, the browser plays them.
import { createContext } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import type { Action } from "../bindings/Action";
import type { LiveStreams } from "../backend/types";
import type { CallView } from "../bindings/CallView";
import { getSession } from "../session.svelte";
import { Engine } from "./engine";
import type { FromEngine, ToEngine } from "./messages";
import { Tiles, type Look } from "./tiles";

/** The place the engine lives in. */
interface Place {
  say(message: ToEngine, transfer?: Transferable[]): void;
  /** Canvases are handed over for good instead of being drawn on by the page. */
  offscreen: boolean;
  /** Ends it with all it has. */
  end(): void;
}

export interface PictureSize {
  width: number;
  height: number;
}

export class Pictures {
  readonly #act: (action: Action) => void;
  readonly #sizes = new SvelteMap<number, PictureSize>();
  readonly #tiles: Tiles;
  #beneath = $state.raw<ReadonlyMap<number, PictureSize> | null>(null);
  #failed = $state(false);
  #place: Promise<Place | null> | null = null;
  #url = "";
  #ticket = 0;
  readonly #live: LiveStreams | null;

  /** To be made while a component is. */
  constructor(act: (action: Action) => void, live: LiveStreams | null = getSession().live) {
    this.#act = act;
    this.#live = live;
    this.#tiles = new Tiles(act);
  }

  /** The browser plays the pictures. */
  get live(): boolean {
    return this.#live !== null;
  }

  /** The application draws. */
  get beneath(): boolean {
    return this.#beneath !== null;
  }

  /** Nothing here can draw: the person is told, and only sound goes on. */
  get failed(): boolean {
    return this.#failed;
  }

  /** The size of a stream's picture; missing until one has been drawn. */
  size(stream: number): PictureSize | undefined {
    return this.#sizes.get(stream) ?? this.#beneath?.get(stream);
  }

  /** Follows the call, or the check before it, as it is now. */
  follow(call: Pick<CallView, "drawing" | "drawn" | "frames_url">): void {
    const beneath = call.drawing === "native";
    this.#beneath = beneath ? new Map(call.drawn.map(({ stream, ...size }) => [stream, size])) : null;
    if (call.frames_url === this.#url) return;
    this.#url = call.frames_url;
    if (this.#url !== "") void this.#tell({ kind: "connect", url: this.#url });
  }

  /** Leaves a place of the page to a stream that the application draws, until the returned function is called. */
  leave(stream: number, element: Element, look: Look): () => void {
    return this.#tiles.show(stream, element, look);
  }

  /** Plays a stream in a video element until the returned function is called. Its sound has a player of its own. */
  play(stream: number, video: HTMLVideoElement): () => void {
    const measure = () => {
      const { videoWidth: width, videoHeight: height } = video;
      if (width > 0 && height > 0) this.#sizes.set(stream, { width, height });
    };
    const follow = () => {
      const source = this.#live?.stream(stream) ?? null;
      if (video.srcObject === source) return;
      video.srcObject = source;
      if (source === null) this.#sizes.delete(stream);
      // A browser refuses only what is heard, or what has gone again.
      else video.play().catch(() => undefined);
    };
    video.muted = true;
    video.addEventListener("resize", measure);
    const forget = this.#live?.onChange(follow);
    follow();
    return () => {
      forget?.();
      video.removeEventListener("resize", measure);
      video.srcObject = null;
      this.#sizes.delete(stream);
    };
  }

  /** Draws a stream on a canvas until the returned function is called. */
  show(stream: number, canvas: HTMLCanvasElement): () => void {
    const ticket = ++this.#ticket;
    let shown = true;
    const started = this.#started();
    void started.then((place) => {
      if (place === null || !shown || started !== this.#place) return;
      if (!place.offscreen) return place.say({ kind: "attach", stream, ticket, surface: canvas });
      const surface = canvas.transferControlToOffscreen();
      place.say({ kind: "attach", stream, ticket, surface }, [surface]);
    });
    return () => {
      shown = false;
      this.#sizes.delete(stream);
      if (started === this.#place) void this.#tell({ kind: "detach", stream, ticket });
    };
  }

  /** Ends the engine. */
  stop(): void {
    void this.#place?.then((place) => place?.end());
    this.#place = null;
  }

  async #tell(message: ToEngine): Promise<void> {
    const place = await this.#started();
    place?.say(message);
  }

  #started(): Promise<Place | null> {
    this.#place ??= this.#settle();
    return this.#place;
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
    const place: Place = {
      offscreen: true,
      say: (message, transfer = []) => worker.postMessage(message, transfer),
      end: () => worker.postMessage({ kind: "stop" }),
    };
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
    return { offscreen: false, say: (message) => engine.handle(message), end: () => engine.handle({ kind: "stop" }) };
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
