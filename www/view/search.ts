/** Finding activations by whatever somebody calls them. */
import type { ActivationCard } from '../engine/types';

/** What stands before a name in code, by framework. */
const PREFIXES = {
  torch: ['', 'torch', 'torch.nn', 'torch.nn.functional', 'nn', 'nn.functional', 'F'],
  keras: ['', 'keras', 'keras.activations', 'keras.layers', 'tf.keras.activations', 'activations', 'layers', 'tf.nn'],
  jax: ['', 'jax', 'jax.nn', 'nn', 'jnp', 'jax.numpy', 'flax.linen'],
  onnx: ['', 'onnx'],
} as const;
type Library = keyof typeof PREFIXES;
/** Words that stand for a framework: they find what has a name there. */
const LIBRARIES: Readonly<Record<string, Library>> = {
  pytorch: 'torch',
  torch: 'torch',
  keras: 'keras',
  tensorflow: 'keras',
  jax: 'jax',
  onnx: 'onnx',
};

/** How good a match is, best first. */
const RANKS = ['name', 'start', 'word', 'part'] as const;
const NO_MATCH = RANKS.length;

interface Entry {
  readonly names: readonly string[];
  readonly words: readonly string[];
  readonly has: (library: Library) => boolean;
}
const ENTRIES = new WeakMap<ActivationCard, Entry>();

/** Those that are meant, the best matches first; all of them where nothing is sought. */
export function search(cards: readonly ActivationCard[], sought: string): ActivationCard[] {
  const words = sought.split(/\s+/).filter((word) => plain(word));
  if (!words.length) return [...cards];
  const ranked = cards.map((card) => ({ card, rank: rankOf(entryOf(card), words) }));
  return ranked
    .filter(({ rank }) => rank < NO_MATCH)
    .sort((a, b) => a.rank - b.rank)
    .map(({ card }) => card);
}

/** As one name, as in "leaky relu"; else the worst of the words, each of which has to be found. */
function rankOf(entry: Entry, words: readonly string[]): number {
  const whole = rankOfName(entry, plain(words.join('')));
  return Math.min(whole, Math.max(...words.map((word) => rankOfWord(entry, plain(word)))));
}

function rankOfName({ names }: Entry, sought: string): number {
  if (names.includes(sought)) return RANKS.indexOf('name');
  if (names.some((name) => name.startsWith(sought))) return RANKS.indexOf('start');
  return names.some((name) => name.includes(sought)) ? RANKS.indexOf('part') : NO_MATCH;
}

function rankOfWord(entry: Entry, sought: string): number {
  const library = Object.hasOwn(LIBRARIES, sought) ? LIBRARIES[sought] : undefined;
  if (library) return entry.has(library) ? RANKS.indexOf('name') : NO_MATCH;
  const word = entry.words.some((one) => one.startsWith(sought)) ? RANKS.indexOf('word') : NO_MATCH;
  return Math.min(rankOfName(entry, sought), word);
}

function entryOf(card: ActivationCard): Entry {
  const known = ENTRIES.get(card);
  if (known) return known;
  const libraries = Object.keys(PREFIXES) as Library[];
  // Some have a further name in brackets, or their module with it.
  const called = libraries.flatMap((library) =>
    (card[library]?.match(/[\w.]+/g) ?? []).flatMap((name) =>
      PREFIXES[library].map((prefix) => `${prefix}${name.split('.').at(-1)}`).concat(name),
    ),
  );
  const kinds = [
    card.learned && 'learned trained trainable',
    card.random && 'random stochastic',
    card.kind === 'vector' && 'whole layer vector',
    card.kind === 'gated' && 'gated gate two halves',
  ];
  const text = [card.family, card.kind, ...kinds, card.name, ...card.aliases, card.description, card.reference].join(
    ' ',
  );
  const entry: Entry = {
    names: [card.id, card.name, ...card.aliases, ...called].map(plain),
    words: text.split(/[^\p{L}\p{N}]+/u).map(plain),
    has: (library) => card[library] !== null,
  };
  ENTRIES.set(card, entry);
  return entry;
}

/** Without what people write differently: case, blanks, accents and the signs between words. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
}
