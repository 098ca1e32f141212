// What the mock answers in a call: who is large and how loud, and the steps of showing a screen.
import type { Action } from "../bindings/Action";
import type { CallView } from "../bindings/CallView";
import type { PeerTile } from "../bindings/PeerTile";
import type { ShareSource } from "../bindings/ShareSource";
import type { ShareView } from "../bindings/ShareView";

const SOURCE: ShareSource = { id: "screen", name: "", kind: "screen", thumbnail: null };
const STREAM = 2000;

export function answerInCall(call: CallView, action: Action): CallView {
  switch (action.kind) {
    case "pin":
      return { ...call, pinned: action.stream };
    case "set_volume": {
      const peers = call.peers.map((peer) => (peer.id === action.peer ? { ...peer, volume: action.percent } : peer));
      return { ...call, peers };
    }
    case "set_verified": {
      const { words, verified } = action;
      const verdict = (peer: PeerTile): PeerTile => {
        if (peer.id !== action.peer || (!verified && peer.trust.kind !== "verified")) return peer;
        return { ...peer, trust: { kind: verified ? "verified" : "unverified", words } };
      };
      return { ...call, peers: call.peers.map(verdict) };
    }
    case "choose_share":
      return { ...call, share: { kind: "choosing", sources: [SOURCE], problem: null } };
    case "preview_share":
      return { ...call, share: preview(call.share, action.source) };
    case "start_share":
      return { ...call, share: live(call.share) };
    case "stop_share":
      return { ...call, share: { kind: "off" } };
    default:
      return call;
  }
}

function preview(share: ShareView, id: string): ShareView {
  const source = share.kind === "choosing" ? share.sources?.find((each) => each.id === id) : undefined;
  return source === undefined ? share : { kind: "preview", source, stream: STREAM, own_windows_hidden: true, problem: null };
}

function live(share: ShareView): ShareView {
  return share.kind === "preview" ? { kind: "live", source: share.source, stream: share.stream } : share;
}
