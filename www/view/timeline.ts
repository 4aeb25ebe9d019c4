/** Transport, loss over time, and where the run stands. */
import { html, nothing, type TemplateResult } from 'lit';
import type { LossData } from '../chart/loss';
import { cardOf } from '../engine/experiment';
import { SPEEDS } from '../player';
import * as icons from '../theme/icons';
import type { Actions, Model } from './model';
import { count, loss, percent, rate } from './words';

export function timeline(model: Model, act: Actions): TemplateResult {
  return html`<footer class="time">${transport(model, act)}${chart(model, act)}${stats(model)}</footer>`;
}

function transport({ playing, frame, speed, stopped }: Model, act: Actions): TemplateResult {
  const { progress } = frame ?? {};
  const broken = progress?.divergence != null || progress?.stopped != null || stopped !== null;
  const step = (event: MouseEvent) => act.step(event.shiftKey ? 'epoch' : 'batch');
  const strides = [
    { id: 'sample', label: 'one sample' },
    { id: 'batch', label: 'one batch', help: '.' },
    { id: 'epoch', label: 'one epoch', help: 'Shift .' },
  ];
  return html`<div class="transport" role="group" aria-label="Training">
    <button class="round" type="button" data-do="reset" aria-label="Reset to the same start" title="Back to the same start (R)" ?disabled=${stopped !== null} @click=${act.reset}>${icons.reset}</button>
    <button class="play" type="button" data-do="play" aria-label=${playing ? 'Pause' : 'Play'} title="${playing ? 'Pause' : 'Play'} (Space)" ?disabled=${broken} @click=${act.toggle}>
      ${playing ? icons.pause : icons.play}</button>
    <span class="split">
      <button class="round" type="button" data-do="step" aria-label="Step one batch" title="One batch (.), with Shift one epoch" ?disabled=${broken} @click=${step}>${icons.stepOn}</button>
      <ap-menu class="strides" look="tiny" label="Step" text="step" .options=${strides} @choose=${(
        event: CustomEvent<string>,
      ) => {
        const stride = event.detail;
        if (stride === 'sample' || stride === 'batch' || stride === 'epoch') act.step(stride);
      }}></ap-menu>
    </span>
    <ap-menu class="speed" look="boxed" label="Speed" .options=${SPEEDS} .value=${speed.id} @choose=${(event: CustomEvent<string>) => act.setSpeed(event.detail)}></ap-menu>
  </div>`;
}

function chart(
  { history, ahead, ghost, frame, theme, catalogue, opened, experiment }: Model,
  act: Actions,
): TemplateResult {
  const progress = frame?.progress;
  const rows = opened?.info.trainRows ?? 1;
  const epoch = progress ? progress.epoch + progress.sample / rows : 0;
  const data: LossData = {
    history,
    ahead,
    ghost,
    ghostLabel: cardOf(catalogue, ghost?.activation)?.name ?? 'before',
    head: progress ? { epoch, train: progress.trainLoss, test: progress.testLoss } : null,
    broken: progress?.divergence ? epoch : null,
  };
  const label = progress
    ? `epoch ${count(progress.epoch)}, test loss ${loss(progress.testLoss)}, training loss ${loss(progress.trainLoss)}`
    : 'Loss';
  const isScheduled = experiment.schedule.kind !== catalogue.standard.schedule.kind;
  const now =
    isScheduled && progress ? html`, learning rate <b data-stat="rate">${rate(progress.learningRate)}</b>` : nothing;
  return html`<div class="losses"><h2>loss <span>log scale, by epoch${now}</span></h2><ap-loss-chart .data=${data} .theme=${theme} .label=${label} @scrub=${(event: CustomEvent<number>) => act.scrub(event.detail)}></ap-loss-chart></div>`;
}

function stats({ frame, opened }: Model): TemplateResult {
  const progress = frame?.progress;
  const stat = (name: string, value: string, hook: string) =>
    html`<div class="stat ${hook}"><dt>${name}</dt><dd data-stat=${hook}>${value}</dd></div>`;
  const isRegression = opened?.info.task === 'regression';
  const seen = progress?.sample ? ` · ${progress.sample}/${opened?.info.trainRows}` : '';
  return html`<dl class="stats">
    ${stat('epoch', progress ? `${count(progress.epoch)}${seen}` : '–', 'epoch')}
    ${stat('train loss', progress ? loss(progress.trainLoss) : '–', 'train-loss')}
    ${stat('test loss', progress ? loss(progress.testLoss) : '–', 'test-loss')}
    ${isRegression ? nothing : stat('test accuracy', progress?.testAccuracy == null ? '–' : percent(progress.testAccuracy), 'accuracy')}
  </dl>`;
}
