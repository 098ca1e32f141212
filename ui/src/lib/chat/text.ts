// Words of messages: how long they may be, and how much of them is shown at first. They are never markup.

/** How much the server takes, in Unicode scalar values. */
export const MOST_CHARACTERS = 20_000;

/** How many characters are too many. */
export function tooMany(text: string): number {
  // A string has at least as many units as characters, and most need no counting.
  return text.length <= MOST_CHARACTERS ? 0 : Math.max(0, [...text].length - MOST_CHARACTERS);
}

const SHOWN_CHARACTERS = 1_500;
const SHOWN_LINES = 24;
/** Less than this is not worth a press. */
const SPARED = 200;

/** The beginning of a text that is too long to be shown whole at once; the text itself otherwise. */
export function beginning(text: string): string {
  const shown = firstLines(text).slice(0, SHOWN_CHARACTERS);
  if (text.length - shown.length < SPARED && lineCount(text) <= SHOWN_LINES + 4) return text;
  // Not between the halves of a character.
  return /[\uD800-\uDBFF]$/.test(shown) ? shown.slice(0, -1) : shown;
}

function firstLines(text: string): string {
  let end = -1;
  for (let line = 0; line < SHOWN_LINES; line++) {
    end = text.indexOf("\n", end + 1);
    if (end < 0) return text;
  }
  return text.slice(0, end);
}

function lineCount(text: string): number {
  return text.split("\n").length;
}

export interface Part {
  text: string;
  /** It is what was searched for. */
  hit: boolean;
}

/** A text cut where what was searched for stands in it, in whatever case. */
export function parts(text: string, query: string): Part[] {
  const wanted = query.trim();
  if (wanted === "") return [{ text, hit: false }];
  const pattern = new RegExp(`(${wanted.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")})`, "giu");
  return text.split(pattern).map((part, index) => ({ text: part, hit: index % 2 === 1 }));
}

/** Embeddings, overrides and isolates of Unicode. */
const TURNING = /[\u202A-\u202E\u2066-\u2069]/gu;

/** One line without signs that turn the order of what is seen round: `fdp.exe` is not to look like a document. */
export function harmless(line: string): string {
  return line.replaceAll(TURNING, "");
}
