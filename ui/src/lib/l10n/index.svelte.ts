// Words for people. One source for the whole product: locales/*/*.ftl, compiled into the page at build time.
import { FluentBundle, FluentResource } from "@fluent/bundle";
import type { Locale } from "../bindings/Locale";
import type { MessageId, Messages } from "./messages.gen";

const SOURCES = import.meta.glob<string>("../../../../locales/*/*.ftl", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The languages of the product, in the order of the language switch. */
export const LOCALES: readonly Locale[] = ["ru", "en", "he"];

type Arguments<Id extends MessageId> =
  Messages[Id] extends Record<string, never> ? [] : [Messages[Id]];

const bundles = new Map<Locale, FluentBundle>();
let current = $state<Locale>("en");

/** The language of the page. */
export function locale(): Locale {
  return current;
}

/** The direction in which a language is written. */
export function direction(of: Locale): "ltr" | "rtl" {
  return of === "he" ? "rtl" : "ltr";
}

/** Switches every word of the page to another language. */
export function setLocale(next: Locale): void {
  current = next;
}

/** The words of a message in the language of the page. */
export function t<Id extends MessageId>(id: Id, ...[args]: Arguments<Id>): string {
  return format(current, id, args);
}

/** The words of a message in a given language. A missing message or argument is a fault of the build. */
export function format(of: Locale, id: MessageId, args?: Record<string, string | number | Date>): string {
  const bundle = bundleOf(of);
  const pattern = bundle.getMessage(id)?.value;
  if (!pattern) throw new Error(`no message ${id} in ${of}`);
  return bundle.formatPattern(pattern, args ?? null);
}

function bundleOf(of: Locale): FluentBundle {
  const known = bundles.get(of);
  if (known !== undefined) return known;
  const bundle = new FluentBundle(of, { useIsolating: true });
  for (const [path, source] of Object.entries(SOURCES)) {
    if (path.includes(`/locales/${of}/`)) bundle.addResource(new FluentResource(source));
  }
  bundles.set(of, bundle);
  return bundle;
}
