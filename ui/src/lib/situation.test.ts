import { describe, expect, test } from "vitest";
import type { Status } from "./bindings/Status";
import type { VisitView } from "./bindings/VisitView";
import { helpPoints } from "./help";
import { clientSituation, isOpen, neverStarted, specialistSituation } from "./situation";

type Given = Pick<VisitView, "status"> & Partial<Pick<VisitView, "screen" | "actions">> & {
  in?: ("CLIENT" | "SPECIALIST")[];
  started?: string;
  net?: number;
};

/** A visit as `me` sees it. */
function visit(me: "CLIENT" | "SPECIALIST", given: Given): VisitView {
  const person = (role: "CLIENT" | "SPECIALIST") => ({
    name: "",
    profession: null,
    role,
    joined: given.in?.includes(role) ?? false,
    me: role === me,
    required: true,
  });
  return {
    screen: given.screen ?? "join-client",
    role: me,
    status: given.status,
    actions: given.actions ?? [],
    web_room: null,
    times: null,
    clock: given.net === undefined ? null : { net_ms: given.net },
    info: { people: [person("SPECIALIST"), person("CLIENT")], started_at: given.started ?? null },
  } as unknown as VisitView;
}

describe("a pending visit", () => {
  test("is closed for both until it is opened", () => {
    expect(clientSituation(visit("CLIENT", { status: "pending", actions: ["cancel"] }))).toBe("closed");
    expect(specialistSituation(visit("SPECIALIST", { status: "pending", actions: ["open", "cancel"] }))).toBe("closed");
  });

  test("that needs no opening lets both in", () => {
    const actions: VisitView["actions"] = ["join", "cancel"];
    expect(clientSituation(visit("CLIENT", { status: "pending", actions }))).toBe("can-come");
    expect(specialistSituation(visit("SPECIALIST", { status: "pending", actions }))).toBe("open");
    expect(specialistSituation(visit("SPECIALIST", { status: "pending", actions, in: ["CLIENT"] }))).toBe("client-waits");
  });

  test("that one has come into is waited in", () => {
    expect(clientSituation(visit("CLIENT", { status: "pending", actions: ["leave"], in: ["CLIENT"] }))).toBe("waiting");
    expect(specialistSituation(visit("SPECIALIST", { status: "pending", actions: ["start"], in: ["SPECIALIST"] }))).toBe("waiting");
  });
});

test("nobody comes into a visit that is over", () => {
  const over: Status[] = ["finished", "cancelled_before_start", "cancelled_after_start"];
  expect(over.map((status) => isOpen(visit("CLIENT", { status })))).toEqual([false, false, false]);
});

test("only a visit that the clock has ended before its start did not take place", () => {
  const status = "cancelled_after_start";
  const started = "2026-11-23T11:31:04Z";
  expect(neverStarted(visit("CLIENT", { status }))).toBe(true);
  expect(neverStarted(visit("CLIENT", { status, net: 0 }))).toBe(true);
  expect(neverStarted(visit("CLIENT", { status, started }))).toBe(false);
  expect(neverStarted(visit("CLIENT", { status, net: 1000 }))).toBe(false);
  expect(neverStarted(visit("CLIENT", { status: "finished" }))).toBe(false);
});

test("the clock of a pause is not said to run, whoever is out", () => {
  const points = helpPoints(visit("SPECIALIST", { status: "started_and_paused", screen: "join-specialist" }));
  expect(points).not.toContain("help-back-1");
});

test.each<[Status, VisitView["screen"]]>([
  ["pending", "pending-specialist"],
  ["open_for_joining", "join-specialist"],
  ["started", "join-specialist"],
  ["started_and_paused", "join-specialist"],
  ["started", "started"],
  ["started_and_waiting", "started"],
  ["started_and_paused", "started"],
  ["finished", "finish"],
  ["cancelled_after_start", "finish"],
  ["cancelled_before_start", "cancelled"],
])("the help of %s on %s is two to four points, none of them twice", (status, screen) => {
  const points = helpPoints(visit("SPECIALIST", { status, screen }));
  expect(points.length).toBeGreaterThanOrEqual(2);
  expect(points.length).toBeLessThanOrEqual(4);
  expect(new Set(points).size).toBe(points.length);
});
