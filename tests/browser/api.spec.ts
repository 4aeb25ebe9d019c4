/** What a script may ask of the element: good descriptions are completed, bad ones change nothing and are explained. */
import type { Experiment } from '../../www/engine/types';
import { expect, test } from './stage';

test('a description is completed with defaults', async ({ stage }) => {
  await stage.open();
  await stage.ask((element) => {
    element.experiment = { learningRate: 0.2 } as Experiment;
  });
  await expect.poll(async () => (await stage.experiment()).learningRate).toBe(0.2);
  expect((await stage.experiment()).layers.map(({ units }) => units)).toEqual([6, 4]);
});

for (const [name, change, said] of [
  ['a negative size', { layers: [{ units: -1 }] }, ['layers[0].units', '-1', 'from 1 to 512']],
  ['a thousand million units', { layers: [{ units: 1e9 }] }, ['layers[0].units', '1000000000']],
  ['a rate that is no number', { learningRate: Number.NaN }, ['learningRate', 'NaN', 'from 0.00001 to 10']],
  ['an unknown field', { learningrate: 1 }, ['learningrate', 'not a field']],
  ['an odd gate', { layers: [{ units: 5, activation: 'glu' }] }, ['layers[0].units', 'got 5, try 6']],
  ['a broken formula', { layers: [{ units: 5, activation: 'tanh(' }] }, ['layers[0].activation', 'never closed']],
] as const) {
  test(`${name} is explained and changes nothing`, async ({ stage }) => {
    await stage.open('net=5&seed=3');
    const before = await stage.experiment();
    await stage.ask((element, given) => {
      element.experiment = given as unknown as Experiment;
    }, change);
    for (const text of said) await expect(stage.page.locator('.toast')).toContainText(text);
    expect(await stage.experiment()).toEqual(before);
    const { epoch } = await stage.progress();
    await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(epoch);
  });
}

test('what is no description at all is refused at once', async ({ stage }) => {
  await stage.open('seed=3');
  for (const bad of [null, 'hello', 5, [1]]) {
    const message = await stage.ask((element, given) => {
      try {
        element.experiment = given as unknown as Experiment;
        return 'taken';
      } catch (error) {
        return (error as Error).message;
      }
    }, bad);
    expect(message).toContain('accepted: a description');
  }
  expect((await stage.experiment()).seed).toBe(3);
});

test('one that is set before the engine is there is not forgotten', async ({ stage }) => {
  await stage.open();
  const rate = await stage.page.evaluate(async () => {
    const element = document.createElement('activation-playground');
    element.experiment = { learningRate: 0.5 } as Experiment;
    document.body.append(element);
    await element.ready;
    const found = element.experiment?.learningRate;
    element.remove();
    return found;
  });
  expect(rate).toBe(0.5);
});

test('a step without end gives way to the next wish', async ({ stage }) => {
  await stage.open();
  await stage.ask((element) => {
    void element.step(1e9, 'epoch');
  });
  await stage.page.waitForTimeout(300);
  await stage.ask((element) => {
    element.experiment = { data: { name: 'iris' } } as Experiment;
  });
  await expect(stage.page.locator('.matrix tbody td')).toHaveCount(9);
});

test('numbers and strides that are none are refused', async ({ stage }) => {
  await stage.open();
  const said = (call: string) =>
    stage.ask(
      (element, name) =>
        ({
          step: () => element.step(-1),
          stride: () => element.step(1, 'day' as never),
          run: () => element.run({ epochs: Number.NaN }),
        })
          [name as 'step']()
          .then(
            () => 'done',
            (error: Error) => error.message,
          ),
      call,
    );
  expect(await said('step')).toBe('count is -1; accepted: a number from 0');
  expect(await said('stride')).toBe('unit is day; accepted: one of sample, batch, epoch');
  expect(await said('run')).toBe('epochs is NaN; accepted: a number from 0');
});

test('the word that a link was copied goes by itself', async ({ stage, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await stage.open();
  await stage.button('share').click();
  await expect(stage.page.locator('.toast')).toContainText('copied');
  await expect(stage.page.locator('.toast')).toHaveCount(0, { timeout: 8000 });
});

test('a complaint about a link goes with the link', async ({ stage }) => {
  await stage.open('act=nonsense');
  await expect(stage.page.locator('.toast')).toContainText('nonsense');
  await stage.page.evaluate(() => {
    location.hash = 'act=gelu';
  });
  await expect(stage.page.locator('.toast')).toHaveCount(0);
});
