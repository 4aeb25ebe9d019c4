/** The microscope: one sample, one operation at a time, and numbers that can be changed. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Stage, test } from './stage';

const node = (stage: Stage, place: string) => stage.page.locator(`[data-node="${place}"]`);
const panel = (stage: Stage) => stage.page.locator('.arithmetic');
const phase = (stage: Stage, at: number) => stage.page.locator(`[data-phase="${at}"]`).click();

async function under(stage: Stage, link = 'net=3&act=tanh'): Promise<void> {
  await stage.open(`view=microscope&${link}`);
  await expect(node(stage, '0.0')).toBeVisible();
}

test('six steps lead forward and back, with the numbers there are', async ({ stage }) => {
  await under(stage);
  await expect(panel(stage)).toContainText('Weighted sum');
  await expect(node(stage, '0.0')).not.toContainText('a =');
  await stage.page.keyboard.press('ArrowRight');
  await expect(panel(stage)).toContainText('Tanh(');
  await expect(node(stage, '0.0')).toContainText('a =');
  await stage.button('phase-on').click();
  await expect(panel(stage)).toContainText('−y log p − (1 − y) log(1 − p) =');
  await stage.button('phase-on').click();
  await expect(panel(stage)).toContainText('p − y =');
  await expect(node(stage, '1.0')).toContainText('∂L/∂z');
  await expect(node(stage, '0.0')).not.toContainText('∂L/∂z');
  await phase(stage, 4);
  await expect(node(stage, '0.0')).toContainText('∂L/∂z');
  await node(stage, '0.2').click();
  await expect(panel(stage)).toContainText('layer 1, unit 3');
  await stage.button('phase-on').click();
  await expect(panel(stage).locator('.steps tbody tr')).toHaveCount(3);
  await expect(stage.button('phase-on')).toBeDisabled();
  await stage.page.keyboard.press('ArrowLeft');
  await expect(panel(stage)).toContainText('Gradient goes back');
});

test('a weight is changed, and every number follows', async ({ stage }) => {
  await under(stage, 'net=2&act=relu');
  await phase(stage, 2);
  const output = await node(stage, '1.0').textContent();
  const weight = stage.page.locator('[data-weight="0.0.0"] input');
  await weight.fill('5');
  await weight.press('Enter');
  await expect(node(stage, '1.0')).not.toHaveText(output ?? '');
  const bias = stage.page.locator('[data-weight="0.0.2"] input');
  await bias.fill('-50');
  await bias.press('Enter');
  await expect(node(stage, '0.0')).toContainText('off here');
  await phase(stage, 4);
  await expect(panel(stage)).toContainText('this sample cannot teach this unit anything');
});

test('other samples and more training are looked at', async ({ stage }) => {
  await under(stage);
  const first = await node(stage, '0.0').textContent();
  await stage.type('micro.row', '38');
  await expect(node(stage, '0.0')).not.toHaveText(first ?? '');
  const before = await node(stage, '0.0').textContent();
  await stage.button('train-on').click();
  await expect(stage.page.locator('.sentence')).toContainText('after 1 updates');
  await stage.run(20);
  await expect(node(stage, '0.0')).not.toHaveText(before ?? '');
  await stage.type('micro.row', '999');
  await expect(stage.control('micro.row')).toContainText('a whole number from 1 to 200');
});

test('a point of the map is followed through the network', async ({ stage }) => {
  await stage.open('noise=0');
  await stage.pause();
  const points = await stage.ask((element) => {
    const canvas = element.renderRoot.querySelector('canvas.map');
    const { left, top, width } = (canvas as HTMLElement).getBoundingClientRect();
    return { left, top, width };
  });
  // Somewhere in the inner circle there is a point within reach.
  for (let at = 0; at < 40 && (await stage.page.locator('.diagram').count()) === 0; at++)
    await stage.page.mouse.click(points.left + points.width * (0.4 + 0.005 * at), points.top + points.width * 0.5);
  await expect(stage.page.locator('.diagram')).toBeVisible();
  await expect(stage.page.locator('.sentence')).toContainText('of Circle, class 1');
});

test('every loss and task, and what does not fit', async ({ stage }) => {
  for (const [link, said] of [
    ['data=iris&net=4', 'probability of'],
    ['data=hills&net=4', 'predicted'],
    ['loss=hinge&net=3', 'target'],
    ['opt=adam&net=12.3', 'target'],
    ['net=0', 'target'],
  ] as const) {
    await under(stage, link);
    await phase(stage, 2);
    await expect(panel(stage)).toContainText(said);
    for (const at of [3, 4, 5]) await phase(stage, at);
    await expect(panel(stage).locator('.steps')).toBeVisible();
  }
  await stage.open('view=microscope&data=mnist-mini');
  await expect(stage.page.getByRole('alert')).toContainText('fully connected layers');
});

for (const theme of ['light', 'dark'] as const) {
  test(`no serious accessibility faults, ${theme}`, async ({ stage }) => {
    await stage.page.emulateMedia({ colorScheme: theme });
    await under(stage, 'net=3.2');
    await phase(stage, 5);
    const { violations } = await new AxeBuilder({ page: stage.page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => [id, ...nodes.map((one) => one.html.slice(0, 160))])).toEqual([]);
  });
}

for (const width of [320, 390, 768, 1024, 1440, 1920]) {
  test(`fits ${width} pixels`, async ({ stage }) => {
    await stage.page.setViewportSize({ width, height: width < 700 ? 720 : 900 });
    await under(stage, 'net=6.4');
    expect(await stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    for (const what of ['phase-on', 'share', 'theme']) await expect(stage.button(what)).toBeInViewport({ ratio: 1 });
  });
}
