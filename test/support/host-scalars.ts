// What `api.metrics.scalar` does, wherever handlers run.

import { describe, expect, it } from 'vitest';
import { scalarsIn } from '#test/support/event-files';
import { begun, type Host } from '#test/support/hosts';
import { temporaryFolder } from '#test/support/temporary';

const COUNT = 1_000;

export function describeScalars(host: Host): void {
  describe('a scalar', () => {
    it('is in a file when the outcome comes, in order; one that is no number is left out, with a warning a tag', async () => {
      const metricsDir = temporaryFolder();
      const { connection, logs } = await begun(host, 'scalars', COUNT, { metricsDir });
      await connection.next('done');
      const expected = Array.from({ length: COUNT }, (_, step) => `train/loss ${step} ${Math.fround(1 / (step + 1))}`);
      expect(await scalarsIn(metricsDir)).toEqual(expected);
      expect(logs.filter((line) => line.includes('"broken" was'))).toEqual([
        expect.stringMatching(/^warn .*metrics\.scalar: "broken" was nan, which no curve can show/i),
      ]);
      expect(connection.received.map(({ command }) => command)).not.toContain('scalar');
    });

    it('can be seen while its handler never yields', async () => {
      const metricsDir = temporaryFolder();
      const { connection } = await begun(host, 'one scalar and then silence', null, { metricsDir, stopGraceMs: 50 });
      await expect.poll(() => scalarsIn(metricsDir)).toEqual(['early 0 1']);
      connection.send('stop');
      await connection.next('stopped');
    });

    it('that is wrong is said at the author’s line', async () => {
      const { connection } = await begun(host, 'wrong scalar', null, { metricsDir: temporaryFolder() });
      expect((await connection.next('done')).data).toEqual([
        expect.stringMatching(/^INVALID_CALL .*expected/),
        expect.stringMatching(/^INVALID_CALL .*500/),
        expect.stringMatching(/^INVALID_CALL .*the value as a number/),
        expect.stringMatching(/^INVALID_CALL .*the step as a whole number, 0 or more/),
        expect.stringMatching(/^INVALID_CALL .*the step as a whole number, 0 or more/),
      ]);
    });
  });
}
