/** When something is wrong, it is said and can be mended. */
import { expect, test as silent } from '@playwright/test';
import { Stage, test } from './stage';

test('a loss that is no number is explained, and one button mends it', async ({ stage }) => {
  await stage.open('data=hills&lr=10');
  const overlay = stage.page.locator('[data-state=diverged]');
  await expect(overlay).toBeVisible();
  await expect(overlay).toHaveAttribute('role', 'alert');
  await expect(overlay).toContainText(/The loss became (NaN|infinite) at step \d+/);
  await expect(overlay).toContainText('learning rate 10');
  await expect(overlay).toContainText('last finite loss');
  await expect(stage.button('play')).toBeDisabled();
  await stage.button('remedy').click();
  await expect.poll(async () => (await stage.experiment()).learningRate).toBe(1);
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(3);
  await expect(overlay).toHaveCount(0);
  await expect.poll(() => stage.hash()).toContain('lr=1');
});

silent('a broken engine keeps the settings and can be restarted', async ({ page }) => {
  const stage = new Stage(page);
  await stage.open('act=tanh&net=5');
  await page.workers()[0]?.evaluate(() => {
    setTimeout(() => {
      throw new Error('the test broke it');
    });
  });
  const overlay = page.locator('[data-state=stopped]');
  await expect(overlay).toContainText('the test broke it');
  await expect(overlay).toContainText('Your settings are kept');
  await stage.button('restart').click();
  await expect(overlay).toHaveCount(0);
  await expect.poll(() => stage.ask((element) => element.progress?.epoch ?? 0)).toBeGreaterThan(3);
  expect((await stage.experiment()).layers).toMatchObject([{ units: 5, activation: 'tanh' }]);
});

/** Breaks the engine from within. */
async function breakEngine(stage: Stage): Promise<void> {
  await stage.page.workers()[0]?.evaluate(() => {
    setTimeout(() => {
      throw new Error('the test broke it');
    });
  });
  await expect(stage.page.locator('[data-state=stopped]')).toBeVisible();
}

silent('a good link recovers a broken engine', async ({ page }) => {
  const stage = new Stage(page);
  await stage.open('act=tanh&net=5');
  await breakEngine(stage);
  await page.evaluate(() => {
    location.hash = 'act=gelu&net=7';
  });
  await expect(page.locator('[data-state=stopped]')).toHaveCount(0);
  await expect.poll(async () => (await stage.experiment()).layers).toMatchObject([{ units: 7, activation: 'gelu' }]);
  await expect.poll(() => stage.ask((element) => element.progress?.epoch ?? 0)).toBeGreaterThan(3);
});

silent('a link that breaks the engine opens the standard experiment, and that is said', async ({ page }) => {
  await page.addInitScript(() => {
    const send = Worker.prototype.postMessage as (this: Worker, message: unknown, more: unknown) => void;
    let broken = false;
    Worker.prototype.postMessage = function (this: Worker, message: { call?: string }, more: unknown) {
      if (broken || message.call !== 'fromLink') return send.call(this, message, more);
      broken = true;
      this.dispatchEvent(new ErrorEvent('error', { message: 'the link broke it' }));
    };
  });
  const stage = new Stage(page);
  await stage.open('act=tanh');
  await expect(page.locator('.toast')).toContainText('The link could not be read; this is the standard experiment.');
  await expect(page.locator('.toast')).toContainText('the link broke it');
  expect((await stage.experiment()).layers[0]?.activation).toBe('relu');
  await expect.poll(() => stage.ask((element) => element.progress?.epoch ?? 0)).toBeGreaterThan(3);
  await page.evaluate(() => {
    location.hash = 'act=gelu';
  });
  await expect.poll(async () => (await stage.experiment()).layers[0]?.activation).toBe('gelu');
  await expect(page.locator('.toast')).toHaveCount(0);
});

silent('what was typed when the engine broke is kept, and read again only when it is changed', async ({ page }) => {
  const stage = new Stage(page);
  await stage.open();
  await stage.button('compose').click();
  const field = page.locator('#formula-lens');
  const use = page.locator('.lens [data-do=use-formula]');
  await field.fill('sin(z)');
  await expect(use).toBeEnabled();
  await breakEngine(stage);
  await stage.button('restart').click();
  await expect.poll(() => stage.ask((element) => element.progress?.epoch ?? 0)).toBeGreaterThan(3);
  await expect(field).toHaveValue('sin(z)');
  await expect(use).toBeDisabled();
  await expect(page.locator('.lens .said-of')).toContainText('Not read again');
  await field.fill('sin(z) + z');
  await expect(use).toBeEnabled();
});

silent('an engine that does not load says so', async ({ page }) => {
  await page.route('**/*.wasm', (route) => route.fulfill({ status: 404, body: '' }));
  await page.goto('/');
  await expect(page.locator('[data-state=stopped]')).toContainText('The engine did not load (404)');
  await page.unroute('**/*.wasm');
  await page.getByRole('button', { name: 'Retry' }).click();
  const stage = new Stage(page);
  await stage.ready();
  await expect.poll(async () => (await stage.progress()).epoch).toBeGreaterThan(3);
});

test('with less motion asked for it opens trained and still', async ({ stage }) => {
  await stage.page.emulateMedia({ reducedMotion: 'reduce' });
  await stage.open();
  const { epoch } = await stage.progress();
  expect(epoch).toBe(200);
  await stage.page.waitForTimeout(400);
  expect((await stage.progress()).epoch).toBe(epoch);
  await expect(stage.button('play')).toHaveAttribute('aria-label', 'Play');
});

test('a long replay shows how far it is and can be stopped', async ({ stage }) => {
  await stage.open('net=64.64.64&n=2000');
  await stage.run(60);
  await stage.page.locator('.chip').filter({ hasText: 'Tanh' }).click();
  await expect(stage.page.locator('.replay progress')).toBeVisible();
  await stage.button('stop-replay').click();
  await expect(stage.page.locator('.replay')).toHaveCount(0);
  expect((await stage.progress()).epoch).toBeLessThan(60);
});
