# Compares a recording with the speech that was said over and over, by PESQ (ITU-T P.862.2, wideband): the mean and the
# lowest of all pieces of eight seconds. Arguments: the speech (WAV), the recording (48 kHz, 32-bit floats).
import json
import sys
import wave

import numpy as np
from pesq import pesq
from scipy.signal import correlate, resample_poly

RATE, PIECE = 16000, 8 * 16000

with wave.open(sys.argv[1]) as file:
    speech = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    speech = resample_poly(speech, RATE, file.getframerate())
heard = resample_poly(np.fromfile(sys.argv[2], "<f4").astype(float), 1, 3)

scores = []
for start in range(0, len(speech) - PIECE, PIECE):
    piece = speech[start : start + PIECE]
    # The speech came several times: each is looked for in a stretch of its own.
    for begin in range(0, len(heard) - len(speech) - PIECE, len(speech)):
        stretch = heard[begin : begin + len(speech) + PIECE]
        at = int(np.argmax(correlate(stretch, piece, mode="valid", method="fft")))
        scores.append(pesq(RATE, piece, stretch[at : at + PIECE], "wb"))
print(json.dumps({"mean": float(np.mean(scores)), "lowest": float(np.min(scores)), "pieces": len(scores)}))
