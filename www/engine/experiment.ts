/** Reading and changing a description. Nothing here is mutated: every change gives a new description. */
import type {
  ActivationCard,
  Catalogue,
  DataCard,
  Experiment,
  Field,
  LayerSpec,
  LearnSpec,
  ModuleSpec,
  Param,
  RuleCard,
} from './types';

/** The numeric setting with this path, as the catalogue declares it. */
export function field(catalogue: Catalogue, path: string): Field {
  const found = catalogue.fields.find((candidate) => candidate.path === path);
  if (!found) throw new Error(`the catalogue has no field ${path}`);
  return found;
}

/** The number at a path such as `data.noise`. */
export function numberAt(experiment: Experiment, path: string): number | null {
  let place: unknown = experiment;
  for (const name of path.split('.')) place = (place as Record<string, unknown>)[name];
  return place as number | null;
}

/** The description with another number at a path. */
export function withNumber(experiment: Experiment, path: string, value: number | null): Experiment {
  const [first = '', second] = path.split('.');
  if (!second) return { ...experiment, [first]: value };
  const part = (experiment as unknown as Record<string, object>)[first];
  return { ...experiment, [first]: { ...part, [second]: value } };
}

/** The description with a seed drawn at random. */
export function withNewSeed(experiment: Experiment, catalogue: Catalogue): Experiment {
  const { min, max } = field(catalogue, 'seed');
  return { ...experiment, seed: min + Math.floor(Math.random() * Math.min(1000, max - min + 1)) };
}

/** The data sets that the page can draw: points in the plane, and tables with classes. */
export function drawable(catalogue: Catalogue): DataCard[] {
  return catalogue.data.filter(({ kind, classes }) => kind === 'shape' || (kind === 'table' && classes.length > 0));
}

/** The data sets that can be chosen by name: all but one's own. */
export function choosable(catalogue: Catalogue): DataCard[] {
  return catalogue.data.filter(({ kind }) => kind !== 'own');
}

/** The description with other data. What asks for a network of its own kind gets it, and leaves with it. */
export function withData(experiment: Experiment, name: string, { suggested, standard, data }: Catalogue): Experiment {
  const { seed } = experiment;
  const own = suggested.find((one) => one.data.name === name);
  if (own) return { ...own, seed };
  const kept = experiment.modules.length ? { ...standard, seed } : experiment;
  // Only points have features.
  const features = data.find(({ id }) => id === name)?.kind === 'shape' ? kept.data.features : standard.data.features;
  return {
    ...kept,
    data: { ...kept.data, name, features, testShare: null },
    loss: standard.loss,
    output: standard.output,
  };
}

/**
 * The description with an activation in every layer and in every module that has one, or in one layer. Parameters start at their
 * defaults.
 */
export function withActivation(experiment: Experiment, activation: string, only: number | null = null): Experiment {
  const changed = withLayers(experiment, (layer, at) =>
    (only === null || only === at) && layer.activation !== activation
      ? { ...layer, activation, params: {}, learn: null }
      : layer,
  );
  if (only !== null) return changed;
  const modules = experiment.modules.map((module) =>
    'activation' in module && nameOf(module.activation) !== activation ? { ...module, activation } : module,
  );
  return { ...changed, modules };
}

/** The activation of a module, by id or as a formula. */
function nameOf(activation: ModuleSpec[string] | undefined): string {
  return typeof activation === 'object' ? activation.name : String(activation);
}

/** The description with a parameter of an activation in every layer that has it, or in one. */
export function withParam(
  experiment: Experiment,
  activation: string,
  id: string,
  value: number,
  only: number | null = null,
): Experiment {
  return withLayers(experiment, (layer, at) =>
    layer.activation === activation && (only === null || only === at)
      ? { ...layer, params: { ...layer.params, [id]: value } }
      : layer,
  );
}

/** The description where the parameters of an activation are trained so, in one layer or in all that have it. */
export function withLearn(
  experiment: Experiment,
  activation: string,
  learn: LearnSpec,
  only: number | null = null,
): Experiment {
  return withLayers(experiment, (layer, at) =>
    layer.activation === activation && (only === null || only === at) ? { ...layer, learn } : layer,
  );
}

export function withUnits(experiment: Experiment, at: number, units: number): Experiment {
  return withLayers(experiment, (layer, index) => (index === at ? { ...layer, units } : layer));
}

/** The description with so many hidden layers: the last one is repeated, or the last ones go. */
export function withDepth(experiment: Experiment, depth: number, standard: Experiment): Experiment {
  const like = experiment.layers.at(-1) ?? standard.layers.at(-1);
  if (!like) return experiment;
  return { ...experiment, layers: Array.from({ length: depth }, (_, at) => experiment.layers[at] ?? like) };
}

export function withoutLayer(experiment: Experiment, at: number): Experiment {
  return { ...experiment, layers: experiment.layers.filter((_, index) => index !== at) };
}

/** The activation all layers share, or `null` when they differ or there are none. */
export function commonActivation(experiment: Experiment): string | null {
  const first = experiment.layers[0]?.activation ?? null;
  return experiment.layers.every((layer) => layer.activation === first) ? first : null;
}

/** The activation that all layers and all modules with one share, or `null` when they differ or there are none. */
export function chosenActivation(experiment: Experiment): string | null {
  const all = activationsOf(experiment);
  return all.every((name) => name === all[0]) ? (all[0] ?? null) : null;
}

/** The activations of the modules that have one, and of the layers. */
export function activationsOf({ modules, layers }: Experiment): string[] {
  const ofModules = modules.filter((module) => 'activation' in module).map((module) => nameOf(module.activation));
  return [...ofModules, ...layers.map(({ activation }) => activation)];
}

/** The card of an activation. */
export function cardOf(catalogue: Catalogue, activation: string | null | undefined): ActivationCard | undefined {
  return catalogue.activations.find((card) => card.id === activation);
}

/** What is said of an activation, whether it is in the catalogue or was typed. */
export interface Face {
  readonly id: string;
  readonly name: string;
  readonly strip: number | null;
  readonly params: readonly Param[];
}

/** A typed formula is known by its text. */
const LONGEST_NAME = 26;

export function faceOf(catalogue: Catalogue, activation: string): Face {
  const card = cardOf(catalogue, activation);
  if (card) return card;
  const name = activation.length > LONGEST_NAME ? `${activation.slice(0, LONGEST_NAME - 1)}…` : activation;
  return { id: activation, name, strip: null, params: [] };
}

/** Whether it acts on each unit alone, so that it has a curve. */
export function hasCurve(catalogue: Catalogue, activation: string): boolean {
  const kind = cardOf(catalogue, activation)?.kind;
  return kind === undefined || kind === 'elementwise';
}

export function dataCard(catalogue: Catalogue, experiment: Experiment): DataCard | undefined {
  return catalogue.data.find((card) => card.id === experiment.data.name);
}

/** The value of a layer's parameter, given or default. */
export function paramOf(layer: LayerSpec, id: string, standard: number): number {
  return layer.params[id] ?? standard;
}

/** Whether the parameters of a layer's activation are trained with the weights. */
export function isLearned(catalogue: Catalogue, { activation, learn }: LayerSpec): boolean {
  return learn === null ? cardOf(catalogue, activation)?.learned === true : learn !== 'fixed';
}

/** Settings that are a choice among kinds with numbers of their own. */
export type RulePath = 'optimizer' | 'schedule' | 'init' | 'loss';

/** The kinds of a setting. */
export function kindsOf(catalogue: Catalogue, path: RulePath): readonly RuleCard[] {
  const { optimizers, schedules, inits, losses } = catalogue;
  return { optimizer: optimizers, schedule: schedules, init: inits, loss: losses }[path];
}

/** The card of the kind that is chosen. */
export function kindOf(catalogue: Catalogue, experiment: Experiment, path: RulePath): RuleCard | undefined {
  return kindsOf(catalogue, path).find(({ id }) => id === experiment[path].kind);
}

/** The description with another kind, its numbers at their defaults. */
export function withKind(experiment: Experiment, path: RulePath, card: RuleCard): Experiment {
  const numbers = Object.fromEntries(card.params.map(({ name, default: standard }) => [name, standard]));
  return { ...experiment, [path]: { kind: card.id, ...numbers } };
}

/** The description with an activation after the output; only losses that compare numbers go with one. */
export function withOutput(experiment: Experiment, output: string, catalogue: Catalogue): Experiment {
  const { standard, lossesOfNumbers } = catalogue;
  const fits = output === standard.output || lossesOfNumbers.includes(experiment.loss.kind);
  return { ...experiment, output, loss: fits ? experiment.loss : standard.loss };
}

/** The description with another loss; those that bring their own non-linearity take none after the output. */
export function withLoss(experiment: Experiment, card: RuleCard, catalogue: Catalogue): Experiment {
  const fits = catalogue.lossesOfNumbers.includes(card.id);
  return { ...withKind(experiment, 'loss', card), output: fits ? experiment.output : catalogue.standard.output };
}

/** The ten of the strip, in their order. */
export function stripOf(catalogue: Catalogue): ActivationCard[] {
  return catalogue.activations.filter((card) => card.strip !== null).sort((a, b) => (a.strip ?? 0) - (b.strip ?? 0));
}

/** Whether only the activations (or their parameters) differ, so that a run can be replayed to the same step. */
export function sameButActivation(a: Experiment, b: Experiment): boolean {
  const rest = (experiment: Experiment) =>
    JSON.stringify({
      ...experiment,
      layers: experiment.layers.map(({ units }) => units),
      modules: experiment.modules.map((module) => ('activation' in module ? { ...module, activation: '' } : module)),
    });
  return rest(a) === rest(b);
}

/** Whether only numbers of the training differ that a run takes over as it goes. */
export function onlyTrainingDiffers(a: Experiment, b: Experiment): boolean {
  const rest = ({ learningRate: _, schedule, regularization, stop, optimizer, ...others }: Experiment) =>
    JSON.stringify([others, optimizer.kind]);
  return rest(a) === rest(b);
}

/** Whether only parameters of the activations differ. */
export function onlyParamsDiffer(a: Experiment, b: Experiment): boolean {
  const rest = (experiment: Experiment) =>
    JSON.stringify({ ...experiment, layers: experiment.layers.map(({ units, activation }) => [units, activation]) });
  return rest(a) === rest(b);
}

function withLayers(experiment: Experiment, change: (layer: LayerSpec, at: number) => LayerSpec): Experiment {
  return { ...experiment, layers: experiment.layers.map(change) };
}
