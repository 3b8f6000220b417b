/** A part of a list that `page` and `per-page` can address: `size` rows from index `start`. */
export interface Window {
  readonly page: number;
  readonly size: number;
  readonly start: number;
}

export function windowOf(page: number, size: number): Window {
  return { page, size, start: (page - 1) * size };
}

/**
 * A window of at most `largest` rows that contains row `from`. Of all such windows, the one that ends farthest down the list.
 */
export function windowFrom(from: number, largest: number): Window {
  let best = windowOf(1, largest);
  for (let size = largest; size > 1 && best.start < from; size -= 1) {
    const window = windowOf(Math.floor(Math.max(0, from) / size) + 1, size);
    if (window.start + window.size > best.start + best.size) best = window;
  }
  return best;
}
