// Something that stands above everything and can be used, whatever else is open: a dialog makes the rest of the page
// unusable, so it moves into the dialog, and out of it again.

/** Keeps a popover above the page and above its dialogs for as long as it is there. */
export function above(element: HTMLElement): () => void {
  const home = element.parentElement;
  const place = (): void => {
    const host = [...document.querySelectorAll("dialog:modal")].at(-1) ?? home;
    if (host === null) return;
    const focused = document.activeElement;
    if (element.parentElement !== host) host.append(element);
    if (!element.matches(":popover-open")) element.showPopover();
    if (focused instanceof HTMLElement && element.contains(focused)) focused.focus();
  };
  const dialogs = new MutationObserver(place);
  dialogs.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["open"] });
  place();
  return () => dialogs.disconnect();
}
