// Who decodes: this place, or the app before it sends.

/** `encoded`: decoded here. `raw`: decoded by the app, which costs it a thread and the socket a lot more bytes. */
export type Delivery = "encoded" | "raw";

/** Faults of decoders in a row, without a picture between, after which this place is taken to be unable to decode. */
const FAULTS = 3;

/** What this place can do, by its own account. */
export async function firstDelivery(): Promise<Delivery> {
  const known = typeof VideoDecoder !== "undefined" && typeof EncodedVideoChunk !== "undefined";
  if (!known || typeof VideoFrame === "undefined") return "raw";
  try {
    const { supported } = await VideoDecoder.isConfigSupported({ codec: "vp8" });
    return supported === true ? "encoded" : "raw";
  } catch {
    return "raw";
  }
}

/** Where pictures come from, delivered so: the query is that of `FrameSocket`. */
export function address(url: string, delivery: Delivery): string {
  return delivery === "raw" ? `${url}?raw=1` : url;
}

/** Sees whether decoding works in fact, over all streams: one that is damaged is not this place's fault. */
export class DecodingRecord {
  #faults = 0;

  /** A picture came out. */
  decoded(): void {
    this.#faults = 0;
  }

  /** A decoder gave up; says whether decoding is to be left to the app. */
  faulted(): boolean {
    this.#faults++;
    return this.#faults >= FAULTS;
  }
}
