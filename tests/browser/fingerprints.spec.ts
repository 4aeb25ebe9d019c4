/** The engine in the browser makes the very bits that the native one makes; its own test reads the same file. */
import recorded from '../fingerprints.json' with { type: 'json' };
import { expect, test } from './stage';

for (const { link, epochs, fingerprint } of recorded) {
  test(`same bits as natively: ${link || 'standard'}`, async ({ stage }) => {
    await stage.open(link);
    await stage.pause();
    await stage.ask((element) => element.reset());
    await stage.run(epochs);
    expect(await stage.fingerprint()).toBe(fingerprint);
  });
}
