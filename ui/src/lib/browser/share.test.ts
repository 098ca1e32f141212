import { afterEach, expect, test, vi } from "vitest";
import { Share } from "./share";
import { OWN_SCREEN, type Streams } from "./streams";

afterEach(() => vi.unstubAllGlobals());

/** A share with the browser's dialog open, and what answers it. */
function asked() {
  const track = { contentHint: "", enabled: true, onended: null, stop: vi.fn(), getSettings: () => ({}) };
  let answer = (): void => undefined;
  const stream = { getVideoTracks: () => [track], getTracks: () => [track] };
  const getDisplayMedia = () => new Promise((resolve) => (answer = () => resolve(stream)));
  vi.stubGlobal("navigator", { mediaDevices: { getDisplayMedia } });
  const put = vi.fn();
  const share = new Share({ put } as unknown as Streams, () => undefined);
  const chosen = share.choose();
  return { share, track, put, choose: () => (answer(), chosen) };
}

test("a screen that is chosen is shown to the person first", async () => {
  const { share, track, choose } = asked();
  await choose();
  expect([share.view(true).kind, track.stop.mock.calls.length]).toEqual(["preview", 0]);
});

test("a screen that is chosen after the call went away is not captured", async () => {
  const { share, track, put, choose } = asked();
  share.stop();
  await choose();
  expect([share.view(true).kind, track.stop.mock.calls.length]).toEqual(["off", 1]);
  expect(put).toHaveBeenLastCalledWith(OWN_SCREEN, null);
});

test("with too many in the call a screen that is shown rests, and one that was not shown yet is ended", async () => {
  const { share, track, put, choose } = asked();
  await choose();
  share.pause();
  expect([share.view(true).kind, track.stop.mock.calls.length]).toEqual(["off", 1]);
  const again = asked();
  await again.choose();
  again.share.start();
  again.share.pause();
  expect([again.share.view(true).kind, again.share.live, again.track.enabled]).toEqual(["paused", null, false]);
  expect(again.put).toHaveBeenLastCalledWith(OWN_SCREEN, null);
  again.share.resume();
  expect([again.share.view(true).kind, again.track.enabled, again.track.stop.mock.calls.length]).toEqual(["live", true, 0]);
  expect(put).toHaveBeenLastCalledWith(OWN_SCREEN, null);
});
