/** What the engine gives to pages that are not the playground's own: races and branches, straight from its package. */
import { readFile } from 'node:fs/promises';
import init, { from_link, Race, Session, standings, verdict } from '../../www/engine/pkg/engine.js';
import type { Experiment, FromLink } from '../../www/engine/types';
import { expect, test } from './stage';

const experiment = (link: string): Experiment => (from_link(link) as FromLink).experiment;

test.beforeAll(async () => {
  const wasm = await readFile(new URL('../../www/engine/pkg/engine_bg.wasm', import.meta.url));
  await init({ module_or_path: wasm });
});

test('two workers share a race, and what they find is put together', () => {
  const racers = [experiment('act=linear&lr=0.1'), experiment('act=tanh&lr=0.1')];
  const [whole, one, other] = [
    new Race(racers, 8, 0, 16, []),
    new Race(racers, 8, 0, 7, []),
    new Race(racers, 8, 7, 16, []),
  ];
  for (const race of [whole, one, other]) race.advance(60);
  const runs = [...one.runs(), ...other.runs()];
  expect(runs).toEqual(whole.runs());
  const [first, second] = standings(runs, { measure: 'accuracy', value: 0.95 }, 'accuracy');
  expect([first?.racer, second?.racer, second?.epochsToGoal]).toEqual([1, 0, null]);
  expect(first?.losses).toHaveLength(61);
  const said = verdict(runs, 0, 1, 'linear', 'tanh', 'loss');
  expect(said.better).toBe(1);
  expect(said.words).toMatch(/^tanh beats linear: a lower test loss with all 8 seeds/);
  expect(() => new Race([], 1, 0, 0, [])).toThrow('racers is 0; accepted: 1 to 6 descriptions');
});

test('a branch goes on from where the run is', () => {
  const run = new Session(experiment('net=6.4'), []);
  run.advance('batch', 25);
  run.keep();
  run.advance('batch', 25);
  expect(run.kept()).toEqual([
    { step: 0, epoch: 0 },
    { step: 25, epoch: 2 },
  ]);
  const branch = run.branch(experiment('net=6.4.4&act=gelu'));
  expect(branch.fresh()).toEqual(['layers.2.weight', 'layers.2.bias', 'layers.3.weight', 'layers.3.bias']);
  expect([branch.step(), branch.epoch()]).toEqual([50, 5]);
  expect(() => run.branch(experiment('seed=1'))).toThrow('seed is 1; accepted: 29');
  run.rewind(30);
  expect([run.step(), run.furthest(), run.ahead().length]).toEqual([30, 50, 6]);
  expect(() => run.rewind(2.5)).toThrow('step is 2.5; accepted: a whole number up to 50');
});
