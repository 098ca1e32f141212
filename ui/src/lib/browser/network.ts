// Tries the line: a real allocation at the clinic's relay, where its address is known, and a way there and back to the server.
import type { NetworkCheck } from "../bindings/NetworkCheck";

const PATIENCE_MS = 8000;
const TRIES = 3;
/** There and back for longer than this, and people fall into each other's words. */
const SLOW_MS = 400;

/** Tries the line. */
export async function tryLine(server: URL, relays: RTCIceServer[]): Promise<NetworkCheck> {
  const turn = relays.filter(({ urls }) => [urls].flat().some((url) => url.startsWith("turn")));
  const way = turn.length > 0 ? "relay" : "server";
  const [time, allocated] = await Promise.all([roundTrip(server), turn.length > 0 ? allocates(turn) : true]);
  if (time === null || !allocated) return { state: "failed", way, round_trip_ms: time };
  return { state: time > SLOW_MS ? "poor" : "good", way, round_trip_ms: time };
}

/** The shortest of some ways there and back, in milliseconds. The first one opens the connection. */
async function roundTrip(server: URL): Promise<number | null> {
  let best: number | null = null;
  try {
    for (let each = 0; each <= TRIES; each++) {
      const begin = performance.now();
      await fetch(new URL("visit.css", server), { cache: "no-store", credentials: "omit", signal: AbortSignal.timeout(PATIENCE_MS) });
      if (each > 0) best = Math.min(best ?? Infinity, Math.round(performance.now() - begin));
    }
  } catch {
    return null;
  }
  return best;
}

/** Whether a relay gives an address to this browser (RFC 8656, section 7). */
async function allocates(iceServers: RTCIceServer[]): Promise<boolean> {
  const connection = new RTCPeerConnection({ iceServers, iceTransportPolicy: "relay" });
  try {
    return await new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(false), PATIENCE_MS);
      connection.onicecandidate = ({ candidate }) => resolve(candidate?.type === "relay" || candidate?.candidate.includes(" typ relay") === true);
      connection.createDataChannel("line");
      void connection.setLocalDescription().catch(() => resolve(false));
    });
  } finally {
    connection.close();
  }
}
