/** What the tests share: opening the page, asking the element, and no error in the console ever. */
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import type { ActivationPlayground } from '../../www/element';
import type { Experiment, Progress, Stride } from '../../www/engine/types';

export { expect };

/** The page with an experiment opened. */
export class Stage {
  constructor(readonly page: Page) {}

  /** Opens a link and waits for the first frame. */
  async open(link = ''): Promise<void> {
    await this.page.goto(`/${link && `#${link}`}`);
    await this.ready();
  }

  async ready(): Promise<void> {
    await this.page.evaluate(() => customElements.whenDefined('activation-playground'));
    await this.ask(async (element) => {
      await element.ready;
    });
  }

  /** Runs a function on the element in the page. */
  ask<T, A = undefined>(
    question: (element: ActivationPlayground, argument: A) => T | Promise<T>,
    argument?: A,
  ): Promise<T> {
    const element: Locator = this.page.locator('activation-playground');
    return element.evaluate(question as never, argument) as Promise<T>;
  }

  progress(): Promise<Progress> {
    return this.ask((element) => element.progress as Progress);
  }

  experiment(): Promise<Experiment> {
    return this.ask((element) => element.experiment as Experiment);
  }

  run(epochs: number): Promise<Progress> {
    return this.ask((element, count) => element.run({ epochs: count }) as Promise<Progress>, epochs);
  }

  step(count: number, unit: Stride): Promise<Progress> {
    return this.ask((element, [n, stride]) => element.step(n, stride) as Promise<Progress>, [count, unit] as const);
  }

  async pause(): Promise<void> {
    await this.ask((element) => element.pause());
    // A frame that was under way may still arrive.
    await this.page.waitForTimeout(100);
  }

  fingerprint(): Promise<string> {
    return this.ask((element) => element.fingerprint());
  }

  /** A control of the sentence, by where it stands in the description. */
  control(path: string) {
    return this.page.locator(`[data-path="${path}"]`).first();
  }

  /** Types into a number of the sentence. */
  async type(path: string, text: string): Promise<void> {
    const input = this.control(path).locator('input');
    await input.fill(text);
    await input.press('Enter');
  }

  /** Chooses from a menu of the sentence. */
  async choose(path: string, name: string | RegExp): Promise<void> {
    await this.control(path).locator('button').click();
    await this.page.getByRole('option', { name }).first().click();
  }

  button(what: string) {
    return this.page.locator(`[data-do="${what}"]`);
  }

  hash(): Promise<string> {
    return this.page.evaluate(() => location.hash);
  }
}

export const test = base.extend<{ stage: Stage }>({
  stage: async ({ page }, use) => {
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await use(new Stage(page));
    expect(errors, 'errors in the console').toEqual([]);
  },
});
