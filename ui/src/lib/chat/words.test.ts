import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { LOCALES } from "../l10n/index.svelte";
import { Later } from "./later";
import { bytes, fitted } from "./size";
import { beginning, harmless, MOST_CHARACTERS, parts, tooMany } from "./text";
import { dayName, dayOf, minutesAndSeconds, stamp } from "./when";

const plain = (words: string) => words.replaceAll(/[\u200e\u200f\u202f\u00a0]/g, " ").trim();

describe("when something was written", () => {
  const now = new Date(2026, 10, 23, 12, 0);
  const at = (year: number, month: number, day: number, hour = 9) => new Date(year, month - 1, day, hour, 5).toISOString();

  test("the clock today, the weekday this week, the date before", () => {
    expect(stamp("en", at(2026, 11, 23), now)).toBe("09:05");
    expect(stamp("en", at(2026, 11, 22, 23), now)).toBe("Sun");
    expect(stamp("ru", at(2026, 11, 17), now)).toBe("вт");
    expect(plain(stamp("en", at(2026, 11, 16), now))).toBe("16 Nov");
    expect(plain(stamp("en", at(2025, 12, 30), now))).toBe("30/12/2025");
    expect(plain(stamp("he", at(2026, 11, 17), now))).toMatch(/ג/u);
  });

  test("a clock that runs ahead names a date, and no weekday", () => {
    expect(plain(stamp("en", at(2026, 11, 24), now))).toBe("24 Nov");
  });

  test("days have their names", () => {
    expect([dayOf(at(2026, 11, 23, 0), now), dayOf(at(2026, 11, 22, 23), now), dayOf(at(2026, 11, 21), now)]).toEqual(["today", "yesterday", "other"]);
    expect(dayName("en", at(2026, 11, 21), now)).toMatch(/^Saturday,? 21 November$/);
    expect(dayName("ru", at(2025, 11, 21), now)).toContain("2025");
  });

  test("a length is minutes and seconds", () => {
    expect([0, 5, 65, 600].map(minutesAndSeconds)).toEqual(["0:00", "0:05", "1:05", "10:00"]);
  });
});

describe("sizes", () => {
  test("are said in the units that matter, in every language", () => {
    expect(plain(bytes("en", 812))).toMatch(/^812 byte/);
    expect(plain(bytes("en", 4_231_000))).toBe("4.2 MB");
    expect(plain(bytes("ru", 4_231_000))).toBe("4,2 МБ");
    LOCALES.forEach((of) => expect(bytes(of, 43_000)).toContain("43"));
  });

  test("a picture fits, keeps its shape, and has a place when nothing is known of it", () => {
    expect(fitted({ width: 1600, height: 1200 })).toEqual({ width: 272, height: 204 });
    expect(fitted({ width: 900, height: 1600 })).toEqual({ width: 135, height: 240 });
    expect(fitted({ width: 0, height: 0 }).height).toBeGreaterThan(0);
    const wide = fitted({ width: 10_000, height: 10 });
    expect(wide.width <= 272 && wide.height >= 40).toBe(true);
  });
});

describe("words", () => {
  test("20,000 characters are enough, and an emoji is one", () => {
    expect(tooMany("a".repeat(MOST_CHARACTERS))).toBe(0);
    expect(tooMany("🫀".repeat(MOST_CHARACTERS))).toBe(0);
    expect(tooMany("🫀".repeat(MOST_CHARACTERS + 2))).toBe(2);
  });

  test("a long text is begun, at no half of a character; a short one is whole", () => {
    expect(beginning("short\ntext")).toBe("short\ntext");
    expect(beginning("a".repeat(1600))).toHaveLength(1600);
    const hearts = beginning(`a${"🫀".repeat(4000)}`);
    expect(hearts.length).toBeLessThan(1_600);
    expect(encodeURIComponent(hearts)).toContain("%");
    expect(beginning("line\n".repeat(300)).split("\n").length).toBeLessThan(30);
  });

  test("a name cannot turn its ending round", () => {
    expect(harmless("invoice\u202Efdp.exe\u2069")).toBe("invoicefdp.exe");
  });

  test("what was searched for is marked, whatever it is", () => {
    expect(parts("Blood pressure, PRESSURE", "pressure").filter((part) => part.hit).map((part) => part.text)).toEqual(["pressure", "PRESSURE"]);
    expect(parts("a (b) [c] .*", ".*").map((part) => part.text).join("")).toBe("a (b) [c] .*");
    expect(parts("a (b", "(").filter((part) => part.hit)).toHaveLength(1);
    expect(parts("nothing", " ")).toEqual([{ text: "nothing", hit: false }]);
  });
});

describe("what is told later", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is the last of it, once, and at once when there is no time", () => {
    const told: string[] = [];
    const later = new Later<string>(100, (text) => told.push(text));
    later.say("a");
    later.say("ab");
    vi.advanceTimersByTime(150);
    later.say("abc");
    later.flush();
    later.flush();
    later.say("abcd");
    later.drop();
    vi.advanceTimersByTime(500);
    expect(told).toEqual(["ab", "abc"]);
  });
});
