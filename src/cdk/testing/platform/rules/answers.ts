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

/** Answers of a verb that gives one; undefined for a read. */
function answers({ verb, messages }: ParsedRun): number | undefined {
  const answer = ANSWER_OF[verb];
  return answer === undefined ? undefined : messages.filter(({ type }) => type === answer).length;
}

/** Of the verbs that answer in one message. */
export const OF_ANSWERS = {
  'an answer is given': {
    holds: 'a verb that ends well has answered',
    seenBy: SEEN_BY,
    otherwise: 'the platform fails with an exception of its own',
    atEnd: true,
    violations: (output) =>
      answers(output) === 0 && output.code === 0 && errorsOf(output.messages).length === 0
        ? [`${output.verb} said nothing`]
        : [],
  },
  'an answer is given once': {
    holds: 'there is one answer',
    seenBy: SEEN_BY,
    otherwise: 'the first one counts',
    violations: (output) => ((answers(output) ?? 0) > 1 ? [`${answers(output)} answers`] : []),
  },
  'an answer is no failure': {
    holds: 'a verb that has answered exits with 0',
    seenBy: SEEN_BY,
    otherwise: 'the answer counts, and nobody looks at the exit code or the error',
    atEnd: true,
    violations: (output) =>
      output.code !== 0 && (answers(output) ?? 0) > 0 ? [`an answer, and exit code ${output.code}`] : [],
  },
} satisfies Record<string, Rule>;
