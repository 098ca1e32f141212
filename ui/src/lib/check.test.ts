import { expect, test } from "vitest";
import type { CheckView } from "./bindings/CheckView";
import { advice } from "./check";

test("a device that is not allowed is allowed in the browser's page, or in the system's settings", () => {
  const check = { camera: { on: true, state: "forbidden", stream: 0 } } as CheckView;
  expect([advice("camera", check, true), advice("camera", check)]).toEqual(["device-camera-not-allowed-browser", "device-camera-not-allowed"]);
});
