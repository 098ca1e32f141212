import { expect, test } from "vitest";
import { bodyOf, ChatLog } from "./chat_log";
import type { WireMessage } from "./chat_wire";

const message = (place: number, sender: string, content = "", more: Partial<WireMessage> = {}): WireMessage => ({
  id: `s-${place}`,
  session_id: "s",
  sender_id: sender,
  type: 1,
  content,
  timestamp: new Date(place * 1000).toISOString(),
  ...more,
});
const nameOf = (id: string) => id.toUpperCase();

test("messages are in the server's order, each once, however they come", () => {
  const log = new ChatLog();
  expect(log.add([message(3, "b"), message(1, "a")])).toBe(true);
  expect(log.add([message(2, "b"), message(3, "b")])).toBe(true);
  expect(log.add([message(3, "b")])).toBe(false);
  expect(log.rows("a", nameOf, 2000).map(({ key, mine, state }) => [key, mine, state.kind])).toEqual([
    ["s-1", true, "read"],
    ["s-2", false, "stored"],
    ["s-3", false, "stored"],
  ]);
  expect(log.unread("a", new Date(2000).toISOString())).toBe(1);
});

test("what waits keeps its key when it is stored, and says why it was refused", () => {
  const log = new ChatLog();
  log.wait({ key: "k", kind: 1, content: "hello", reply: null, at: new Date(0).toISOString(), failed: null });
  log.fail("k", "message-refused");
  expect(log.rows("a", nameOf, 0)[0]).toMatchObject({ key: "k", mine: true, state: { kind: "failed", problem: "message-refused" } });
  log.add([message(1, "a", "hello", { client_message_id: "k" })]);
  expect([log.waiting.length, log.rows("a", nameOf, 0).map(({ key }) => key)]).toEqual([0, ["k"]]);
});

test("what people write is text, and what nobody knows breaks nothing", () => {
  expect(bodyOf(message(1, "a", '<img src=x onerror="alert(1)">'))).toEqual({ kind: "text", text: '<img src=x onerror="alert(1)">' });
  expect(bodyOf(message(1, "a", "{", { type: 2 }))).toEqual({ kind: "unknown" });
  expect(bodyOf(message(1, "a", "{}", { type: 99 }))).toEqual({ kind: "unknown" });
  expect(bodyOf(message(1, "a", '{"title":"Leaflet","url":"https://clinic.example/x"}', { type: 4 }))).toEqual({ kind: "article", title: "Leaflet", host: "clinic.example" });
});

test("a hole is known until it is filled, also when the page beyond it came first", () => {
  const log = new ChatLog();
  expect([log.end, log.hasHole]).toEqual([null, false]);
  log.add([message(4, "b"), message(5, "b"), message(9, "b")]);
  expect([log.end?.id, log.newest?.id, log.hasHole]).toEqual(["s-5", "s-9", true]);
  log.add([message(6, "b"), message(7, "b"), message(8, "b")]);
  expect([log.end?.id, log.hasHole]).toEqual(["s-9", false]);
});
