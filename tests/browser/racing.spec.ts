/** The race screen: who races, over how many seeds, what is shown of it and what is said. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Stage, test } from './stage';

const state = (stage: Stage) => stage.page.locator('.progress [data-state]');

async function race(stage: Stage, link = ''): Promise<void> {
  await stage.open(`view=race${link && `&${link}`}`);
  await done(stage);
}

async function done(stage: Stage): Promise<void> {
  await expect(state(stage)).toHaveAttribute('data-state', 'done', { timeout: 30_000 });
}

/** Names and losses, from the best to the worst. */
const standings = (stage: Stage) =>
  stage.page
    .locator('.table-of tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => `${row.querySelector('th')?.textContent?.trim()} ${row.querySelector('td b')?.textContent}`),
    );

async function csv(stage: Stage): Promise<string[]> {
  const [file] = await Promise.all([stage.page.waitForEvent('download'), stage.button('race-csv').click()]);
  const stream = await file.createReadStream();
  let text = '';
  for await (const part of stream) text += part;
  return text.trim().split('\n');
}

test('opens from the bar and races at once, while the stage rests', async ({ stage }) => {
  await stage.open();
  await stage.page.getByRole('tab', { name: 'Race' }).click();
  await done(stage);
  expect(await standings(stage)).toHaveLength(5);
  await expect(stage.page.locator('[data-stat=runs]')).toHaveText('25');
  await expect(stage.page.locator('.boundaries canvas')).toHaveCount(5);
  await expect(stage.page.locator('.table-of td[data-column=cost]').last()).not.toHaveText('…');
  await expect(stage.page.locator('.verdicts')).toContainText('has the lowest median test loss');
  expect(stage.page.url()).toContain('view=race');
  const { step } = await stage.progress();
  await stage.page.waitForTimeout(200);
  expect((await stage.progress()).step).toBe(step);
  await stage.page.getByRole('tab', { name: 'Stage' }).click();
  await expect.poll(async () => (await stage.progress()).step).toBeGreaterThan(step);
  expect(stage.page.url()).not.toContain('view=race');
});

test('the same race gives the same numbers, also after a pause', async ({ stage }) => {
  await race(stage, 'seeds=3&epochs=400');
  const whole = await csv(stage);
  expect(whole).toHaveLength(1 + 5 * 3 * 401);
  await stage.button('again').click();
  await expect(state(stage)).toHaveAttribute('data-state', 'running');
  await stage.button('play').click();
  await expect(state(stage)).toHaveAttribute('data-state', 'paused');
  await stage.button('play').click();
  await done(stage);
  expect(await csv(stage)).toEqual(whole);
});

test('a race can be cancelled, and what it has shown stays', async ({ stage }) => {
  await stage.open('view=race&seeds=20&epochs=10000');
  await expect(state(stage)).toHaveAttribute('data-state', 'running');
  await expect(stage.page.locator('.table-of tbody tr')).toHaveCount(5);
  await stage.button('cancel').click();
  await expect(state(stage)).toHaveAttribute('data-state', 'stopped');
  await expect(state(stage)).toContainText('of 10');
  await expect(stage.page.locator('.table-of tbody tr')).toHaveCount(5);
  await expect(stage.page.locator('.table-of td[data-column=cost]').last()).not.toHaveText('…', { timeout: 10_000 });
  await stage.page.getByRole('checkbox', { name: 'ELU', exact: true }).click();
  await expect(stage.page.locator('.progress [data-state=running], .progress [data-state=idle]')).toBeVisible();
});

test('racers are added and removed, a seventh takes the place of the oldest, and the link has them', async ({
  stage,
}) => {
  await race(stage, 'epochs=5');
  const chip = (name: string) => stage.page.getByRole('checkbox', { name, exact: true });
  await chip('Sigmoid').click();
  await expect(chip('Sigmoid')).not.toBeChecked();
  await done(stage);
  expect(await standings(stage)).toHaveLength(4);
  for (const name of ['ELU', 'SiLU', 'Mish']) await chip(name).click();
  await expect(stage.page.locator('.racers [aria-checked=true]')).toHaveCount(6);
  await expect(chip('Tanh')).not.toBeChecked();
  await expect.poll(() => stage.page.url()).toContain('race=relu.leaky_relu.gelu.elu.silu.mish');
  await stage.page.reload();
  await stage.ready();
  await done(stage);
  expect((await standings(stage)).map((row) => row.split(' ')[0])).toContain('Mish');
});

test('an activation of the gallery joins the race', async ({ stage }) => {
  await race(stage, 'epochs=5&race=relu.gelu');
  await stage.button('gallery').click();
  await stage.page.getByRole('searchbox').fill('snake');
  await stage.page
    .locator('.families [data-id=snake] button, [data-id=snake].take, [data-id=snake] .take')
    .first()
    .click();
  await expect.poll(() => stage.page.url()).toContain('race=relu.gelu.snake');
});

for (const [link, names] of [
  ['vary=init', ['auto', 'Xavier', 'He', 'normal']],
  ['vary=opt&lr=0.01', ['SGD', 'momentum', 'RMSprop', 'Adam']],
  ['vary=lr', ['rate 0.01', 'rate 0.03', 'rate 0.1', 'rate 0.3', 'rate 1']],
  ['vary=depth', ['depth 0', 'depth 1', 'depth 2', 'depth 3', 'depth 5']],
] as const) {
  test(`what differs may be something else: ${link}`, async ({ stage }) => {
    await race(stage, `${link}&epochs=10&seeds=2`);
    const shown = (await standings(stage)).map((row) => row.slice(0, row.lastIndexOf(' ')));
    expect(shown.sort()).toEqual([...names].sort());
  });
}

test('another thing to vary is chosen in the sentence', async ({ stage }) => {
  await race(stage, 'epochs=5&seeds=1');
  await stage.choose('race.vary', /optimisers/);
  await done(stage);
  expect(await standings(stage)).toHaveLength(4);
  await stage.type('race.seeds', '3');
  await expect(stage.page.locator('[data-stat=runs]')).toHaveText('12');
  await stage.type('learningRate', '0.01');
  await expect.poll(() => stage.page.url()).toContain('lr=0.01');
  await done(stage);
});

test('twenty seeds settle what five do not', async ({ stage }) => {
  await race(stage, 'race=linear.relu&epochs=60');
  await expect(stage.page.locator('.verdicts')).toContainText('it takes 8 at least');
  await stage.button('many-seeds').click();
  await done(stage);
  await expect(stage.page.locator('.verdicts')).toContainText('20 seeds settle that it is ahead of Linear');
  expect(stage.page.url()).toContain('seeds=20');
});

test('a racer that diverges and one that does not move are named', async ({ stage }) => {
  await race(stage, 'vary=lr&race=0.00001;0.01;10&data=hills&net=16.16.16&epochs=20&seeds=2');
  await expect(stage.page.locator('.verdicts')).toContainText('rate 10 diverged');
  await expect(stage.page.locator('.verdicts')).toContainText('rate 0.00001 has barely moved');
  await expect(stage.page.locator('[data-stat=diverged]')).toHaveText('2');
  // Numbers that are predicted have no accuracy.
  await expect(stage.page.locator('.runs .segment')).toHaveCount(0);
});

test('images race too, without maps', async ({ stage }) => {
  await race(stage, 'data=digits&net=16&epochs=2&seeds=1&race=relu.tanh');
  await expect(stage.page.locator('.boundaries')).toHaveCount(0);
  await stage.page.getByRole('radio', { name: 'test accuracy' }).click();
  await expect(stage.page.locator('.table-of thead')).toContainText('test accuracy');
});

test('a racer is taken to the stage', async ({ stage }) => {
  await race(stage, 'epochs=5&seeds=1&race=sigmoid.mish');
  await stage.page.locator('tr[data-racer="1"] button').click();
  await expect(stage.page.getByRole('radio', { name: 'Mish' })).toBeChecked();
  expect((await stage.experiment()).layers[0]?.activation).toBe('mish');
  await expect.poll(async () => (await stage.progress()).step).toBeGreaterThan(0);
});

test('the chart is drawn wherever the axis begins', async ({ stage }) => {
  // At this epoch the lowest loss lies just above a tenth.
  await race(stage, 'epochs=55');
  await race(stage, 'data=hills&epochs=60');
  await expect(stage.page.locator('ap-race-chart canvas')).toBeVisible();
});

test('a race that was left goes on when it is seen again', async ({ stage }) => {
  await stage.open('view=race&seeds=20&epochs=2000');
  await expect(state(stage)).toHaveAttribute('data-state', 'running');
  await stage.page.getByRole('tab', { name: 'Stage' }).click();
  await stage.page.getByRole('tab', { name: 'Race' }).click();
  await expect(state(stage)).toHaveAttribute('data-state', /running|done/);
});

test('the table is sorted by a column', async ({ stage }) => {
  await race(stage, 'epochs=30&seeds=2');
  await stage.page.locator('[data-sort=loss]').click();
  const up = await standings(stage);
  await stage.page.locator('[data-sort=loss]').click();
  expect(await standings(stage)).toEqual([...up].reverse());
});

test('the pointer looks at a racer, in the chart as in the table', async ({ stage }) => {
  await race(stage, 'epochs=60');
  const row = stage.page.locator('tr[data-racer="2"]');
  await row.hover();
  await expect(row).toHaveClass(/looked/);
  const box = await stage.page.locator('ap-race-chart .u-over').boundingBox();
  if (!box) throw new Error('no chart');
  await stage.page.mouse.move(box.x + box.width * 0.9, box.y + 6);
  await expect(stage.page.locator('ap-race-chart .readout')).toContainText('epoch');
});

test('what a link has wrong is said, and the rest races', async ({ stage }) => {
  await race(stage, 'race=relu.relu.tanh&seeds=99&epochs=x3');
  const toast = stage.page.locator('.toasts');
  await expect(toast).toContainText('not understood');
  await expect(stage.page.locator('[data-stat=runs]')).toHaveText('40');
  await stage.open('view=lab');
  await expect(toast).toContainText('view');
});

test('what cannot race is said over the chart', async ({ stage }) => {
  await stage.open('view=race&race=relu.maxout&net=5.3&epochs=5');
  await expect(state(stage)).toHaveAttribute('data-state', 'refused');
  await expect(stage.page.getByRole('alert')).toContainText('maxout: layers[0]');
  await stage.type('race.epochs', '0');
  await expect(stage.control('race.epochs')).toContainText('a whole number from 1 to 10');
  // Without the one that does not fit the others race.
  await stage.page.getByRole('checkbox', { name: 'Maxout' }).click();
  await done(stage);
});

for (const theme of ['light', 'dark'] as const) {
  test(`no serious accessibility faults, ${theme}`, async ({ stage }) => {
    await stage.page.emulateMedia({ colorScheme: theme });
    await race(stage, 'epochs=60');
    const { violations } = await new AxeBuilder({ page: stage.page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html.slice(0, 160))])).toEqual([]);
  });
}

for (const width of [320, 390, 768, 1024, 1440, 1920]) {
  test(`fits ${width} pixels`, async ({ stage }) => {
    await stage.page.setViewportSize({ width, height: width < 700 ? 720 : 900 });
    await race(stage, 'epochs=5&seeds=1');
    expect(await stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    for (const what of ['play', 'share', 'help', 'theme'])
      await expect(stage.button(what)).toBeInViewport({ ratio: 1 });
  });
}
