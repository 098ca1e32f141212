// Who is where on the stage of the call. The order is that in which people came, whatever is large: nothing jumps.
import type { CallView } from "../bindings/CallView";
import type { PeerTile } from "../bindings/PeerTile";

/** Where something stands: among equals, large, beside what is large, or over a corner of the others. */
export type Place = "grid" | "large" | "strip" | "corner";

/** What pressing a tile's pin does: shows it large, or ends that in favour of everybody or of a shared screen. */
export type PinStep = "show-large" | "same-size" | "shared-screen";

export type Cell =
  | { kind: "camera" | "screen"; key: string; place: Place; peer: PeerTile; stream: number; pin: PinStep | null }
  | { kind: "self"; key: "me"; place: Place };

/** From so many on a corner would cover somebody. */
const CROWD = 2;

type Shown = Omit<Extract<Cell, { stream: number }>, "place" | "pin">;

/** Everything that is on the stage: the others, their screens, oneself. */
export function arrange(call: CallView): Cell[] {
  const shown = call.peers.flatMap(streamsOf);
  const newest = newestScreen(call.peers);
  const large = shown.some(({ stream }) => stream === call.pinned) ? call.pinned : newest;
  const place = (stream: number): Place => (large === null ? "grid" : stream === large ? "large" : "strip");
  const others = shown.map((each): Cell => ({ ...each, place: place(each.stream), pin: pinStep(each.stream) }));
  const mine: Place = large !== null ? "strip" : shown.length < CROWD ? "corner" : "grid";
  return shown.length === 0 ? [] : [...others, { kind: "self", key: "me", place: mine }];

  function pinStep(stream: number): PinStep | null {
    if (shown.length < 2) return null;
    if (stream !== large) return "show-large";
    if (newest === null) return "same-size";
    return stream === newest ? null : "shared-screen";
  }
}

function streamsOf(peer: PeerTile): Shown[] {
  const camera: Shown = { kind: "camera", key: `${peer.id}:camera`, peer, stream: peer.stream };
  if (peer.screen === null) return [camera];
  return [{ kind: "screen", key: `${peer.id}:screen`, peer, stream: peer.screen }, camera];
}

/** Numbers only rise, so the highest is of the screen that came last. */
function newestScreen(peers: PeerTile[]): number | null {
  return peers.reduce<number | null>((newest, { screen }) => (screen !== null && screen > (newest ?? -1) ? screen : newest), null);
}
