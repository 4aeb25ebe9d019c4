/** What is known of an activation, from its card and from what the engine finds out about it. */
import { html, nothing, type TemplateResult } from 'lit';
import { cardOf, faceOf } from '../engine/experiment';
import type { ExportTarget, LayerSpec, Trained } from '../engine/types';
import { present } from './lens-data';
import type { Actions, Model } from './model';
import { reportList } from './report';
import { count, fixed, listed } from './words';

/** Decimals to which trained parameters are told; a report follows no finer steps. */
const TOLD = 2;

/** `trained` are the parameters of the layer as they are now, if they are trained. */
export function activationCard(
  model: Model,
  act: Actions,
  layer: LayerSpec,
  trained: readonly Trained[] = [],
): TemplateResult | typeof nothing {
  const { activation } = layer;
  const copy = copyAs(model, act, layer, trained);
  const report = reportList(model, activation, reported(layer, trained));
  const card = cardOf(model.catalogue, activation);
  const { name } = faceOf(model.catalogue, activation);
  if (!card)
    return html`<section class="card" aria-label="About your formula"><div class="named"><h3>Your own formula</h3>${copy}</div>
      <p><code>${activation}</code></p>${computedWith(trained)}${report}</section>`;
  const names = [
    ['PyTorch', card.torch],
    ['Keras', card.keras],
    ['JAX', card.jax],
    ['ONNX', card.onnx],
  ].filter(([, name]) => name);
  return html`<section class="card" aria-label="About ${name}">
    <div class="named"><h3>${name}</h3>${card.kind === 'vector' ? nothing : copy}</div>
    <p>${card.description}</p>
    ${card.reference ? html`<p>${card.reference}</p>` : nothing}
    ${card.kinks.map(({ note }) => html`<p>${note}</p>`)}
    ${
      names.length || card.defaults.length
        ? html`<dl>${names.map(([library, name]) => html`<dt>${library}</dt><dd><code>${name}</code></dd>`)}${card.defaults.map(
            ({ framework, param, value }) =>
              html`<dt>${framework}</dt><dd>by default <code>${param} ${value}</code></dd>`,
          )}</dl>`
        : nothing
    }
    ${computedWith(trained)}${report}
  </section>`;
}

/** The parameters for the report: those that are trained as they are told. */
function reported({ params }: LayerSpec, trained: readonly Trained[]): Record<string, number> {
  const told = trained.map((one) => ({ ...one, mean: Number(one.mean.toFixed(TOLD)) }));
  return present(params, told);
}

/** Which numbers the report is for, where they move. */
function computedWith(trained: readonly Trained[]): TemplateResult | typeof nothing {
  if (!trained.length) return nothing;
  const numbers = trained.map(({ id, mean, sets }) => `${sets > 1 ? 'mean ' : ''}${id} ${fixed(mean, TOLD)}`);
  return html`<p class="computed">As it is now, with ${listed(numbers)}:</p>`;
}

/** The activation as code, with the parameters it has now. */
function copyAs(
  { catalogue, frame }: Model,
  act: Actions,
  { activation, params }: LayerSpec,
  trained: readonly Trained[],
): TemplateResult {
  const several = trained.some(({ sets }) => sets > 1);
  const values = trained.length
    ? `with the ${several ? 'mean ' : ''}values of epoch ${count(frame?.progress.epoch ?? 0)}`
    : '';
  return html`<ap-menu look="quiet" label="Copy as code for" text="copy as…" .options=${catalogue.targets} .value=${''}
    data-path="lens.code" @choose=${(event: CustomEvent<string>) => {
      const target = event.detail as ExportTarget;
      act.copyCode({ activation, params: present(params, trained), target }, values);
    }}></ap-menu>`;
}
