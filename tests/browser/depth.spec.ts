/** The depth lab: what a deep stack does to a gradient, why, and what helps. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Stage, test } from './stage';

const row = (stage: Stage, activation: string) => stage.page.locator(`.diagnosis [data-activation="${activation}"]`);
const fate = (stage: Stage, activation: string) => row(stage, activation).locator('.fate');

async function lab(stage: Stage, link = ''): Promise<void> {
  await stage.open(`view=depth${link && `&${link}`}`);
  await expect(stage.page.locator('.diagnosis li').first()).toBeVisible();
}

test('sigmoid vanishes, ReLU is steady, and what helps is one click away', async ({ stage }) => {
  await stage.open();
  await stage.page.getByRole('tab', { name: 'Depth' }).click();
  await expect(fate(stage, 'sigmoid')).toHaveText('vanishes');
  await expect(fate(stage, 'relu')).toHaveText('steady');
  await expect(row(stage, 'sigmoid')).toContainText('layer 1 gets 2.6 × 10⁻¹³ of what layer 20 gets');
  await row(stage, 'sigmoid').locator('[data-do=remedy]').click();
  await expect.poll(() => stage.page.url()).toContain('start=auto_gain');
  await expect(row(stage, 'sigmoid')).not.toContainText('10⁻¹³');
  await stage.button('undo').click();
  await expect(row(stage, 'sigmoid')).toContainText('10⁻¹³');
  expect(stage.page.url()).not.toContain('auto_gain');
});

test('a stack without activations is one linear map', async ({ stage }) => {
  await lab(stage, 'stack=linear.relu');
  await expect(row(stage, 'linear')).toContainText('it is one linear map');
  await expect(row(stage, 'relu')).toContainText('is what no linear map does');
});

test('depth, gain, skip connections and normalisation act at once', async ({ stage }) => {
  await lab(stage, 'stack=relu');
  await stage.type('stack.gain', '3');
  await expect(fate(stage, 'relu')).toHaveText('explodes');
  await row(stage, 'relu').locator('[data-do=remedy]').click();
  await expect(fate(stage, 'relu')).toHaveText('steady');
  await stage.page.getByRole('checkbox', { name: 'Sigmoid' }).click();
  await expect(fate(stage, 'sigmoid')).toHaveText('vanishes');
  await stage.choose('stack.skip', /^skip/);
  await expect(fate(stage, 'sigmoid')).toHaveText('steady');
  await stage.choose('stack.norm', /^layer norm/);
  await stage.type('stack.depth', '50');
  await expect(row(stage, 'relu')).toContainText('layer 50');
  await expect.poll(() => stage.page.url()).toContain('depth=50');
  await stage.page.reload();
  await stage.ready();
  await expect(row(stage, 'relu')).toContainText('layer 50');
  await stage.type('stack.depth', '51');
  await expect(stage.control('stack.depth')).toContainText('a whole number from 2 to 50');
});

test('gradients or outputs, and the outputs of each stack, are drawn', async ({ stage }) => {
  await lab(stage);
  const picture = (part: string) =>
    stage.page.locator(`${part} canvas`).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const [gradients, sigmoid] = [await picture('.reach'), await picture('.ridges')];
  await stage.page.locator('[data-shown=outputs]').click();
  await expect.poll(() => picture('.reach')).not.toBe(gradients);
  await stage.page.locator('[data-focus="2"]').click();
  await expect.poll(() => picture('.ridges')).not.toBe(sigmoid);
  await expect(stage.page.locator('.ridges canvas')).toHaveAttribute('aria-label', /ReLU/);
});

test('what a link has wrong is said, and an activation of the gallery joins', async ({ stage }) => {
  await lab(stage, 'stack=relu.softmax&depth=99');
  await expect(stage.page.locator('.toasts')).toContainText('not understood');
  await expect(stage.page.locator('.diagnosis li')).toHaveCount(4);
  await stage.button('gallery').click();
  await stage.page.getByRole('searchbox').fill('softmax');
  await stage.page.locator('[data-id=softmax].take, [data-id=softmax] .take').first().click();
  await expect(stage.page.locator('[data-state=refused]')).toContainText('an activation of single units');
  await stage.button('undo').click();
  await expect(stage.page.locator('[data-state=refused]')).toHaveCount(0);
});

for (const theme of ['light', 'dark'] as const) {
  test(`no serious accessibility faults, ${theme}`, async ({ stage }) => {
    await stage.page.emulateMedia({ colorScheme: theme });
    await lab(stage);
    const { violations } = await new AxeBuilder({ page: stage.page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html.slice(0, 160))])).toEqual([]);
  });
}

for (const width of [320, 390, 768, 1024, 1440, 1920]) {
  test(`fits ${width} pixels`, async ({ stage }) => {
    await stage.page.setViewportSize({ width, height: width < 700 ? 720 : 900 });
    await lab(stage);
    expect(await stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    for (const what of ['share', 'help', 'theme']) await expect(stage.button(what)).toBeInViewport({ ratio: 1 });
  });
}
