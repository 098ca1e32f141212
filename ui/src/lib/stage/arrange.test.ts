import { describe, expect, test } from "vitest";
import { call, peer } from "../../../gallery/fixtures/visit";
import type { CallView } from "../bindings/CallView";
import { arrange } from "./arrange";

const people = (count: number, screens: Record<number, number> = {}) =>
  Array.from({ length: count }, (_, index) => peer("en", index + 1, { screen: screens[index + 1] ?? null }));

function places(view: CallView): string[] {
  return arrange(view).map((cell) => `${cell.key} ${cell.place}`);
}

function pins(view: CallView): (string | null)[] {
  return arrange(view).flatMap((cell) => (cell.kind === "self" ? [] : [cell.pin]));
}

describe("places", () => {
  test("nobody is on an empty stage", () => expect(places(call("", []))).toEqual([]));

  test("one stands in the corner until a corner would cover somebody", () => {
    expect(places(call("", people(1)))).toEqual(["seat-1:camera grid", "me corner"]);
    expect(places(call("", people(2))).at(-1)).toBe("me grid");
  });

  test("a shared screen is large by itself, and everybody else beside it in the order they came", () => {
    expect(places(call("", people(2, { 2: 40 })))).toEqual([
      "seat-1:camera strip",
      "seat-2:screen large",
      "seat-2:camera strip",
      "me strip",
    ]);
  });

  test("of two screens the one that came last is large", () => {
    const large = arrange(call("", people(3, { 1: 41, 3: 40 }))).filter(({ place }) => place === "large");
    expect(large.map(({ key }) => key)).toEqual(["seat-1:screen"]);
  });

  test("what the person wants large goes before a screen", () => {
    expect(places(call("", people(2, { 2: 40 }), { pinned: 1 }))).toContain("seat-1:camera large");
  });

  test("a stream that is not there changes nothing", () => {
    expect(places(call("", people(2), { pinned: 77 }))).toContain("seat-1:camera grid");
  });
});

describe("pins", () => {
  test("two alone have nothing to choose", () => expect(pins(call("", people(1)))).toEqual([null]));

  test("among several each can be large, and the large one can be let go", () => {
    expect(pins(call("", people(3)))).toEqual(["show-large", "show-large", "show-large"]);
    expect(pins(call("", people(3), { pinned: 2 }))).toEqual(["show-large", "same-size", "show-large"]);
  });

  test("while a screen is shared, letting go leads back to it", () => {
    expect(pins(call("", people(1, { 1: 40 })))).toEqual([null, "show-large"]);
    expect(pins(call("", people(1, { 1: 40 }), { pinned: 1 }))).toEqual(["show-large", "shared-screen"]);
  });
});
