// Figures with their words, for tables. Numbers are those of the language.
import type { CallRecordView } from "../bindings/CallRecordView";
import type { DetailsView } from "../bindings/DetailsView";
import type { PeerDetails } from "../bindings/PeerDetails";
import type { Vertical } from "../bindings/Vertical";
import { locale, t } from "../l10n/index.svelte";
import { length } from "../l10n/length";
import { roleWords, type PlainId } from "../words";
import { getsWords } from "./words";

export interface Figure {
  words: PlainId;
  value: string;
}

const number = (value: number, digits = 0) => new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
const known = (value: number | null, say: (value: number) => string) => (value === null ? t("details-unknown") : say(value));
const percent = (value: number) => t("details-percent-value", { percent: number(value, 1) });
const kbits = (value: number) => t("details-kbits-value", { kbits: number(value) });
const ms = (value: number) => t("details-ms-value", { ms: number(value) });
/** A picture stands still for fractions of a second, too. */
const still = (value: number) => (value < 1000 ? ms(value) : length(Math.round(value / 1000)));

/** What the whole application does. */
export function ownFigures(details: DetailsView): Figure[] {
  return [
    { words: "details-drawing", value: t(`details-drawing-${details.drawing}`) },
    {
      words: "details-processor",
      value: known(details.processor_percent, (value) => t("details-processor-value", { percent: number(value) })),
    },
  ];
}

/** The call with one participant. */
export function peerFigures(peer: PeerDetails): Figure[] {
  return [
    { words: "details-frames", value: t("details-frames-value", { frames: number(peer.frames_in) }) },
    { words: "details-height", value: known(peer.height_in, (value) => t("details-height-value", { pixels: number(value) })) },
    { words: "details-kbits-in", value: kbits(peer.kbits_in) },
    { words: "details-kbits-out", value: kbits(peer.kbits_out) },
    { words: "details-line", value: known(peer.line_kbits, kbits) },
    { words: "details-round-trip", value: known(peer.round_trip_ms, ms) },
    { words: "details-lost", value: known(peer.lost_percent, percent) },
    { words: "details-concealed", value: percent(peer.concealed_percent) },
    { words: "details-frozen", value: still(peer.frozen_ms) },
    { words: "details-gets", value: t(getsWords(peer.gets)) },
  ];
}

/** How a call was for one participant with another, afterwards. */
export function recordFigures(row: CallRecordView["rows"][number], vertical: Vertical): Figure[] {
  return [
    { words: "record-by", value: t(roleWords(row.by), { vertical }) },
    { words: "record-with", value: t(roleWords(row.with), { vertical }) },
    { words: "record-seconds", value: length(row.seconds) },
    { words: "record-lost", value: known(row.lost_percent, percent) },
    { words: "record-lost-p95", value: known(row.lost_percent_p95, percent) },
    { words: "record-round-trip", value: known(row.round_trip_ms, ms) },
    { words: "record-round-trip-p95", value: known(row.round_trip_ms_p95, ms) },
    { words: "details-concealed", value: percent(row.concealed_percent) },
    { words: "details-frozen", value: still(row.frozen_ms) },
    { words: "record-worst", value: t(getsWords(row.worst)) },
    { words: "record-reconnects", value: number(row.reconnects) },
  ];
}
