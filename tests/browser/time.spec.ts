/** Time as a place: back along the loss chart, and on from there by another description. */
import { expect, type Stage, test } from './stage';

const slider = (stage: Stage) => stage.page.getByRole('slider', { name: 'Time' });

async function rested(stage: Stage, link: string, epochs: number): Promise<void> {
  await stage.open(link);
  await stage.pause();
  await stage.ask((element) => element.reset());
  await stage.run(epochs);
}

test('the chart is dragged back and forth, and every moment has the bits it had', async ({ stage }) => {
  await rested(stage, 'act=tanh&lr=0.1', 25);
  const [middle, progress] = [await stage.fingerprint(), await stage.progress()];
  await stage.run(75);
  const end = await stage.fingerprint();
  const box = await stage.page.locator('ap-loss-chart .u-over').boundingBox();
  if (!box) throw new Error('no chart');
  // The axis ends at epoch 100.
  const at = (epoch: number) => [box.x + (box.width * epoch) / 100, box.y + box.height / 2] as const;
  await stage.page.mouse.move(...at(90));
  await stage.page.mouse.down();
  for (const epoch of [80, 55, 31, 12, 25]) await stage.page.mouse.move(...at(epoch));
  await stage.page.mouse.up();
  await expect.poll(async () => (await stage.progress()).epoch).toBe(25);
  expect([await stage.fingerprint(), await stage.progress()]).toEqual([middle, progress]);
  await expect(stage.page.locator('[data-stat=epoch]')).toHaveText('25');
  // What was ahead is still there, and the run comes to it again.
  await slider(stage).press('End');
  await expect.poll(async () => (await stage.progress()).epoch).toBe(100);
  expect(await stage.fingerprint()).toBe(end);
});

test('the keys go through time', async ({ stage }) => {
  await rested(stage, '', 50);
  const epoch = async () => (await stage.progress()).epoch;
  for (const [key, there] of [
    ['ArrowLeft', 49],
    ['Home', 0],
    ['ArrowRight', 1],
    ['PageUp', 6],
    ['PageDown', 1],
    ['ArrowLeft', 0],
    ['ArrowLeft', 0],
    ['End', 50],
  ] as const) {
    await slider(stage).press(key);
    await expect.poll(epoch).toBe(there);
  }
  await expect(slider(stage)).toHaveAttribute('aria-valuetext', /^epoch 50, test loss/);
});

test('a run that went back plays on from there', async ({ stage }) => {
  await rested(stage, '', 40);
  await slider(stage).press('Home');
  await expect.poll(async () => (await stage.progress()).epoch).toBe(0);
  await stage.button('play').click();
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(3);
});

test('with weights kept, whatever is changed goes on from here, and the old run stays for comparison', async ({
  stage,
}) => {
  await rested(stage, 'net=6.4', 30);
  await stage.page.locator('[data-keep=true]').click();
  const before = await stage.progress();
  await stage.choose('optimizer', /^Adam/);
  await expect.poll(async () => (await stage.experiment()).optimizer.kind).toBe('adam');
  await stage.ask((element) => element.fingerprint());
  expect((await stage.progress()).step).toBe(before.step);
  expect((await stage.progress()).testLoss).toBe(before.testLoss);
  await stage.page.getByRole('button', { name: 'One unit more in layer 2' }).click();
  await expect(stage.page.locator('.toasts')).toContainText('It goes on from here');
  await expect(stage.page.locator('.toasts')).toContainText('start anew');
  expect((await stage.progress()).step).toBe(before.step);
  await stage.run(10);
  expect((await stage.progress()).epoch).toBe(40);
  // Other data are another run.
  await stage.page.locator('.shape[data-id=moons]').click();
  await expect.poll(async () => (await stage.progress()).epoch).toBe(0);
});

test('a branch is the same as one of the engine, and says what starts anew', async ({ stage }) => {
  await rested(stage, 'net=6.4', 20);
  const fresh = await stage.ask((element) => {
    const now = element.experiment as never as { layers: { activation: string }[] };
    return element.branch({ ...now, layers: now.layers.map((layer) => ({ ...layer, activation: 'gelu' })) } as never);
  });
  expect(fresh).toEqual([]);
  expect((await stage.progress()).epoch).toBe(20);
  expect((await stage.experiment()).layers[0]?.activation).toBe('gelu');
  await expect.poll(() => stage.hash()).toContain('act=gelu');
  const said = stage.ask((element) =>
    element.branch({ ...element.experiment, seed: 1 } as never).then(
      () => 'done',
      (error: Error) => error.message,
    ),
  );
  expect(await said).toBe('seed is 1; accepted: 29, that of the run it branches off from');
  expect((await stage.experiment()).seed).toBe(29);
});
