/**
 * Maximum number of keys in one state. It keeps states small in the platform's database. This many keys take less than 200,000
 * characters, even if they are spread over all safe integers.
 */
export const KEYS_LIMIT = 20_000;

const BASE = 36;

/**
 * Keys as a state stores them: in ascending order, each as the difference from the previous one, in base 36, comma-separated.
 * A key takes two characters if ids are consecutive, and four or five for 5,000 ids spread over eight digits.
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

/** Undefined for a string that formatKeys() does not produce. */
export function parseKeys(text: string): Set<number> | undefined {
  const keys = new Set<number>();
  if (text === '') return keys;
  let key = 0;
  for (const part of text.split(',')) {
    const difference = Number.parseInt(part, BASE);
    // parseInt() ignores invalid characters at the end, so the number must produce the same text again.
    if (difference.toString(BASE) !== part || (keys.size > 0 && difference <= 0)) return undefined;
    key += difference;
    if (!Number.isSafeInteger(key)) return undefined;
    keys.add(key);
  }
  return keys;
}
