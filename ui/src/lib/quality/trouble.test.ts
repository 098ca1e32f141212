import { expect, test } from "vitest";
import type { QualityView } from "../bindings/QualityView";
import { call, peer } from "../../../gallery/fixtures/visit";
import { ownTrouble } from "./trouble";

const of = (...qualities: QualityView[]) =>
  ownTrouble(call("", qualities.map((quality, index) => peer("en", index + 1, { quality }))));

test("only what one can do something about is said in the middle", () => {
  expect(of({ level: "good" }, { level: "unknown" })).toBeNull();
  expect(of({ level: "poor", cause: "network", whose: "theirs" })).toBeNull();
  expect(of({ level: "fair", cause: "network", whose: "between" })).toBeNull();
  expect(of({ level: "poor", cause: "device", whose: "mine" })).toBeNull();
  expect(of({ level: "fair", cause: "processor", whose: "mine" })).toEqual({ cause: "processor", whose: "mine", soundOnly: false });
});

test("of several the worst is said, and a bad line offers to spare the picture", () => {
  const fair: QualityView = { level: "fair", cause: "processor", whose: "mine" };
  const poor: QualityView = { level: "poor", cause: "network", whose: "between" };
  expect(of(fair, poor)).toEqual({ cause: "network", whose: "between", soundOnly: true });
  const dark = call("", [peer("en", 1, { quality: poor })]);
  dark.me.camera.on = false;
  expect(ownTrouble(dark)?.soundOnly).toBe(false);
});
