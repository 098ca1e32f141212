import { expect, test } from "vitest";
import type { MessageRow } from "../bindings/MessageRow";
import { setLocale } from "../l10n/index.svelte";
import { Newcomers } from "./newcomers.svelte";

const row = (key: string, mine = false): MessageRow => ({
  key,
  mine,
  sender: mine ? "" : "Ingrid Solheim",
  at: "2026-11-23T08:00:00Z",
  body: { kind: "text", text: key },
  reply: null,
  forwarded: false,
  state: { kind: "stored" },
});
const rows = (...keys: string[]) => keys.map((key) => row(key));

test("what comes is counted while the end is out of sight, and read out", () => {
  setLocale("en");
  const newcomers = new Newcomers(rows("a"), true);
  expect(newcomers.words).toBe("");
  newcomers.take(rows("a", "b", "c"), true, false);
  expect([newcomers.below, newcomers.words]).toEqual([2, "Ingrid Solheim: c"]);
  newcomers.take(rows("a", "b", "c"), true, true);
  expect(newcomers.below).toBe(0);
});

test("earlier messages are not new, nor are those between", () => {
  const newcomers = new Newcomers(rows("c", "d"), true);
  newcomers.take(rows("a", "b", "c", "d"), true, false);
  newcomers.take(rows("a", "b", "c"), false, false);
  newcomers.take(rows("b", "c", "d"), false, false);
  newcomers.take(rows("c", "d", "e"), true, false);
  expect([newcomers.below, newcomers.words]).toEqual([0, ""]);
  newcomers.take(rows("d", "e", "f"), true, false);
  expect(newcomers.below).toBe(1);
});

test("what is read when the conversation opens is not new; the first message of all is", () => {
  const opening = new Newcomers([], false);
  expect(opening.take([row("a"), row("b", true)], true, true)).toBe(false);
  expect([opening.below, opening.words]).toEqual([0, ""]);
  const empty = new Newcomers([], true);
  empty.take(rows("a"), true, false);
  expect(empty.below).toBe(1);
});

test("one's own is told apart, and counts for nothing", () => {
  const newcomers = new Newcomers([], true);
  expect(newcomers.take([row("a", true)], true, false)).toBe(true);
  expect(newcomers.below).toBe(0);
  expect(newcomers.take([row("a", true), row("b")], true, false)).toBe(false);
  expect(newcomers.take([row("a", true), row("b"), row("c")], true, true), "the end is followed").toBe(true);
  expect(newcomers.take([row("a", true), row("b"), row("c")], true, true)).toBe(false);
});
