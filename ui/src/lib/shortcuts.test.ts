import { expect, test, vi } from "vitest";
import type { MyMedia } from "./bindings/MyMedia";
import { mediaShortcuts } from "./shortcuts";

const me: MyMedia = { mic: { on: true, allowed: true, problem: null }, camera: { on: false, allowed: true, problem: null }, stream: 1, level: 0 };

function press(key: Partial<KeyboardEvent>) {
  vi.stubGlobal("Element", class {});
  const act = vi.fn();
  mediaShortcuts({ repeat: false, ctrlKey: false, metaKey: false, altKey: false, target: null, ...key } as KeyboardEvent, me, act);
  return act.mock.calls.flat();
}

test("the key's place counts and not its letter, so every layout works", () => {
  expect(press({ code: "KeyM", key: "ь" })).toEqual([{ kind: "set_media", switch: "mic", on: false }]);
  expect(press({ code: "KeyV", key: "ה" })).toEqual([{ kind: "set_media", switch: "camera", on: true }]);
});

test("a key that is held, or meant for something else, moves nothing", () => {
  expect(press({ code: "KeyM", repeat: true })).toEqual([]);
  expect(press({ code: "KeyV", ctrlKey: true })).toEqual([]);
  expect(press({ code: "KeyX" })).toEqual([]);
});
