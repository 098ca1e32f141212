import { expect, test } from "vitest";
import { directionOf, paragraphs } from "./direction";
import { kept, same } from "./same";

test("the first letter says which way a text runs; numbers and signs say nothing", () => {
  expect(["12.11 — שלום Ann", "(Ann) שלום", "Привет", "120/80!", "مرحبا"].map(directionOf)).toEqual(["rtl", "ltr", "ltr", null, "rtl"]);
});

test("lines that run the same way stay together, and values run with their neighbours", () => {
  expect(paragraphs("120/80\nשלום\n130/85\n\nHello\n5 mg", "ltr")).toEqual([
    { direction: "rtl", text: "120/80\nשלום\n130/85\n" },
    { direction: "ltr", text: "Hello\n5 mg" },
  ]);
  expect(paragraphs("120/80", "rtl")).toEqual([{ direction: "rtl", text: "120/80" }]);
  expect(paragraphs("", "ltr")).toEqual([{ direction: "ltr", text: "" }]);
});

test("no character is lost where a text is cut", () => {
  const text = "a\n\nב\n1\nc\n";
  expect(paragraphs(text, "ltr").map((each) => each.text).join("\n")).toBe(text);
});

test("what says the same stays the same object", () => {
  const before = [
    { key: "a", body: { text: "x", list: [1, 2] } },
    { key: "b", body: { text: "y", list: [1] } },
  ];
  const now = [
    { key: "b", body: { text: "y", list: [1] } },
    { key: "a", body: { text: "x", list: [1, 3] } },
  ];
  const next = kept(before, now);
  expect(next).toEqual(now);
  expect([next[0] === before[1], next[1] === now[1]]).toEqual([true, true]);
  expect([same(null, {}), same({ a: undefined }, {}), same([1], { 0: 1 })]).toEqual([false, false, true]);
});
