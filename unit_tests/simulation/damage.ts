import type { JsonObject } from '../../src/cdk/index.ts';
import type { Destination } from './destination.ts';
import type { StateDamage } from './histories.ts';

const DAMAGES: Record<StateDamage, (state: JsonObject) => JsonObject> = {
  none: (state) => state,
  'cursor in the future': (state) => replace(state, 'modified', '2099-01-01T00:00:00.000Z'),
  'cursor unreadable': (state) => replace(state, 'modified', 'yesterday'),
  'read in progress unreadable': (state) => replace(state, 'readInProgress', { startedAt: 7 }),
  'marks unreadable': (state) => replace(state, 'handledDeletions', [[1, 2, 3], 'four']),
};

export function damageStates({ states }: Destination, damage: StateDamage): void {
  for (const [stream, state] of states) states.set(stream, DAMAGES[damage](state));
}

function replace(state: JsonObject, member: string, value: JsonObject[string]): JsonObject {
  return member in state ? { ...state, [member]: value } : state;
}
