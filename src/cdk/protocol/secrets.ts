import { isObject, type JsonValue } from './json.ts';

const MASK = '****';

/**
 * A shorter secret occurs in data by chance, and to mask it there would change what users sync.
 * In log and error texts every secret is masked, whatever its length.
 */
const SHORTEST_IN_DATA = 8;

/** Takes secret values, as they are and URL-encoded, out of what leaves the process; out of texts also as JSON escapes them. */
export class Scrubber {
  private readonly inText: string[];
  private readonly inData: string[];
  private readonly inJson: string[];

  constructor(secrets: readonly string[]) {
    const forms = new Set<string>();
    for (const secret of secrets) {
      for (const form of [
        secret,
        secret.trim(),
        encodeURIComponent(secret.toWellFormed()),
        encodeURI(secret.toWellFormed()),
      ]) {
        // A secret of blanks would mask the blanks of every message.
        if (form.trim() !== '') forms.add(form);
      }
    }
    this.inData = byLength(forms).filter((form) => form.length >= SHORTEST_IN_DATA);
    this.inJson = this.inData.map(escaped);
    // A server's answer that is cut is no JSON any more, but its texts are escaped all the same. PHP escapes slashes too.
    const inJson = [...forms].map(escaped);
    this.inText = byLength(new Set([...forms, ...inJson, ...inJson.map((form) => form.replaceAll('/', '\\/'))]));
  }

  text(value: string): string {
    return mask(value, this.inText);
  }

  data(value: string): string {
    return mask(value, this.inData);
  }

  /** Whether serialised JSON, a text or UTF-8, holds a secret somewhere: one scan, so that clean pages cost no more. */
  occursIn(json: string | Buffer): boolean {
    return this.inJson.some((form) => json.includes(form));
  }
}

/** The longest first: one form may hold another. */
function byLength(forms: Iterable<string>): string[] {
  return [...forms].sort((a, b) => b.length - a.length);
}

function escaped(form: string): string {
  return JSON.stringify(form).slice(1, -1);
}

function mask(value: string, forms: readonly string[]): string {
  return forms.reduce((text, form) => text.replaceAll(form, MASK), value);
}

/** A copy of a value with every string in it, keys too, passed through `change`. */
export function mapStrings(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isObject(value)) return value;
  const members = new Map<string, JsonValue>();
  for (const [key, item] of Object.entries(value)) {
    let name = change(key);
    // Two keys that become the same both stay.
    while (members.has(name)) name += '_';
    members.set(name, mapStrings(item, change));
  }
  return Object.fromEntries(members);
}
