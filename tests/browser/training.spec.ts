/** It trains, on every kind of data, and the same description gives the same run. */
import { expect, test } from './stage';

/** Solves the spiral on the engine; chosen by trying. */
const SPIRAL = 'act=silu&net=16.16&data=spiral&n=400&noise=0.02&opt=adam&lr=0.01';

test('opens already training', async ({ stage }) => {
  await stage.open();
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(20);
  const { epoch } = await stage.progress();
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(epoch);
  await expect(stage.page.locator('[data-stat=epoch]')).not.toHaveText('–');
});

test('learns the circle, and draws it', async ({ stage }) => {
  await stage.open();
  const { testAccuracy, testLoss } = await stage.run(200);
  expect(testAccuracy).toBeGreaterThan(0.95);
  expect(testLoss).toBeLessThan(0.1);
  await expect(stage.page.locator('canvas.map')).toBeVisible();
  const colours = await stage.page.locator('canvas.map').evaluate((canvas: HTMLCanvasElement) => {
    const pixel = (x: number, y: number) =>
      canvas
        .getContext('2d')
        ?.getImageData(x * canvas.width, y * canvas.height, 1, 1)
        .data.slice(0, 3)
        .join();
    return [pixel(0.03, 0.03), pixel(0.97, 0.97), pixel(0.5, 0.5)];
  });
  expect(colours[0]).toBe(colours[1]);
  expect(colours[2]).not.toBe(colours[0]);
});

test('learns the spiral to a test loss below 0.1', async ({ stage }) => {
  await stage.open(SPIRAL);
  const { testLoss, testAccuracy } = await stage.run(300);
  expect(testLoss).toBeLessThan(0.1);
  expect(testAccuracy).toBeGreaterThan(0.95);
});

test('fits a surface', async ({ stage }) => {
  await stage.open('act=tanh&net=16.16&data=hills&n=400&noise=0.02&opt=adam&lr=0.01');
  const start = await stage.step(1, 'batch');
  const end = await stage.run(300);
  expect(end.testLoss).toBeLessThan(start.testLoss / 4);
  expect(end.testAccuracy).toBeNull();
  await expect(stage.page.locator('[data-stat=accuracy]')).toHaveCount(0);
  await expect(stage.page.locator('canvas.map')).toBeVisible();
});

for (const [name, link, epochs, accuracy, classes] of [
  ['iris', 'act=tanh&data=iris', 100, 0.9, 3],
  ['digits', 'net=32&data=digits&lr=0.1', 30, 0.93, 10],
  ['breast cancer', 'data=breast_cancer', 60, 0.93, 2],
  ['images', 'net=32&data=mnist-mini&opt=adam&lr=0.002&bs=32', 8, 0.8, 10],
] as const) {
  test(`learns ${name}, and shows what it takes for what`, async ({ stage }) => {
    await stage.open(link);
    const { testAccuracy } = await stage.run(epochs);
    expect(testAccuracy).toBeGreaterThan(accuracy);
    const cells = stage.page.locator('.matrix tbody td');
    await expect(cells).toHaveCount(classes * classes);
    const sum = async () => (await cells.allInnerTexts()).reduce((total, text) => total + Number(text), 0);
    const tested = await sum();
    const right = await stage.page.locator('.matrix td.right').allInnerTexts();
    expect(right.reduce((total, text) => total + Number(text), 0) / tested).toBeCloseTo(testAccuracy ?? 0, 6);
    await stage.page.getByRole('radio', { name: /^train/ }).click();
    await expect.poll(sum).toBeGreaterThan(tested);
  });
}

test('a regression shows what is predicted for what', async ({ stage }) => {
  await stage.open('data=cars&net=8&act=tanh&opt=adam&lr=0.01');
  const picture = stage.page.locator('canvas[data-watch=predictions]');
  await stage.run(20);
  await expect(picture).toHaveAccessibleName(/of 7\d rows/);
  const drawn = () => picture.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const tested = await drawn();
  await stage.page.getByRole('radio', { name: /^train/ }).click();
  await expect(picture).toHaveAccessibleName(/of 3\d\d rows/);
  await expect.poll(drawn).not.toBe(tested);
});

test('what is called after a description is set acts on that description', async ({ stage }) => {
  await stage.open('');
  const seen = await stage.ask(async (element) => {
    element.pause();
    element.experiment = { data: { name: 'moons' }, learningRate: 0.1 } as never;
    const ran = await element.run({ epochs: 3 });
    element.experiment = { data: { name: 'spiral' } } as never;
    const stepped = await element.step(3, 'batch');
    element.experiment = { data: { name: 'xor' } } as never;
    const saved = new TextDecoder().decode(await (await element.save()).arrayBuffer());
    return { epoch: ran?.epoch, rate: ran?.learningRate, step: stepped?.step, saved };
  });
  expect(seen).toMatchObject({ epoch: 3, rate: 0.1, step: 3 });
  expect(seen.saved).toContain('data=xor');
});

test('a link whose parts do not fit opens what does; the next change clears the message', async ({ stage }) => {
  await stage.open('data=austen&net=6');
  const toast = stage.page.locator('.toast');
  await expect(toast).toContainText('a network that suits the data runs instead');
  expect((await stage.progress()).testLoss).toBeGreaterThan(0);
  await stage.page.getByRole('button', { name: /^Iris/ }).click();
  await expect(toast).toHaveCount(0);
});

test('images, series and text come with a network that suits them, and it goes with them', async ({ stage }) => {
  await stage.open('act=tanh');
  const menu = stage.control('data.name').locator('button').first();
  const choose = async (name: RegExp) => {
    await menu.click();
    await stage.page.getByRole('option', { name }).click();
  };
  for (const [name, network, learned] of [
    [/^MNIST, small/, 'convolution, max pool', 0.5],
    [/^Which book/, 'embedding, positions, self-attention', 0.4],
    [/^Sunspots/, 'LSTM', null],
  ] as const) {
    await choose(name);
    await expect(stage.page.locator('.recipe .sentence')).toContainText(network);
    await stage.run(2);
    const { testLoss, testAccuracy } = await stage.progress();
    expect(testLoss).toBeLessThan(2);
    if (learned) expect(testAccuracy).toBeGreaterThan(learned);
  }
  await choose(/^Moons/);
  await expect.poll(() => stage.hash()).toBe('#v=1&data=moons');
});

test('a link to data alone has the network that suits them, and the strip acts on it', async ({ stage }) => {
  await stage.open('data=mnist-mini');
  await expect(stage.page.locator('.toast')).toHaveCount(0);
  await expect(stage.page.locator('.recipe .sentence')).toContainText('convolution, max pool');
  await expect(stage.page.getByRole('radio', { name: 'ReLU', exact: true })).toBeChecked();
  await stage.page.getByRole('radio', { name: 'GELU' }).click();
  await expect.poll(() => stage.hash()).toContain('conv2d(kernel=5,activation=gelu)');
  const { modules } = await stage.experiment();
  expect(modules.map(({ activation }) => activation)).toEqual(['gelu', undefined, 'gelu', undefined]);
});

test('modules are written as in a link, and what is wrong with them is said', async ({ stage }) => {
  await stage.open('data=digits8&modules=conv2d;maxPool');
  await stage.page.getByRole('button', { name: 'more…' }).click();
  const field = stage.page.locator('textarea[data-path=modules]');
  await expect(field).toHaveValue('conv2d;maxPool');
  await field.fill('conv3d');
  await field.press('Enter');
  await expect(stage.page.locator('.toast')).toContainText('conv2d');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await field.fill('conv2d(channels=4);globalPool');
  await field.press('Enter');
  await expect.poll(() => stage.hash()).toContain('modules=conv2d(channels=4);globalPool');
  await expect(field).toHaveAttribute('aria-invalid', 'false');
});

test('the same description twice is the same run, bit for bit', async ({ stage }) => {
  const prints: string[] = [];
  for (const link of [SPIRAL, 'act=tanh', SPIRAL]) {
    await stage.open(link);
    await stage.pause();
    await stage.ask((element) => element.reset());
    await stage.run(50);
    prints.push(await stage.fingerprint());
    await stage.page.goto('about:blank');
  }
  expect(prints[2]).toBe(prints[0]);
  expect(prints[1]).not.toBe(prints[0]);
});

test('steps by sample, batch and epoch add up to the same epoch', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  await stage.button('reset').click();
  await expect.poll(async () => (await stage.progress()).step).toBe(0);
  const start = await stage.progress();
  const startPrint = await stage.fingerprint();

  const whole = await stage.step(1, 'epoch');
  expect(whole).toMatchObject({ epoch: 1, step: 10, sample: 0 });
  const wholePrint = await stage.fingerprint();

  await stage.ask((element) => element.reset());
  expect(await stage.progress()).toEqual(start);
  expect(await stage.fingerprint()).toBe(startPrint);
  for (let batch = 1; batch <= 9; batch++) expect((await stage.step(1, 'batch')).step).toBe(batch);
  const sample = await stage.step(3, 'sample');
  expect(sample).toMatchObject({ epoch: 0, step: 9, sample: 93 });
  await stage.step(7, 'sample');
  expect(await stage.progress()).toEqual(whole);
  expect(await stage.fingerprint()).toBe(wholePrint);
});

test('a changed activation is replayed to the same step, and the run before stays as a ghost', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  await stage.ask((element) => element.reset());
  await stage.run(40);
  await stage.step(3, 'batch');
  const relu = await stage.fingerprint();
  const before = await stage.progress();
  await stage.page.locator('.chip').filter({ hasText: 'Tanh' }).click();
  await expect.poll(async () => (await stage.fingerprint()) !== relu).toBe(true);
  await expect
    .poll(async () => {
      const { epoch, step } = await stage.progress();
      return [epoch, step];
    })
    .toEqual([before.epoch, before.step]);
  await stage.page
    .locator('.chip')
    .filter({ hasText: /^\s*ReLU/ })
    .click();
  await expect.poll(() => stage.fingerprint()).toBe(relu);
});

test('a table of one’s own is learned; a bad one is told and leaves the last one in place', async ({ stage }) => {
  await stage.open('act=tanh&net=6');
  const rows = Array.from({ length: 80 }, (_, at) => `${at % 9};${(at * 7) % 11};${at % 9 > 4 ? 'high' : 'low'}`);
  const give = (name: string, text: string) =>
    stage.page.locator('input[data-do=table]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await give('mine.csv', ['a;b;kind', ...rows].join('\n'));
  await expect.poll(async () => (await stage.experiment()).data.name).toBe('own');
  await expect(stage.page.locator('.recipe')).toContainText('80 rows');
  await stage.run(60);
  expect((await stage.progress()).testAccuracy).toBeGreaterThan(0.8);
  await give('bad.csv', 'a,b\n1,2\n');
  await expect(stage.page.locator('.toast')).toContainText('did not accept');
  await stage.run(2);
  expect((await stage.progress()).testAccuracy).toBeGreaterThan(0.8);
  expect((await stage.experiment()).data.name).toBe('own');
});
