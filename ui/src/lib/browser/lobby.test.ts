import { expect, test } from "vitest";
import { Knocks, told, Waiting } from "./lobby";

test("whoever waits sees its place, what was written, and that it is rung for", () => {
  const waiting = new Waiting();
  expect(waiting.view().phase.kind).toBe("arriving");
  waiting.hear({ type: "lobby", you: "g" });
  waiting.hear({ type: "waiting", position: 2, estimate_seconds: 61 });
  waiting.hear({ type: "note", text: "soon" });
  expect(waiting.view()).toEqual({
    phase: { kind: "knocking", place: { position: 2, estimate_minutes: 2 }, presence: "here" },
    notes: ["soon"],
  });
  waiting.stepAway(true);
  expect(waiting.hear({ type: "rung" })).toBe(true);
  expect(waiting.view().phase).toMatchObject({ presence: "rung" });
  waiting.lost();
  expect(waiting.hear({ type: "rung" })).toBe(false);
  expect(waiting.view().phase.kind).toBe("reconnecting");
  waiting.hear({ type: "lobby", you: "g" });
  expect([waiting.isAway, waiting.view().phase]).toEqual([true, { kind: "knocking", place: null, presence: "rung" }]);
  waiting.stepAway(false);
  expect(waiting.isAway).toBe(false);
  waiting.hear({ type: "denied", reason: "tomorrow" });
  expect([waiting.isOver, waiting.view().phase]).toEqual([true, { kind: "denied", reason: "tomorrow" }]);
});

test("those who knock, whoever waits longest first, until it is over", () => {
  const knocks = new Knocks();
  knocks.hear({ type: "knocking", peer: { id: "a", name: "A", role: "CLIENT" }, waits: { seconds: 5 } });
  knocks.hear({ type: "knocking", peer: { id: "b", name: "B", role: "CLIENT" }, waits: { seconds: 50, away: true, ready: { camera: "busy" } } });
  const rows = knocks.view(performance.now());
  expect(rows.map(({ id, away, ready }) => [id, away, ready.camera, ready.network])).toEqual([["b", true, "busy", "unknown"], ["a", false, "unknown", "unknown"]]);
  knocks.hear({ type: "knock_over", peer: "b" });
  expect(knocks.view(performance.now()).map(({ id }) => id)).toEqual(["a"]);
});

test("what is still being looked at is not told as found", () => {
  expect(told({ camera: "looking", microphone: "good", network: "failed" })).toEqual({ camera: "unknown", microphone: "good", network: "failed" });
});

test("a line that never came says so, and so does whoever was turned away after all is said", () => {
  const waiting = new Waiting();
  waiting.lost();
  expect(waiting.view().phase.kind).toBe("reconnecting");
  waiting.hear({ type: "denied" });
  waiting.lost();
  expect(waiting.view().phase.kind).toBe("denied");
});
