import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Line } from "./line";

/** Sockets that open at once. */
class Socket {
  static readonly all: Socket[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  constructor() {
    Socket.all.push(this);
  }
  close(): void {
    this.onclose?.();
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  Socket.all.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** How many lines are opened in two minutes when each is closed after so long. */
function opened(standsMs: number): number {
  const line = new Line("wss://clinic.example/", { onOpen: () => undefined, onText: () => undefined, onLost: () => undefined });
  for (const end = performance.now() + 120_000; performance.now() < end; ) {
    const socket = Socket.all.at(-1)!;
    if (socket.onopen !== null) {
      socket.onopen();
      socket.onopen = null;
      setTimeout(() => socket.onclose?.(), standsMs);
    }
    vi.advanceTimersByTime(50);
  }
  line.close();
  return Socket.all.length;
}

test("a server that turns every line away is asked ever more slowly", () => {
  expect(opened(0)).toBeLessThan(35);
});

test("a line that stood is opened again at once", () => {
  expect(opened(6000)).toBeGreaterThan(16);
});
