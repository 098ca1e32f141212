import { describe, expect, test } from "vitest";
import { LOCALES, direction, format, setLocale } from "./index.svelte";
import { length } from "./length";
import { list } from "./list";
import { schedule, timeElsewhere } from "./time";

const plain = (words: string) => words.replaceAll(/[\u2066-\u2069]/g, "");
const minutes = (of: "ru" | "en" | "he", count: number) => plain(format(of, "minutes", { minutes: count }));

describe("words", () => {
  test("plural forms are right where a language has several", () => {
    expect([1, 2, 5, 11, 21, 61, 111, 112].map((count) => minutes("ru", count))).toEqual([
      "1 минута", "2 минуты", "5 минут", "11 минут", "21 минута", "61 минута", "111 минут", "112 минут",
    ]);
    expect([1, 2, 3, 20].map((count) => minutes("he", count))).toEqual(["דקה אחת", "שתי דקות", "3 דקות", "20 דקות"]);
    expect([1, 2].map((count) => minutes("en", count))).toEqual(["1 minute", "2 minutes"]);
  });

  test("nothing is nothing, and one is one, in the counts of the day", () => {
    expect(format("ru", "home-count", { count: 0 })).toBe("Приёмов нет");
    expect(plain(format("he", "home-waiting-count", { count: 2 }))).toBe("שני אנשים ממתינים לך");
  });

  test("roles follow the vertical", () => {
    expect(format("en", "role-specialist", { vertical: "medicine" })).toBe("Doctor");
    expect(format("en", "role-specialist", { vertical: "general" })).toBe("Specialist");
  });

  test("what is put into a sentence keeps its own direction", () => {
    expect(format("he", "join-client-text", { action: "Join" })).toContain("\u2068Join\u2069");
  });

  test("Hebrew runs from right to left", () => {
    expect(LOCALES.map(direction)).toEqual(["ltr", "ltr", "rtl"]);
  });

  test("names of two scripts in one list do not disturb each other", () => {
    expect(list(["נועה תמרי", "Pat Reed"])).toBe("\u2068נועה תמרי\u2069, \u2068Pat Reed\u2069");
  });
});

test("a length is said in the units that matter", () => {
  setLocale("en");
  expect([0, 41, 120, 1836, 3900].map((seconds) => plain(length(seconds)))).toEqual([
    "0 s", "41 s", "2 min", "30 min 36 s", "1 h 5 min",
  ]);
});

test("a moment is told by the clinic's clock too, where it shows another time", () => {
  const at = "2026-11-23T11:31:04Z";
  expect(timeElsewhere("en", at, "Europe/London", "Asia/Tokyo")?.time).toBe("11:31");
  expect(timeElsewhere("en", at, "Europe/Moscow", "Europe/Minsk")).toBeNull();
  expect(timeElsewhere("he", at, "Middle/Earth", "Asia/Jerusalem")).toBeNull();
});

describe("a visit's schedule", () => {
  const at = "2026-11-23T22:30:00Z";

  test("names the clinic's time, and the user's own when it is another", () => {
    const { hours, elsewhere } = schedule("en", at, 30, "Europe/London", "Europe/Paris");
    expect(hours).toBe("22:30–23:00");
    expect(elsewhere?.yours).toBe("23:30–00:00");
  });

  test("names the day too when it is another where the user is", () => {
    expect(schedule("en", at, 30, "Europe/London", "Asia/Tokyo").elsewhere?.yours).toMatch(/24 November.*07:30–08:00/u);
  });

  test("says nothing more when both clocks show the same", () => {
    expect(schedule("ru", at, 30, "Europe/Moscow", "Europe/Minsk").elsewhere).toBeNull();
  });

  test("a zone nobody knows falls back to the user's own", () => {
    expect(schedule("he", at, 30, "Middle/Earth", "Asia/Jerusalem").elsewhere).toBeNull();
  });
});
