// The keys that go from message to message.

/** Where a key leads: `at` is the message that has the focus, none while the log itself has it; none for other keys. */
export function walk(key: string, at: number | null, last: number): number | null {
  switch (key) {
    case "ArrowUp":
      return at === null ? last : Math.max(0, at - 1);
    case "ArrowDown":
      return at === null ? last : Math.min(last, at + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}
