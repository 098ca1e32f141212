// A view is published whole, many times a second during a call. What says the same as before stays the same object, so
// that nothing of a long history is drawn anew.

/** Whether two values of a view say the same. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => same(a[name as keyof typeof a], b[name as keyof typeof b]));
}

/** The new values, each in the old object where that says the same. */
export function kept<Value extends { key: string }>(before: readonly Value[], now: readonly Value[]): Value[] {
  const known = new Map(before.map((value) => [value.key, value]));
  return now.map((value) => {
    const old = known.get(value.key);
    return old !== undefined && same(old, value) ? old : value;
  });
}
