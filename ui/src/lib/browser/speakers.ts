// What is heard: an audio element for each of the others, and how loud its voice is now.

/** In percent of how a voice comes. */
const AS_IT_COMES = 100;

interface Sinkable {
  setSinkId?(id: string): Promise<void>;
}

export class Speakers {
  readonly #players = new Map<string, HTMLAudioElement>();
  readonly #volumes = new Map<string, number>();
  #sink = "";

  /** Whether the browser lets a page choose the speaker. */
  static canChoose(): boolean {
    return "setSinkId" in HTMLMediaElement.prototype;
  }

  play(peer: string, track: MediaStreamTrack): void {
    const player = this.#players.get(peer) ?? new Audio();
    this.#players.set(peer, player);
    player.srcObject = new MediaStream([track]);
    player.volume = this.volume(peer) / AS_IT_COMES;
    void this.#route(player);
    // The page was pressed before it plays anything, so a refusal is one of the moment.
    player.play().catch(() => addEventListener("pointerdown", () => void player.play(), { once: true }));
  }

  stop(peer: string): void {
    const player = this.#players.get(peer);
    if (player !== undefined) player.srcObject = null;
    this.#players.delete(peer);
  }

  /** How loud somebody is wanted, in percent. */
  volume(peer: string): number {
    return this.#volumes.get(peer) ?? AS_IT_COMES;
  }

  /** A browser makes nothing louder than it comes. */
  setVolume(peer: string, percent: number): void {
    this.#volumes.set(peer, Math.min(AS_IT_COMES, Math.max(0, percent)));
    const player = this.#players.get(peer);
    if (player !== undefined) player.volume = this.volume(peer) / AS_IT_COMES;
  }

  /** Plays everybody on that speaker. */
  choose(id: string): void {
    this.#sink = id;
    for (const player of this.#players.values()) void this.#route(player);
  }

  /** The level of a voice now, 0 to 100, from what the other side says of it (RFC 6464). */
  level(peer: string, connection: RTCPeerConnection): number {
    if (!this.#players.has(peer)) return 0;
    const receiver = connection.getReceivers().find(({ track }) => track.kind === "audio");
    const level = receiver?.getSynchronizationSources?.()[0]?.audioLevel ?? 0;
    return level === 0 ? 0 : Math.max(0, Math.min(100, Math.round(100 + (20 * Math.log10(level) * 100) / 60)));
  }

  async #route(player: HTMLAudioElement & Sinkable): Promise<void> {
    await player.setSinkId?.(this.#sink).catch(() => undefined);
  }
}
