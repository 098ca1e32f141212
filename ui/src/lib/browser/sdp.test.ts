import { expect, test } from "vitest";
import { fingerprint, transportName } from "./sdp";

const bytes = (byte: string) => Array<string>(32).fill(byte).join(":");
const sdp = (session: string, ...fingerprints: string[]) =>
  ["v=0", `o=- ${session} 2 IN IP4 127.0.0.1`, ...fingerprints.map((each) => `a=fingerprint:${each}`), ""].join("\r\n");

test("a transport is named by its session and its certificate", () => {
  const name = transportName(sdp("1", `sha-256 ${bytes("AB")}`));
  expect(transportName(sdp("1", `sha-256 ${bytes("AB")}`))).toBe(name);
  expect(transportName(sdp("2", `sha-256 ${bytes("AB")}`))).not.toBe(name);
  expect(transportName(sdp("1", `sha-256 ${bytes("AC")}`))).not.toBe(name);
});

test("a certificate is read where there is one of the right hash, however often it is said", () => {
  expect(fingerprint(sdp("1", `sha-256 ${bytes("AB")}`, `SHA-256 ${bytes("ab")}`))).toBe("ab".repeat(32));
  for (const unfit of [[], [`sha-1 ${bytes("AB")}`], [`sha-256 ${bytes("AB")}`, `sha-256 ${bytes("AC")}`], ["sha-256 AB:CD"]]) {
    expect(fingerprint(sdp("1", ...unfit))).toBeNull();
  }
});
