import type { JsonObject } from '../../src/cdk/index.ts';
import type { Destination } from './destination.ts';
import type { StateDamage } from './histories.ts';

const DAMAGES: Record<StateDamage, (state: JsonObject) => JsonObject> = {
  none: (state) => state,
  'cursor in the future': (state) => replace(state, 'modified', '2099-01-01T00:00:00.000Z'),
  'cursor unreadable': (state) => replace(state, 'modified', 'yesterday'),
  'read in progress unreadable': (state) => replace(state, 'readInProgress', { startedAt: 7 }),
  'marks unreadable': (state) => replace(state, 'handledDeletions', [[1, 2, 3], 'four']),
  'keys unreadable': (state) => replace(state, 'knownKeys', '1,-1,two'),
  'comparison in the future': (state) => replace(state, 'comparedAt', '2099-01-01T00:00:00.000Z'),
  'no keys, as in version 0.1': (state) => ('knownKeys' in state ? pickCursor(state) : state),
};

/** After this damage, the connector does not know which rows the destination has. */
const LOSING_KEYS: readonly StateDamage[] = ['keys unreadable', 'no keys, as in version 0.1'];

export function damageStates(destination: Destination, damage: StateDamage): void {
  for (const [stream, state] of destination.states) {
    destination.states.set(stream, DAMAGES[damage](state));
    if (LOSING_KEYS.includes(damage) && 'knownKeys' in state) destination.leaveBehind(stream);
  }
}

function replace(state: JsonObject, member: string, value: JsonObject[string]): JsonObject {
  return member in state ? { ...state, [member]: value } : state;
}

function pickCursor({ modified }: JsonObject): JsonObject {
  return modified === undefined ? {} : { modified };
}
