/** A fenced block of a Markdown document. */
export interface CodeBlock {
  readonly language: string;
  /** The word after the language: the name of the file for this block. */
  readonly file: string | undefined;
  readonly code: string;
}

export function codeBlocksIn(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w*) ?(\S*)\n(.*?)^```$/gms)].map(([, language = '', file = '', code = '']) => ({
    language,
    file: file === '' ? undefined : file,
    code,
  }));
}
