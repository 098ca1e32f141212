/** The first letters of the first and the last word of a name, at most two. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter((word) => /^\p{L}/u.test(word));
  const picked = words.length > 1 ? [words[0], words.at(-1)] : words.slice(0, 1);
  return picked.map((word) => firstLetter(word ?? "")).join("");
}

function firstLetter(word: string): string {
  const [first = ""] = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(word);
  return typeof first === "string" ? first : first.segment.toLocaleUpperCase();
}
