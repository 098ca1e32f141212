// More of a history, fetched as its edge comes near.

/** CSS pixels from the edge of the window. */
const NEAR = "120px 0px";

/**
 * For an element at the edge: asks once for each message that stands there, when the element comes near; what does not
 * come is asked for again by hand.
 */
export function onceNear(edge: () => string | null, ask: () => void): (element: Element) => () => void {
  let asked: string | null = null;
  return (element) => {
    const observer = new IntersectionObserver(
      (entries) => {
        const key = edge();
        if (key === null || key === asked || entries.at(-1)?.isIntersecting !== true) return;
        asked = key;
        ask();
      },
      { rootMargin: NEAR },
    );
    observer.observe(element);
    return () => observer.disconnect();
  };
}
