import type { SourceContext } from '../protocol/source.ts';
import type { PagedLists } from './paged-list.ts';

/**
 * Returns a factory for streams of the lists of one connection. `maxPagesAhead`: maximum number of pages of all lists that are
 * requested before they are needed. This limits the memory of a sync. Use the client's `maxConcurrentRequests`. The code is
 * loaded on demand, because `spec` does not need it.
 */
export async function openPagedLists(
  context: SourceContext,
  { maxPagesAhead }: { readonly maxPagesAhead: number },
): Promise<PagedLists> {
  const { ListReader } = await import('./list-reader.ts');
  return new ListReader(context, maxPagesAhead);
}
