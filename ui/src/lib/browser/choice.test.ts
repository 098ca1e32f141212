import { expect, test } from "vitest";
import { Choice } from "./choice";

const on = ({ mic, camera }: { mic: boolean; camera: boolean }) => [mic, camera];

test("a guest who touched nothing is let in with nothing on, also after looking at itself", () => {
  const choice = new Choice(true);
  expect(on(choice.looked)).toEqual([true, true]);
  choice.begin();
  expect(on(choice.intent)).toEqual([false, false]);
});

test("a guest goes in with what its hand has switched on, and no more", () => {
  const choice = new Choice(true);
  choice.move({ mic: true });
  expect([on(choice.chosen), on(choice.intent)]).toEqual([[true, false], [false, false]]);
  choice.begin();
  expect(on(choice.intent)).toEqual([true, false]);
});

test("pressing «join» means both, and a switch moved while it waits is the last word", () => {
  const choice = new Choice(false);
  choice.begin();
  expect(on(choice.intent)).toEqual([true, true]);
  choice.move({ camera: false });
  expect([on(choice.intent), on(choice.chosen)]).toEqual([[true, false], [true, false]]);
  choice.end();
  expect(on(choice.intent)).toEqual([false, false]);
});

test("a page that finds itself in the visit sends nothing until a switch is moved there", () => {
  const choice = new Choice(false);
  choice.resume();
  expect(on(choice.intent)).toEqual([false, false]);
  choice.move({ camera: true });
  expect([on(choice.intent), on(choice.chosen)]).toEqual([[false, true], [false, true]]);
});

test("whoever is put outside sends nothing, and comes back as it was", () => {
  const choice = new Choice(true);
  choice.begin();
  choice.move({ camera: true });
  choice.putOutside();
  expect(on(choice.intent)).toEqual([false, false]);
  choice.begin();
  expect(on(choice.intent)).toEqual([false, true]);
});
