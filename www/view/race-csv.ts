/** All that a race has shown, a line for each epoch of each run. */
import type { RaceTrack } from '../race';

export function raceCsv({ entry, runs }: RaceTrack): string {
  const quoted = (name: string) => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
  const lines = runs.flatMap((run) =>
    run.test.map((test, epoch) =>
      [
        quoted(entry?.names[run.racer] ?? ''),
        run.seed + 1,
        epoch,
        run.train[epoch],
        test,
        run.accuracy[epoch] ?? '',
      ].join(','),
    ),
  );
  return `${['racer,seed,epoch,train_loss,test_loss,test_accuracy', ...lines].join('\n')}\n`;
}
