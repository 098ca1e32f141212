import { expect, test } from "vitest";
import type { Status } from "../bindings/Status";
import { actions, clock, newsTo, restoreMs, screen, times, visitInfo, type Facts } from "./facts";

const person = (id: string) => ({ id, name: "Mara", middleName: null, surname: "Madeup" });

function facts(status: Status, change: Partial<Facts["info"]> = {}, role: Facts["role"] = "CLIENT"): Facts {
  return {
    role,
    user: "1",
    taken: 1000,
    isCall: false,
    isFinal: false,
    durations: {
      now: "2026-11-23T10:00:00Z",
      scheduledDurationSeconds: 1800,
      netDurationSeconds: 1500,
      dirtyDurationSeconds: 1500,
      realDurationSeconds: 1500,
    },
    info: {
      appointmentId: "a-1",
      organizationInfo: { title: "Clinic" },
      filialInfo: { title: "Branch", timezone: "UTC" },
      openingDurationSeconds: 600,
      scheduledDurationSeconds: 1800,
      scheduledStart: "2026-11-23T10:00:00Z",
      services: [{ name: [{ lang: "en-us", text: "Visit" }, { lang: "ru-ru", text: "Приём" }] }],
      clients: [person("1")],
      specialists: [person("1")],
      status,
      joinedClients: [],
      joinedSpecialists: [],
      ...change,
    },
  };
}
const isIn = { joinedClients: [person("1")] };

test("the screen follows role, status and presence, and equal numbers of the two roles are two people", () => {
  expect(screen(facts("pending"))).toBe("pending-client");
  expect(screen(facts("started"))).toBe("join-client");
  expect(screen(facts("started_and_paused", isIn))).toBe("started");
  expect(screen(facts("started", isIn, "SPECIALIST"))).toBe("join-specialist");
  expect(screen(facts("cancelled_before_start"))).toBe("cancelled");
  expect(screen(facts("cancelled_after_start", isIn))).toBe("finish");
});

test("what a role may do, in the order to show", () => {
  expect(actions(facts("pending"), 1000)).toEqual(["cancel"]);
  expect(actions(facts("pending", { isOpen: true }), 1000)).toEqual(["join", "cancel"]);
  for (const appointmentId of ["coviu:s-1", "trueconf:c-1"]) {
    expect(actions(facts("pending", { appointmentId }), 1000)).toEqual([]);
    const free = appointmentId.startsWith("trueconf:") ? ["join"] : [];
    expect(actions(facts("pending", { appointmentId, isOpen: true }), 1000)).toEqual(free);
    expect(actions(facts("pending", { appointmentId }, "SPECIALIST"), 1000)).toEqual(["open", "cancel"]);
  }
  expect(actions(facts("started", isIn), 1000)).toEqual(["leave"]);
  expect(actions(facts("started", { joinedSpecialists: [person("1")] }, "SPECIALIST"), 1000)).toEqual(["pause", "finish", "leave"]);
  expect(actions(facts("started_and_waiting", { joinedSpecialists: [person("1")] }, "SPECIALIST"), 1000)).toEqual(["finish", "leave"]);
  expect(actions(facts("finished"), 1000)).toEqual([]);
});

test("a guest who has to knock cannot join", () => {
  const coviu = { appointmentId: "coviu:1", isOpen: true };
  expect(actions(facts("pending", coviu), 1000)).toEqual([]);
  expect(actions(facts("started", coviu), 1000)).toEqual([]);
  expect(actions(facts("started", coviu, "SPECIALIST"), 1000)).toEqual(["join"]);
});

test("an end is taken back for three minutes, by a specialist, and never after the booking system's own", () => {
  const ended = { finishedAt: "2026-11-23T09:59:00Z" };
  expect(restoreMs(facts("finished", ended, "SPECIALIST"), 1000)).toBe(120_000);
  expect(actions(facts("finished", ended, "SPECIALIST"), 1000)).toEqual(["restore"]);
  expect(restoreMs(facts("finished", ended, "SPECIALIST"), 122_000)).toBeNull();
  expect(restoreMs(facts("finished", { ...ended, cancelledByExternal: true }, "SPECIALIST"), 1000)).toBeNull();
});

test("the clock counts on from the server's figures, stands still in a pause, and never goes below zero", () => {
  expect(clock(facts("open_for_joining"), 1000)).toBeNull();
  expect(clock(facts("started"), 1000)).toEqual({ remaining_ms: 300_000, overtime_ms: 0, net_ms: 1_500_000, running: true, phase: "five_minutes" });
  expect(clock(facts("started"), 302_000)).toMatchObject({ remaining_ms: 0, overtime_ms: 1000, phase: "overtime" });
  expect(clock(facts("started_and_paused"), 900_000)).toMatchObject({ remaining_ms: 300_000, running: false });
});

test("the times of an ended visit, with its interruptions", () => {
  const ended = facts("finished", { startedAt: "2026-11-23T09:30:00Z", finishedAt: "2026-11-23T10:00:00Z" });
  ended.durations.gaps = [
    { from: "2026-11-23T09:40:00Z", to: "2026-11-23T09:41:00Z", reason: "paused" },
    { from: "2026-11-23T09:59:00Z", reason: "absent" },
    { from: "2026-11-23T09:50:00Z", to: "2026-11-23T09:50:00.2Z", reason: "absent" },
  ];
  expect(times(ended)?.gaps.map(({ seconds }) => seconds)).toEqual([60, 60]);
  expect(times(facts("started", isIn))).toBeNull();
});

test("names in the page's language, and who is who", () => {
  const info = visitInfo(facts("started", isIn), "ru");
  expect(info.services).toEqual(["Приём"]);
  expect(info.opens_at).toBe("2026-11-23T09:50:00.000Z");
  expect(info.people.map(({ me, joined, name }) => [me, joined, name])).toEqual([[false, false, "Mara Madeup"], [true, true, "Mara Madeup"]]);
});

test("news are what was changed by somebody, not what passes", () => {
  expect(newsTo(facts("started"), facts("pending"))).toBeNull();
  expect(newsTo(facts("started", { scheduledDurationSeconds: 2400 }), facts("started"))).toBe("extended");
  expect(newsTo(facts("started", { scheduledStart: "2026-11-24T10:00:00Z" }), facts("started"))).toBe("info-changed");
  const guest = { id: "guest:7", name: "Dana Sample, interpreter", surname: "" };
  const { clients } = facts("started").info;
  expect(newsTo(facts("started", { clients: [...clients, guest] }), facts("started"))).toBeNull();
  expect(newsTo(facts("pending", { clients: [...clients, guest] }), facts("pending"))).toBe("info-changed");
  expect(newsTo(facts("started", { clients: [] }), facts("started"))).toBe("info-changed");
});

test("whoever was brought in by a link is a guest, and nobody waits for them", () => {
  const { clients } = facts("started").info;
  const guest = { id: "guest:7", name: "Dana Sample, interpreter", surname: "" };
  const people = visitInfo(facts("started", { clients: [...clients, guest] }), "en").people;
  expect(people.map(({ role, required }) => [role, required]).at(-1)).toEqual(["VISITOR", false]);
  expect(people.map(({ role, required }) => [role, required]).at(-2)).toEqual(["CLIENT", true]);
});

test("a call has no planned length, is hung up, and is not taken up again", () => {
  const call = (status: Status, change = {}, role?: Facts["role"]) => ({ ...facts(status, change, role), isCall: true, isFinal: true });
  expect(clock(call("started", isIn), 1000)).toBeNull();
  expect(actions(call("started", isIn), 1000)).toEqual([]);
  expect(actions(call("started"), 1000)).toEqual(["join"]);
  const ended = { finishedAt: "2026-11-23T09:59:00Z", startedAt: "2026-11-23T09:30:00Z" };
  expect(times(call("finished", ended))).toBeNull();
  expect(actions(call("finished", ended, "SPECIALIST"), 1000)).toEqual([]);
  expect(newsTo(call("started", { clients: [person("1"), person("2")] }), call("started"))).toBeNull();
});
