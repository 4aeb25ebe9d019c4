/** The output lab: which output and which loss fit which task. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Stage, test } from './stage';

const cell = (stage: Stage, pair: string) => stage.page.locator(`[data-cell="${pair}"]`);
const read = (stage: Stage, what: string) => stage.page.locator(`[data-read="${what}"]`);
const banner = (stage: Stage) => stage.page.locator('.banner');

async function lab(stage: Stage, link = ''): Promise<void> {
  await stage.open(`view=output${link && `&${link}`}`);
  await expect(cell(stage, 'softmax.categorical')).toBeVisible();
}

test('one pair fits each task, and a mistake is explained and mended', async ({ stage }) => {
  await stage.open();
  await stage.page.getByRole('tab', { name: 'Output' }).click();
  await expect(banner(stage)).toContainText('The pair for this task');
  for (const [task, good] of [
    ['binary', 'sigmoid.binary'],
    ['number', 'linear.squared'],
    ['classes', 'softmax.categorical'],
  ] as const) {
    await stage.page.locator(`[data-task=${task}]`).click();
    await expect(stage.page.locator('.cell.good')).toHaveCount(1);
    await expect(cell(stage, good)).toHaveAttribute('aria-pressed', 'true');
  }
  await cell(stage, 'sigmoid.squared').click();
  await expect(banner(stage)).toContainText('A slow start');
  await expect.poll(() => stage.page.url()).toContain('head=sigmoid&cost=mse');
  await stage.button('fix').click();
  await expect(cell(stage, 'softmax.categorical')).toHaveAttribute('aria-pressed', 'true');
  await stage.button('undo').click();
  await expect(banner(stage)).toContainText('A slow start');
});

test('shares sum to 1, and a common shift changes nothing', async ({ stage }) => {
  await lab(stage);
  await expect(read(stage, 'sum')).toHaveText('1.000');
  const before = await stage.page.locator('.logit .value').allTextContents();
  await stage.button('add-five').click();
  await expect(stage.control('output.logits[0]').locator('input')).toHaveValue('6');
  expect(await stage.page.locator('.logit .value').allTextContents()).toEqual(before);
  await stage.type('output.logits[0]', '1000');
  await expect(stage.page.locator('.logit .value').first()).toHaveText('1.000');
  await expect(read(stage, 'loss')).toHaveText('0');
  await stage.type('output.temperature', '20');
  await stage.type('output.logits[0]', '2');
  await expect(read(stage, 'sum')).toHaveText('1.000');
  await stage.type('output.temperature', '0');
  await expect(stage.control('output.temperature')).toContainText('a number from 0.05 to 20');
});

test('a range slider moves a logit, and the gradient follows', async ({ stage }) => {
  await lab(stage, 'task=yesno&cost=mse&z=-6');
  await expect(stage.page.locator('.gradient')).toContainText('−0.0049');
  await cell(stage, 'sigmoid.binary').click();
  await expect(stage.page.locator('.gradient')).toContainText('−0.998');
  await stage.page.locator('.logit input[type=range]').fill('6');
  await expect(stage.page.locator('.gradient')).toContainText('−0.0025');
  await stage.page.locator('[data-target="0"]').click();
  await expect(stage.page.locator('.gradient')).toContainText('0.998');
});

test('what cannot be reached, and where a loss has no value, is said', async ({ stage }) => {
  await lab(stage, 'task=number&head=sigmoid');
  await expect(banner(stage)).toContainText('Sigmoid cannot reach 3');
  await lab(stage, 'task=yesno&head=linear&z=-2');
  await expect(read(stage, 'loss')).toHaveText('has no value');
  await expect(stage.page.locator('.gradient')).toContainText('none');
  await lab(stage, 'task=what&z=a;b');
  await expect(stage.page.locator('.toasts')).toContainText('not understood');
});

test('a pair is trained on the stage', async ({ stage }) => {
  await lab(stage, 'task=yesno&cost=mse');
  await stage.button('train-output').click();
  await expect(stage.page.getByRole('tab', { name: 'Stage' })).toHaveAttribute('aria-selected', 'true');
  const experiment = await stage.experiment();
  expect([experiment.output, experiment.loss.kind, experiment.data.name]).toEqual(['sigmoid', 'mse', 'circle']);
  await expect.poll(async () => (await stage.progress()).step).toBeGreaterThan(0);
});

for (const theme of ['light', 'dark'] as const) {
  test(`no serious accessibility faults, ${theme}`, async ({ stage }) => {
    await stage.page.emulateMedia({ colorScheme: theme });
    await lab(stage);
    const { violations } = await new AxeBuilder({ page: stage.page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => [id, ...nodes.map((one) => one.html.slice(0, 160))])).toEqual([]);
  });
}

for (const width of [320, 390, 768, 1024, 1440, 1920]) {
  test(`fits ${width} pixels`, async ({ stage }) => {
    await stage.page.setViewportSize({ width, height: width < 700 ? 720 : 900 });
    await lab(stage);
    expect(await stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    for (const what of ['share', 'theme']) await expect(stage.button(what)).toBeInViewport({ ratio: 1 });
  });
}
