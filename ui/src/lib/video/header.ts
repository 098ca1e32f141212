// The header before each picture on the loopback socket, little endian, 24 bytes:
//
//   u8 version (1) | u8 flags | u16 width | u16 height | u16 reserved | u32 stream | u32 sequence | f64 sent_at
//
// Flags: bit 0, a key frame; bit 1, the payload is raw I420 instead of VP8 (always a key frame). `sent_at` is in
// milliseconds since 1970. The page answers every picture with 8 bytes: u32 stream | u32 sequence.

export const HEADER_BYTES = 24;
export const ACK_BYTES = 8;
const VERSION = 1;
const KEY = 1;
const RAW = 2;

export type PictureFormat = "vp8" | "i420";

/** A picture as it came from the app. */
export interface Picture {
  stream: number;
  sequence: number;
  format: PictureFormat;
  /** Decodable by itself. */
  key: boolean;
  width: number;
  height: number;
  sentAt: number;
  payload: Uint8Array;
}

/** The picture in a message; null for a version or a length this page does not know. */
export function parsePicture(message: ArrayBuffer): Picture | null {
  if (message.byteLength <= HEADER_BYTES) return null;
  const view = new DataView(message);
  if (view.getUint8(0) !== VERSION) return null;
  const flags = view.getUint8(1);
  const raw = (flags & RAW) !== 0;
  return {
    stream: view.getUint32(8, true),
    sequence: view.getUint32(12, true),
    format: raw ? "i420" : "vp8",
    key: raw || (flags & KEY) !== 0,
    width: view.getUint16(2, true),
    height: view.getUint16(4, true),
    sentAt: view.getFloat64(16, true),
    payload: new Uint8Array(message, HEADER_BYTES),
  };
}

/** The answer to a picture. */
export function acknowledgement(stream: number, sequence: number): ArrayBuffer {
  const bytes = new ArrayBuffer(ACK_BYTES);
  const view = new DataView(bytes);
  view.setUint32(0, stream, true);
  view.setUint32(4, sequence, true);
  return bytes;
}
