// The figures of the connections, worked out only while somebody looks at them (W3C WebRTC statistics).
import type { DetailsView } from "../bindings/DetailsView";
import type { PeerDetails } from "../bindings/PeerDetails";

/** The fields that are read; a browser may lack any of them. */
interface Row {
  type: string;
  kind?: string;
  timestamp: number;
  framesPerSecond?: number;
  frameHeight?: number;
  bytesReceived?: number;
  bytesSent?: number;
  packetsReceived?: number;
  packetsLost?: number;
  concealedSamples?: number;
  totalSamplesReceived?: number;
  totalFreezesDuration?: number;
  currentRoundTripTime?: number;
  availableOutgoingBitrate?: number;
  nominated?: boolean;
}

interface Sums {
  at: number;
  in: number;
  out: number;
  received: number;
  lost: number;
  concealed: number;
  samples: number;
}

export interface Measured {
  id: string;
  name: string;
  connection: RTCPeerConnection;
}

export class Figures {
  readonly #before = new Map<string, Sums>();
  #rows: PeerDetails[] | null = null;

  /** What was measured last; null before anything was. */
  get view(): DetailsView | null {
    return this.#rows === null ? null : { drawing: "page", processor_percent: null, peers: this.#rows };
  }

  async measure(peers: Measured[]): Promise<void> {
    this.#rows = await Promise.all(peers.map((peer) => this.#row(peer)));
  }

  forget(): void {
    this.#before.clear();
    this.#rows = null;
  }

  async #row({ id, name, connection }: Measured): Promise<PeerDetails> {
    const rows: Row[] = [];
    (await connection.getStats()).forEach((row: Row) => rows.push(row));
    const inbound = rows.filter(({ type }) => type === "inbound-rtp");
    const picture = inbound.find(({ kind, framesPerSecond = 0 }) => kind === "video" && framesPerSecond > 0);
    const pair = rows.find(({ type, nominated, currentRoundTripTime }) => type === "candidate-pair" && nominated === true && currentRoundTripTime !== undefined);
    const now = sums(rows);
    const before = this.#before.get(id) ?? now;
    this.#before.set(id, now);
    const seconds = Math.max(0.001, (now.at - before.at) / 1000);
    const [received, lost] = [now.received - before.received, Math.max(0, now.lost - before.lost)];
    const samples = now.samples - before.samples;
    return {
      id,
      name,
      frames_in: Math.round(picture?.framesPerSecond ?? 0),
      height_in: picture?.frameHeight ?? null,
      kbits_in: Math.round(((now.in - before.in) * 8) / seconds / 1000),
      kbits_out: Math.round(((now.out - before.out) * 8) / seconds / 1000),
      line_kbits: pair?.availableOutgoingBitrate === undefined ? null : Math.round(pair.availableOutgoingBitrate / 1000),
      round_trip_ms: pair?.currentRoundTripTime === undefined ? null : Math.round(pair.currentRoundTripTime * 1000),
      lost_percent: received + lost === 0 ? null : Math.round((lost / (received + lost)) * 1000) / 10,
      concealed_percent: samples <= 0 ? 0 : Math.round(((now.concealed - before.concealed) / samples) * 1000) / 10,
      frozen_ms: Math.round(Math.max(0, ...inbound.map(({ totalFreezesDuration = 0 }) => totalFreezesDuration)) * 1000),
      gets: null,
    };
  }
}

function sums(rows: Row[]): Sums {
  const total = (of: (row: Row) => number | undefined) => rows.reduce((sum, row) => sum + (of(row) ?? 0), 0);
  return {
    at: Math.max(0, ...rows.map(({ timestamp }) => timestamp)),
    in: total(({ type, bytesReceived }) => (type === "inbound-rtp" ? bytesReceived : 0)),
    out: total(({ type, bytesSent }) => (type === "outbound-rtp" ? bytesSent : 0)),
    received: total(({ type, packetsReceived }) => (type === "inbound-rtp" ? packetsReceived : 0)),
    lost: total(({ type, packetsLost }) => (type === "inbound-rtp" ? packetsLost : 0)),
    concealed: total(({ type, concealedSamples }) => (type === "inbound-rtp" ? concealedSamples : 0)),
    samples: total(({ type, totalSamplesReceived }) => (type === "inbound-rtp" ? totalSamplesReceived : 0)),
  };
}
