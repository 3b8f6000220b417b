/**
 * Keys that one state names at most: beyond them a state would burden the platform's database. So many take less than
 * 200,000 characters even if they are spread over all safe integers.
 */
export const KEYS_LIMIT = 20_000;

const BASE = 36;

/**
 * Keys as a state keeps them: in rising order, each as the difference to the one before, in base 36, with commas between.
 * Neighbouring ids take two characters each, 5,000 ids spread over eight digits about four or five.
 */
export function formatKeys(keys: ReadonlySet<number>): string {
  let before = 0;
  const parts: string[] = [];
  for (const key of [...keys].sort((a, b) => a - b)) {
    parts.push((key - before).toString(BASE));
    before = key;
  }
  return parts.join(',');
}

/** Undefined for a text that formatKeys() does not write. */
export function parseKeys(text: string): Set<number> | undefined {
  const keys = new Set<number>();
  if (text === '') return keys;
  let key = 0;
  for (const part of text.split(',')) {
    const difference = Number.parseInt(part, BASE);
    // parseInt() reads as far as it can: only a text that is written again as it was is one of ours.
    if (difference.toString(BASE) !== part || (keys.size > 0 && difference <= 0)) return undefined;
    key += difference;
    if (!Number.isSafeInteger(key)) return undefined;
    keys.add(key);
  }
  return keys;
}
