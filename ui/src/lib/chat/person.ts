// What somebody in the chat is, in a word.
import type { Session } from "../session.svelte";
import { t } from "../l10n/index.svelte";

/** "Patient"; of the care team "Colleague" to a specialist, and "Doctor" to a patient. */
export function personWords(patient: boolean, session: Session): string {
  const { vertical } = session;
  if (patient) return t("role-client", { vertical });
  const stage = session.view?.stage;
  return stage?.kind === "visit" && stage.role === "CLIENT" ? t("role-specialist", { vertical }) : t("chat-colleague");
}
