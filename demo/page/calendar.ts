import * as Plot from '@observablehq/plot';
import { count, cut, number } from '../show.ts';
import { dateOf, dayName, daysIn, isMonday, isWeekend, periodName } from './days.ts';
import { MOST_PEOPLE, type Person, type Span, type TimeOff } from './figures.ts';
import type { Html } from './html.ts';
import { now, plot, ROW, rowsOf, type Size } from './plot.ts';

/** Pixels: of a letter within a bar, and of the gap above the bars for parts of a day. */
const LETTER = 6.3;
const PARTLY = ROW * 0.4;

/** People with time off, in order of their first absence. */
export function absentees(spans: readonly Span[]): Person[] {
  return [...new Map(spans.map(({ id, name }) => [id, { id, name }])).values()];
}

export function calendar(timeOff: TimeOff, today: string, size: Size): Html {
  const people = absentees(timeOff.spans).slice(0, MOST_PEOPLE);
  const spans = timeOff.spans.filter((span) => people.some(({ id }) => id === span.id));
  const days = daysIn(timeOff);
  const rows = rowsOf(people, size);
  const dayWidth = (size.width - rows.marginLeft) / days.length;
  const wholeDay = { x1: (day: string) => dateOf(day), x2: (day: string) => dateOf(day, 1) };
  const bars = (condition: (span: Span) => boolean, insetTop: number): Plot.Markish =>
    Plot.barX(spans.filter(condition), {
      y: 'id',
      x1: ({ from }: Span) => dateOf(from),
      x2: ({ to }: Span) => dateOf(to, 1),
      fill: ({ tentative }: Span) => (tentative ? 'var(--away-tentative)' : 'var(--away)'),
      stroke: 'var(--away)',
      inset: 0.5,
      insetTop,
      rx: 3,
      title: (span: Span) => `${span.name}: ${describe(span)}`,
    });
  const description = `Time off by person and day. ${count(spans.length, 'absence')} of ${count(people.length, 'person', 'people')}, ${periodName(timeOff)}. The absences are`;
  return plot(size, description, {
    ...rows,
    x: { type: 'utc', domain: [dateOf(timeOff.from), dateOf(timeOff.to, 1)], axis: null },
    marks: [
      Plot.rectX(days.filter(isWeekend), { ...wholeDay, fill: 'var(--weekend)' }),
      Plot.rectX(timeOff.holidays, {
        x1: ({ day }) => dateOf(day),
        x2: ({ day }) => dateOf(day, 1),
        fill: 'var(--holiday)',
        title: ({ day, name }) => `${dayName(day)}: ${name}`,
      }),
      Plot.ruleX(days.filter(isMonday), { x: (day: string) => dateOf(day), stroke: 'var(--line)' }),
      Plot.text(days.filter(isMonday), {
        ...{ x: (day: string) => dateOf(day), text: dayName, frameAnchor: 'top', dx: 2, dy: -18, textAnchor: 'start' },
      }),
      Plot.ruleX([dateOf(today, 0.5)], { stroke: 'var(--accent)', strokeWidth: 1.5 }),
      bars(({ hours }) => hours === null, 0.5),
      bars(({ hours }) => hours !== null, PARTLY),
      Plot.text(
        spans.filter(({ hours }) => hours === null),
        {
          y: 'id',
          x: ({ from }: Span) => dateOf(from),
          dx: 6,
          text: (span: Span) => labelOf(span.type, (freeDays(span, spans) * dayWidth - 10) / LETTER),
          textAnchor: 'start',
          fill: ({ tentative }: Span) => (tentative ? 'currentColor' : 'var(--away-text)'),
          fontSize: 11,
          pointerEvents: 'none',
        },
      ),
      now(dateOf(today, 0.5), 'today'),
    ],
  });
}

/** `Sick Leave (tentative), 24 Nov to 2 Dec, 3.5 h a day` */
function describe({ type, tentative, hours, ...period }: Span): string {
  const aDay = hours === null ? '' : `, ${number(hours, 1)} h a day`;
  return `${type}${tentative ? ' (tentative)' : ''}, ${periodName(period)}${aDay}`;
}

/** Days from the start of a bar until another bar of the same person covers it; 0 if its start is covered. */
function freeDays(span: Span, spans: readonly Span[]): number {
  const others = spans.filter((other) => other.id === span.id && other !== span);
  const isFree = (day: string): boolean => !others.some(({ from, to }) => from <= day && day <= to);
  const days = daysIn(span);
  const covered = days.findIndex((day) => !isFree(day));
  return covered === -1 ? days.length : covered;
}

/** A label that would be cut to less than a word is omitted. */
function labelOf(text: string, room: number): string {
  return room < Math.min(text.length, 8) ? '' : cut(text, Math.floor(room));
}
