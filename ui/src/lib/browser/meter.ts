// How loud the own microphone is.

/** So many samples are one loudness: about what an ear takes together. */
const BLOCK = 1024;
/** So many blocks are looked at: longer than from one look to the next, so that no short sound is missed. */
const BLOCKS = 16;

export class Meter {
  #context: AudioContext | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #analyser: AnalyserNode | null = null;
  #samples = new Float32Array(BLOCK * BLOCKS);

  /** Listens to this microphone, or to none. */
  listen(track: MediaStreamTrack | null): void {
    this.#source?.disconnect();
    this.#source = null;
    if (track === null) return;
    this.#context ??= new AudioContext();
    this.#analyser ??= this.#context.createAnalyser();
    this.#analyser.fftSize = this.#samples.length;
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#analyser);
    void this.#context.resume();
  }

  /** 0 to 100: -60 dB to as loud as it can be; the loudest since the last look. */
  level(): number {
    if (this.#source === null || this.#analyser === null) return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let power = 0;
    for (let start = 0; start < this.#samples.length; start += BLOCK) {
      const block = this.#samples.subarray(start, start + BLOCK);
      power = Math.max(power, block.reduce((sum, sample) => sum + sample * sample, 0) / BLOCK);
    }
    return power === 0 ? 0 : Math.max(0, Math.min(100, Math.round(100 + (10 * Math.log10(power) * 100) / 60)));
  }
}
