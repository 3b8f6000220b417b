/** Keys that one state names at most: beyond them a state would burden the platform's database. */
const KEYS_LIMIT = 20_000;

/** Characters of the text at most. */
const TEXT_LIMIT = 200_000;

/** No key takes more characters than a safe integer in base 36 and a comma. */
const KEY_CHARACTERS = 12;

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

/** Whether keys are more than a state should name. */
export function areTooMany(keys: ReadonlySet<number>): boolean {
  if (keys.size * KEY_CHARACTERS <= TEXT_LIMIT) return false;
  return keys.size > KEYS_LIMIT || formatKeys(keys).length > TEXT_LIMIT;
}
