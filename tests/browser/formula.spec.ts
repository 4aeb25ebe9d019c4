/** A typed formula is an activation like any other. */
import { expect, type Stage, test } from './stage';

const FORMULA = 'z * tanh(softplus(a*z))';

async function compose(stage: Stage, text: string): Promise<void> {
  await stage.page.locator('#formula-gallery').fill(text);
}

test('what is wrong is underlined where it is wrong, and the last valid curve stays', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  await stage.button('gallery').click();
  await compose(stage, FORMULA);
  const preview = stage.page.locator('.gallery .understood');
  await expect(preview.locator('[data-read=formula] math')).toBeVisible();
  await expect(preview.locator('[data-read=derivative] math')).toBeVisible();
  await expect(preview.locator('[data-read=derivative]')).toHaveAttribute('title', /sigmoid/);
  await expect(preview.locator('path.curve')).toHaveAttribute('d', /^M/);
  await expect(preview).not.toHaveClass(/stale/);

  await compose(stage, 'z * tanh(softplus(a*z)');
  await expect(stage.page.locator('.gallery .typed mark')).toHaveText('tanh(');
  await expect(stage.page.locator('.gallery .said-of')).toContainText('never closed');
  await expect(stage.page.locator('#formula-gallery')).toHaveAttribute('aria-invalid', 'true');
  await expect(preview).toHaveClass(/stale/);
  await expect(preview.locator('path.curve')).toHaveAttribute('d', /^M/);
  await expect(stage.page.locator('.gallery [data-do=use-formula]')).toBeDisabled();

  for (const text of ['z +', '((((', 'wobble(z)', '1 / ', 'if(z > 0, z', '\u{1F600}', ')']) {
    await compose(stage, text);
    await expect(stage.page.locator('.gallery .typed mark'), text).toBeAttached();
    await expect(stage.page.locator('.gallery .said-of b'), text).not.toBeEmpty();
  }
});

test('it is used, carried by the address, trained, reported, and its letters are sliders', async ({ stage }) => {
  await stage.open();
  await stage.button('gallery').click();
  await compose(stage, FORMULA);
  await stage.page.locator('.gallery [data-slider="draft-gallery.a"]').fill('1.4');
  await stage.page.locator('.gallery [data-do=use-formula]').click();
  await expect(stage.page.getByRole('dialog')).toHaveCount(0);
  await expect.poll(async () => (await stage.experiment()).layers[1]?.params.a).toBe(1.4);
  const before = await stage.experiment();
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(3);
  await expect(stage.page.locator('.lens .card')).toContainText('Your own formula');
  await expect(stage.page.locator('.lens .report')).toContainText('gain');
  await expect(stage.page.locator('.about')).toContainText('Your own formula');

  await expect.poll(() => stage.hash()).toContain('softplus');
  await stage.page.reload();
  await stage.ready();
  expect(await stage.experiment()).toEqual(before);
  await stage.pause();
  const { testAccuracy } = await stage.run(200);
  expect(testAccuracy).toBeGreaterThan(0.95);

  const print = await stage.fingerprint();
  const slider = stage.page.locator('.lens [data-slider="lens.a"]');
  await slider.focus();
  await slider.press('ArrowRight');
  await expect.poll(async () => (await stage.experiment()).layers[0]?.params.a).not.toBe(1.4);
  expect(await stage.fingerprint()).toBe(print);
});

test('in the lens it can be for one layer, and be compared', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  await stage.page.getByRole('radio', { name: 'layer 2' }).click();
  await stage.button('compose').click();
  const field = stage.page.locator('#formula-lens');
  await field.fill('sin(z)');
  await stage.page.locator('.lens [data-do=compare-formula]').click();
  await expect(stage.page.locator('.lens .tag')).toHaveText(['sin(z)']);
  await expect(stage.page.locator('.lens [data-do=use-formula]')).toHaveText(/in layer 2/);
  await field.press('Enter');
  await expect
    .poll(async () => (await stage.experiment()).layers.map(({ activation }) => activation))
    .toEqual(['relu', 'sin(z)']);
  await stage.run(5);
  expect((await stage.progress()).divergence).toBeNull();
});

test('a formula is compared with what its sliders say', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  await stage.button('gallery').click();
  await compose(stage, 'a*z');
  await stage.page.locator('.gallery [data-slider="draft-gallery.a"]').fill('3');
  await stage.page.locator('.gallery [data-do=compare-formula]').click();
  await stage.button('close-gallery').click();
  await stage.button('lens-table').click();
  const last = stage.page.locator('.lens .numbers-table tbody tr').last().locator('td').nth(2);
  await expect(last).toHaveText('12.0000');
  await stage.button('gallery').click();
  await stage.page.locator('.gallery [data-slider="draft-gallery.a"]').fill('2');
  await expect(last).toHaveText('8.0000');
  await stage.page.locator('.gallery [data-do=use-formula]').click();
  await stage.choose('activation', /^Tanh/);
  await expect(last).toHaveText('8.0000');
});

test('what is typed is still there when the page is loaded again', async ({ stage }) => {
  await stage.open();
  await stage.button('gallery').click();
  await compose(stage, 'a*z');
  await stage.page.locator('.gallery [data-slider="draft-gallery.a"]').fill('3');
  await compose(stage, 'a*z + tahn(z)');
  await expect(stage.page.locator('.gallery .said-of')).toContainText(/did you mean tanh\? /);
  await stage.page.reload();
  await stage.ready();
  await stage.button('gallery').click();
  await expect(stage.page.locator('#formula-gallery')).toHaveValue('a*z + tahn(z)');
  await compose(stage, 'a*z');
  await expect(stage.page.locator('.gallery [data-slider="draft-gallery.a"]')).toHaveValue('3');
});

test('where a formula has no value nothing is drawn', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  await stage.button('gallery').click();
  const path = stage.page.locator('.gallery .understood path.curve');
  for (const [text, shape] of [
    ['sqrt(z)', /^M40\.0 [^M]*$/],
    ['log1p(z)', /^M[^M]*$/],
    ['0/0', /^$/],
    ['z/|z|', /^M0\.0 [^M]*M40\.5 [^M]*$/],
  ] as const) {
    await compose(stage, text);
    await expect(stage.page.locator('.gallery [data-do=use-formula]')).toBeEnabled();
    await expect(path, text).toHaveAttribute('d', shape);
  }
  await stage.button('close-gallery').click();
  await stage.open(`act=${encodeURIComponent('log(z)')}`);
  await stage.pause();
  await stage.button('lens-table').click();
  const cells = stage.page.locator('.lens .numbers-table tbody tr').first().locator('td');
  await expect(cells.nth(0)).toHaveText('none');
  await expect(cells.nth(1)).toHaveText('none');
  await stage.page.getByRole('slider', { name: 'z of the dot' }).press('Home');
  await expect(stage.page.locator('.lens [data-read=slope]')).toHaveText('none');
});

test('nothing that is typed holds up the page', async ({ stage }) => {
  await stage.open();
  await stage.button('gallery').click();
  for (const text of [
    '('.repeat(5000),
    'z^'.repeat(3000),
    `${'sin('.repeat(2000)}z${')'.repeat(2000)}`,
    'z*'.repeat(20_000),
  ]) {
    await compose(stage, text);
    await expect(stage.page.locator('.gallery .said-of b')).not.toBeEmpty({ timeout: 2000 });
  }
  await compose(stage, 'z');
  await expect(stage.page.locator('.gallery [data-do=use-formula]')).toBeEnabled();
});
