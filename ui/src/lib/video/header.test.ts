import { describe, expect, test } from "vitest";
import { HEADER_BYTES, acknowledgement, parsePicture } from "./header";

/** 640x360, key frame, stream 7, sequence 258, sent at 1 ms and a half; written out by hand. */
const BYTES = [
  0x01, 0x01, 0x80, 0x02, 0x68, 0x01, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x02, 0x01, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x3f, 0xaa, 0xbb,
];
const message = (change: Record<number, number> = {}) =>
  new Uint8Array(BYTES.map((byte, index) => change[index] ?? byte)).buffer;

describe("the header of a picture", () => {
  test("is read as it is written down", () => {
    expect(parsePicture(message())).toEqual({
      stream: 7,
      sequence: 258,
      format: "vp8",
      key: true,
      width: 640,
      height: 360,
      sentAt: 1.5,
      payload: new Uint8Array([0xaa, 0xbb]),
    });
  });

  test("tells deltas and raw pictures", () => {
    expect(parsePicture(message({ 1: 0 }))).toMatchObject({ format: "vp8", key: false });
    expect(parsePicture(message({ 1: 2 }))).toMatchObject({ format: "i420", key: true });
  });

  test("flags of a later day do not matter, another version does", () => {
    expect(parsePicture(message({ 1: 0xf1 }))).toMatchObject({ format: "vp8", key: true });
    expect(parsePicture(message({ 0: 2 }))).toBeNull();
  });

  test("whatever is too short is no picture", () => {
    for (let length = 0; length <= HEADER_BYTES; length++) expect(parsePicture(message().slice(0, length))).toBeNull();
  });

  test("the answer names the picture", () => {
    expect([...new Uint8Array(acknowledgement(7, 258))]).toEqual([7, 0, 0, 0, 2, 1, 0, 0]);
  });
});
