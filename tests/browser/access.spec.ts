/** Everyone can use it: contrast, names and roles; every width, every theme. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './stage';

for (const theme of ['light', 'dark'] as const) {
  for (const link of ['', 'data=iris&act=tanh', 'data=hills&lr=10', 'act=elu', 'act=leaky_relu', 'act=linear']) {
    test(`no serious accessibility faults, ${theme}, ${link || 'standard'}`, async ({ stage }) => {
      await stage.page.emulateMedia({ colorScheme: theme });
      await stage.open(link);
      await expect.poll(async () => (await stage.progress()).step).toBeGreaterThan(5);
      await stage.pause();
      const { violations } = await new AxeBuilder({ page: stage.page }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => [id, ...nodes.map((node) => node.html.slice(0, 160))])).toEqual([]);
    });
  }
}

for (const width of [320, 390, 768, 1024, 1440, 1920]) {
  test(`fits ${width} pixels`, async ({ stage }) => {
    await stage.page.setViewportSize({ width, height: width < 700 ? 720 : 900 });
    for (const link of ['', 'data=digits&net=16.16.16.16.16.16']) {
      await stage.open(link);
      await stage.pause();
      const wide = await stage.page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
      for (const what of ['play', 'share', 'help', 'theme'])
        await expect(stage.button(what)).toBeInViewport({ ratio: 1 });
      await stage.page.goto('about:blank');
    }
  });
}

test.describe('on a small touch screen', () => {
  test.use({ viewport: { width: 320, height: 600 }, hasTouch: true, isMobile: true });
  test('nothing is wider than the screen', async ({ stage }) => {
    await stage.open();
    await stage.pause();
    expect(await stage.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    for (const what of ['play', 'share', 'theme']) await expect(stage.button(what)).toBeInViewport({ ratio: 1 });
  });

  test('a finger finds menus, their entries and the tools of the lens', async ({ stage }) => {
    await stage.open('act=elu');
    await stage.pause();
    for (const tool of await stage.page.locator('.lens .tool').all())
      expect((await tool.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    // What stands in the sentence takes touches that miss it by a little.
    await stage.page.getByRole('button', { name: 'Edit' }).click();
    const menu = stage.page.locator('.sentence .menu.token').first();
    const box = (await menu.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    await stage.page.touchscreen.tap(box.x + box.width / 2, box.y + box.height + 8);
    const option = stage.page.getByRole('option').first();
    await expect(option).toBeVisible();
    expect((await option.boundingBox())?.height).toBeGreaterThanOrEqual(40);
  });
});

test('follows the system theme until another is chosen, and remembers that', async ({ stage }) => {
  await stage.page.emulateMedia({ colorScheme: 'dark' });
  await stage.open();
  const element = stage.page.locator('activation-playground');
  await expect(element).toHaveAttribute('data-theme', 'dark');
  await stage.page.emulateMedia({ colorScheme: 'light' });
  await expect(element).toHaveAttribute('data-theme', 'light');
  await stage.button('theme').click();
  await expect(element).toHaveAttribute('data-theme', 'dark');
  await stage.page.reload();
  await stage.ready();
  await expect(element).toHaveAttribute('data-theme', 'dark');
  await stage.button('theme').click();
  await expect(element).toHaveAttribute('data-theme', 'light');
});

test('works by keyboard alone', async ({ stage }) => {
  await stage.open();
  const { page } = stage;
  await page.locator('.chip[aria-checked=true]').focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('.chip[aria-checked=true]')).toContainText('Leaky ReLU');
  await stage.control('data.name').locator('button').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.option:focus')).toContainText('Circle');
  await page.keyboard.type('moo');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await stage.experiment()).data.name).toBe('moons');
  await expect(stage.control('data.name').locator('button')).toBeFocused();
});

test('a theme chosen in one tab is that of the other too', async ({ stage, context }) => {
  await stage.page.emulateMedia({ colorScheme: 'light' });
  await stage.open();
  const other = await context.newPage();
  await other.emulateMedia({ colorScheme: 'light' });
  await other.goto('/');
  await other.locator('[data-do=theme]').click();
  await expect(other.locator('activation-playground')).toHaveAttribute('data-theme', 'dark');
  await expect(stage.page.locator('activation-playground')).toHaveAttribute('data-theme', 'dark');
  await other.close();
});

test('on a phone held sideways the map can be seen as a whole, with the transport', async ({ stage }) => {
  await stage.page.setViewportSize({ width: 844, height: 390 });
  await stage.open();
  const map = stage.page.locator('canvas.map');
  await map.evaluate((canvas) => canvas.scrollIntoView({ block: 'start' }));
  await expect(stage.button('play')).toBeInViewport({ ratio: 1 });
  const [top, foot] = [await map.boundingBox(), await stage.page.locator('.time').boundingBox()];
  expect((top?.y ?? 0) + (top?.height ?? 0)).toBeLessThan(foot?.y ?? 0);
  expect(top?.height).toBeGreaterThan(200);
});
