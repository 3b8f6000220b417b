import type { SourceContext } from '../protocol/source.ts';
import type { PagedLists } from './paged-list.ts';

/**
 * What makes streams of the lists of one connection. `maxPagesAhead`: pages of all lists together that are asked for before
 * they are needed, which bounds the memory of a sync; the client's `maxConcurrentRequests` is the number that makes sense.
 * The code is loaded here, since `spec` does without it.
 */
export async function openPagedLists(
  context: SourceContext,
  { maxPagesAhead }: { readonly maxPagesAhead: number },
): Promise<PagedLists> {
  const { ListReader } = await import('./list-reader.ts');
  return new ListReader(context, maxPagesAhead);
}
