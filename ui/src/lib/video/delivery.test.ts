import { afterEach, describe, expect, test, vi } from "vitest";
import { DecodingRecord, address, firstDelivery } from "./delivery";

/** A place with WebCodecs that answers so about VP8. */
function place(isConfigSupported: () => Promise<{ supported?: boolean }>): void {
  vi.stubGlobal("VideoDecoder", { isConfigSupported });
  vi.stubGlobal("VideoFrame", class {});
  vi.stubGlobal("EncodedVideoChunk", class {});
}

afterEach(() => vi.unstubAllGlobals());

describe("who decodes", () => {
  test("a place that can", async () => {
    place(() => Promise.resolve({ supported: true }));
    expect(await firstDelivery()).toBe("encoded");
  });

  test.each(["VideoDecoder", "VideoFrame", "EncodedVideoChunk"])("the app, for a place without %s", async (name) => {
    place(() => Promise.resolve({ supported: true }));
    vi.stubGlobal(name, undefined);
    expect(await firstDelivery()).toBe("raw");
  });

  test("the app, for a place that does not know VP8 or does not answer properly", async () => {
    for (const answer of [{ supported: false }, {}]) {
      place(() => Promise.resolve(answer));
      expect(await firstDelivery()).toBe("raw");
    }
    place(() => Promise.reject(new TypeError()));
    expect(await firstDelivery()).toBe("raw");
  });

  test("is said with the address", () => {
    expect(address("ws://127.0.0.1:1/secret", "encoded")).toBe("ws://127.0.0.1:1/secret");
    expect(address("ws://127.0.0.1:1/secret", "raw")).toBe("ws://127.0.0.1:1/secret?raw=1");
  });
});

test("decoding is given up after three faults in a row, and any picture begins the row anew", () => {
  const record = new DecodingRecord();
  expect([record.faulted(), record.faulted()]).toEqual([false, false]);
  record.decoded();
  expect([record.faulted(), record.faulted(), record.faulted()]).toEqual([false, false, true]);
});
