/** Labels one above the other that would cover each other where they belong. */

/**
 * Places at least `gap` apart and between `low` and `high`, in the order given, as near to those wanted as that allows:
 * neighbours that would overlap give way to both sides.
 */
export function apart(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  // Without the gaps they only have to be in order; those that are not share their mean.
  const blocks: { sum: number; count: number }[] = [];
  wanted.forEach((place, at) => {
    let block = { sum: place - at * gap, count: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.count > block.sum / block.count; last = blocks.at(-1)) {
      block = { sum: last.sum + block.sum, count: last.count + block.count };
      blocks.pop();
    }
    blocks.push(block);
  });
  const lowest = high - (wanted.length - 1) * gap;
  return blocks
    .flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count))
    .map((place, at) => Math.max(low, Math.min(lowest, place)) + at * gap);
}
