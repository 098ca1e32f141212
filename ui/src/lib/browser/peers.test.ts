import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Sending } from "./peer";
import { Peers, type Sources } from "./peers";
import type { Speakers } from "./speakers";
import type { Streams } from "./streams";
import { GUEST_RIGHTS, type FromRoom, type RoomPeer, type ToRoom } from "./wire";

/** What each connection was given to send, by the order in which the others came. */
const links: { sent: Sending | null }[] = [];
vi.mock("./peer", () => ({
  PeerLink: class {
    sent: Sending | null = null;
    state = "connected";
    words = null;
    constructor() {
      links.push(this);
    }
    send(sending: Sending): void {
      this.sent = sending;
    }
    invite(): void {}
    tick(): void {}
    close(): void {}
    reachableAgain(): void {}
    configure(): void {}
  },
}));

beforeEach(() => {
  links.length = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

const track = (name: string) => ({ name }) as unknown as MediaStreamTrack;
const SOURCES: Sources = { mic: track("mic"), camera: track("camera"), screen: track("screen") };
const SOUND = { audio: SOURCES.mic, camera: null, screen: null };
const ALL = { audio: SOURCES.mic, camera: SOURCES.camera, screen: SOURCES.screen };

const somebody = (id: string): RoomPeer => ({ id, name: id, role: "CLIENT", media: { mic: true, camera: true, screen: false, hold: false } });

function welcome(others: number, max?: number): FromRoom {
  return {
    type: "welcome",
    you: "me",
    resume: "key",
    peers: Array.from({ length: others }, (_, index) => somebody(`p${index}`)),
    ice_servers: [],
    rights: GUEST_RIGHTS,
    policy: { max_participants: 16, ...(max !== undefined && { max_with_video: max }) },
    status: "started",
  };
}

function inRoom() {
  const said: ToRoom[] = [];
  const crowded = vi.fn();
  const speakers = { stop: () => undefined, level: () => 0, volume: () => 100 } as unknown as Speakers;
  const streams = { forget: () => undefined, numberOf: () => 1 } as unknown as Streams;
  const peers = new Peers(streams, speakers, (message) => said.push(message), () => undefined, crowded);
  peers.set({ mic: true, camera: true, screen: true }, SOURCES);
  const told = () => said.filter((message) => message.type === "media").at(-1);
  return { peers, said, told, crowded };
}

test("the ninth ends pictures for everybody, and they come back after a while when somebody leaves", () => {
  const { peers, told, crowded } = inRoom();
  peers.hear(welcome(7));
  expect(links.map(({ sent }) => sent)).toEqual(links.map(() => ALL));
  expect([peers.audioOnly, told()]).toEqual([null, { type: "media", mic: true, camera: true, screen: true, hold: false }]);

  peers.hear({ type: "peer_joined", peer: somebody("ninth") });
  expect([links.length, ...links.map(({ sent }) => sent)]).toEqual([8, ...links.map(() => SOUND)]);
  expect([peers.audioOnly, told(), crowded.mock.calls.length]).toEqual([8, { type: "media", mic: true, camera: false, screen: false, hold: false }, 1]);

  peers.hear({ type: "peer_away", peer: "ninth" });
  vi.advanceTimersByTime(20_000);
  expect(peers.audioOnly).toBe(8);
  peers.hear({ type: "peer_left", peer: "ninth" });
  vi.advanceTimersByTime(4000);
  expect([peers.audioOnly, links[0]?.sent]).toEqual([8, SOUND]);
  vi.advanceTimersByTime(2000);
  expect([peers.audioOnly, crowded.mock.calls.length, told()]).toEqual([null, 2, { type: "media", mic: true, camera: true, screen: true, hold: false }]);
  expect(links.slice(0, 7).map(({ sent }) => sent)).toEqual(Array.from({ length: 7 }, () => ALL));
  peers.close();
});

test("whoever comes into a crowd has never been seen in it", () => {
  const { peers, said } = inRoom();
  peers.hear(welcome(4, 4));
  expect(said.filter((message) => message.type === "media")).toEqual([{ type: "media", mic: true, camera: false, screen: false, hold: false }]);
  expect(links.map(({ sent }) => sent)).toEqual(links.map(() => SOUND));
  peers.leave();
  expect(peers.audioOnly).toBe(null);
  peers.close();
});
