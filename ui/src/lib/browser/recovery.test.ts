import { expect, test } from "vitest";
import { remedy, type Condition } from "./recovery";

const stable: Condition = { negotiation: "stable", health: "connected", polite: false, repeats: 0, attempts: 0, forMs: 1e9 };

test("a connection that carries is left alone, however long", () => {
  expect(remedy(stable)).toBeNull();
});

test("whoever was expected to offer and does not is offered to", () => {
  expect(remedy({ ...stable, negotiation: "idle", health: "new", forMs: 7999 })).toBeNull();
  expect(remedy({ ...stable, negotiation: "idle", health: "new", forMs: 8000 })).toBe("offer");
});

test("an offer without an answer is sent twice more, then everything begins anew", () => {
  const offered: Condition = { ...stable, negotiation: "offered", health: "new", forMs: 3000 };
  expect([0, 1, 2].map((repeats) => remedy({ ...offered, repeats }))).toEqual(["repeat", "repeat", "rebuild"]);
});

test("the polite side lets the other one begin", () => {
  const silent: Condition = { ...stable, health: "disconnected", forMs: 2500 };
  expect(remedy(silent)).toBe("restart");
  expect(remedy({ ...silent, polite: true })).toBeNull();
  expect(remedy({ ...silent, polite: true, forMs: 5000 })).toBe("restart");
});

test("what restarts do not help is rebuilt, at longer and longer intervals", () => {
  const failed: Condition = { ...stable, health: "failed", forMs: 4000 };
  expect(remedy({ ...failed, attempts: 1 })).toBe("restart");
  expect(remedy({ ...failed, attempts: 2 })).toBe("rebuild");
  expect(remedy({ ...failed, attempts: 3 })).toBeNull();
  expect(remedy({ ...failed, attempts: 20, forMs: 30_000 })).toBe("rebuild");
});
