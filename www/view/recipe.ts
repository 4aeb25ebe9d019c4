/** The experiment as one sentence, in which every value can be changed. */
import { html, nothing, type TemplateResult } from 'lit';
import {
  commonActivation,
  dataCard,
  faceOf,
  field,
  kindOf,
  numberAt,
  paramOf,
  type RulePath,
  withActivation,
  withData,
  withDepth,
  withKind,
  withNumber,
  withParam,
  withUnits,
} from '../engine/experiment';
import type { Experiment, Field, RuleCard, Vary } from '../engine/types';
import * as icons from '../theme/icons';
import { paramsOf } from './facts';
import { dataOption } from './menus';
import type { Actions, Model } from './model';
import { isSwitch, more } from './settings';
import { listed, plain } from './words';

/** Widths of so many layers are spelled out; more are edited at the network. */
const SPELLED_OUT = 4;

export function recipe(model: Model, act: Actions): TemplateResult {
  const { experiment, editing } = model;
  return html`<section class="recipe ${editing ? 'editing' : ''}" aria-label="The experiment">
    <div class="summary">
      <p>${summary(model)}</p>
      <button class="button" type="button" aria-expanded=${editing} @click=${act.edit}>${editing ? 'Done' : 'Edit'}</button>
    </div>
    <p class="sentence">
      ${networkChoice(model, act)} learns ${dataChoice(model, act)}, by ${optimizerChoice(model, act)} at learning rate
      ${settingNumber(model, act, 'learningRate')} in batches of ${settingNumber(model, act, 'batch')}, from
      <span class="keep">seed ${settingNumber(model, act, 'seed')}<button class="die" type="button" data-do="seed"
        aria-label="New seed" title="New seed: other data, weights and order (N)" @click=${act.newSeed}>${icons.dice}</button></span>${clauses(model)}
      ${more(model, act)}
    </p>
  </section>`;

  function summary({ catalogue }: Model): TemplateResult {
    const widths = experiment.layers.map(({ units }) => units).join(' + ');
    const front = modulesOf(model);
    const learner = front
      ? html`<b>${front}${widths && ` + ${widths}`}</b> learns`
      : html`<b>${widths || '0'}</b> units learn`;
    return html`${learner} <b>${dataCard(catalogue, experiment)?.title}</b>, rate <b>${plain(experiment.learningRate)}</b>`;
  }
}

/** The network; what is varied in a race is left out. */
export function networkChoice(model: Model, act: Actions, varied: Vary | null = null): unknown {
  const { catalogue, experiment } = model;
  const { layers } = experiment;
  const units = field(catalogue, 'layers[].units');
  const depth = field(catalogue, 'layers');
  const depthControl =
    () => html`<ap-number label=${depth.label} help=${depth.help} .value=${layers.length} .standard=${catalogue.standard.layers.length}
    .min=${depth.min} .max=${depth.max} .whole=${true} data-path="layers"
    @set=${(event: CustomEvent<number>) => act.change(withDepth(experiment, event.detail, catalogue.standard))}></ap-number>`;
  const front = modulesOf(model);
  const a = varied ? 'a' : 'A';
  const acting = varied === 'activation' ? nothing : html` and ${activation(model, act)}`;
  const deepest = layers.at(-1);
  if (varied === 'depth')
    return html`a network with hidden layers${deepest ? html` like the last, of <b>${deepest.units}</b> units${acting}` : nothing}`;
  if (front)
    return html`${a} network of <b>${front}</b> and ${depthControl()} hidden layers${layers.length && varied !== 'activation' ? html` with ${activation(model, act)}` : nothing}`;
  if (layers.length === 0) return html`${a} network with ${depthControl()} hidden layers`;
  if (layers.length > SPELLED_OUT) return html`${a} network with ${depthControl()} hidden layers${acting}`;
  const unitControl = (
    width: number,
    at: number,
  ) => html`<ap-number label="${units.label} of layer ${at + 1}" help=${units.help} .value=${width}
    .standard=${catalogue.standard.layers[at]?.units ?? width} .min=${units.min} .max=${units.max} .whole=${true} data-path="layers[${at}].units"
    @set=${(event: CustomEvent<number>) => act.change(withUnits(experiment, at, event.detail))}></ap-number>`;
  const join = (at: number) => (at === 0 ? '' : at === layers.length - 1 ? ' and ' : ', ');
  return html`${a} network with ${layers.length === 1 ? 'a hidden layer' : 'hidden layers'} of
    ${layers.map((layer, at) => html`${join(at)}${unitControl(layer.units, at)}`)} units${acting}`;
}

/** The modules before the hidden layers, by their names. */
function modulesOf({ catalogue, experiment }: Model): string {
  return experiment.modules
    .map(({ kind }) => catalogue.modules.find(({ id }) => id === kind)?.label ?? kind)
    .map((label) => label.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()))
    .join(', ');
}

function activation(model: Model, act: Actions): unknown {
  const { catalogue, experiment } = model;
  const common = commonActivation(experiment);
  const names = [...new Set(experiment.layers.map((layer) => faceOf(catalogue, layer.activation).name))];
  return html`<ap-menu look="token accent" label="activation" .options=${model.menus.activations} .value=${common ?? ''}
      .text=${listed(names)} data-path="activation"
      @choose=${(event: CustomEvent<string>) => act.change(withActivation(experiment, event.detail))}></ap-menu>${params(model, act)}`;
}

/** Whether layers with the same activation have other parameters. */
function haveParamsApart({ layers }: Experiment): boolean {
  return new Set(layers.map(({ params }) => JSON.stringify(params))).size > 1;
}

/** The parameters of the activation all layers share, if they share them. */
function params(model: Model, act: Actions): unknown {
  const { experiment } = model;
  const common = commonActivation(experiment);
  const first = experiment.layers[0];
  const params = common === null || haveParamsApart(experiment) ? [] : paramsOf(model, common);
  if (common === null || !params.length || !first) return nothing;
  const one = (
    param: (typeof params)[number],
  ) => html`${param.label} <ap-number label=${param.label} .value=${paramOf(first, param.id, param.default)}
    .standard=${param.default} .min=${param.min} .max=${param.max} data-path="params.${param.id}"
    @set=${(event: CustomEvent<number>) => act.change(withParam(experiment, common, param.id, event.detail))}></ap-number>`;
  return html` (${params.map((param, at) => html`${at ? ', ' : ''}${one(param)}`)})`;
}

/** The data, and the numbers they are made by. */
export function dataChoice(model: Model, act: Actions): unknown {
  const { catalogue, experiment, opened } = model;
  const card = dataCard(catalogue, experiment);
  // A link may name one that is not in the menu.
  const known = model.menus.data.some(({ id }) => id === card?.id);
  const options = known || !card ? model.menus.data : [...model.menus.data, dataOption(card)];
  const menu = html`<ap-menu look="token" label="data" .options=${options} .value=${experiment.data.name} data-path="data.name"
    @choose=${(event: CustomEvent<string>) => act.change(withData(experiment, event.detail, catalogue))}></ap-menu>`;
  if (card?.kind === 'shape')
    return html`${menu}, ${settingNumber(model, act, 'data.points')} points with noise ${settingNumber(model, act, 'data.noise')}`;
  const samples = opened && opened.info.trainRows + opened.info.testRows;
  // What a text is as long as are characters.
  const rows = card?.kind === 'text' ? samples : (card?.rows ?? samples);
  return rows === null ? menu : html`${menu}, <b>${rows}</b> rows`;
}

export function optimizerChoice({ catalogue, experiment }: Model, act: Actions): TemplateResult {
  return html`<ap-menu look="token" label="optimiser" .options=${catalogue.optimizers} .value=${experiment.optimizer.kind} data-path="optimizer"
    @choose=${(event: CustomEvent<string>) => {
      const chosen = catalogue.optimizers.find(({ id }) => id === event.detail);
      if (chosen) act.change(withKind(experiment, 'optimizer', chosen));
    }}></ap-menu>`;
}

/** A numeric setting; everything about it comes from the catalogue. */
export function settingNumber({ catalogue, experiment }: Model, act: Actions, path: string): TemplateResult {
  const { label, help, min, max, whole } = field(catalogue, path);
  const standard = numberAt(catalogue.standard, path) ?? min;
  return html`<ap-number label=${label} help=${help} .value=${numberAt(experiment, path) ?? standard} .standard=${standard} .min=${min}
    .max=${max} .whole=${whole} data-path=${path}
    @set=${(event: CustomEvent<number>) => act.change(withNumber(experiment, path, event.detail))}></ap-number>`;
}

/** What is set behind "more…" and differs from the default is said in the sentence, so that nothing acts unseen. */
export function clauses(model: Model): string {
  const { catalogue, experiment } = model;
  const { standard } = catalogue;
  const said: string[] = [];
  const say = ({ path, label }: Field) => {
    const value = numberAt(experiment, path);
    if (value !== null && value !== numberAt(standard, path)) said.push(`${label} ${plain(value)}`);
  };
  const sayKind = (path: RulePath, what: string) => {
    const kind = kindOf(catalogue, experiment, path);
    const numbers = changedNumbers(kind, experiment[path]);
    if (kind && experiment[path].kind !== standard[path].kind)
      said.push(`${kind.label} ${what}${numbers.length ? ` (${numbers.join(', ')})` : ''}`);
    else said.push(...numbers);
  };
  said.push(...paramsApart(model));
  say(field(catalogue, 'data.testShare'));
  said.push(...changedNumbers(kindOf(catalogue, experiment, 'optimizer'), experiment.optimizer));
  sayKind('schedule', 'schedule');
  sayKind('init', 'initial weights');
  if (experiment.output !== standard.output) said.push(`${faceOf(catalogue, experiment.output).name} output`);
  sayKind('loss', 'loss');
  for (const one of catalogue.fields.filter(({ path }) => /^(regularization|stop)\./.test(path))) say(one);
  return said.length ? `, ${said.join(', ')}.` : '.';
}

/** Parameters that are not the same in all layers, where they differ from their defaults. */
function paramsApart(model: Model): string[] {
  const { experiment } = model;
  if (commonActivation(experiment) !== null && !haveParamsApart(experiment)) return [];
  return experiment.layers.flatMap((layer, at) =>
    paramsOf(model, layer.activation)
      .filter(({ id, default: standard }) => paramOf(layer, id, standard) !== standard)
      .map(({ id, label, default: standard }) => `${label} ${plain(paramOf(layer, id, standard))} in layer ${at + 1}`),
  );
}

/** The numbers of a kind that are not its defaults. */
function changedNumbers(kind: RuleCard | undefined, given: object): string[] {
  const values = given as Readonly<Record<string, number>>;
  return (kind?.params ?? []).flatMap((param) => {
    const value = values[param.name];
    if (value === undefined || value === param.default) return [];
    if (isSwitch(param)) return [value ? param.label : `no ${param.label}`];
    return [`${param.label} ${plain(value)}`];
  });
}
