/** Settings: through the controls into the run and the address, and back. */
import { expect, test } from './stage';

test('every control reaches the experiment and the address', async ({ stage }) => {
  await stage.open();
  expect(await stage.hash()).toBe('');
  await stage.type('learningRate', '0.2');
  await expect.poll(() => stage.hash()).toBe('#v=1&lr=0.2');
  await stage.page.getByRole('button', { name: 'One unit more in layer 1' }).click();
  await expect.poll(() => stage.hash()).toBe('#v=1&net=7.4&lr=0.2');
  await stage.button('add-layer').click();
  await expect.poll(() => stage.hash()).toBe('#v=1&net=7.4.4&lr=0.2');
  await stage.page.getByRole('button', { name: 'Remove layer 2' }).click();
  await expect.poll(() => stage.hash()).toBe('#v=1&net=7.4&lr=0.2');
  await stage.page.locator('.chip').filter({ hasText: 'Tanh' }).click();
  await expect.poll(() => stage.hash()).toBe('#v=1&act=tanh&net=7.4&lr=0.2');
  await stage.choose('layers[1].activation', 'ReLU');
  await expect.poll(() => stage.hash()).toBe('#v=1&acts=tanh.relu&net=7.4&lr=0.2');
  await stage.page.getByRole('button', { name: 'XOR' }).click();
  await stage.choose('optimizer', /^Adam/);
  await stage.type('batch', '20');
  await stage.type('data.points', '300');
  await stage.type('data.noise', '0.1');
  await stage.type('seed', '7');
  const link = '#v=1&acts=tanh.relu&net=7.4&data=xor&n=300&noise=0.1&opt=adam&lr=0.2&bs=20&seed=7';
  await expect.poll(() => stage.hash()).toBe(link);

  const before = await stage.experiment();
  await stage.page.reload();
  await stage.ready();
  expect(await stage.experiment()).toEqual(before);
  expect(await stage.hash()).toBe(link);
  await expect(stage.control('learningRate').locator('input')).toHaveValue('0.2');
});

test('rarer settings are behind more…, and are said in the sentence when they differ', async ({ stage }) => {
  await stage.open();
  await stage.page.getByRole('button', { name: 'more…' }).click();
  const panel = stage.page.getByRole('dialog', { name: 'More settings' });
  await expect(panel).toBeVisible();
  await panel.locator('[data-path="init"] > button').click();
  await stage.page.getByRole('option', { name: /^LeCun Normal/ }).click();
  await expect.poll(() => stage.hash()).toBe('#v=1&init=lecun');
  await expect(stage.page.locator('.sentence')).toContainText('LeCun initial weights');
});

test('an activation with a parameter shows it', async ({ stage }) => {
  await stage.open('act=leaky_relu');
  const param = stage.page.locator('[data-path^="params."]').first();
  await param.locator('input').fill('0.3');
  await param.locator('input').press('Enter');
  await expect.poll(() => stage.hash()).toMatch(/p1\.\w+=0\.3&p2\.\w+=0\.3/);
});

test('the learning rate changes while it trains', async ({ stage }) => {
  await stage.open();
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(10);
  await stage.type('learningRate', '0.01');
  const { epoch } = await stage.progress();
  expect(epoch).toBeGreaterThan(10);
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(epoch);
});

test('a number that cannot be used says why, stays as typed, and changes nothing', async ({ stage }) => {
  await stage.open();
  const input = stage.control('learningRate').locator('input');
  for (const text of ['abc', '99', '-1', '']) {
    await stage.type('learningRate', text);
    const complaint = stage.control('learningRate').locator('.complaint');
    await expect(complaint).toContainText('learning rate');
    await expect(complaint).toContainText(text === '' ? 'empty' : text);
    await expect(complaint).toContainText('from 0.00001 to 10');
    await expect(input).toHaveValue(text);
    await expect(input).toHaveAttribute('aria-invalid', 'true');
    expect((await stage.experiment()).learningRate).toBe(0.06);
  }
  await stage.type('batch', '2.5');
  await expect(stage.control('batch').locator('.complaint')).toContainText('a whole number from 1 to 500');
  await input.fill('0.5');
  await input.press('Enter');
  await expect(stage.control('learningRate').locator('.complaint')).toHaveCount(0);
  await expect.poll(async () => (await stage.experiment()).learningRate).toBe(0.5);
});

test('numbers can be dragged and stepped', async ({ stage }) => {
  await stage.open();
  const input = stage.control('learningRate').locator('input');
  const box = (await input.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await stage.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await stage.page.mouse.down();
  await stage.page.mouse.move(box.x + box.width / 2 + 8, box.y + 5, { steps: 4 });
  await stage.page.mouse.up();
  await expect.poll(async () => (await stage.experiment()).learningRate).toBe(0.1);
  await input.focus();
  await input.press('ArrowUp');
  await expect.poll(async () => (await stage.experiment()).learningRate).toBe(0.2);
  await input.press('ArrowDown');
  await input.press('ArrowDown');
  await expect.poll(async () => (await stage.experiment()).learningRate).toBe(0.05);
});

test('what a link gets wrong is listed, and the rest is used', async ({ stage }) => {
  await stage.open('data=nowhere&lr=abc&net=5.5&bogus=1');
  const toast = stage.page.locator('.toast');
  await expect(toast).toContainText('Link: 3 settings not understood');
  for (const text of ['data', 'nowhere', 'circle', 'lr', 'abc', 'from 0.00001 to 10', 'bogus'])
    await expect(toast).toContainText(text);
  expect((await stage.experiment()).layers.map(({ units }) => units)).toEqual([5, 5]);
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(5);
  await stage.button('dismiss').click();
  await expect(toast).toHaveCount(0);
  await stage.type('seed', '5');
  await expect.poll(() => stage.hash()).toBe('#v=1&net=5.5&seed=5&bogus=1');
});

test('what is out of range in a link is brought into it, and that is said', async ({ stage }) => {
  await stage.open('lr=50&noise=2');
  const toast = stage.page.locator('.toast');
  await expect(toast).toContainText('Link: 2 settings brought into range');
  await expect(toast).toContainText('“lr” brought into range: 50 → 10; accepted: a number from 0.00001 to 10');
  await expect(toast).not.toContainText('not understood');
  await stage.page.evaluate(() => {
    location.hash = 'lr=50&seed=abc';
  });
  await expect(toast).toContainText('Link: 1 setting not understood and 1 brought into range');
  await expect(toast).toContainText('50 → 10');
});

test('an activation may be called as elsewhere; a mistyped one is guessed at', async ({ stage }) => {
  await stage.open('acts=LeakyReLU.hard-swish');
  const activations = async () => (await stage.experiment()).layers.map(({ activation }) => activation);
  expect(await activations()).toEqual(['leaky_relu', 'hard_swish']);
  await stage.type('seed', '5');
  await expect.poll(() => stage.hash()).toBe('#v=1&acts=leaky_relu.hard_swish&seed=5');
  await stage.ask((element) => {
    const called = (activation: string) => ({ units: 4, activation, params: {}, learn: null });
    element.experiment = { layers: [called('SiLU')] } as never;
  });
  await expect.poll(activations).toEqual(['silu']);
  await expect(stage.page.locator('.chip[aria-checked=true], .chip[aria-pressed=true]')).toContainText('SiLU');
  await stage.page.evaluate(() => {
    location.hash = 'act=gleu';
  });
  const toast = stage.page.locator('.toast');
  await expect(toast).toContainText('“act” is “gleu”; did you mean “gelu”?');
  await expect(toast).not.toContainText('`');
  await stage.button('use-meant').click();
  await expect.poll(activations).toEqual(['gelu', 'gelu']);
  await expect(toast).toHaveCount(0);
  await stage.page.evaluate(() => {
    location.hash = 'acts=tanh.seluu&seed=7';
  });
  await stage.button('use-meant').click();
  await expect.poll(activations).toEqual(['tanh', 'selu']);
  expect((await stage.experiment()).seed).toBe(7);
});

test('parameters of layers that differ are said', async ({ stage }) => {
  await stage.open('acts=leaky_relu.swish&p1.negative_slope=0.2&p2.beta=2');
  const sentence = stage.page.locator('.sentence');
  await expect(sentence).toContainText('slope below zero 0.2 in layer 1');
  await expect(sentence).toContainText(/ 2 in layer 2/);
  await stage.open('act=leaky_relu&p2.negative_slope=0.3');
  await expect(sentence).toContainText('slope below zero 0.3 in layer 2');
});

for (const [width, height] of [
  [1440, 900],
  [1280, 720],
  [390, 844],
] as const) {
  test(`a complaint about a link leaves the data in reach, ${width}`, async ({ stage }) => {
    await stage.page.setViewportSize({ width, height });
    await stage.open('act=gleu&data=nowhere&lr=abc&noise=7&bogus=1');
    const toast = (await stage.page.locator('.toast').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 1e9 };
    expect(toast.height).toBeLessThan(height / 4);
    const data = await stage.page.locator('section.data').boundingBox();
    if (width > 760) expect(toast.x).toBeGreaterThan((data?.x ?? 0) + (data?.width ?? 0));
    expect(toast.x + toast.width).toBeLessThanOrEqual(width);
  });
}

test('a changed address is followed', async ({ stage }) => {
  await stage.open();
  await stage.page.evaluate(() => {
    location.hash = 'act=gelu&theme=dark';
  });
  await expect.poll(async () => (await stage.experiment()).layers[0]?.activation).toBe('gelu');
  await stage.type('seed', '5');
  await expect.poll(() => stage.hash()).toBe('#v=1&act=gelu&seed=5&theme=dark');
});

test('keys', async ({ stage }) => {
  await stage.open();
  const { page } = stage;
  const play = stage.button('play');
  await page.keyboard.press('Space');
  await expect(play).toHaveAttribute('aria-label', 'Play');
  await stage.pause();
  await page.keyboard.press('r');
  await expect.poll(async () => (await stage.progress()).step).toBe(0);
  await page.keyboard.press('.');
  await expect.poll(async () => (await stage.progress()).step).toBe(1);
  await page.keyboard.press('Shift+.');
  await expect.poll(async () => (await stage.progress()).epoch).toBe(1);
  const checked = page.locator('.chip[aria-checked=true]');
  await page.keyboard.press('1');
  await expect(checked).toContainText('Linear');
  await page.keyboard.press('0');
  await expect(checked).toContainText('Softplus');
  await page.keyboard.press('[');
  await expect(checked).toContainText('Mish');
  await page.keyboard.press(']');
  await expect(checked).toContainText('Softplus');
  const { seed } = await stage.experiment();
  await page.keyboard.press('n');
  await expect.poll(async () => (await stage.experiment()).seed).not.toBe(seed);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('d');
  await expect(page.locator('[data-status]')).toContainText('Softplus');
  await stage.control('learningRate').locator('input').focus();
  await page.keyboard.press('1');
  await expect(checked).toContainText('Softplus');
});

test('speeds', async ({ stage }) => {
  await stage.open();
  await stage.page.locator('ap-menu.speed > button').click();
  await stage.page.getByRole('option', { name: /^max/ }).click();
  await expect.poll(async () => (await stage.progress()).epoch, { timeout: 10_000 }).toBeGreaterThan(2000);
  await stage.page.locator('ap-menu.speed > button').click();
  await stage.page.getByRole('option', { name: /^slow/ }).click();
  await stage.button('reset').click();
  await expect.poll(async () => (await stage.progress()).step).toBeGreaterThan(2);
  expect((await stage.progress()).epoch).toBeLessThan(20);
});
