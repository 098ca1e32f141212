import { expect, test, vi } from "vitest";
import type { AppView } from "../bindings/AppView";
import type { ChatView } from "../bindings/ChatView";
import type { ViewUpdate } from "../bindings/ViewUpdate";
import { WholeViews } from "./whole";

const chat = (unread: number): ChatView => ({ unread, line: "online", waiting: 0, preview: false, kept: true, pane: { kind: "closed" } });

const rest = {
  locale: "en" as const,
  vertical: "medicine" as const,
  stage: { kind: "starting" as const },
  notice: null,
  knocks: [],
  check: null,
  calls: null,
  ringing: [],
  held: null,
  devices: {
    cameras: [],
    microphones: [],
    speakers: [],
    ringers: [],
    processing: { echo_cancellation: true, noise_suppression: true, gain_control: true, clinical: false },
  },
};

const view = (revision: number, unread: number): AppView => ({ ...rest, revision, chat: chat(unread) });
const told = (revision: number, unread: number): ViewUpdate => ({ ...rest, revision, chat_since: revision, chat: chat(unread) });
const untold = (revision: number, chat_since: number): ViewUpdate => ({ ...rest, revision, chat_since });

function page(ask: () => Promise<AppView>) {
  const shown: [number, number | undefined][] = [];
  const asked = vi.fn(ask);
  const views = new WholeViews(asked, ({ revision, chat }) => shown.push([revision, chat?.unread]));
  return { views, shown, asked };
}

test("an update without the chat has that of the view before", () => {
  const { views, shown, asked } = page(() => Promise.reject(new Error("nobody asks")));
  views.take(told(1, 5));
  views.take(untold(2, 1));
  views.take({ ...rest, revision: 3, chat_since: 3, chat: null });
  views.take(untold(4, 3));
  expect(shown).toEqual([[1, 5], [2, 5], [3, undefined], [4, undefined]]);
  expect(asked).not.toHaveBeenCalled();
});

test("a page that was loaded again asks once, and loses no update that comes meanwhile", async () => {
  const { views, shown, asked } = page(() => Promise.resolve(view(7, 2)));
  views.take(untold(8, 3));
  views.take(untold(9, 3));
  await vi.waitFor(() => expect(shown).toEqual([[7, 2], [9, 2]]));
  expect(asked).toHaveBeenCalledTimes(1);
});

test("a chat that was missed is asked for, and never an older one shown in its place", async () => {
  const { views, shown, asked } = page(() => Promise.resolve(view(6, 9)));
  views.take(told(1, 5));
  views.take(untold(6, 4));
  views.take(told(7, 1));
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
  await Promise.resolve();
  views.take(untold(8, 7));
  expect(shown).toEqual([[1, 5], [7, 1], [8, 1]]);
});
