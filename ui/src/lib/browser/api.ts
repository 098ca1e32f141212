// The clinic server over HTTP, on behalf of whoever has the link.
import type { Durations, Info } from "./wire";
import { ofAnswer, Refused } from "./problem";

const PATIENCE_MS = 15_000;

/** The steps that a page of the browser takes, by their methods. */
export type Method = "open_for_join" | "join" | "leave" | "start" | "pause" | "resume" | "finish" | "cancel" | "restore_terminated_fast";

export class Api {
  /** The server's address, with a slash at its end. */
  readonly server: URL;
  readonly #token: string;

  constructor(server: URL, accessToken: string) {
    this.server = server;
    this.#token = accessToken;
  }

  get token(): string {
    return this.#token;
  }

  /** The address of a WebSocket of the server. */
  socket(path: string): string {
    const url = new URL(path, this.server);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  }

  info(): Promise<Info> {
    return this.#medme(`info?access_token=${encodeURIComponent(this.#token)}`, { method: "GET" });
  }

  durations(): Promise<Durations> {
    return this.#press("durations");
  }

  /** Takes a step of the visit. */
  async step(method: Method): Promise<void> {
    await this.#press(method);
  }

  /** The conference token, which opens the room. */
  async exchange(): Promise<string> {
    return (await this.#press<{ conference_token: string }>("exchange")).conference_token;
  }

  async otpSend(): Promise<void> {
    await this.#press("otp_send");
  }

  async otpVerify(code: string): Promise<void> {
    await this.#press("otp_verify", { code });
  }

  /** Asks any route with a token in the header, and reads JSON. */
  async ask<T>(path: string, bearer: string, init: RequestInit = {}): Promise<T> {
    const answer = await this.fetch(path, bearer, init);
    return (await answer.json().catch(() => Promise.reject(new Refused("bad-answer")))) as T;
  }

  /** Asks any route with a token in the header. */
  async fetch(path: string, bearer: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string> | undefined), authorization: `Bearer ${bearer}` };
    const answer = await send(new URL(path, this.server), { ...init, headers });
    if (!answer.ok) throw ofAnswer(answer.status, await answer.json().catch(() => null));
    return answer;
  }

  #press<T>(method: string, body: object = {}): Promise<T> {
    return this.#medme(method, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...body, access_token: this.#token }),
    });
  }

  /** Success is a 2xx status and `"status": "OK"`. */
  async #medme<T>(path: string, init: RequestInit): Promise<T> {
    const answer = await send(new URL(`meets/v1/${path}`, this.server), init);
    const body: unknown = await answer.json().catch(() => null);
    if (answer.ok && (body as { status?: unknown } | null)?.status === "OK") return body as T;
    throw ofAnswer(answer.status, body);
  }
}

async function send(url: URL, init: RequestInit): Promise<Response> {
  try {
    const signal = init.signal ?? AbortSignal.timeout(PATIENCE_MS);
    return await fetch(url, { ...init, signal, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" });
  } catch (error) {
    throw new Refused(error instanceof DOMException && error.name === "TimeoutError" ? "timeout" : "unreachable");
  }
}
