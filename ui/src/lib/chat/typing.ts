// Who is typing, in one line.
import { t } from "../l10n/index.svelte";

export function typingWords(names: readonly string[]): string {
  const [first, second] = names;
  if (first === undefined) return "";
  if (second === undefined) return t("chat-typing-one", { name: first });
  return names.length === 2 ? t("chat-typing-two", { first, second }) : t("chat-typing-many", { count: names.length });
}
