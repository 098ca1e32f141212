// Which way the paragraphs of a message run. Not left to the webview: those without a letter, such as measured values,
// would run another way than their neighbours.

export type Direction = "ltr" | "rtl";

export interface Paragraph {
  direction: Direction;
  text: string;
}

const RIGHT_TO_LEFT = /\p{Script=Hebrew}|\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}/u;

/** The direction of the first letter; none without letters. */
export function directionOf(text: string): Direction | null {
  const letter = /\p{L}/u.exec(text)?.[0];
  if (letter === undefined) return null;
  return RIGHT_TO_LEFT.test(letter) ? "rtl" : "ltr";
}

/**
 * A text, cut where its direction changes; lines that run the same way stay together. A line without letters runs like the
 * one before it, the first ones like the first that has any, and a text without letters like the page.
 */
export function paragraphs(text: string, page: Direction): Paragraph[] {
  let direction = directionOf(text) ?? page;
  const cut: Paragraph[] = [];
  for (const line of text.split("\n")) {
    direction = directionOf(line) ?? direction;
    const last = cut.at(-1);
    if (last?.direction === direction) last.text += `\n${line}`;
    else cut.push({ direction, text: line });
  }
  return cut;
}
