/** What is known of an activation, from its card and from what the engine finds out about it. */
import { html, nothing, type TemplateResult } from 'lit';
import { cardOf, faceOf } from '../engine/experiment';
import type { ExportTarget, LayerSpec } from '../engine/types';
import type { Actions, Model } from './model';
import { reportList } from './report';

export function activationCard(model: Model, act: Actions, layer: LayerSpec): TemplateResult | typeof nothing {
  const { activation } = layer;
  const card = cardOf(model.catalogue, activation);
  const { name } = faceOf(model.catalogue, activation);
  if (!card)
    return html`<section class="card" aria-label="About your formula"><div class="named"><h3>Your own formula</h3>${copyAs(model, act, layer)}</div>
      <p><code>${activation}</code></p>${reportList(model, activation)}</section>`;
  const names = [
    ['PyTorch', card.torch],
    ['Keras', card.keras],
    ['JAX', card.jax],
    ['ONNX', card.onnx],
  ].filter(([, name]) => name);
  return html`<section class="card" aria-label="About ${name}">
    <div class="named"><h3>${name}</h3>${card.kind === 'vector' ? nothing : copyAs(model, act, layer)}</div>
    <p>${card.description}</p>
    ${card.reference ? html`<p>${card.reference}</p>` : nothing}
    ${card.kinks.map(({ note }) => html`<p>${note}</p>`)}
    ${names.length ? html`<dl>${names.map(([library, name]) => html`<dt>${library}</dt><dd><code>${name}</code></dd>`)}</dl>` : nothing}
    ${reportList(model, activation)}
  </section>`;
}

/** The activation as code, with the parameters it has. */
function copyAs({ catalogue }: Model, act: Actions, { activation, params }: LayerSpec): TemplateResult {
  return html`<ap-menu look="quiet" label="Copy as code for" text="copy as…" .options=${catalogue.targets} .value=${''}
    data-path="lens.code" @choose=${(event: CustomEvent<string>) => {
      const target = event.detail as ExportTarget;
      act.copyCode({ activation, params: params as Record<string, number>, target });
    }}></ap-menu>`;
}
