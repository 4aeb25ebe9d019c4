/** What the engine computes about an activation, in words: as a list for one, as columns for a table of all. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Report } from '../engine/boundary';
import { hasCurve } from '../engine/experiment';
import type { Model } from './model';
import { fixed, listed, plain } from './words';

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
    help: 'Smallest and largest value',
    rank: ({ low, high }) => (high ?? Number.POSITIVE_INFINITY) - (low ?? Number.NEGATIVE_INFINITY),
    said: ({ low, high }) =>
      `${figure(low ?? Number.NEGATIVE_INFINITY)} to ${figure(high ?? Number.POSITIVE_INFINITY)}`,
  },
  {
    id: 'monotone',
    title: 'monotone',
    help: 'Whether it never turns back',
    rank: ({ monotone }) => (monotone ? 1 : 0),
    said: ({ monotone }) => (monotone ? 'yes' : 'no'),
  },
  {
    id: 'symmetry',
    title: 'symmetry',
    help: 'Odd: f(−z) = −f(z). Even: f(−z) = f(z)',
    rank: ({ odd, even }) => (odd ? 2 : even ? 1 : 0),
    said: ({ odd, even }) => (odd ? 'odd' : even ? 'even' : 'none'),
  },
  number('lipschitz', 'Lipschitz', 'Largest slope anywhere', (report) => report.lipschitz),
  number('value0', 'f(0)', 'Value at 0', (report) => report.valueAtZero),
  number('slope0', 'f′(0)', 'Slope at 0', (report) => report.slopeAtZero),
  number('mean', 'E f', 'Mean output for standard normal z', (report) => report.mean),
  number('square', 'E f²', 'Mean square of the output for standard normal z', (report) => report.secondMoment),
  number('slopes', 'E f′²', 'Mean square of the slope for standard normal z', (report) => report.slopeMoment),
  number('gain', 'gain', 'Factor for initial weights that keeps the size of the signal', (report) => report.gain),
  number('chi', 'χ', 'Growth of gradients from layer to layer with that gain; 1 is steady', (report) => report.chi),
];

/** What stands in the list of one activation but is no column. */
function further(report: Report): readonly (readonly [string, string])[] {
  const { kinks } = report;
  return [['kinks', kinks.length ? `at ${listed(kinks.map(plain))}` : 'none']];
}

export function reportList(
  model: Model,
  activation: string,
  params: Readonly<Record<string, number>> | null = null,
): TemplateResult | typeof nothing {
  if (!hasCurve(model.catalogue, activation)) return nothing;
  const layer = model.experiment.layers.find((one) => one.activation === activation);
  const given = params ?? ((layer?.params ?? {}) as Record<string, number>);
  const report = model.answers.get('report', { activation, params: given });
  if (!report) return nothing;
  const entries = [
    ...COLUMNS.map((column) => [column.title, column.said(report), column.help] as const),
    ...further(report),
  ];
  return html`<dl class="report" aria-label="Computed">${entries.map(
    ([title, said, help]) => html`<div><dt title=${help ?? nothing}>${title}</dt><dd>${said}</dd></div>`,
  )}</dl>`;
}

function figure(value: number | null): string {
  if (value === null) return 'none';
  return Number.isFinite(value) && value !== 0 && Math.abs(value) < 5e-5
    ? plain(Number(value.toPrecision(3)))
    : fixed(value, 4)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');
}
