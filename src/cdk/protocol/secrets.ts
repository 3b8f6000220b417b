import { isObject, type JsonValue } from './json.ts';

const MASK = '****';

/**
 * Shorter secrets are not masked in records and states: they may occur there by chance, and masking would change users' data.
 * In log and error messages, secrets of any length are masked.
 */
const SHORTEST_IN_DATA = 8;

/** Masks secrets in output, both plain and URL-encoded; in texts also JSON-escaped. */
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
        // A blank secret would mask all spaces.
        if (form.trim() !== '') forms.add(form);
      }
    }
    this.inData = byLength(forms).filter((form) => form.length >= SHORTEST_IN_DATA);
    this.inJson = this.inData.map(escaped);
    // A truncated JSON body of a server cannot be parsed, so its strings are still escaped. PHP also escapes slashes.
    const inJson = [...forms].map(escaped);
    this.inText = byLength(new Set([...forms, ...inJson, ...inJson.map((form) => form.replaceAll('/', '\\/'))]));
  }

  text(value: string): string {
    return mask(value, this.inText);
  }

  data(value: string): string {
    return mask(value, this.inData);
  }

  /** Whether serialised JSON (string or UTF-8 bytes) contains a secret. This quick scan saves parsing pages without secrets. */
  occursIn(json: string | Buffer): boolean {
    return this.inJson.some((form) => json.includes(form));
  }
}

/** Longest first, because one form may contain another. */
function byLength(forms: Iterable<string>): string[] {
  return [...forms].sort((a, b) => b.length - a.length);
}

function escaped(form: string): string {
  return JSON.stringify(form).slice(1, -1);
}

function mask(value: string, forms: readonly string[]): string {
  return forms.reduce((text, form) => text.replaceAll(form, MASK), value);
}

/** A copy of a value in which `change` is applied to all strings, including keys. */
export function mapStrings(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isObject(value)) return value;
  const members = new Map<string, JsonValue>();
  for (const [key, item] of Object.entries(value)) {
    let name = change(key);
    // If two keys become equal, both are kept.
    while (members.has(name)) name += '_';
    members.set(name, mapStrings(item, change));
  }
  return Object.fromEntries(members);
}
