/**
 * The files and packages that a program imports, types included. A regular expression is enough: `npm run lint` enforces single
 * quotes, and an import in a comment can only make a test fail without need, not hide a real import.
 */
export function specifiersIn(program: string): string[] {
  return [...program.matchAll(/\b(?:from|import|require)\b\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier);
}
