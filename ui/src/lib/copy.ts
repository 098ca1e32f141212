// To the clipboard.

/** Copies what a field holds, and leaves it selected. Resolves to whether it is in the clipboard now. */
export async function copyFrom(field: HTMLInputElement): Promise<boolean> {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Webviews that ask for a permission that nobody can give still know the older way.
    return document.execCommand("copy");
  }
}
