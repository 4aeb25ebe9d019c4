/** What the lens looks at: which layer, which stretch of z, which curves. */
import type { LensData, Stretch } from '../chart/lens-draw';
import { commonActivation, faceOf, hasCurve } from '../engine/experiment';
import type { CurveRequest } from '../engine/messages';
import type { Histogram, LayerSpec, Trained } from '../engine/types';
import { distinctAccents } from '../theme/theme';
import type { Held } from './curves';
import type { Model } from './model';

/** Points of a curve; odd, so that a kink in the middle falls on one. */
const POINTS = 481;
/** Units whose curves are drawn; more could not be told apart. */
const MOST_UNITS = 12;

export interface Looked {
  /** The layer whose activation is drawn; `null` for the output layer, which has none. */
  readonly layer: LayerSpec | null;
  /** Number of the layer, or all hidden ones. */
  readonly scope: number | 'all';
  readonly histogram: Histogram | null;
  readonly data: LensData;
}

export function lookAt(model: Model): Looked {
  const { experiment, lens, frame, catalogue } = model;
  const scope = scopeOf(model);
  const layer = (scope === 'all' ? experiment.layers[0] : experiment.layers[scope]) ?? null;
  const of = (at: number) => frame?.histograms.find((one) => one.layer === at)?.histogram ?? null;
  const histogram = scope === 'all' ? joined(experiment.layers.map((_, at) => of(at))) : of(scope);
  const window = lens.window ?? { low: histogram?.low ?? -4, high: histogram?.high ?? 4 };
  const drawn = layer && hasCurve(catalogue, layer.activation) ? layer : null;
  const trained = histogram?.trained ?? [];
  // What is trained moves on with every frame, so that there is nothing to keep.
  const hold = (place: string, asked: CurveRequest) =>
    trained.length ? model.curves.follow(place, asked) : model.curves.hold(place, asked);
  const params = drawn ? present(drawn.params, trained) : {};
  // What several layers have learned has a curve for each of them, and no common one.
  const layers = scope === 'all' && trained.length && experiment.layers.length > 1 ? experiment.layers : [];
  const sets = layers.length ? layers.map((_, at) => present({}, of(at)?.trained ?? [])) : unitsOf(trained);
  const apart = layers.map((_, at) => `layer ${at + 1}`);
  const request = (activation: string, params: LayerSpec['params']): CurveRequest => ({
    activation,
    params: params as Record<string, number>,
    ...window,
    count: POINTS,
  });
  const main = drawn
    ? hold('lens', {
        ...request(drawn.activation, params),
        bend: lens.bend,
        ...(lens.format !== 'f32' && { format: lens.format }),
        ...(trained.length > 0 && { units: sets }),
      })
    : null;
  const probe = drawn
    ? hold('probe', {
        ...request(drawn.activation, params),
        low: lens.probe,
        high: lens.probe,
        count: 1,
        ...(apart.length > 0 && { units: sets }),
      })
    : null;
  return {
    layer,
    scope,
    histogram,
    data: {
      ...window,
      main: main && { ...stretch(main), ...(apart.length > 0 && { apart }) },
      bend: lens.bend,
      log: lens.log,
      rounded: lens.format !== 'f32',
      companions: drawn ? companionsOf(model, drawn.activation, window) : [],
      histogram,
      probe: probe && {
        z: probe.request.low,
        value: apart.length ? Number.NaN : (probe.curve.value[0] ?? Number.NaN),
        slope: apart.length ? Number.NaN : (probe.curve.slope[0] ?? Number.NaN),
        ...(apart.length > 0 && { values: [...probe.curve.units] }),
      },
    },
  };
}

/** The parameters as they are now: where they are trained, the mean of all units. */
export function present(given: LayerSpec['params'], trained: readonly Trained[]): Record<string, number> {
  return { ...given, ...Object.fromEntries(trained.map(({ id, mean }) => [id, mean])) } as Record<string, number>;
}

/** The parameters of each of the units that are shown. */
function unitsOf(trained: readonly Trained[]): Record<string, number>[] {
  const shown = trained[0]?.units ?? [];
  return shown.map((_, at) => Object.fromEntries(trained.map(({ id, mean, units }) => [id, units[at] ?? mean])));
}

/** All hidden layers can be seen together while they share an activation with its parameters. */
export function canSeeAll({ experiment }: Model): boolean {
  const kinds = new Set(experiment.layers.map(({ activation, params }) => JSON.stringify([activation, params])));
  return experiment.layers.length > 0 && commonActivation(experiment) !== null && kinds.size === 1;
}

function scopeOf(model: Model): number | 'all' {
  const { scope } = model.lens;
  const { length } = model.experiment.layers;
  if (scope === 'all') return canSeeAll(model) ? 'all' : 0;
  return Math.min(scope, length);
}

/** The curves drawn for comparison, but for the one that is drawn anyway. */
export function companionsOf(
  model: Model,
  except: string,
  window: { readonly low: number; readonly high: number },
  place = 'beside',
): LensData['companions'] {
  const { curves, lens, catalogue, theme } = model;
  const accents = distinctAccents(lens.compared.map((id) => faceOf(catalogue, id)));
  return lens.compared
    .filter((id) => id !== except)
    .flatMap((id) => {
      const { params, moving } = numbersOf(model, id);
      const asked = { activation: id, params, ...window, count: POINTS };
      const where = `${place} ${id}`;
      const held = moving ? curves.follow(where, asked) : curves.hold(where, asked);
      const face = faceOf(catalogue, id);
      const colour = theme.accents[(accents.get(id) ?? 1) - 1] ?? theme.muted;
      return held ? [{ ...stretch(held), name: face.name, colour }] : [];
    });
}

/** The parameters of an activation for comparison: those of a layer that has it, else what its sliders say. */
function numbersOf(
  { experiment, frame, lens }: Model,
  id: string,
): { params: Record<string, number>; moving: boolean } {
  const at = experiment.layers.findIndex(({ activation }) => activation === id);
  const layer = experiment.layers[at];
  if (!layer) return { params: { ...lens.numbers[id] }, moving: false };
  const trained = frame?.histograms.find((one) => one.layer === at)?.histogram.trained ?? [];
  return { params: present(layer.params, trained), moving: trained.length > 0 };
}

function stretch({ request, curve }: Held): Stretch {
  return { low: request.low, high: request.high, curve };
}

/** The histograms of several layers as one. A bin of a finer one goes to the bin its middle falls into. */
function joined(parts: readonly (Histogram | null)[]): Histogram | null {
  const known = parts.filter((part) => part !== null);
  const [first] = known;
  if (!first || known.length < parts.length) return null;
  if (known.length === 1) return first;
  const x = merged(known.map(({ low, high, counts }) => ({ low, high, counts })));
  const y = merged(
    known.map(({ outputLow, outputHigh, outputs }) => ({ low: outputLow, high: outputHigh, counts: outputs })),
  );
  const widest = known.reduce((a, b) => (b.high - b.low > a.high - a.low ? b : a));
  const total = (part: Histogram) => part.counts.reduce((sum, count) => sum + count, 0);
  const all = known.reduce((sum, part) => sum + total(part), 0) || 1;
  const share = (of: (part: Histogram) => number) =>
    known.reduce((sum, part) => sum + (of(part) * total(part)) / all, 0);
  const mean = share((part) => part.mean);
  return {
    ...first,
    ...x,
    flat: flatOver(known, x, widest),
    outputs: y.counts,
    outputLow: y.low,
    outputHigh: y.high,
    mean,
    deviation: Math.sqrt(share((part) => part.deviation ** 2 + (part.mean - mean) ** 2)),
    flatShare: share((part) => part.flatShare),
    dead: known.reduce((sum, part) => sum + part.dead, 0),
    trained: trainedTogether(known.map(({ trained }) => trained)),
  };
}

/** The parameters of several layers as those of one: what a layer trains for all its units counts as one of them. */
function trainedTogether(layers: readonly (readonly Trained[])[]): Trained[] {
  const first = layers.find((layer) => layer.length) ?? [];
  return first.map(({ id }, at) => {
    const parts = layers.flatMap((layer) => layer[at] ?? []);
    const units = parts.flatMap((part) => (part.units.length ? part.units : [part.mean]));
    const sets = parts.reduce((sum, part) => sum + part.sets, 0);
    const stride = units.length / Math.min(units.length, MOST_UNITS);
    return {
      id,
      mean: parts.reduce((sum, part) => sum + part.mean * part.sets, 0) / sets,
      low: Math.min(...parts.map((part) => part.low)),
      high: Math.max(...parts.map((part) => part.high)),
      sets,
      units: Array.from(
        { length: Math.min(units.length, MOST_UNITS) },
        (_, one) => units[Math.floor(one * stride)] ?? 0,
      ),
    };
  });
}

interface Bins {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

function merged(parts: readonly Bins[]): { low: number; high: number; counts: number[] } {
  const low = Math.min(...parts.map((part) => part.low));
  const high = Math.max(...parts.map((part) => part.high));
  const counts: number[] = new Array(parts[0]?.counts.length ?? 0).fill(0);
  for (const part of parts)
    part.counts.forEach((count, at) => {
      const middle = part.low + ((at + 0.5) / part.counts.length) * (part.high - part.low);
      const bin = Math.min(counts.length - 1, Math.floor(((middle - low) / (high - low)) * counts.length));
      counts[bin] = (counts[bin] ?? 0) + count;
    });
  return { low, high, counts };
}

/** Whether the middle of each bin is flat, by the finest histogram that reaches there. */
function flatOver(parts: readonly Histogram[], { low, high, counts }: Bins, widest: Histogram): boolean[] {
  return counts.map((_, at) => {
    const middle = low + ((at + 0.5) / counts.length) * (high - low);
    const reaching = parts.filter((part) => middle >= part.low && middle <= part.high);
    const finest = reaching.reduce((a, b) => (b.high - b.low < a.high - a.low ? b : a), reaching[0] ?? widest);
    const bin = Math.floor(((middle - finest.low) / (finest.high - finest.low)) * finest.flat.length);
    return finest.flat[Math.max(0, Math.min(finest.flat.length - 1, bin))] ?? false;
  });
}
