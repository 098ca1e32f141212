import { expect, test } from "vitest";
import { until } from "./until";

const MINUTE = 60_000;

test.each([
  [-5, { unit: "now" }],
  [0, { unit: "now" }],
  [0.2, { unit: "minutes", count: 1 }],
  [90, { unit: "minutes", count: 90 }],
  [120, { unit: "hours", count: 2 }],
  [48 * 60, { unit: "days", count: 2 }],
])("%d minutes ahead", (minutes, left) => expect(until(minutes * MINUTE)).toEqual(left));

test("a start that is no date promises nothing", () => expect(until(Number.NaN)).toEqual({ unit: "now" }));
