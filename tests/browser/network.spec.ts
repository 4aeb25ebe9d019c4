/** The network as it is: maps in its units, links by weight, numbers that can be changed, and what it sees. */
import { expect, type Stage, test } from './stage';

const unit = (stage: Stage, layer: number, number: number) => stage.page.locator(`[data-unit="${layer}.${number}"]`);
const heading = (stage: Stage) => stage.page.locator('.output h2');
const weight = (stage: Stage, name: string) => stage.page.locator(`[data-weight="${name}"] input`);

async function rested(stage: Stage, link = ''): Promise<void> {
  await stage.open(link);
  await stage.pause();
}

test('a unit under the pointer is shown as large as the output, a click keeps it', async ({ stage }) => {
  await rested(stage, 'act=tanh');
  await expect(heading(stage)).toContainText('what the network believes everywhere');
  await unit(stage, 0, 2).hover();
  await expect(heading(stage)).toContainText('layer 1, unit 3');
  await stage.page.mouse.move(2, 2);
  await expect(heading(stage)).toContainText('what the network believes everywhere');
  await unit(stage, 1, 1).click();
  await stage.page.mouse.move(2, 2);
  await expect(heading(stage)).toContainText('layer 2, unit 2');
  await expect(stage.page.locator('.inspector')).toContainText('layer 2, unit 2');
  await stage.button('close-inspector').click();
  await expect(heading(stage)).toContainText('what the network believes everywhere');
});

test('weights and biases are changed by hand, and the network goes on from them', async ({ stage }) => {
  await rested(stage, 'net=3&act=tanh&seed=4');
  await unit(stage, 0, 1).click();
  const before = await stage.fingerprint();
  await weight(stage, '0.1.0').fill('2.5');
  await weight(stage, '0.1.0').press('Enter');
  await expect(weight(stage, '0.1.0')).toHaveValue('2.5');
  await weight(stage, '0.1.2').fill('-1');
  await weight(stage, '0.1.2').press('Enter');
  await expect(weight(stage, '0.1.2')).toHaveValue('−1');
  expect(await stage.fingerprint()).not.toBe(before);
  await weight(stage, '0.1.0').fill('abc');
  await weight(stage, '0.1.0').press('Enter');
  await expect(stage.page.locator('.inspector')).toContainText('a number from');
  await weight(stage, '0.1.0').press('Escape');
  const { epoch } = await stage.progress();
  await stage.run(5);
  expect((await stage.progress()).epoch).toBe(epoch + 5);
});

test('a link is found by the pointer', async ({ stage }) => {
  await rested(stage, 'net=2&act=tanh');
  const [from, to] = [await unit(stage, 0, 0).boundingBox(), await unit(stage, 1, 0).boundingBox()];
  if (!from || !to) throw new Error('no units');
  // Near the output both links come together; right behind the unit there is only its own.
  await stage.page.mouse.click(from.x + from.width + 8, from.y + from.height / 2);
  await expect(stage.page.locator('.inspector')).toContainText('layer 1, unit 1 → output');
  await weight(stage, '1.0.0').fill('0.25');
  await weight(stage, '1.0.0').press('Enter');
  await expect(weight(stage, '1.0.0')).toHaveValue('0.25');
});

test('units are reached by keyboard', async ({ stage }) => {
  await rested(stage, 'net=3.2');
  await unit(stage, 0, 0).focus();
  await expect(heading(stage)).toContainText('layer 1, unit 1');
  await stage.page.keyboard.press('ArrowDown');
  await expect(heading(stage)).toContainText('layer 1, unit 2');
  await stage.page.keyboard.press('End');
  await expect(heading(stage)).toContainText('output');
  await stage.page.keyboard.press('Enter');
  await expect(stage.page.locator('.inspector')).toContainText('bias');
});

test('tiles show maps or curves, and that is remembered', async ({ stage }) => {
  await rested(stage);
  await expect(stage.page.locator('svg.units .curve')).toHaveCount(0);
  await stage.button('tiles').click();
  await expect(stage.page.locator('svg.units .curve')).toHaveCount(10);
  await stage.page.reload();
  await stage.ready();
  await expect(stage.page.locator('svg.units .curve')).toHaveCount(10);
  await stage.page.locator('body').press('t');
  await expect(stage.page.locator('svg.units .curve')).toHaveCount(0);
});

test('features are chosen and typed, and one of them is enough for XOR', async ({ stage }) => {
  await rested(stage, 'data=xor&net=0&lr=1&noise=0');
  await stage.page.locator('[data-feature="x * y"]').click();
  await stage.page.locator('[data-feature="x"]').click();
  await stage.page.locator('[data-feature="y"]').click();
  await expect(stage.page.locator('[data-feature="x * y"]')).toBeDisabled();
  await expect.poll(() => stage.hash()).toContain('feat=x%20*%20y');
  await stage.run(50);
  expect((await stage.progress()).testAccuracy).toBeGreaterThan(0.97);
  const own = stage.page.locator('.feature-own');
  await own.fill('sqrt(x^2 + y^2)');
  await own.press('Enter');
  await expect.poll(async () => (await stage.experiment()).data.features).toEqual(['x * y', 'sqrt(x^2 + y^2)']);
  await own.fill('a * x');
  await own.press('Enter');
  await expect(stage.page.locator('.toast')).toContainText('a formula in x and y');
  expect((await stage.experiment()).data.features).toHaveLength(2);
  await own.fill('log(x)');
  await own.press('Enter');
  await expect(stage.page.locator('.toast')).toContainText('at every point');
  // Tables have columns instead.
  await stage.page.getByRole('button', { name: /^Iris/ }).click();
  await expect(stage.page.locator('.features')).toHaveCount(0);
});

test('the map is drawn in sides, without test points, with errors', async ({ stage }) => {
  await rested(stage, 'data=spiral');
  await stage.page.mouse.move(2, 2);
  const map = stage.page.locator('canvas.map');
  const picture = () => map.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const seen = new Set([await picture()]);
  for (const name of ['discrete', 'errors', 'testPoints']) {
    await stage.page.locator(`[data-switch=${name}]`).click();
    await stage.page.waitForTimeout(100);
    seen.add(await picture());
  }
  expect(seen.size).toBe(4);
});

test('every kind of network is drawn', async ({ stage }) => {
  for (const link of [
    'act=maxout&net=6.4',
    'act=glu&net=4.4',
    'net=64.64',
    'data=digits&net=16',
    'data=mnist-mini',
    'net=0',
    'data=iris&net=12.12',
    'data=cars',
  ]) {
    await rested(stage, link);
    await expect(stage.page.locator('canvas.net')).toBeVisible();
    await stage.page.locator('.unit').first().hover();
  }
});

test('points are drawn, erased and cleared, and the network learns from them', async ({ stage }) => {
  await rested(stage, 'data=gauss&n=40');
  await stage.button('draw').click();
  const box = await stage.page.locator('canvas.map').boundingBox();
  if (!box) throw new Error('no map');
  const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
  const draw = async (from: readonly [number, number], to: readonly [number, number]) => {
    await stage.page.mouse.move(...at(...from));
    await stage.page.mouse.down();
    await stage.page.mouse.move(...at(...to), { steps: 12 });
    await stage.page.mouse.up();
  };
  await draw([0.1, 0.9], [0.4, 0.9]);
  await expect.poll(async () => (await stage.experiment()).data.name).toBe('own');
  const grown = (await stage.experiment()).data.drawn.length;
  expect(grown).toBeGreaterThan(44);
  await stage.page.locator('[data-brush=erase]').click();
  await draw([0.1, 0.9], [0.4, 0.9]);
  await expect.poll(async () => (await stage.experiment()).data.drawn.length).toBeLessThan(grown);
  // With one class there is nothing to part.
  await stage.button('clear-points').click();
  await stage.page.locator('[data-brush=one]').click();
  await draw([0.2, 0.2], [0.5, 0.2]);
  await expect(stage.page.locator('.missing')).toBeVisible();
  await stage.page.locator('[data-brush=zero]').click();
  await draw([0.2, 0.8], [0.5, 0.8]);
  await expect(stage.page.locator('.missing')).toHaveCount(0);
  const { drawn } = (await stage.experiment()).data;
  expect(drawn.length).toBeLessThan(20);
  await stage.button('draw-done').click();
  await expect.poll(() => stage.hash()).toContain('pts=');
  await stage.run(100);
  expect((await stage.progress()).testAccuracy).toBe(1);
  await stage.button('undo').click();
  expect((await stage.experiment()).data.drawn).not.toEqual(drawn);
});
