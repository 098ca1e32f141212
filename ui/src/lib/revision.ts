// Views may overtake each other between an event and an answer; only a newer one replaces what is shown.

/** Whether `next` is to be shown after `current`. */
export function isNewer(current: { revision: number } | null, next: { revision: number }): boolean {
  return current === null || next.revision > current.revision;
}
