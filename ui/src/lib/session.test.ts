import { expect, test, vi } from "vitest";
import type { AppView } from "./bindings/AppView";
import type { Backend } from "./backend/types";
import { Session } from "./session.svelte";

const view = (revision: number): AppView => ({
  revision,
  locale: "en",
  vertical: "medicine",
  stage: { kind: "starting" },
  notice: null,
  devices: {
    cameras: [],
    microphones: [],
    speakers: [],
    ringers: [],
    processing: { echo_cancellation: true, noise_suppression: true, gain_control: true, clinical: false },
  },
  chat: null,
  knocks: [],
  check: null,
  calls: null,
  ringing: [],
  held: null,
});

const attachment = () => "";

test("a view that comes while the snapshot is on its way is not lost", async () => {
  const backend: Backend = {
    act: () => Promise.resolve(),
    attachment,
    snapshot: () => Promise.resolve(view(4)),
    onView: (callback) => {
      callback(view(5));
      return Promise.resolve(() => undefined);
    },
  };
  const session = new Session(backend);
  await session.start();
  expect(session.view?.revision).toBe(5);
});

test("a refused action is told, and forgotten after the next that is taken", async () => {
  const act = vi.fn<Backend["act"]>().mockRejectedValueOnce(new Error("gone")).mockResolvedValue();
  const session = new Session({ act, attachment, snapshot: () => Promise.resolve(view(1)), onView: () => Promise.resolve(() => undefined) });
  session.act({ kind: "retry" });
  await vi.waitFor(() => expect(session.broken).toBe(true));
  session.act({ kind: "retry" });
  await vi.waitFor(() => expect(session.broken).toBe(false));
});

test("a start that failed can be repeated, and subscribes once", async () => {
  const onView = vi.fn<Backend["onView"]>().mockResolvedValue(() => undefined);
  const snapshot = vi.fn<Backend["snapshot"]>().mockRejectedValueOnce(new Error("early")).mockResolvedValue(view(1));
  const session = new Session({ act: () => Promise.resolve(), attachment, snapshot, onView });
  await session.start();
  expect(session.broken).toBe(true);
  await session.start();
  expect([session.broken, session.view?.revision, onView.mock.calls.length]).toEqual([false, 1, 1]);
});
