import { describe, expect, test } from "vitest";
import type { MessageBody } from "../bindings/MessageBody";
import type { MessageRow } from "../bindings/MessageRow";
import { logLines } from "./lines";
import { walk } from "./walk";

const said: MessageBody = { kind: "text", text: "…" };
const row = (key: string, sender: string, at: string, body: MessageBody = said): MessageRow => ({
  key,
  mine: sender === "",
  sender,
  at,
  body,
  reply: null,
  forwarded: false,
  state: { kind: "stored" },
});
const shape = (rows: MessageRow[], unread: string | null = null, group = true) =>
  logLines(rows, unread, group).map((line) => (line.kind === "message" ? `${line.key}${line.named ? "n" : ""}${line.follows ? "f" : ""}` : line.kind));

test("the arrows stop at both ends, and begin at the newest", () => {
  expect([walk("ArrowUp", null, 9), walk("ArrowUp", 9, 9), walk("ArrowUp", 0, 9), walk("ArrowDown", 9, 9)]).toEqual([9, 8, 0, 9]);
  expect([walk("Home", 5, 9), walk("End", null, 9), walk("a", 5, 9)]).toEqual([0, 9, null]);
});

describe("the lines of a conversation", () => {
  test("a day stands above its first message, and only there", () => {
    const rows = [row("a", "A", "2026-11-22T08:00:00"), row("b", "B", "2026-11-22T08:01:00"), row("c", "B", "2026-11-23T08:01:00")];
    expect(shape(rows)).toEqual(["day", "an", "bn", "day", "cn"]);
  });

  test("what one person writes in a row stands together, and the name is said once", () => {
    const rows = [row("a", "A", "2026-11-22T08:00:00"), row("b", "A", "2026-11-22T08:04:00"), row("c", "A", "2026-11-22T08:30:00")];
    expect(shape(rows)).toEqual(["day", "an", "bf", "cn"]);
  });

  test("between two nobody's name is said, and one's own never is", () => {
    const rows = [row("a", "A", "2026-11-22T08:00:00"), row("b", "", "2026-11-22T08:01:00")];
    expect(shape(rows, null, false)).toEqual(["day", "a", "b"]);
    expect(shape(rows)).toEqual(["day", "an", "b"]);
  });

  test("the line above what is new parts what would stand together", () => {
    const rows = [row("a", "A", "2026-11-22T08:00:00"), row("b", "A", "2026-11-22T08:01:00")];
    expect(shape(rows, "b")).toEqual(["day", "an", "unread", "bn"]);
  });

  test("what happens parts what is said", () => {
    const rows = [
      row("a", "A", "2026-11-22T08:00:00"),
      row("t", "A", "2026-11-22T08:01:00", { kind: "topic_started", name: "…" }),
      row("b", "A", "2026-11-22T08:02:00"),
    ];
    expect(shape(rows)).toEqual(["day", "an", "tn", "bn"]);
  });
});
