import type { Answer } from '../src/cdk/http/client.ts';
import { type FloatStream, STREAMS } from '../src/float/streams.ts';
import type { Account, NoAnswer, Page } from './account.ts';
import { type Assumption, type Finding, unanswered, type Verdict } from './assumption.ts';

export const LISTS: readonly FloatStream[] = STREAMS.filter(({ kind }) => kind === 'list');

/** Lists with incremental reads. */
export const CHANGING: readonly FloatStream[] = STREAMS.filter(({ cursorField }) => cursorField !== undefined);

export const named = (...names: readonly string[]): readonly FloatStream[] =>
  STREAMS.filter(({ name }) => names.includes(name));

type Ask = Assumption['ask'];

/** One finding for each stream. */
export function onEach(
  streams: readonly FloatStream[],
  see: (stream: FloatStream, account: Account) => Finding | Promise<Finding>,
): Ask {
  return (account) =>
    Promise.all(streams.map(async (stream) => ({ about: stream.name, ...(await see(stream, account)) })));
}

/** One finding for each stream, from the answer to a request. `refused`: the verdict if there is no usable answer. */
export const onAnswer = (
  streams: readonly FloatStream[],
  see: (answer: Answer, stream: FloatStream) => Finding | Promise<Finding>,
  refused: (reply: NoAnswer) => Verdict = () => 'cannot be seen',
): Ask =>
  onEach(streams, async (stream, account) => {
    const reply = await account.askStream(stream);
    return reply.kind === 'answer' ? see(reply.answer, stream) : unanswered(reply, refused(reply));
  });

/** One finding for each list, from its first page. `refused`: the verdict if there is no first page. */
export const onFirstPage = (
  lists: readonly FloatStream[],
  see: (page: Page, account: Account) => Finding | Promise<Finding>,
  refused: (page: NoAnswer, list: FloatStream) => Verdict = () => 'cannot be seen',
): Ask =>
  onEach(lists, async (list, account) => {
    const page = await account.firstPage(list);
    return page.kind === 'page' ? see(page, account) : unanswered(page, refused(page, list));
  });
