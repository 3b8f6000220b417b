/** Directives of strftime, in the order of their parts in `YYYY-MM-DDThh:mm:ss`. */
const DIRECTIVES = ['Y', 'm', 'd', 'H', 'M', 'S'];

/** A UTC timestamp in a `datetime_format`, without fractions of a second. Throws for an unknown directive. */
export function formatDatetime(timestamp: string, format: string): string {
  const parts = timestamp.split(/\D/);
  return format.replace(/%(.)/g, (directive, letter: string) => {
    if (letter === 's') return String(Math.floor(Date.parse(timestamp) / 1000));
    const part = parts[DIRECTIVES.indexOf(letter)];
    if (part === undefined) throw new Error(`datetime_format has the unknown directive ${directive}.`);
    return part;
  });
}
