import { expect, test } from "vitest";
import type { Status } from "../bindings/Status";
import { allowed, announced, NOTHING, visible } from "./latch";
import { GUEST_RIGHTS } from "./wire";

const STATUSES: Status[] = [
  "pending", "open_for_joining", "started", "started_and_waiting", "started_and_paused",
  "cancelled_before_start", "cancelled_after_start", "finished",
];
const ALL = { mic: true, camera: true, screen: true };

test("nothing leaves before the admission, whatever the person wants", () => {
  expect(allowed(ALL, null)).toEqual(NOTHING);
  expect(announced(ALL, null)).toEqual({ ...NOTHING, hold: false });
});

test.each(STATUSES)("in %s something leaves only while the visit runs", (status) => {
  const runs = status === "started" || status === "started_and_waiting";
  expect(allowed(ALL, { status, rights: GUEST_RIGHTS })).toEqual(runs ? ALL : NOTHING);
  expect(allowed(NOTHING, { status, rights: GUEST_RIGHTS })).toEqual(NOTHING);
});

test("without the right to it a stream neither leaves nor is announced", () => {
  const admission = { status: "started" as const, rights: { ...GUEST_RIGHTS, video: false, screen: false } };
  expect(allowed(ALL, admission)).toEqual({ mic: true, camera: false, screen: false });
  expect(announced(ALL, admission)).toEqual({ mic: true, camera: false, screen: false, hold: false });
});

test("in a crowd sound goes on and nothing else", () => {
  expect([visible(ALL, true), visible(ALL, false), visible(NOTHING, true)]).toEqual([ALL, { ...NOTHING, mic: true }, NOTHING]);
});
