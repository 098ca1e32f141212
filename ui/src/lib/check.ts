// What a person reads of a finding: what it means, and what to do about it.
import type { CheckView } from "./bindings/CheckView";
import { deviceProblemWords, type PlainId } from "./words";

const DEVICES = { camera: "camera", microphone: "mic" } as const;

/** The words for one part of the check. `browser`: the page is one of a browser, which has permissions of its own. */
export function advice(part: "camera" | "microphone" | "network", check: CheckView, browser = false): PlainId {
  if (part === "network") return ofNetwork(check);
  const { on, state } = check[part];
  const device = DEVICES[part];
  if (!on) return `check-${part}-off`;
  switch (state) {
    case "good":
      return `check-${part}-good`;
    case "missing":
      return `device-${device}-missing`;
    case "busy":
      return `device-${device}-in-use`;
    case "forbidden":
      return deviceProblemWords(device, "not_allowed", browser);
    case "failed":
      return `device-${device}-failed`;
    case "poor":
      return part === "microphone" ? "check-microphone-poor" : "device-camera-failed";
    case "unknown":
    case "looking":
      return part === "microphone" ? "check-microphone-looking" : "check-looking";
  }
}

function ofNetwork({ network: { state, way } }: CheckView): PlainId {
  switch (state) {
    case "good":
      return `check-network-${way}-good`;
    case "unknown":
    case "looking":
      return "check-looking";
    case "poor":
      return "check-network-poor";
    default:
      return `check-network-${way}-failed`;
  }
}

/** Whether nothing is left to do. */
export function isFine(check: CheckView): boolean {
  return [check.camera, check.microphone, check.speaker, check.network].every(({ state }) => state === "good");
}
