// A sound to hear: two soft tones. Made here, so that nothing has to be loaded.

const NOTES_HZ = [659.3, 523.3];
const NOTE_S = 0.35;
/** So often the tones come for whoever has stepped away: somebody in the next room hears it, too. */
const CALLS = 4;
const CALL_S = 1.1;

interface SinkContext {
  setSinkId?(id: string): Promise<void>;
}

/** Plays it; resolves to whether it could be played. */
export const ring = (sink = ""): Promise<boolean> => play(sink, 1);

/** Calls somebody back to the screen. */
export const ringFor = (sink: string): Promise<boolean> => play(sink, CALLS);

async function play(sink: string, times: number): Promise<boolean> {
  const context: AudioContext & SinkContext = new AudioContext();
  try {
    if (sink !== "") await context.setSinkId?.(sink);
    await context.resume();
    const [begin, calls] = [context.currentTime, Array.from({ length: times }, (_, call) => call * CALL_S)];
    for (const call of calls) NOTES_HZ.forEach((frequency, index) => tone(context, frequency, begin + call + index * NOTE_S));
    await new Promise((done) => setTimeout(done, ((times - 1) * CALL_S + NOTES_HZ.length * NOTE_S) * 1000 + 200));
    return context.state === "running";
  } catch {
    return false;
  } finally {
    void context.close();
  }
}

function tone(context: AudioContext, frequency: number, at: number): void {
  const [oscillator, loudness] = [context.createOscillator(), context.createGain()];
  oscillator.frequency.value = frequency;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(0.25, at + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S);
  oscillator.connect(loudness).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + NOTE_S);
}
