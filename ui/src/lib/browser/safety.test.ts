import { expect, test } from "vitest";
import { Safety } from "./safety";
import type { Signal } from "./wire";

const [A, B, C] = ["a1", "b2", "c3"].map((byte) => byte.repeat(32)) as [string, string, string];

/** Two ends with a line between them, on which somebody may change what is said. */
async function meet(ends: [string, string, string, string], change = (signal: Signal) => signal) {
  const queue: [Safety, Signal][] = [];
  const leader: Safety = new Safety(true, (signal) => queue.push([follower, change(signal)]));
  const follower: Safety = new Safety(false, (signal) => queue.push([leader, change(signal)]));
  await leader.secured({ own: ends[0], peer: ends[1] });
  await follower.secured({ own: ends[2], peer: ends[3] });
  for (let each = queue.shift(); each !== undefined; each = queue.shift()) await each[0].hear(each[1]);
  return [leader, follower] as const;
}

test("both come to the same three words", async () => {
  const [leader, follower] = await meet([A, B, B, A]);
  expect(leader.words).not.toBeNull();
  expect(leader.words).toEqual(follower.words);
});

test("words belong to the transport that they were made for", async () => {
  const [leader] = await meet([A, B, B, A]);
  leader.lost();
  expect(leader.words).toBeNull();
});

test("with somebody in between there are none: the commitments do not open", async () => {
  const [leader, follower] = await meet([A, C, B, C]);
  expect([leader.words, follower.words]).toEqual([null, null]);
});

test("a number that was not committed to opens nothing, and what is no number is not heard", async () => {
  const other = await meet([A, B, B, A], (signal) => (signal.reveal ? { reveal: { nonce: "00".repeat(16) } } : signal));
  expect(other.map(({ words }) => words)).toEqual([null, null]);
  const broken = await meet([A, B, B, A], (signal) => (signal.commit ? { commit: { hash: "?" } } : signal));
  expect(broken.map(({ words }) => words)).toEqual([null, null]);
});
