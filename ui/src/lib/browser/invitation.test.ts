import { beforeEach, expect, test, vi } from "vitest";
import { bodyOf, ChatLog } from "./chat_log";
import type { SessionConference, WireMessage } from "./chat_wire";
import { Invitation } from "./invitation";
import { Refused } from "./problem";

const card = (place: number, conference?: string, appointment_id = "chat:s"): WireMessage => ({
  id: `s-${place}`,
  session_id: "s",
  sender_id: "anna",
  type: 5,
  content: JSON.stringify({ title: "Now", appointment_id, conference }),
  timestamp: new Date(place * 1000).toISOString(),
});
const way = (visit?: string): SessionConference => ({ access_token: "at", ...(visit !== undefined && { visit }) });
const over = () => Promise.reject(new Refused("conversation-gone", "not_found"));
const settled = () => new Promise((done) => setTimeout(done));

const ask = vi.fn<(name: string | null) => Promise<SessionConference>>();
const enter = vi.fn<(accessToken: string) => Promise<void>>();
let invitation: Invitation;
beforeEach(() => {
  ask.mockReset();
  enter.mockReset().mockResolvedValue(undefined);
  invitation = new Invitation({ ask, enter, changed: () => undefined });
});
const shown = (message: WireMessage, inCall = false) => invitation.body(message.id, message, "Vera", inCall);
const learn = async (message: WireMessage, now = performance.now()) => {
  invitation.look(message, now);
  await settled();
};

test("only a card of its own session's conference is one", () => {
  expect(shown(card(1, "v"))).toEqual({ kind: "invitation", title: "Now", name: "Vera", state: "checking", problem: null });
  expect(shown(card(1, "v", "b-7"))).toBeNull();
  expect(shown(card(1, "v", "chat:other"))).toBeNull();
  expect(shown({ ...card(1), content: "null" })).toBeNull();
  expect(shown({ ...card(1), content: "{" })).toBeNull();
  expect(shown({ ...card(1), type: 1 })).toBeNull();
  expect(bodyOf(card(1))).toEqual({ kind: "unknown" });
});

test("the newest card is found, and an answer to a card says so", () => {
  const log = new ChatLog();
  log.add([card(2, "old"), card(9, "new"), { ...card(11), type: 1, content: "hello" }]);
  expect(log.newestCard?.id).toBe("s-9");
  expect(log.quote("s-9", () => "Anna")).toMatchObject({ kind: "invitation", key: "s-9" });
});

test("a card is open while its own conference goes on", async () => {
  ask.mockResolvedValue(way("new"));
  await learn(card(2, "new"));
  expect([shown(card(1, "old")), shown(card(2, "new")), shown(card(2))].map((body) => body?.kind === "invitation" && body.state)).toEqual(["over", "open", "open"]);
  expect(shown(card(2, "new"), true)).toMatchObject({ state: "in_call" });
});

test("it is asked again when that is due, and at once for a newer card", async () => {
  ask.mockImplementation(over);
  await learn(card(1, "a"));
  expect(shown(card(1, "a"))).toMatchObject({ state: "over" });
  await learn(card(1, "a"), performance.now() + 30_000);
  expect(ask).toHaveBeenCalledTimes(1);
  ask.mockResolvedValue(way("b"));
  await learn(card(3, "b"));
  expect(shown(card(3, "b"))).toMatchObject({ state: "open" });
  await learn(card(3, "b"), performance.now() + 11_000);
  expect(ask).toHaveBeenCalledTimes(3);
});

test("where it cannot be learned, pressing tells", async () => {
  ask.mockRejectedValue(new Refused("unreachable"));
  await learn(card(1, "a"));
  expect(shown(card(1, "a"))).toMatchObject({ state: "open", problem: null });
});

test("one press goes in under the name, once", async () => {
  ask.mockResolvedValue(way("a"));
  const entering = invitation.enter("s-1", card(1, "a"), "Vera B");
  expect(shown(card(1, "a"))).toMatchObject({ state: "entering" });
  await Promise.all([entering, invitation.enter("s-1", card(1, "a"), "Vera B")]);
  expect([ask.mock.calls, enter.mock.calls]).toEqual([[["Vera B"]], [["at"]]]);
});

test.each(["", "  ", "two\nlines", "n".repeat(201)])("nobody goes in as %j", async (name) => {
  await invitation.enter("s-1", card(1, "a"), name);
  expect(ask).not.toHaveBeenCalled();
});

test("what fails is said on the card, and the next press tries again", async () => {
  ask.mockResolvedValue(way("a"));
  enter.mockRejectedValueOnce(new Refused("timeout"));
  await invitation.enter("s-1", card(1, "a"), "Vera");
  expect(shown(card(1, "a"))).toMatchObject({ state: "open", problem: "timeout" });
  expect(invitation.body("s-2", card(2, "a"), null, false)).toMatchObject({ problem: null });
  await invitation.enter("s-1", card(1, "a"), "Vera");
  expect(shown(card(1, "a"))).toMatchObject({ state: "open", problem: null });
  expect(enter).toHaveBeenCalledTimes(2);
});

test("nobody is taken into another conference than the card's", async () => {
  ask.mockResolvedValue(way("later"));
  await invitation.enter("s-1", card(1, "a"), "Vera");
  expect([enter.mock.calls.length, shown(card(1, "a"))]).toMatchObject([0, { state: "over" }]);
  ask.mockImplementation(over);
  await invitation.enter("s-3", card(3, "later"), "Vera");
  expect([enter.mock.calls.length, shown(card(3, "later"))]).toMatchObject([0, { state: "over", problem: null }]);
});
