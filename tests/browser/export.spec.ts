/** An activation as code, on the clipboard or to be copied by hand. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Stage, test } from './stage';

const menu = (stage: Stage) => stage.control('lens.code');
const said = (stage: Stage) => stage.page.locator('.toasts[role=status]');
const clipboard = (stage: Stage) => stage.page.evaluate(() => navigator.clipboard.readText());

test.describe('with a clipboard', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

  test('every target is copied with the parameters as they are, and it is said', async ({ stage }) => {
    await stage.open('act=swish&p.beta=2.5');
    await stage.pause();
    for (const [label, text] of [
      ['PyTorch', 'return z * torch.sigmoid(beta * z)'],
      ['JAX', 'return z * jax.nn.sigmoid(beta * z)'],
      ['NumPy', 'return z * special.expit(beta * z)'],
      ['Python', 'def swish(z, beta=2.5):'],
      ['Rust', 'pub fn swish(z: f64, beta: f64) -> f64 {'],
    ] as const) {
      await stage.choose('lens.code', new RegExp(`^${label}`));
      await expect(said(stage)).toContainText(`The ${label} code is copied.`);
      const code = await clipboard(stage);
      expect(code, label).toContain(text);
      expect(code, label).toContain('2.5');
      await stage.button('dismiss').click();
    }
  });

  test('what is trained is copied as it is now, and it is said', async ({ stage }) => {
    await stage.open('act=prelu&net=8&lr=0.2');
    await stage.pause();
    await stage.ask((element) => element.reset());
    await stage.run(30);
    const now = await stage.page.locator('.lens [data-now=a]').innerText();
    await stage.choose('lens.code', /^Python/);
    await expect(said(stage)).toContainText('The Python code is copied, with the values of epoch 30.');
    const value = /def prelu\(z, a=(-?[\d.e-]+)\)/.exec(await clipboard(stage))?.[1];
    expect(`now ${Number(value).toFixed(2).replace('-', '−')}`).toBe(now);
    expect(Number(value)).not.toBe(0.25);
    await expect(stage.page.locator('.lens .computed')).toContainText(now.replace('now ', 'a '));
    await stage.open('act=prelu&net=8&learn=unit');
    await stage.pause();
    await stage.choose('lens.code', /^Python/);
    await expect(said(stage)).toContainText('with the mean values of epoch');
  });

  test('a formula is copied from the keyboard', async ({ stage }) => {
    await stage.open(`act=${encodeURIComponent('z*tanh(softplus(a*z))')}`);
    await stage.pause();
    const button = menu(stage).locator('button');
    await button.focus();
    await button.press('Enter');
    await expect(menu(stage).locator('.option:focus')).toHaveCount(1);
    await stage.page.keyboard.press('j');
    await stage.page.keyboard.press('Enter');
    await expect(said(stage)).toContainText('The JAX code is copied.');
    await expect(button).toBeFocused();
    expect(await clipboard(stage)).toContain('return z * jnp.tanh(jax.nn.softplus(a * z))');
  });

  test('gates are copied, and what mixes a whole layer is not offered', async ({ stage }) => {
    await stage.open('act=swiglu');
    await stage.pause();
    await stage.choose('lens.code', /^PyTorch/);
    await expect(said(stage)).toContainText('The PyTorch code is copied.');
    expect(await clipboard(stage)).toContain('a, b = torch.chunk(z, 2, dim=-1)');
    await stage.page.goto('about:blank');
    await stage.open('act=softmax');
    await expect(stage.page.locator('.lens .card')).toBeVisible();
    await expect(menu(stage)).toHaveCount(0);
  });
});

test('without a clipboard the code is shown, to be copied by hand', async ({ stage }) => {
  await stage.page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
  });
  await stage.page.setViewportSize({ width: 390, height: 720 });
  await stage.open('act=gelu');
  await stage.pause();
  await stage.choose('lens.code', /^PyTorch/);
  const code = stage.page.getByRole('textbox', { name: 'Code' });
  await expect(code).toHaveValue(/return z \* torch\.special\.ndtr\(z\)/);
  await expect(code).toBeInViewport({ ratio: 1 });
  const { violations } = await new AxeBuilder({ page: stage.page })
    .include({ fromShadowDom: ['activation-playground', '.toasts'] })
    .analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  await stage.button('dismiss').click();
  await expect(code).toHaveCount(0);
});
