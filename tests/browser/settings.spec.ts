/** Optimisers, schedules, initial weights and what else is behind "more…": each choice trains, and is in the address. */
import { expect, type Stage, test } from './stage';

/** Names in a menu, read from the open list. */
async function entries(stage: Stage, path: string): Promise<string[]> {
  await stage.control(path).locator('button').click();
  const names = stage.control(path).locator('[role=option] .name');
  await expect(names.first()).toBeVisible();
  const texts = await names.allTextContents();
  await stage.page.keyboard.press('Escape');
  return texts;
}

/** Chooses by its whole name. */
async function choose(stage: Stage, path: string, name: string): Promise<void> {
  await stage.control(path).locator('button').click();
  const option = stage.control(path).locator('[role=option]');
  await option.filter({ has: stage.page.getByText(name, { exact: true }) }).click();
}

async function openPanel(stage: Stage): Promise<void> {
  await stage.page.getByRole('button', { name: 'more…' }).click();
  await expect(stage.page.getByRole('dialog', { name: 'More settings' })).toBeVisible();
}

async function trains(stage: Stage): Promise<void> {
  await stage.pause();
  const before = await stage.fingerprint();
  const { epoch } = await stage.progress();
  const progress = await stage.run(3);
  expect(progress.epoch).toBe(epoch + 3);
  expect(Number.isFinite(progress.trainLoss)).toBe(true);
  expect(await stage.fingerprint()).not.toBe(before);
}

test('every optimiser trains', async ({ stage }) => {
  await stage.open('lr=0.01');
  const names = await entries(stage, 'optimizer');
  expect(names).toHaveLength(12);
  for (const name of names.slice(1)) {
    await choose(stage, 'optimizer', name);
    await expect.poll(() => stage.hash()).toContain('&opt=');
    await trains(stage);
  }
  const kinds = (await stage.experiment()).optimizer.kind;
  expect(kinds).toBe('muon');
});

test('every schedule trains, and its rate is shown', async ({ stage }) => {
  await stage.open();
  await openPanel(stage);
  const names = await entries(stage, 'schedule');
  expect(names).toHaveLength(6);
  for (const name of names.slice(1)) {
    await choose(stage, 'schedule', name);
    await expect.poll(() => stage.hash()).toContain('&sched=');
    await trains(stage);
    await expect(stage.page.locator('[data-stat="rate"]')).not.toBeEmpty();
    await expect(stage.page.locator('.sentence')).toContainText(`${name} schedule`);
  }
  await stage.open('sched=step&every=2&gamma=0.5&lr=0.4&seed=1');
  await stage.pause();
  await stage.ask((element) => element.reset());
  const { learningRate } = await stage.run(4);
  expect(learningRate).toBe(0.1);
  await expect(stage.page.locator('[data-stat="rate"]')).toHaveText('0.1');
});

test('every initialiser trains', async ({ stage }) => {
  await stage.open('act=tanh');
  await openPanel(stage);
  const names = await entries(stage, 'init');
  expect(names).toHaveLength(15);
  for (const name of names.slice(1)) {
    await choose(stage, 'init', name);
    await expect.poll(async () => (await stage.experiment()).init.kind).not.toBe('auto');
    await expect(stage.page.locator('.sentence')).toContainText(`${name} initial weights`);
    const { trainLoss } = await stage.run(2);
    expect(Number.isFinite(trainLoss), name).toBe(true);
  }
});

test('numbers of the training change while it runs, and are in the address', async ({ stage }) => {
  await stage.open('opt=adam');
  await stage.run(20);
  await openPanel(stage);
  await stage.type('optimizer.beta1', '0.8');
  await stage.choose('optimizer.amsgrad', 'on');
  await stage.type('regularization.l2', '0.01');
  await stage.type('regularization.clipNorm', '1');
  await expect.poll(() => stage.hash()).toBe('#v=1&opt=adam&b1=0.8&amsgrad=1&l2=0.01&clip=1');
  await expect(stage.page.locator('.sentence')).toContainText('β₁ 0.8, AMSGrad, L2 0.01, clip norm 1.');
  expect((await stage.progress()).epoch).toBeGreaterThanOrEqual(20);
  await trains(stage);
});

test('a run stops where it is told to, says so, and can go on', async ({ stage }) => {
  await stage.open('stopepochs=15');
  const said = stage.page.locator('[data-state="halted"]');
  await expect(said).toContainText('Stopped: 15 epochs are done.');
  expect((await stage.progress()).epoch).toBe(15);
  await expect(stage.button('play')).toBeDisabled();
  expect((await stage.run(5)).epoch).toBe(15);
  await stage.button('go-on').click();
  await expect(said).toHaveCount(0);
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(16);
  await expect.poll(() => stage.hash()).toBe('');
});

test('the defaults of a framework are taken over and listed', async ({ stage }) => {
  await stage.open('act=leaky_relu&opt=adam');
  await openPanel(stage);
  await stage.choose('preset', /^Keras/);
  const toast = stage.page.locator('.toast');
  await expect(toast).toContainText('Defaults of Keras');
  await expect(toast).toContainText('learningRate 0.001 (was 0.06), init xavier_uniform (was auto)');
  await expect(toast).toContainText('optimizer.epsilon 0.0000001 (was 0.00000001)');
  await expect.poll(() => stage.hash()).toContain('p1.negative_slope=0.2');
  await expect.poll(() => stage.hash()).toContain('&opt=adam&eps=0.0000001&lr=0.001&init=xavier_uniform');
});

test('an output activation brings the loss that fits it, and the other losses take it away', async ({ stage }) => {
  await stage.open('loss=bce');
  await openPanel(stage);
  await choose(stage, 'output', 'Sigmoid');
  await expect.poll(() => stage.hash()).toBe('#v=1&out=sigmoid');
  await trains(stage);
  await stage.choose('loss', /^binary/);
  await expect.poll(() => stage.hash()).toBe('#v=1&loss=bce');
});
