// Several names in one line.

const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/** "Ann, Boris": each name is kept apart, so that its direction disturbs no other. */
export function list(names: readonly string[]): string {
  return names.map((name) => `${FIRST_STRONG_ISOLATE}${name}${POP_ISOLATE}`).join(", ");
}
