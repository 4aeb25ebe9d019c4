/** Runs that go back in time, and runs as files. */
import { expect, test } from './stage';

test('a saved run is loaded and goes on with the same bits', async ({ stage }) => {
  const link = 'act=gelu&net=6.4&data=moons&opt=adam&lr=0.01&modules=dense(units=5);dropout(p=0.2)';
  await stage.open(link);
  await stage.pause();
  await stage.ask((element) => element.reset());
  await stage.step(13, 'epoch');
  await stage.step(3, 'batch');
  const saved = await stage.ask(async (element) => [...new Uint8Array(await (await element.save()).arrayBuffer())]);
  const [there, experiment] = [await stage.progress(), await stage.experiment()];
  await stage.step(20, 'epoch');
  const end = await stage.fingerprint();

  await stage.open('data=iris&act=relu');
  await stage.ask((element, bytes) => element.load(new Blob([new Uint8Array(bytes)])), saved);
  expect(await stage.progress()).toEqual(there);
  expect(await stage.experiment()).toEqual(experiment);
  await expect.poll(() => stage.hash()).toContain('data=moons');
  await stage.step(20, 'epoch');
  expect(await stage.fingerprint()).toBe(end);
});

test('a file that is none changes nothing and says what it is', async ({ stage }) => {
  await stage.open('seed=3&net=5');
  await stage.pause();
  const before = await stage.fingerprint();
  const said = (text: string) =>
    stage.ask(
      (element, content) =>
        element.load(new Blob([content])).then(
          () => 'loaded',
          (error: Error) => error.message,
        ),
      text,
    );
  expect(await said('{"not": "ours"}')).toBe('file.kind is unknown; accepted: a run that was saved here');
  expect(await stage.fingerprint()).toBe(before);
  expect((await stage.experiment()).seed).toBe(3);
  const none = stage.ask((element) => element.load('file' as never).catch((error: Error) => error.message));
  expect(await none).toBe('saved is file; accepted: a Blob that was saved here');
});

test('a run goes back and ahead again', async ({ stage }) => {
  await stage.open('act=tanh&opt=momentum&lr=0.05');
  await stage.pause();
  await stage.ask((element) => element.reset());
  await stage.step(123, 'batch');
  const [middle, progress] = [await stage.fingerprint(), await stage.progress()];
  await stage.run(30);
  const [end, last] = [await stage.fingerprint(), await stage.progress()];
  await stage.ask((element) => element.rewind(123));
  expect([await stage.fingerprint(), await stage.progress()]).toEqual([middle, progress]);
  await stage.ask((element, step) => element.rewind(step), last.step);
  expect([await stage.fingerprint(), await stage.progress()]).toEqual([end, last]);
  await stage.ask((element) => element.rewind(0));
  expect((await stage.progress()).epoch).toBe(0);
  const refused = stage.ask((element) => element.rewind(1e6).catch((error: Error) => error.message));
  expect(await refused).toBe(`step is 1000000; accepted: a whole number from 0 to ${last.step}`);
});
