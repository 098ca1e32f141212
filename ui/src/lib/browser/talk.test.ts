import { expect, test } from "vitest";
import { Talk } from "./talk";

test("a call lasts from when somebody is there until it is over", () => {
  const talk = new Talk();
  expect(talk.state(0, false, 1000)).toEqual({ kind: "calling" });
  expect(talk.state(1, false, 5000)).toEqual({ kind: "talking", ms: 0 });
  expect(talk.state(0, false, 9000)).toEqual({ kind: "away", ms: 4000 });
  expect(talk.state(2, false, 10_000)).toEqual({ kind: "talking", ms: 5000 });
  expect(talk.state(0, true, 68_500)).toEqual({ kind: "over", seconds: 63 });
  expect(talk.state(0, true, 99_000)).toEqual({ kind: "over", seconds: 63 });
});

test("a call to which nobody came has no length", () => {
  expect(new Talk().state(0, true, 1000)).toEqual({ kind: "over", seconds: null });
});
