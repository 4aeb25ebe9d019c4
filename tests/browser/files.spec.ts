/** Changes taken back, and what can be had as a file. */
import type { Download } from '@playwright/test';
import { expect, type Stage, test } from './stage';

test('every change can be taken back and made again', async ({ stage }) => {
  await stage.open('act=tanh&net=5');
  await expect(stage.button('undo')).toBeDisabled();
  await stage.page.getByRole('radio', { name: 'GELU' }).click();
  await stage.page.locator('.table[data-id=austen]').click();
  await expect.poll(async () => (await stage.experiment()).modules.length).toBeGreaterThan(0);
  await expect.poll(() => stage.hash()).toContain('data=austen');
  await stage.button('undo').click();
  const back = await stage.experiment();
  expect([back.data.name, back.layers.map(({ activation }) => activation)]).toEqual(['circle', ['gelu']]);
  await expect.poll(() => stage.hash()).toContain('act=gelu');
  await stage.page.locator('body').press('Control+z');
  expect((await stage.experiment()).layers[0]?.activation).toBe('tanh');
  await expect(stage.button('undo')).toBeDisabled();
  await stage.page.locator('body').press('Control+Shift+Z');
  expect((await stage.experiment()).layers[0]?.activation).toBe('gelu');
  await stage.type('batch', '20');
  await expect(stage.button('redo')).toBeDisabled();
});

test('what was refused is nothing to take back', async ({ stage }) => {
  await stage.open();
  await stage.ask((element) => {
    element.experiment = {
      ...element.experiment,
      layers: [{ units: 5, activation: 'maxout', params: {}, learn: null }],
    } as never;
  });
  await expect(stage.page.locator('.toasts')).toContainText('layers[0]');
  await expect(stage.button('undo')).toBeDisabled();
});

test('a race is taken back too', async ({ stage }) => {
  await stage.open('view=race&epochs=5&seeds=1');
  await stage.page.getByRole('checkbox', { name: 'ELU', exact: true }).click();
  await expect(stage.page.locator('.racers [aria-checked=true]')).toHaveCount(6);
  await stage.button('undo').click();
  await expect(stage.page.locator('.racers [aria-checked=true]')).toHaveCount(5);
});

test('screens have keys', async ({ stage }) => {
  await stage.open();
  await stage.page.locator('body').press('Shift+Digit2');
  await expect(stage.page.getByRole('tab', { name: 'Race' })).toHaveAttribute('aria-selected', 'true');
  await stage.page.locator('body').press('Shift+Digit1');
  await expect(stage.page.getByRole('tab', { name: 'Stage' })).toHaveAttribute('aria-selected', 'true');
});

async function saved(stage: Stage, name: string): Promise<Download> {
  await stage.page.locator('.save button').click();
  const option = stage.page.locator('.save [role=option]').filter({ has: stage.page.getByText(name, { exact: true }) });
  const [file] = await Promise.all([stage.page.waitForEvent('download'), option.click()]);
  return file;
}

async function bytes(file: Download): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of await file.createReadStream()) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

test('a run is saved and opened again', async ({ stage }) => {
  await stage.open('act=gelu&data=moons');
  await stage.pause();
  await stage.run(5);
  const print = await stage.fingerprint();
  const file = await saved(stage, 'This run');
  const contents = await bytes(file);
  await stage.open('data=iris');
  const open = async (buffer: Buffer) =>
    stage.page.locator('[data-do=open-run]').setInputFiles({ name: file.suggestedFilename(), mimeType: '', buffer });
  await open(Buffer.from('something else'));
  await expect(stage.page.locator('.toasts')).toContainText('a run that was saved here');
  await open(contents);
  await expect.poll(async () => (await stage.experiment()).data.name).toBe('moons');
  expect(await stage.fingerprint()).toBe(print);
});

test('numbers and pictures are saved', async ({ stage }) => {
  await stage.open();
  await stage.pause();
  await stage.ask((element) => element.reset());
  await stage.run(20);
  const lines = (await bytes(await saved(stage, 'Losses'))).toString().trim().split('\n');
  expect(lines).toHaveLength(22);
  expect(lines[0]).toBe('epoch,train_loss,test_loss');
  for (const name of ['Output', 'Lens', 'Loss chart']) {
    const picture = await bytes(await saved(stage, name));
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
    expect(picture.length).toBeGreaterThan(2000);
  }
  const drawing = (await bytes(await saved(stage, 'Network'))).toString();
  expect(drawing).toContain('<svg');
  expect(drawing).not.toContain('class=');
  // As a picture of its own it can be shown.
  const shown = await stage.page.evaluate(async (text) => {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
    await image.decode();
    return image.naturalWidth;
  }, drawing);
  expect(shown).toBeGreaterThan(100);
});
