import { describe, expect, test } from "vitest";
import type { Status } from "./bindings/Status";
import type { VisitView } from "./bindings/VisitView";
import { helpPoints } from "./help";
import { clientSituation, isOpen, specialistSituation } from "./situation";

type Given = Pick<VisitView, "status"> & Partial<Pick<VisitView, "screen" | "actions">> & { in?: ("CLIENT" | "SPECIALIST")[] };

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
    info: { people: [person("SPECIALIST"), person("CLIENT")] },
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

test.each<[Status, VisitView["screen"]]>([
  ["pending", "pending-specialist"],
  ["open_for_joining", "join-specialist"],
  ["started", "join-specialist"],
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
