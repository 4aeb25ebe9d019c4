/** What is shown when a run cannot simply go on: a loss that is no number, a broken engine, a long replay, a bad link. */
import { html, nothing, type TemplateResult } from 'lit';
import { withActivation } from '../engine/experiment';
import type { Divergence, Experiment, Problem, Stopped, StopReason } from '../engine/types';
import * as icons from '../theme/icons';
import type { Actions, Model, Toast } from './model';
import { count, listed, loss, plain, several } from './words';

/** Characters of a refused value that are shown. */
const LONGEST_VALUE = 160;
/** Problems that are shown at once. */
const MOST_PROBLEMS = 2;
/** Characters of what is accepted that fit a line. */
const LONGEST_LIST = 60;

type Shown = TemplateResult | typeof nothing;

export function divergence({ frame, experiment, stopped }: Model, act: Actions): Shown {
  const trouble = frame?.progress.divergence;
  if (!trouble || stopped !== null) return nothing;
  return html`<div class="overlay" role="alert" data-state="diverged">
    ${icons.warning}
    <h3>The loss became ${trouble.became} at step ${count(trouble.step)}</h3>
    <p>${trouble.cause} ${trouble.lastLoss === null ? nothing : html`The last finite loss was <b>${loss(trouble.lastLoss)}</b>.`}</p>
    <div class="acts">
      ${remedy(trouble, experiment, act)}
      <button class="button" type="button" data-do="again" @click=${act.reset}>Rewind, keep ${plain(experiment.learningRate)}</button>
    </div>
  </div>`;
}

/** A smaller learning rate where that helps, else another activation. */
function remedy({ suggestedRate: rate }: Divergence, experiment: Experiment, act: Actions): TemplateResult {
  if (rate !== null)
    return html`<button class="primary" type="button" data-do="remedy" @click=${() => act.rewindAt(rate)}>
      Rewind and use ${plain(rate)}</button>`;
  const relu = () => {
    act.change(withActivation(experiment, 'relu', null));
    act.reset();
  };
  return html`<button class="primary" type="button" data-do="remedy"
      @click=${relu}>Go back to ReLU</button>
    <button class="button" type="button" data-do="browse" @click=${() => act.browse({ open: true })}>Pick another activation</button>`;
}

export function stopped({ stopped: message }: Model, act: Actions): Shown {
  if (message === null) return nothing;
  return html`<div class="overlay" role="alert" data-state="stopped">
    ${icons.warning}
    <h3>The engine stopped</h3>
    <p>${message}</p>
    <p>Your settings are kept.</p>
    <div class="acts"><button class="primary" type="button" data-do="restart" @click=${act.restart}>Restart</button></div>
  </div>`;
}

/** What was reached, and where the number stands that says so. */
const STOPS: Readonly<Record<StopReason, { readonly path: string; said(limit: number): string }>> = {
  loss: { path: 'stop.loss', said: (limit) => `the test loss is ${plain(limit)} or less` },
  flat: { path: 'stop.patience', said: (limit) => `the loss has not changed for ${several(limit, 'epoch')}` },
  epochs: { path: 'stop.epochs', said: (limit) => `${several(limit, 'epoch')} are done` },
  steps: { path: 'stop.steps', said: (limit) => `${several(limit, 'update')} are made` },
};

/** Why a run stands still though nothing is wrong. */
export function stopSaid({ reason, limit }: Stopped): string {
  return `Stopped: ${STOPS[reason].said(limit)}.`;
}

export function halted({ frame, replay }: Model, act: Actions): Shown {
  const stopped = frame?.progress.stopped;
  if (!stopped || replay) return nothing;
  return html`<div class="replay" role="status" data-state="halted">
    <span>${stopSaid(stopped)}</span>
    <button class="button" type="button" data-do="go-on" @click=${() => act.goOn(STOPS[stopped.reason].path)}>Go on</button>
  </div>`;
}

export function replaying({ replay, building }: Model, act: Actions): Shown {
  if (!replay && building)
    return html`<div class="replay" role="status" data-state="building"><span>Building the network…</span></div>`;
  if (!replay) return nothing;
  const share = replay.total ? replay.done / replay.total : 0;
  return html`<div class="replay" role="status">
    <span>Replaying to step ${count(replay.total)}</span>
    <progress max="1" .value=${share} aria-label="Replay"></progress>
    <button class="button" type="button" data-do="stop-replay" @click=${act.stopReplay}>Stop here</button>
  </div>`;
}

export function toast(
  message: Toast | null,
  dismiss: () => void,
  use: (problem: Problem, meant: string) => void,
): TemplateResult {
  return html`<div class="toasts" role="status">${
    message
      ? html`<div class="toast"><div>
          <b>${message.title}</b>
          ${message.problems.length ? problemList(message.problems, use) : nothing}
          ${message.text === undefined ? nothing : html`<textarea readonly rows="12" aria-label="Code" .value=${message.text}></textarea>`}
        </div><button class="button square" type="button" aria-label="Dismiss" data-do="dismiss" @click=${dismiss}>${icons.close}</button></div>`
      : nothing
  }</div>`;
}

/** A line for each problem, the first ones shown; what is accepted in full is folded away where it is long. */
function problemList(problems: readonly Problem[], use: (problem: Problem, meant: string) => void): TemplateResult {
  const line = (problem: Problem) => {
    const meant = meantBy(problem);
    return html`<li><span title=${whole(problem)}>${said(problem, LONGEST_LIST)}</span>${
      meant
        ? html` <button class="button" type="button" data-do="use-meant" @click=${() => use(problem, meant)}>Use ${meant}</button>`
        : nothing
    }</li>`;
  };
  const rest = problems.length - MOST_PROBLEMS;
  const isCut = rest > 0 || problems.some(({ accepted }) => accepted.length > LONGEST_LIST);
  return html`<ul>${problems.slice(0, MOST_PROBLEMS).map(line)}</ul>
    ${
      isCut
        ? html`<details><summary>${rest > 0 ? `${rest} more, and what is accepted` : 'What is accepted'}</summary>
            <ul>${problems.map((problem) => html`<li>${whole(problem)}</li>`)}</ul></details>`
        : nothing
    }`;
}

/** The name that a mistyped one may have been meant for. */
function meantBy({ accepted }: Problem): string | null {
  return /did you mean `([a-z0-9_]+)`\?/.exec(accepted)?.[1] ?? null;
}

/** What is said of one problem: the value and what is accepted, or where the value was brought to. */
function said(problem: Problem, longest: number): string {
  const { field, value, accepted, used } = problem;
  const meant = meantBy(problem);
  const list = unquoted(accepted);
  const short = list.length > longest ? `${list.slice(0, longest)}…` : list;
  if (used !== null) return `“${field}” brought into range: ${shortened(value)} → ${used}; accepted: ${short}`;
  const given = `“${field}” is ${value === '' ? 'empty' : `“${shortened(value)}”`}`;
  return meant && Number.isFinite(longest) ? `${given}; did you mean “${meant}”?` : `${given}; accepted: ${short}`;
}

function whole(problem: Problem): string {
  return said(problem, Number.POSITIVE_INFINITY);
}

/** With quotes where the engine has backticks. */
function unquoted(text: string): string {
  return text.replaceAll(/`([^`]*)`/g, '“$1”');
}

/** A value as far as it helps to see it. */
function shortened(value: string): string {
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
}

/** The page before there is an engine: still starting, or why it did not. */
export function starting(failure: string | null, retry: () => void): TemplateResult {
  const said =
    failure === null
      ? html`<p role="status">Starting the engine</p>`
      : html`<div class="overlay" role="alert" data-state="stopped">
          <h3>The engine did not start</h3>
          <p>${failure}</p>
          <div class="acts"><button class="primary" type="button" @click=${retry}>Retry</button></div>
        </div>`;
  return html`<div class="app loading" data-accent="1">${said}</div>`;
}

/** How many settings of a link were not understood, and how many brought into range. */
export function misunderstood(problems: readonly Problem[]): string {
  const lost = problems.filter(({ used }) => used === null).length;
  const moved = problems.length - lost;
  const parts = [
    ...(lost ? [`${several(lost, 'setting')} not understood`] : []),
    ...(moved ? [`${lost ? count(moved) : several(moved, 'setting')} brought into range`] : []),
  ];
  return `Link: ${listed(parts)}`;
}
