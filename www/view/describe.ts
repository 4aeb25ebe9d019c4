/** The state of the run in words, as a screen reader gets it. */
import { dataCard, faceOf } from '../engine/experiment';
import type { Model } from './model';
import { stopSaid } from './states';
import { count, listed, loss, percent, several } from './words';

export function describe({ catalogue, experiment, frame, playing }: Model): string {
  const progress = frame?.progress;
  if (!progress) return 'Starting.';
  const names = [...new Set(experiment.layers.map(({ activation }) => faceOf(catalogue, activation).name))];
  const net = experiment.layers.length
    ? `${several(experiment.layers.length, 'hidden layer')} with ${listed(names)}`
    : 'no hidden layer';
  const { divergence } = progress;
  if (divergence) return `The loss became ${divergence.became} at step ${count(divergence.step)}.`;
  const state = progress.stopped ? stopSaid(progress.stopped) : playing ? 'Training:' : 'Paused:';
  const accuracy = progress.testAccuracy === null ? '' : `, test accuracy ${percent(progress.testAccuracy)}`;
  const dead = frame.histograms.filter(({ histogram }) => histogram.dead > 0);
  const deaths = dead
    .map(({ layer, histogram }) => ` ${several(histogram.dead, 'unit')} of layer ${layer + 1} dead.`)
    .join('');
  return `${state} ${dataCard(catalogue, experiment)?.title ?? 'data'}, ${net}. Epoch ${count(progress.epoch)}, test loss ${loss(progress.testLoss)}${accuracy}.${deaths}`;
}
