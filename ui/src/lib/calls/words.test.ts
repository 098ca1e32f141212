import { describe, expect, test } from "vitest";
import type { CallLogRow } from "../bindings/CallLogRow";
import type { CallOutcome } from "../bindings/CallOutcome";
import { format, LOCALES } from "../l10n/index.svelte";
import { outcomeSign, outcomeWords } from "./words";

const OUTCOMES: CallOutcome[] = ["planned", "ringing", "running", "answered", "missed", "declined", "no_answer", "cancelled", "unknown"];
const row = (outcome: CallOutcome, outgoing: boolean): CallLogRow => ({
  id: "c",
  outgoing,
  outcome,
  title: null,
  people: [],
  at: "2026-11-23T11:00:00Z",
  seconds: 0,
  unseen: false,
  can_call_back: false,
  can_rejoin: false,
});

test.each(LOCALES)("what became of a call has words in %s", (locale) => {
  for (const outcome of OUTCOMES) expect(format(locale, outcomeWords(row(outcome, true)))).not.toBe("");
});

test("a call that was spoken says who called; a missed one has a sign of its own", () => {
  expect([true, false].map((outgoing) => outcomeWords(row("answered", outgoing)))).toEqual(["calls-outcome-outgoing", "calls-outcome-incoming"]);
  expect([true, false].map((outgoing) => outcomeSign(row("answered", outgoing)))).toEqual(["phone-out", "phone-in"]);
  expect(outcomeSign(row("missed", false))).toBe("phone-missed");
});

describe("plural forms of calls", () => {
  const plain = (words: string) => words.replaceAll(/[\u2066-\u2069]/g, "");

  test("missed calls are counted as each language counts", () => {
    expect([1, 2, 5, 21].map((count) => plain(format("ru", "calls-missed-count", { count })))).toEqual([
      "1 пропущенный звонок", "2 пропущенных звонка", "5 пропущенных звонков", "21 пропущенный звонок",
    ]);
    expect([1, 2, 3].map((count) => plain(format("he", "calls-missed-count", { count })))).toEqual([
      "שיחה אחת שלא נענתה", "שתי שיחות שלא נענו", "3 שיחות שלא נענו",
    ]);
  });

  test("one who is ticked is called, and not all of one", () => {
    expect(LOCALES.map((locale) => plain(format(locale, "calls-call-chosen", { count: 1 })))).toEqual(["Позвонить", "Call", "להתקשר"]);
    expect(plain(format("ru", "calls-call-chosen", { count: 21 }))).toBe("Позвонить сразу всем (21)");
  });
});
