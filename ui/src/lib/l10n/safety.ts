// The safety words: a list for each language, in which a number means the same thing in all of them.
import type { Locale } from "../bindings/Locale";

const SOURCES = import.meta.glob<string>("../../../../locales/*/safety-words.txt", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The words of these numbers, in the order they are read out. */
export function safetyWords(of: Locale, numbers: readonly number[]): string[] {
  const source = Object.entries(SOURCES).find(([path]) => path.includes(`/locales/${of}/`))?.[1] ?? "";
  const words = source.split("\n");
  return numbers.map((number) => {
    const word = words[number];
    if (!word) throw new Error(`no safety word ${number} in ${of}`);
    return word;
  });
}
