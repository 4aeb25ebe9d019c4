/** What can be said after a race, and what cannot. */
import { html, nothing, type TemplateResult } from 'lit';
import * as icons from '../theme/icons';
import type { Actions, Model } from './model';
import { measureOf } from './race';
import { listed, several } from './words';

export function verdicts(model: Model, act: Actions, many: number): TemplateResult | typeof nothing {
  const { race } = model;
  const { track } = race;
  const { standings, verdicts } = track.judged;
  const [best, ...others] = standings;
  if (!track.entry || !best || track.epoch === 0) return nothing;
  const { spec, names } = track.entry;
  const name = (racer: number) => names[racer] ?? '';
  const what = measureOf(model) === 'loss' ? 'the lowest median test loss' : 'the highest median test accuracy';
  const pairs = others.map(({ racer }, at) => ({ racer, verdict: verdicts[at] }));
  const behind = pairs.filter(({ verdict }) => verdict?.better === best.racer).map(({ racer }) => name(racer));
  const open = pairs.filter(({ verdict }) => verdict?.better === null);
  const closest = open[0]?.verdict?.words;
  const unmoved = standings.filter(({ unmoved }) => unmoved * 2 > spec.seeds);
  const diverged = standings.filter(({ diverged }) => diverged > 0);
  const rerun = spec.seeds < many && open.length && track.state === 'done';
  return html`<div role="status"><ul class="verdicts">
    ${
      best.loss.median === null
        ? nothing
        : html`<li class="best">${icons.check}<span><b>${name(best.racer)} has ${what}.</b>
      ${behind.length ? `${several(spec.seeds, 'seed')} settle that it is ahead of ${listed(behind)}. ` : ''}${
        open.length
          ? html`Against ${listed(open.map(({ racer }) => name(racer)))} the seeds do not settle it.${closest ? html` <span class="detail">${closest}</span>` : nothing}`
          : nothing
      }
      ${rerun ? html`<button class="link" type="button" data-do="many-seeds" @click=${() => act.race({ ...race.spec, seeds: many })}>Run ${many} seeds</button>` : nothing}</span></li>`
    }
    ${unmoved.map(
      ({ racer, unmoved }) =>
        html`<li class="trouble">${icons.warning}<span><b>${name(racer)} has barely moved:</b> with ${unmoved} of ${several(spec.seeds, 'seed')} the training loss has fallen by less than 5 %.
      <button class="link" type="button" @click=${() => act.takeRacer(racer)}>Look at it on the stage</button></span></li>`,
    )}
    ${diverged.map(
      ({ racer, diverged }) =>
        html`<li class="trouble">${icons.warning}<span><b>${name(racer)} diverged</b> with ${diverged} of ${several(spec.seeds, 'seed')}: its loss was no longer a number. A smaller learning rate may help.</span></li>`,
    )}
    <li class="note"><span>One task, one recipe: not a ranking of what is best in general.</span></li>
  </ul></div>`;
}
