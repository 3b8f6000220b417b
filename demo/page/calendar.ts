import * as Plot from '@observablehq/plot';
import { count, cut, number } from '../show.ts';
import { addDays, dateOf, dayName, daysFrom, earliest, isMonday, isWeekend, latest, mondayOf, period } from './days.ts';
import { MOST_PEOPLE, type Person, type Span, type TimeOff } from './figures.ts';
import type { Markup } from './html.ts';
import { plot, ROW, rowsOf, type Size } from './plot.ts';

/** Pixels: of a letter within a bar, and of the bars that are parts of a day below the top of their row. */
const LETTER = 6.3;
const PARTLY = ROW * 0.4;

/** People with time off, in order of their first absence. */
export function absentees(spans: readonly Span[]): Person[] {
  return [...new Map(spans.map(({ id, name }) => [id, { id, name }])).values()];
}

/** The part for a narrow screen: four weeks from the current one. */
export function weeksFromToday({ to, spans, holidays }: TimeOff, today: string): TimeOff {
  const from = mondayOf(today);
  const last = earliest(addDays(from, 27), to);
  return {
    from,
    to: last,
    spans: spans
      .filter(({ start, end }) => start <= last && end >= from)
      .map((span) => ({
        ...span,
        start: latest(span.start, from),
        end: earliest(span.end, last),
      })),
    holidays: holidays.filter(({ day }) => day >= from && day <= last),
  };
}

export function calendar({ from, to, spans: all, holidays }: TimeOff, today: string, size: Size): Markup {
  const people = absentees(all).slice(0, MOST_PEOPLE);
  const spans = all.filter((span) => people.some(({ id }) => id === span.id));
  const days = daysFrom(from, to);
  const rows = rowsOf(people, size.nameLength);
  const dayWidth = (size.width - rows.marginLeft) / days.length;
  const place = { y: 'id', x1: ({ start }: Span) => dateOf(start), x2: ({ end }: Span) => dateOf(end, 1) } as const;
  const wholeDay = { x1: (day: string) => dateOf(day), x2: (day: string) => dateOf(day, 1) };
  const bars = (condition: (span: Span) => boolean, look: Plot.BarXOptions): Plot.Markish =>
    Plot.barX(spans.filter(condition), {
      ...place,
      stroke: 'var(--away)',
      inset: 0.5,
      rx: 3,
      title: (span: Span) => `${span.name}: ${describe(span)}`,
      ...look,
    });
  const description = `${count(spans.length, 'absence')} of ${count(people.length, 'person', 'people')}, ${period(from, to)}; they are in the table below.`;
  return plot(size, 'Time off by person and day', description, {
    height: 44 + people.length * ROW,
    marginTop: 40,
    marginRight: 0,
    marginBottom: 4,
    x: { type: 'utc', domain: [dateOf(from), dateOf(to, 1)], axis: null },
    marginLeft: rows.marginLeft,
    y: { ...rows.y, padding: 0.2 },
    marks: [
      Plot.rectX(days.filter(isWeekend), { ...wholeDay, fill: 'var(--weekend)' }),
      Plot.rectX(holidays, {
        x1: ({ day }) => dateOf(day),
        x2: ({ day }) => dateOf(day, 1),
        fill: 'var(--holiday)',
        title: ({ day, name }) => `${dayName(day)}: ${name}`,
      }),
      Plot.ruleX(days.filter(isMonday), { x: (day: string) => dateOf(day), stroke: 'var(--line)' }),
      Plot.text(days.filter(isMonday), {
        x: (day: string) => dateOf(day),
        text: dayName,
        frameAnchor: 'top',
        dx: 2,
        dy: -18,
        textAnchor: 'start',
      }),
      Plot.ruleX([today], { x: (day: string) => dateOf(day, 0.5), stroke: 'var(--accent)', strokeWidth: 1.5 }),
      bars(({ tentative, hours }) => !tentative && hours === null, { fill: 'var(--away)' }),
      bars(({ tentative, hours }) => !tentative && hours !== null, { fill: 'var(--away)', insetTop: PARTLY }),
      bars(({ tentative, hours }) => tentative && hours === null, { fill: 'var(--away-tentative)' }),
      bars(({ tentative, hours }) => tentative && hours !== null, { fill: 'var(--away-tentative)', insetTop: PARTLY }),
      Plot.text(
        spans.filter(({ hours }) => hours === null),
        {
          y: 'id',
          x: ({ start }: Span) => dateOf(start),
          dx: 6,
          text: (span: Span) => labelOf(span.type, (freeDays(span, spans) * dayWidth - 10) / LETTER),
          textAnchor: 'start',
          fill: ({ tentative }: Span) => (tentative ? 'currentColor' : 'var(--away-text)'),
          fontSize: 11,
          pointerEvents: 'none',
        },
      ),
      Plot.text([today], {
        x: (day: string) => dateOf(day, 0.5),
        text: ['today'],
        frameAnchor: 'top',
        dy: -32,
        fill: 'var(--accent)',
        fontWeight: 600,
      }),
    ],
  });
}

/** `Sick Leave (tentative), 24 Nov to 2 Dec, 3.5 h a day` */
export function describe({ type, start, end, tentative, hours }: Span): string {
  const aDay = hours === null ? '' : `, ${number(hours, 1)} h a day`;
  return `${type}${tentative ? ' (tentative)' : ''}, ${period(start, end)}${aDay}`;
}

/** Days from the start of a bar until another bar of the same person covers it; 0 if its start is covered. */
function freeDays(span: Span, spans: readonly Span[]): number {
  const others = spans.filter((other) => other.id === span.id && other !== span);
  if (others.some(({ start, end }) => start <= span.start && end >= span.start)) return 0;
  const covered = others.find(({ start }) => start > span.start && start <= span.end);
  return daysFrom(span.start, covered?.start ?? span.end).length - (covered === undefined ? 0 : 1);
}

/** A label that would be cut to less than a word is omitted. */
function labelOf(text: string, room: number): string {
  return room < Math.min(text.length, 8) ? '' : cut(text, Math.floor(room));
}
