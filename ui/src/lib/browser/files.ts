// Files of the conversation: fetched with the token, shown from the page's own memory.
import type { Api } from "./api";
import type { FileContent } from "./chat_wire";

/** As long as a large file may take over a slow line. */
const PATIENCE_MS = 300_000;
/** A picture that did not come is asked for again after so long. */
const ASKED_AGAIN_MS = 10_000;

export class Files {
  readonly #api: Api;
  readonly #changed: () => void;
  readonly #urls = new Map<string, string>();
  #player: HTMLAudioElement | null = null;

  constructor(api: Api, changed: () => void) {
    [this.#api, this.#changed] = [api, changed];
  }

  /** The address of a picture's bytes; empty until they are here, which is told. */
  picture(token: string, id: string, size: "thumbnail" | "whole"): string {
    const path = `api/v2/attachments/${encodeURIComponent(id)}${size === "thumbnail" ? "/thumbnail" : ""}`;
    const known = this.#urls.get(path);
    if (known === undefined) {
      this.#urls.set(path, "");
      void this.#fetch(token, path).then((blob) => {
        if (blob === null) return void setTimeout(() => this.#forget(path), ASKED_AGAIN_MS);
        this.#urls.set(path, URL.createObjectURL(blob));
        this.#changed();
      });
    }
    return known ?? "";
  }

  /** Hands a file to the browser's downloads. */
  async save(token: string, { file, title }: FileContent): Promise<boolean> {
    const blob = file === undefined ? null : await this.#fetch(token, `api/v2/attachments/${encodeURIComponent(file)}`);
    if (blob === null) return false;
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: title || "consilium" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return true;
  }

  /** Plays a voice message, until it ends or another one does. */
  async play(token: string, id: string, ended: () => void): Promise<boolean> {
    this.stop();
    const blob = await this.#fetch(token, `api/v2/attachments/${encodeURIComponent(id)}`);
    if (blob === null) return false;
    const player = new Audio(URL.createObjectURL(blob));
    this.#player = player;
    player.onended = ended;
    return player.play().then(
      () => true,
      () => false,
    );
  }

  /** Where the voice message that is being played stands, in milliseconds. */
  get at(): number {
    return Math.round((this.#player?.currentTime ?? 0) * 1000);
  }

  stop(): void {
    this.#player?.pause();
    if (this.#player !== null) URL.revokeObjectURL(this.#player.src);
    this.#player = null;
  }

  close(): void {
    this.stop();
    this.#urls.forEach((url) => url !== "" && URL.revokeObjectURL(url));
    this.#urls.clear();
  }

  #forget(path: string): void {
    this.#urls.delete(path);
    this.#changed();
  }

  async #fetch(token: string, path: string): Promise<Blob | null> {
    try {
      const answer = await this.#api.fetch(path, token, { signal: AbortSignal.timeout(PATIENCE_MS) });
      return await answer.blob();
    } catch {
      return null;
    }
  }
}

/** Lets the person choose a file; `null` when they change their mind. */
export function pickFile(): Promise<File | null> {
  return new Promise((resolve) => {
    const input = Object.assign(document.createElement("input"), { type: "file" });
    input.onchange = () => resolve(input.files?.[0] ?? null);
    input.oncancel = () => resolve(null);
    input.click();
  });
}
