import type { Verb } from '../../../protocol/args.ts';
import { errorsOf, type ParsedRun } from '../parse-run.ts';
import type { MessageType } from '../protocol.ts';
import type { Rule } from './rule.ts';

const ANSWER_OF: Partial<Record<Verb, MessageType>> = {
  spec: 'SPEC',
  check: 'CONNECTION_STATUS',
  discover: 'CATALOG',
};

const SEEN_BY = 'ConnectorMessageProcessor.kt, ConnectorWatcher.kt';

/** The number of answers of spec, check or discover; undefined for read. */
function answers({ verb, messages }: ParsedRun): number | undefined {
  const answer = ANSWER_OF[verb];
  return answer === undefined ? undefined : messages.filter(({ type }) => type === answer).length;
}

/** Rules for spec, check and discover, which answer with one message. */
export const OF_ANSWERS = {
  'an answer is given': {
    holds: 'a successful spec, check or discover prints its answer',
    seenBy: SEEN_BY,
    otherwise: 'the platform fails with its own exception',
    atEnd: true,
    violations: (output) =>
      answers(output) === 0 && output.code === 0 && errorsOf(output.messages).length === 0
        ? [`${output.verb} printed no answer`]
        : [],
  },
  'only one answer': {
    holds: 'there is only one answer',
    seenBy: SEEN_BY,
    otherwise: 'the platform uses only the first one',
    violations: (output) => ((answers(output) ?? 0) > 1 ? [`${answers(output)} answers`] : []),
  },
  'an answer means exit code 0': {
    holds: 'a verb that has answered exits with 0',
    seenBy: SEEN_BY,
    otherwise: 'the platform uses the answer, and ignores the exit code and the error',
    atEnd: true,
    violations: (output) =>
      output.code !== 0 && (answers(output) ?? 0) > 0 ? [`an answer, but exit code ${output.code}`] : [],
  },
} satisfies Record<string, Rule>;
