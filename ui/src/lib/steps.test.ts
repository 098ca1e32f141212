import { expect, test, vi } from "vitest";
import type { VisitAction } from "./bindings/VisitAction";
import { Steps } from "./steps.svelte";

function steps(busy: VisitAction | null = null) {
  const act = vi.fn();
  return { act, steps: new Steps(act, () => busy) };
}

test.each(["open", "join", "start", "pause", "resume", "restore"] as const)("%s is taken at once", (action) => {
  const { act, steps: it } = steps();
  it.press(action);
  expect(act).toHaveBeenCalledExactlyOnceWith({ kind: "visit", action });
});

test.each(["leave", "finish", "cancel"] as const)("%s is asked about first, and only a yes takes it", (action) => {
  const { act, steps: it } = steps();
  it.press(action);
  expect([it.asking, act.mock.calls.length]).toEqual([action, 0]);
  it.dismiss();
  expect([it.asking, act.mock.calls.length]).toEqual([null, 0]);
  it.press(action);
  it.confirm(action);
  expect(it.asking).toBeNull();
  expect(act).toHaveBeenCalledExactlyOnceWith({ kind: "visit", action });
});

test("while a step is under way no other is begun", () => {
  const { act, steps: it } = steps("join");
  it.press("start");
  it.press("cancel");
  expect([it.asking, act.mock.calls.length]).toEqual([null, 0]);
});
