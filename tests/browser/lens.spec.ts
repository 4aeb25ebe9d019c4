/** The lens: curve, data and dot; what is done with it reaches the training without a new start. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Stage, test } from './stage';

const read = (stage: Stage, what: string) => stage.page.locator(`.lens [data-read=${what}]`);

test('the dot goes by keys and by pointer, and the values are the engine’s', async ({ stage }) => {
  await stage.open('act=tanh');
  await stage.pause();
  const dot = stage.page.getByRole('slider', { name: 'z of the dot' });
  await stage.page.keyboard.press('l');
  await expect(dot).toBeFocused();
  await expect(read(stage, 'z')).toHaveText('1.40');
  await dot.press('ArrowRight');
  await expect(read(stage, 'z')).toHaveText('1.45');
  await dot.press('Shift+ArrowLeft');
  await dot.press('Shift+ArrowLeft');
  await expect(read(stage, 'z')).toHaveText('0.45');
  await expect(read(stage, 'value')).toHaveText(Math.tanh(0.45).toFixed(3));
  await expect(read(stage, 'slope')).toHaveText((1 - Math.tanh(0.45) ** 2).toFixed(3));
  await expect(dot).toHaveAttribute('aria-valuetext', /^z 0\.45, f 0\.42/);

  const plane = stage.page.locator('.lens .plane');
  const box = (await plane.boundingBox()) ?? { x: 0, y: 0, width: 1, height: 1 };
  const y = box.y + box.height / 2;
  await stage.page.mouse.move(box.x + 34, y);
  await stage.page.mouse.down();
  await expect(read(stage, 'z')).toHaveText('−4.00');
  await stage.page.mouse.move(box.x + 34 + (box.width - 44) / 2, y, { steps: 3 });
  await expect(read(stage, 'z')).toHaveText(/^−?0\.0[0-3]$/);
  await stage.page.mouse.up();
  await stage.page.mouse.move(box.x + box.width - 11, y);
  await expect(plane.locator('.readout')).toContainText(/z (3\.9\d|4\.00) · f (0\.999|1\.000)/);
});

test('it zooms by buttons, keys and Ctrl with the wheel, and never by the wheel alone', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  const dot = stage.page.getByRole('slider', { name: 'z of the dot' });
  const width = async () =>
    Number(await dot.getAttribute('aria-valuemax')) - Number(await dot.getAttribute('aria-valuemin'));
  await expect.poll(width).toBe(8);
  await stage.button('zoom-in').click();
  await expect.poll(width).toBe(4);
  await dot.press('-');
  await dot.press('-');
  await expect.poll(width).toBe(16);
  await stage.page.locator('.lens .plane').hover();
  await stage.page.mouse.wheel(0, 60);
  await expect.poll(width).toBe(16);
  await stage.page.keyboard.down('Control');
  await stage.page.mouse.wheel(0, -60);
  await stage.page.keyboard.up('Control');
  await expect.poll(width).toBeLessThan(16);
  await stage.button('zoom-reset').click();
  await expect.poll(width).toBe(8);
  await dot.press('End');
  await dot.press('Shift+ArrowRight');
  await expect.poll(async () => Number(await dot.getAttribute('aria-valuemax'))).toBe(4.5);
});

test('keys that come faster than pictures are all counted', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  const dot = stage.page.getByRole('slider', { name: 'z of the dot' });
  await expect(dot).toHaveAttribute('aria-valuenow', '1.4');
  await dot.evaluate((element) => {
    for (let at = 0; at < 3; at++)
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageUp', bubbles: true, composed: true }));
  });
  await expect(dot).toHaveAttribute('aria-valuenow', '2.9');
});

test('layers are looked at one by one, and different ones have no common view', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  const scopes = stage.page.getByRole('radiogroup', { name: 'Layers looked at' });
  const label = () => stage.page.locator('.lens canvas.look').getAttribute('aria-label');
  await expect(scopes.getByRole('radio')).toHaveText(['all', '1', '2', 'out']);
  await expect(stage.page.getByRole('heading', { name: /^Lens ?(all hidden units)?$/ })).toBeVisible();
  await expect.poll(label).toContain('all hidden units');
  await scopes.getByRole('radio', { name: 'all hidden layers' }).focus();
  await stage.page.keyboard.press('ArrowRight');
  await expect(scopes.getByRole('radio', { name: 'layer 1' })).toBeFocused();
  await expect.poll(label).toContain('ReLU, layer 1');
  await stage.page.keyboard.press('End');
  await expect.poll(label).toContain('Logits, the output layer');
  await expect.poll(label).toContain('The data: mean');
  await stage.choose('layers[1].activation', /^Tanh/);
  await expect(scopes.getByRole('radio')).toHaveText(['1', '2', 'out']);
  await scopes.getByRole('radio', { name: 'layer 2' }).click();
  await expect.poll(label).toContain('Tanh, layer 2');
});

test('a dragged parameter changes the run in place', async ({ stage }) => {
  await stage.open('act=leaky_relu');
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(5);
  await stage.pause();
  const before = await stage.progress();
  const print = await stage.fingerprint();
  const slider = stage.page.locator('.lens input[type=range]').first();
  await slider.focus();
  for (let press = 0; press < 20; press++) await slider.press('ArrowRight');
  await expect.poll(() => stage.hash()).toMatch(/p1\.\w+=0\.2/);
  await expect.poll(async () => (await stage.progress()).trainLoss).not.toBe(before.trainLoss);
  const after = await stage.progress();
  expect([after.epoch, after.step]).toEqual([before.epoch, before.step]);
  expect(await stage.fingerprint()).toBe(print);
  await stage.step(1, 'epoch');
  expect((await stage.progress()).epoch).toBe(before.epoch + 1);
  expect(await stage.fingerprint()).not.toBe(print);
});

test('another activation can take over the weights, and does so only when asked', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  await stage.ask((element) => element.reset());
  await stage.run(30);
  const print = await stage.fingerprint();
  await stage.page.locator('[data-keep=true]').click();
  await stage.page.locator('.chip').filter({ hasText: 'Tanh' }).click();
  await expect.poll(async () => (await stage.experiment()).layers[0]?.activation).toBe('tanh');
  await expect(stage.page.locator('.lens canvas.look')).toHaveAttribute('aria-label', /^Tanh/);
  expect(await stage.fingerprint()).toBe(print);
  expect((await stage.progress()).epoch).toBe(30);
  await stage.page.locator('[data-keep=false]').click();
  await stage.page.locator('.chip').filter({ hasText: 'Sigmoid' }).click();
  await expect.poll(() => stage.fingerprint()).not.toBe(print);
  await expect.poll(async () => (await stage.progress()).epoch).toBe(30);
});

test('second derivative, tails, rounding, comparison, and all of it as a table', async ({ stage }) => {
  await stage.open('act=gelu');
  await stage.pause();
  const canvas = stage.page.locator('.lens canvas.look');
  const picture = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
  let last = await picture();
  const changes = async (what: string) => {
    await expect.poll(picture, what).not.toBe(last);
    await stage.page.waitForTimeout(150);
    last = await picture();
  };
  await stage.button('lens-bend').click();
  await changes('f″');
  await stage.choose('lens.format', /^int8/);
  await changes('int8');
  await stage.choose('lens.compare', /^ReLU\b/);
  await changes('comparison');
  await stage.button('lens-log').click();
  await changes('log');
  await expect(canvas).toHaveAttribute('aria-label', /Beside it: ReLU\./);
  await stage.button('lens-table').click();
  const table = stage.page.getByRole('region', { name: 'Data table of the curve' });
  await expect(table.getByRole('columnheader')).toHaveText(['z', 'f', 'f′', 'f″', 'ReLU', 'values']);
  await expect(table.getByRole('row').filter({ hasText: '4.00' }).first()).toContainText('0.0000');
  await stage.page.getByRole('button', { name: 'Stop comparing with ReLU' }).click();
  await expect(table.getByRole('columnheader')).toHaveText(['z', 'f', 'f′', 'f″', 'values']);
});

test('a whole-layer activation is shown without a curve, and trains', async ({ stage }) => {
  await stage.open('act=softmax');
  await expect(stage.page.locator('.lens')).toContainText('no curve of one number');
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(3);
});

for (const [theme, width] of [
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
] as const) {
  test(`no serious accessibility faults with everything open, ${theme}, ${width}`, async ({ stage }) => {
    await stage.page.emulateMedia({ colorScheme: theme });
    await stage.page.setViewportSize({ width, height: 800 });
    await stage.open('act=elu');
    await stage.pause();
    await stage.choose('lens.compare', /^Tanh/);
    await stage.choose('lens.compare', /^GELU/);
    await stage.button('lens-table').click();
    await stage.button('compose').click();
    await stage.page.locator('#formula-lens').fill('z * oops(');
    await expect(stage.page.locator('.typed mark')).toBeAttached();
    const { violations } = await new AxeBuilder({ page: stage.page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html.slice(0, 160))])).toEqual([]);
    expect(await stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}

test('the parameters of an activation are trained as it says, and not at all where they cannot be', async ({
  stage,
}) => {
  await stage.open('act=swish');
  await stage.pause();
  await expect(stage.control('lens.learn')).toContainText('fixed');
  await stage.choose('lens.learn', /^per unit/);
  await expect(stage.control('lens.learn')).toContainText('per unit');
  expect((await stage.experiment()).layers.map((layer) => layer.learn)).toContain('unit');
  await expect.poll(() => stage.hash()).toMatch(/learn\d=unit/);
  expect((await stage.run(20)).divergence).toBeNull();
  await stage.open('act=prelu');
  await expect(stage.control('lens.learn')).toContainText('per layer');
  await stage.open('act=rrelu');
  await expect(stage.control('lens.learn')).toHaveCount(0);
});

test('trained parameters are drawn and told as they are now', async ({ stage }) => {
  await stage.open('act=prelu&net=8&learn=unit&lr=0.2');
  await stage.pause();
  await stage.ask((element) => element.reset());
  const canvas = stage.page.locator('.lens canvas.look');
  const picture = () => canvas.evaluate((element: HTMLCanvasElement) => element.toDataURL());
  const now = stage.page.locator('.lens [data-now=a]');
  await expect(now).toHaveText('now 0.25 (0.25 to 0.25)');
  // It changes with every frame: nobody wants to hear that.
  expect(await now.evaluate((element) => element.closest('output, [aria-live], [role=status]'))).toBeNull();
  await stage.page.waitForTimeout(200);
  const before = await picture();
  await stage.run(60);
  await expect(now).not.toHaveText('now 0.25 (0.25 to 0.25)');
  await expect(now).toHaveText(/^now −?\d\.\d\d \(−?\d\.\d\d to −?\d\.\d\d\)$/);
  await expect.poll(picture).not.toBe(before);
  await expect(canvas).toHaveAttribute('aria-label', /Trained: a −?\d\.\d\d \(/);
  // The dot stands on the curve as it is now; the slider still says where it started.
  const dot = stage.page.getByRole('slider', { name: 'z of the dot' });
  await dot.press('Home');
  const number = async (locator: ReturnType<typeof read>) => Number((await locator.innerText()).replace('−', '-'));
  const mean = Number((await now.innerText()).replace('−', '-').match(/-?\d\.\d+/)?.[0]);
  await expect
    .poll(async () => Math.abs((await number(read(stage, 'value'))) - mean * (await number(read(stage, 'z')))))
    .toBeLessThan(0.06);
  expect((await stage.experiment()).layers[0]?.params).toEqual({});
  await stage.open('act=prelu&net=8');
  await stage.pause();
  await stage.run(20);
  await expect(now).toHaveText(/^now −?\d\.\d\d$/);
  await stage.open('act=leaky_relu');
  await expect(now).toHaveCount(0);
});

test('layers that learn apart have a curve each, in the lens and in the network', async ({ stage }) => {
  await stage.open('act=prelu&net=4.3&learn=layer&lr=0.3');
  await stage.pause();
  await stage.button('tiles').click();
  await stage.ask((element) => element.reset());
  const paths = () =>
    stage.page.locator('svg.units .curve').evaluateAll((all) => all.map((one) => one.getAttribute('d')));
  await expect.poll(async () => new Set(await paths()).size).toBe(1);
  const [start] = await paths();
  await stage.run(60);
  await expect.poll(async () => new Set(await paths()).size).toBe(2);
  expect(await paths()).not.toContain(start);
  await expect(stage.page.locator('svg.units .learned')).toHaveCount(0);
  const dot = stage.page.getByRole('slider', { name: 'z of the dot' });
  await dot.press('Home');
  await expect(read(stage, 'value')).toHaveText(/ to /);
  await expect(stage.page.locator('.lens canvas.look')).toHaveAttribute(
    'aria-label',
    /Each layer has a curve of its own/,
  );
  await stage.page.getByRole('radio', { name: 'layer 2' }).click();
  await expect(read(stage, 'value')).not.toHaveText(/ to /);
});

test('units whose parameters are not told have a mark', async ({ stage }) => {
  await stage.open('act=prelu&net=14&learn=unit&lr=0.3');
  await stage.pause();
  await stage.button('tiles').click();
  const tiles = await stage.page.locator('svg.units .curve').count();
  const marks = stage.page.locator('svg.units .learned');
  await expect.poll(() => marks.count()).toBeGreaterThan(0);
  expect(await marks.count()).toBeLessThan(tiles);
});

test('the card has the defaults of frameworks that differ', async ({ stage }) => {
  await stage.open('act=leaky_relu');
  await expect(stage.page.locator('.lens .card')).toContainText('Keras layer');
  await expect(stage.page.locator('.lens .card')).toContainText('negative_slope 0.3');
});

test('units that start at zero are said to stay equal', async ({ stage }) => {
  await stage.open('init=zeros&act=tanh&net=6');
  await expect(stage.page.locator('.verdict')).toContainText('All 6 units are equal and stay equal');
  await stage.open('act=tanh&net=6');
  await expect(stage.page.locator('.verdict')).toHaveCount(0);
});
