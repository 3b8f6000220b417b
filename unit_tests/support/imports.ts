/**
 * The files and packages that a program imports, types included. A regular expression is enough: `npm run lint` enforces
 * single quotes, and an import that only stands in a comment makes a test fail visibly instead of hiding something.
 */
export function specifiersIn(program: string): string[] {
  return [...program.matchAll(/\b(?:from|import|require)\b\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier);
}
