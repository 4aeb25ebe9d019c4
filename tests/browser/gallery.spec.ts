/** The gallery: every activation can be found, compared, read about, and trained. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Stage, test } from './stage';

async function openGallery(stage: Stage, link = ''): Promise<void> {
  await stage.open(link);
  await stage.pause();
  await stage.button('gallery').click();
  await expect(stage.page.getByRole('dialog', { name: /^Activations/ })).toBeVisible();
}

const entries = (stage: Stage) => stage.page.locator('.gallery .entry');

test('families have headings, and the straight line is no rectifier', async ({ stage }) => {
  await openGallery(stage);
  const families = stage.page.locator('.families section');
  await expect(families.first().locator('h3')).toHaveText('linear and step');
  await expect(families.first().locator('.entry')).toHaveCount(2);
  await expect(families.nth(1).locator('h3')).toHaveText('rectified');
});

test('searches by name, family and the name in a framework', async ({ stage }) => {
  await openGallery(stage);
  const all = await entries(stage).count();
  expect(all).toBeGreaterThanOrEqual(14);
  const search = stage.page.getByRole('searchbox');
  await expect(search).toBeFocused();
  for (const [sought, id] of [
    ['Mish', 'mish'],
    ['saturating tanh', 'tanh'],
    ['LeakyReLU', 'leaky_relu'],
    ['leaky-relu', 'leaky_relu'],
    ['nn.ReLU', 'relu'],
    ['torch.nn.GELU', 'gelu'],
    ['jax.nn.gelu', 'gelu'],
    ['keras.activations.relu6', 'relu6'],
    ['F.silu', 'silu'],
    ['learned', 'prelu'],
    ['hinton', 'relu'],
    ['dead', 'relu'],
    ['onnx elu', 'elu'],
    ['gated', 'swiglu'],
    ['whole layer', 'softmax'],
    ['random', 'rrelu'],
  ] as const) {
    await search.fill(sought);
    await expect(stage.page.locator(`.gallery .entry[data-id=${id}]`)).toBeVisible();
    expect(await entries(stage).count()).toBeLessThan(all);
  }
  await search.fill('relu');
  await expect(entries(stage).first()).toHaveAttribute('data-id', 'relu');
  const found: number[] = [];
  for (const library of ['pytorch', 'keras', 'jax', 'onnx']) {
    await search.fill(library);
    found.push(await entries(stage).count());
  }
  expect(Math.min(...found)).toBeGreaterThan(8);
  expect(Math.max(...found)).toBeLessThan(all);
  await search.fill('no such thing');
  await expect(entries(stage)).toHaveCount(0);
  await expect(stage.page.locator('.gallery')).toContainText('Nothing is called that');
});

test('works by keyboard: arrows, Enter, Escape', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  await stage.page.keyboard.press('a');
  const focused = () => stage.page.locator('.gallery .entry:focus-within').getAttribute('data-id');
  const take = stage.page.locator('.gallery .take[tabindex="0"]');
  await expect(take).toHaveCount(1);
  await take.focus();
  expect(await focused()).toBe('relu');
  await stage.page.keyboard.press('ArrowRight');
  const right = await focused();
  expect(right).not.toBe('relu');
  await stage.page.keyboard.press('ArrowDown');
  expect(await focused()).not.toBe(right);
  await stage.page.keyboard.press('ArrowUp');
  expect(await focused()).toBe(right);
  await stage.page.keyboard.press('Enter');
  await expect
    .poll(async () => (await stage.experiment()).layers.map(({ activation }) => activation))
    .toEqual([right, right]);
  await expect(stage.page.getByRole('dialog')).toHaveCount(0);
  await stage.button('gallery').click();
  await stage.page.keyboard.press('Escape');
  await expect(stage.page.getByRole('dialog')).toHaveCount(0);
  await stage.button('gallery').click();
  await expect(stage.page.getByRole('dialog')).toBeVisible();
});

test('compares six at most, each in a colour of its own, here and in the lens', async ({ stage }) => {
  await openGallery(stage);
  const ids = ['relu', 'gelu', 'tanh', 'sigmoid', 'mish', 'elu'];
  for (const id of ids) await stage.page.locator(`.gallery .entry[data-id=${id}] input`).check();
  await expect(stage.page.locator('.gallery .entry[data-id=silu] input')).toBeDisabled();
  const tags = stage.page.locator('.overlaid .tag');
  await expect(tags).toHaveText(['ReLU', 'GELU', 'Tanh', 'Sigmoid', 'Mish', 'ELU']);
  const accents = await tags.evaluateAll((all) => all.map((tag) => (tag as HTMLElement).dataset.accent));
  expect(new Set(accents).size).toBe(6);
  await stage.page.locator('.overlaid [data-compared=tanh]').click();
  await expect(stage.page.locator('.gallery .entry[data-id=tanh] input')).not.toBeChecked();
  await stage.button('close-gallery').click();
  await expect(stage.page.locator('.lens .tag')).toHaveText(['ReLU', 'GELU', 'Sigmoid', 'Mish', 'ELU']);
});

test('the table has the report, is sorted by any column, and measures the cost when asked', async ({ stage }) => {
  await openGallery(stage);
  await stage.page.getByRole('searchbox').fill('rectified');
  await stage.page.locator('[data-as=table]').click();
  const cell = (id: string, column: string) => stage.page.locator(`.facts tr[data-id=${id}] [data-column=${column}]`);
  await expect(cell('relu', 'square')).toHaveText('0.5');
  await expect(cell('relu', 'gain')).toHaveText('1.4142');
  await expect(cell('relu', 'range')).toHaveText('[0, ∞)');
  await expect(cell('elu', 'range')).toHaveText('(−1, ∞)');
  await expect.poll(() => stage.page.locator('.facts td').filter({ hasText: '…' }).count()).toBe(0);
  const gains = async () =>
    (await stage.page.locator('.facts [data-column=gain]').allInnerTexts()).map(Number).filter(Number.isFinite);
  await stage.page.locator('[data-sort=gain]').click();
  await expect(stage.page.locator('th[aria-sort=ascending]')).toContainText('gain');
  const up = await gains();
  expect(up).toEqual([...up].sort((a, b) => a - b));
  await stage.page.locator('[data-sort=gain]').click();
  const down = await gains();
  expect(down).toEqual([...up].reverse());
  await expect(stage.page.locator('[data-column=forward]')).toHaveCount(0);
  await stage.page.getByRole('searchbox').fill('leaky');
  await stage.button('measure').click();
  await expect(stage.page.locator('.measuring')).toContainText('measured here');
  await expect.poll(async () => Number(await cell('leaky_relu', 'forward').innerText())).toBeGreaterThan(0);
  // f and f′ together never cost less than f: where they cannot be told apart it says so.
  const both = async () => (await cell('leaky_relu', 'both').innerText()).replace('≥ ', '');
  await expect.poll(async () => Number(await both())).toBeGreaterThan(0);
  expect(Number(await both())).toBeGreaterThanOrEqual(Number(await cell('leaky_relu', 'forward').innerText()));
  await stage.page.locator('.facts tr[data-id=leaky_relu] th button').click();
  await expect.poll(async () => (await stage.experiment()).layers[0]?.activation).toBe('leaky_relu');
});

test('every activation is chosen in the page and trains', async ({ stage }) => {
  test.setTimeout(240_000);
  await openGallery(stage, 'data=moons&net=6.4');
  const ids = await entries(stage).evaluateAll((all) => all.map((entry) => (entry as HTMLElement).dataset.id ?? ''));
  for (const id of ids) {
    if (!(await stage.page.locator('dialog.gallery[open]').count())) await stage.button('gallery').click();
    await stage.page.locator(`.gallery .entry[data-id=${id}] .take`).click();
    await expect.poll(async () => (await stage.experiment()).layers[0]?.activation, id).toBe(id);
    await expect(stage.page.locator('.toast'), id).toHaveCount(0);
    const start = await stage.progress();
    const { trainLoss, epoch, divergence } = await stage.run(4);
    expect(divergence, id).toBeNull();
    expect(Number.isFinite(trainLoss), id).toBe(true);
    expect(epoch, id).toBeGreaterThan(start.epoch);
    await stage.ask((element) => element.reset());
  }
});

test('on a phone the way out stands at the right of the heading, and names stay beside the table', async ({
  stage,
}) => {
  await stage.page.setViewportSize({ width: 390, height: 844 });
  await openGallery(stage);
  const box = async (what: string) =>
    (await stage.page.locator(what).first().boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [close, title] = [await box('[data-do=close-gallery]'), await box('#gallery-title')];
  expect(close.x).toBeGreaterThan(300);
  expect(Math.abs(close.y + close.height / 2 - title.y - title.height / 2)).toBeLessThan(8);
  await stage.page.locator('[data-as=table]').click();
  const before = await box('.facts thead th');
  await stage.page.locator('.facts').evaluate((element) => element.scrollTo({ left: 300 }));
  expect((await box('.facts thead th')).x).toBeCloseTo(before.x, 0);
  expect((await box('.facts tbody th')).x).toBeCloseTo(before.x, 0);
});

for (const [theme, width] of [
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 320],
] as const) {
  test(`fits and has no serious accessibility faults, ${theme}, ${width}`, async ({ stage }) => {
    await stage.page.emulateMedia({ colorScheme: theme });
    await stage.page.setViewportSize({ width, height: 760 });
    await openGallery(stage);
    await stage.page.locator('.gallery .entry[data-id=tanh] input').check();
    for (const as of ['pictures', 'table']) {
      await stage.page.locator(`[data-as=${as}]`).click();
      const dialog = await stage.page.locator('dialog.gallery').evaluate((element) => {
        const shelves = element.querySelector('.shelves') ?? element;
        return { beyond: shelves.scrollWidth - shelves.clientWidth, page: document.documentElement.scrollWidth };
      });
      expect(dialog.beyond).toBeLessThanOrEqual(0);
      expect(dialog.page).toBeLessThanOrEqual(width);
      const { violations } = await new AxeBuilder({ page: stage.page })
        .include({ fromShadowDom: ['activation-playground', 'dialog.gallery'] })
        .analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html.slice(0, 160))])).toEqual([]);
    }
  });
}
