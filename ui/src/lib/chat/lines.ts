// What stands in a conversation from top to bottom: days, the line above what is new, messages.
import type { MessageRow } from "../bindings/MessageRow";
import { dayNumber } from "./when";

export type LogLine =
  | { kind: "day"; key: string; at: string }
  | { kind: "unread"; key: string }
  | { kind: "message"; key: string; row: MessageRow; named: boolean; follows: boolean };

/** Messages of one person that are so close stand together. */
const TOGETHER_MS = 5 * 60_000;

/** `group`: each run of messages says who wrote it. */
export function logLines(messages: readonly MessageRow[], firstUnread: string | null, group: boolean): LogLine[] {
  const lines: LogLine[] = [];
  let before: MessageRow | null = null;
  let day: number | null = null;
  for (const row of messages) {
    const its = dayNumber(new Date(row.at));
    if (its !== day) {
      lines.push({ kind: "day", key: `day ${row.key}`, at: row.at });
      before = null;
    }
    day = its;
    if (row.key === firstUnread) {
      lines.push({ kind: "unread", key: "unread" });
      before = null;
    }
    const follows = before !== null && belongTogether(before, row);
    lines.push({ kind: "message", key: row.key, row, named: group && !row.mine && !follows, follows });
    before = isSaid(row) ? row : null;
  }
  return lines;
}

/** Whether somebody said it, rather than it happened. */
export function isSaid(row: MessageRow): boolean {
  return row.body.kind !== "system" && row.body.kind !== "topic_started" && row.body.kind !== "topic_ended";
}

function belongTogether(before: MessageRow, row: MessageRow): boolean {
  if (!isSaid(row) || before.mine !== row.mine || before.sender !== row.sender) return false;
  return new Date(row.at).getTime() - new Date(before.at).getTime() < TOGETHER_MS;
}
