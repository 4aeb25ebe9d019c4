/** What the engine computes about an activation, in words: as a list for one, as columns for a table of all. */
import { html, nothing, type TemplateResult } from 'lit';
import { hasCurve } from '../engine/experiment';
import type { Report, Tail } from '../engine/types';
import type { Model } from './model';
import { fixed, listed, plain, power } from './words';

/** One thing that is known. */
export interface Column {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  /** As it is sorted. */
  rank(report: Report): number;
  /** As it is said. */
  said(report: Report): string;
}

const INFINITE = Number.POSITIVE_INFINITY;
const NONE = 'none';
/** Below this a computed mean is 0 up to rounding. */
const NOISE = 1e-12;

const number = (id: string, title: string, help: string, of: (report: Report) => number | null): Column => ({
  id,
  title,
  help,
  rank: (report) => of(report) ?? Number.NaN,
  said: (report) => figure(of(report)),
});

export const COLUMNS: readonly Column[] = [
  {
    id: 'range',
    title: 'range',
    help: 'The smallest and the largest value; in round brackets where it is only approached',
    rank: ({ low, high }) => (high.value ?? INFINITE) - (low.value ?? -INFINITE),
    said: ({ low, high }) =>
      `${low.at === null ? '(' : '['}${figure(low.value ?? -INFINITE)}, ${figure(high.value ?? INFINITE)}${high.at === null ? ')' : ']'}`,
  },
  {
    id: 'monotone',
    title: 'monotone',
    help: 'Whether it always rises or always falls',
    rank: ({ monotone }) => ['neither', 'constant', 'decreasing', 'increasing'].indexOf(monotone),
    said: ({ monotone }) => (monotone === 'neither' ? 'no' : monotone),
  },
  {
    id: 'symmetry',
    title: 'symmetry',
    help: 'Odd: f(−z) = −f(z). Even: f(−z) = f(z)',
    rank: ({ symmetry }) => ['neither', 'even', 'odd'].indexOf(symmetry),
    said: ({ symmetry }) => (symmetry === 'neither' ? NONE : symmetry),
  },
  {
    id: 'lipschitz',
    title: 'Lipschitz',
    help: 'The largest |f′| anywhere; ∞ where there is no bound',
    rank: ({ steepest }) => steepest.value ?? INFINITE,
    said: ({ steepest }) => figure(steepest.value ?? INFINITE),
  },
  number('value0', 'f(0)', 'Value at 0', ({ atZero }) => atZero),
  number('slope0', 'f′(0)', 'Slope at 0', ({ slopeAtZero }) => slopeAtZero),
  number('mean', 'E f', 'Mean output for z ~ N(0, 1)', ({ signal }) => signal.mean),
  number('square', 'E f²', 'Mean square of the output for z ~ N(0, 1)', ({ signal }) => signal.square),
  number('slopes', 'E f′²', 'Mean square of the slope for z ~ N(0, 1)', ({ signal }) => signal.slopeSquare),
  number(
    'gain',
    'gain',
    '1/√E f²: the factor for initial weights that keeps the size of a signal',
    ({ signal }) => signal.gain,
  ),
  number(
    'chi',
    'χ',
    'E f′²/E f²: with that gain a gradient changes by this factor from layer to layer',
    ({ signal }) => signal.chi,
  ),
  tail('left', 'towards −∞'),
  tail('right', 'towards ∞'),
];

function tail(side: 'left' | 'right', title: string): Column {
  return {
    id: side,
    title,
    help: 'How it ends, and from where on its slope stays below 5 % of the steepest',
    rank: (report) => Math.abs(report[side].flatFrom ?? INFINITE),
    said: (report) => saidTail(report[side]),
  };
}

function saidTail({ end, limit, flatFrom }: Tail): string {
  const where = end === 'limit' ? `→ ${figure(limit)}` : end;
  return flatFrom === null ? where : `${where}, flat from ${figure(flatFrom, 2)}`;
}

/** What stands in the list of one activation but is no column. */
function further({ corners, left, right }: Report): readonly (readonly [string, string, string])[] {
  const places = (name: 'underflowsAt' | 'breaksAt') =>
    [left[name], right[name]].filter((z) => z !== null).map((z) => figure(z, 2));
  const kinks = corners.map(({ at, used, jump }) => `${figure(at)} (${jump ? 'jump, ' : ''}f′ used: ${figure(used)})`);
  const underflows = places('underflowsAt');
  const breaks = places('breaksAt');
  return [
    ['kinks', kinks.length ? listed(kinks) : NONE, 'Where the derivative or the function jumps'],
    [
      'f′ = 0 in f32',
      underflows.length ? listed(underflows) : NONE,
      'Where the derivative underflows although it is not 0',
    ],
    [
      'f32 breaks at',
      breaks.length ? listed(breaks) : NONE,
      'The first z up to 10⁴ where f or f′ is not finite in f32',
    ],
  ];
}

export function reportList(
  model: Model,
  activation: string,
  params: Readonly<Record<string, number>>,
): TemplateResult | typeof nothing {
  if (!hasCurve(model.catalogue, activation)) return nothing;
  const report = model.answers.hold(`report ${activation}`, 'report', { activation, params });
  if (!report) return nothing;
  const entries = [
    ...COLUMNS.map((column) => [column.title, column.said(report), column.help] as const),
    ...further(report),
  ];
  return html`<dl class="report" aria-label="Computed">${entries.map(
    ([title, said, help]) => html`<div><dt title=${help ?? nothing}>${title}</dt><dd>${said}</dd></div>`,
  )}</dl>`;
}

/** A number without needless zeros. */
function figure(value: number | null, decimals = 4): string {
  if (value === null) return NONE;
  if (!Number.isFinite(value)) return fixed(value);
  const size = Math.abs(value);
  if (size < NOISE) return '0';
  if (size < 5e-4) return (value < 0 ? '−' : '') + power(size);
  return plain(Number(value.toFixed(decimals)));
}
