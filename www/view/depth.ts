/** The depth lab: how much of a gradient reaches each layer of a deep stack, and why a stack without activations is one layer. */
import { html, nothing, type TemplateResult } from 'lit';
import { paint } from '../chart/paint';
import { drawRidges, drawStack, type StackLine } from '../chart/stack';
import { faceOf, kindsOf } from '../engine/experiment';
import type { Fate, StackProfile, StackSpec } from '../engine/types';
import * as icons from '../theme/icons';
import { distinctAccents } from '../theme/theme';
import type { Actions, Model } from './model';
import { picks } from './picks';
import { settingNumber } from './recipe';
import { rover } from './rover';
import { percent } from './words';

export function depth(model: Model, act: Actions): TemplateResult {
  return html`${strip(model, act)}
    <div class="main depth">
      <div class="stage">
        ${sentence(model, act)}
        <div class="pair">${reach(model, act)}${outputs(model, act)}</div>
        ${diagnosis(model, act)}
      </div>
    </div>`;
}

function accentsOf({ catalogue }: Model, values: readonly string[]): Map<string, number> {
  return distinctAccents(values.map((value) => faceOf(catalogue, value)));
}

function strip(model: Model, act: Actions): TemplateResult {
  const { spec } = model.depth;
  return picks(model, act, {
    label: 'Activations of the stack',
    values: spec.activations,
    accents: accentsOf(model, spec.activations),
    toggle: (activations) => act.stack({ ...spec, activations }),
    about: html`<b>A stack of equal layers,</b> before any training. Tap to add or remove an activation, six at most.`,
  });
}

function sentence(model: Model, act: Actions): TemplateResult {
  const { catalogue, depth } = model;
  const { spec } = depth;
  const number = (path: string, value: number, change: (value: number) => Partial<StackSpec>) => {
    const field = catalogue.stackFields.find((one) => one.path === path);
    if (!field) return nothing;
    const usual =
      { 'stack.depth': catalogue.stack.depth, 'stack.width': catalogue.stack.width, 'stack.gain': 1 }[path] ?? value;
    return html`<ap-number label=${field.label} help=${field.help} .value=${value} .standard=${usual} .min=${field.min} .max=${field.max} .whole=${field.whole}
      data-path=${path} @set=${(event: CustomEvent<number>) => act.stack({ ...spec, ...change(event.detail) })}></ap-number>`;
  };
  const norms = catalogue.norms.map(({ value, label, help }) => ({ id: value, label, help }));
  const skips = [
    { id: 'no', label: 'no skip connections', help: 'Each layer sees only what the last one puts out.' },
    { id: 'yes', label: 'skip connections', help: 'Each layer adds to what it was given, as in residual networks.' },
  ];
  const chooseNorm = (event: CustomEvent<string>) => {
    const norm = catalogue.norms.find(({ value }) => value === event.detail)?.value;
    if (norm) act.stack({ ...spec, norm });
  };
  return html`<section class="recipe" aria-label="The stack"><p class="sentence">
    A stack of ${number('stack.depth', spec.depth, (depth) => ({ depth }))} layers, ${number('stack.width', spec.width, (width) => ({ width }))} units wide,
    weights by <ap-menu look="token" label="initialiser" .options=${kindsOf(catalogue, 'init')} .value=${spec.init} data-path="stack.init" @choose=${(event: CustomEvent<string>) => act.stack({ ...spec, init: event.detail })}></ap-menu>
    times ${number('stack.gain', spec.gain, (gain) => ({ gain }))}, with
    <ap-menu look="token" label="skip connections" .options=${skips} .value=${spec.skip ? 'yes' : 'no'} data-path="stack.skip" @choose=${(event: CustomEvent<string>) => act.stack({ ...spec, skip: event.detail === 'yes' })}></ap-menu>
    and <ap-menu look="token" label="normalisation" .options=${norms} .value=${spec.norm} data-path="stack.norm" @choose=${chooseNorm}></ap-menu>,
    from <span class="keep">seed ${settingNumber(model, act, 'seed')}<button class="die" type="button" data-do="seed" aria-label="New seed" title="New seed (N)" @click=${act.newSeed}>${icons.dice}</button></span>.
  </p></section>`;
}

function linesOf(model: Model): StackLine[] {
  const { profiles, look } = model.depth;
  const accents = accentsOf(
    model,
    profiles.map(({ activation }) => activation),
  );
  const gradients = look.shown === 'gradient';
  return profiles.map(({ activation, layers }) => ({
    name: faceOf(model.catalogue, activation).name,
    accent: accents.get(activation) ?? 1,
    measured: layers.map((layer) => (gradients ? layer.gradient : layer.deviation)),
    foretold: layers.map((layer) => (gradients ? layer.foretoldGradient : layer.foretoldDeviation)),
  }));
}

/** What reaches each layer, on a logarithmic axis. */
function reach(model: Model, act: Actions): TemplateResult {
  const { theme, depth } = model;
  const { look, profiles, problems } = depth;
  const gradients = look.shown === 'gradient';
  const data = { lines: linesOf(model), focus: look.focus, gradients };
  const choice = (
    shown: 'gradient' | 'outputs',
    label: string,
  ) => html`<button type="button" role="radio" aria-checked=${look.shown === shown}
    tabindex=${look.shown === shown ? 0 : -1} data-shown=${shown} @click=${() => act.lookAtStack({ shown })}>${label}</button>`;
  const words = profiles
    .map((profile) => `${faceOf(model.catalogue, profile.activation).name}: ${profile.words}`)
    .join('; ');
  return html`<section class="reach" aria-label="What reaches each layer">
    <h2>${gradients ? 'How much gradient reaches each layer?' : 'How large are the outputs?'}
      <span class="segment" role="radiogroup" aria-label="Shown" @keydown=${rover('button')}>${choice('gradient', 'gradient')}${choice('outputs', 'outputs')}</span></h2>
    <p class="note">${gradients ? 'by z, as a share of the last layer’s' : 'standard deviation'}, log scale · solid: measured · dotted: foretold by theory</p>
    <div class="plotted"><canvas class="plot" role="img" aria-label=${words || 'Being computed'} ${paint((context, width, height) => drawStack(context, width, height, theme, data), [theme, profiles, look])}></canvas>
    ${
      problems.length
        ? html`<div class="overlay" role="alert" data-state="refused">${icons.warning}<h3>This is no stack</h3><ul>${problems.slice(0, 3).map(({ field, value, accepted }) => html`<li><b>${field}</b> is ${value}; accepted: ${accepted}</li>`)}</ul></div>`
        : nothing
    }</div>
  </section>`;
}

/** What each layer of one stack puts out. */
function outputs(model: Model, act: Actions): TemplateResult {
  const { theme, depth, catalogue } = model;
  const { look, profiles } = depth;
  const accents = accentsOf(
    model,
    profiles.map(({ activation }) => activation),
  );
  const profile = profiles[look.focus] ?? profiles[0];
  const choice = (
    { activation }: StackProfile,
    at: number,
  ) => html`<button type="button" role="radio" aria-checked=${at === look.focus}
    tabindex=${at === look.focus ? 0 : -1} data-focus=${at} @click=${() => act.lookAtStack({ focus: at })}>${faceOf(catalogue, activation).name}</button>`;
  const draw = (context: CanvasRenderingContext2D, width: number, height: number) => {
    if (!profile) return;
    const { layers, low, high, activation } = profile;
    drawRidges(context, width, height, theme, {
      counts: layers.map(({ counts }) => counts),
      low,
      high,
      accent: accents.get(activation) ?? 1,
    });
  };
  return html`<section class="ridges" aria-label="What each layer puts out">
    <h2>What each layer puts out <span class="segment" role="radiogroup" aria-label="Stack" @keydown=${rover('button')}>${profiles.map(choice)}</span></h2>
    <div class="plotted"><canvas class="plot" role="img" aria-label="Distribution of the outputs of ${profile ? faceOf(catalogue, profile.activation).name : ''}, layer by layer from ${profile?.low ?? 0} to ${profile?.high ?? 0}"
      ${paint(draw, [theme, profile])}></canvas></div>
  </section>`;
}

const FATES: Readonly<Record<Fate, string>> = {
  vanishes: 'vanishes',
  fades: 'fades',
  steady: 'steady',
  grows: 'grows',
  explodes: 'explodes',
};

function diagnosis(model: Model, act: Actions): TemplateResult {
  const { catalogue, depth } = model;
  const { profiles, look } = depth;
  const accents = accentsOf(
    model,
    profiles.map(({ activation }) => activation),
  );
  const row = (profile: StackProfile, at: number) => {
    const name = faceOf(catalogue, profile.activation).name;
    const init = kindsOf(catalogue, 'init').find(({ id }) => id === profile.init)?.label ?? profile.init;
    return html`<li data-accent=${accents.get(profile.activation) ?? 1} data-activation=${profile.activation} class=${at === look.focus ? 'looked' : ''}>
      <button type="button" class="name" @click=${() => act.lookAtStack({ focus: at })}><i aria-hidden="true"></i><span>${name}<small>${init} start</small></span></button>
      <span class="fate ${profile.fate}" data-fate=${profile.fate}>${FATES[profile.fate]}</span>
      <span class="words">${profile.words}${collapse(profile)}</span>
      ${remedy(model, act, profile)}</li>`;
  };
  return html`<ul class="diagnosis" aria-label="Diagnosis">${profiles.map(row)}</ul>`;
}

/** How far a stack is from one linear map. */
function collapse({ offLinear }: StackProfile): TemplateResult | typeof nothing {
  if (offLinear === null) return nothing;
  if (offLinear < 1e-4)
    return html`; <b>it is one linear map</b>, to ${offLinear
      .toExponential(0)
      .replace('e-', ' × 10⁻')
      .replace(
        /⁻(\d+)$/,
        (_, digits: string) => `⁻${[...digits].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`,
      )} of its outputs: all its layers do what one could`;
  return html`; up to ${percent(Math.min(1, offLinear), 0)} of its outputs is what no linear map does`;
}

/** One thing that helps. */
function remedy({ depth }: Model, act: Actions, profile: StackProfile): TemplateResult | typeof nothing {
  const { spec } = depth;
  const offers: readonly [boolean, string, Partial<StackSpec>][] = [
    [profile.fate === 'explodes' && spec.gain !== 1, 'gain back to 1', { gain: 1 }],
    [profile.fate === 'explodes' && spec.gain === 1 && spec.norm === 'none', 'try layer norm', { norm: 'layer' }],
    [
      (profile.fate === 'vanishes' || profile.fate === 'fades') && spec.init !== 'auto_gain' && !spec.skip,
      'try auto gain',
      { init: 'auto_gain' },
    ],
    [profile.fate === 'vanishes' && spec.init === 'auto_gain' && !spec.skip, 'try skip connections', { skip: true }],
  ];
  const offer = offers.find(([fits]) => fits);
  if (!offer) return nothing;
  const [, text, change] = offer;
  return html`<button class="button" type="button" data-do="remedy" @click=${() => act.stack({ ...spec, ...change })}>${text}</button>`;
}
