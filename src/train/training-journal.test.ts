import { describe, expect, it } from 'vitest';
import { createTrainingJournal } from './training-journal.js';

const PLAN = 'two networks';

describe('the journal of a training of several steps', () => {
  it('does not do again what was done, and gives a step its own state back', async () => {
    let bytes: Uint8Array | undefined;
    const save = (saved: Uint8Array) => {
      bytes = saved;
    };
    const first = createTrainingJournal(PLAN, undefined, save);
    await first.step('teach 1', async () => Float32Array.of(1, 2, 3));
    const stopped = first.step('teach 2', async ({ saveState, resumeFrom }) => {
      expect(resumeFrom).toBeUndefined();
      await saveState?.(Uint8Array.of(7, 8));
      throw new Error('stopped');
    });
    await expect(stopped).rejects.toThrow('stopped');

    const again = createTrainingJournal(PLAN, bytes, save);
    const refuse = async (): Promise<Float32Array> => {
      throw new Error('was done already');
    };
    expect([...(await again.step('teach 1', refuse))]).toEqual([1, 2, 3]);
    const second = await again.step('teach 2', async ({ resumeFrom }) => Float32Array.from(resumeFrom!));
    expect([...second]).toEqual([7, 8]);
    // The state was that of the second step, and no third is given it.
    await again.step('teach 3', async ({ resumeFrom }) => {
      expect(resumeFrom).toBeUndefined();
      return new Float32Array(0);
    });
    const last = createTrainingJournal(PLAN, bytes, save);
    expect([...(await last.step('teach 2', refuse))]).toEqual([7, 8]);
    expect([...(await last.step('teach 3', refuse))]).toEqual([]);
  });

  it('refuses bytes of another plan, cut short, or of something else', async () => {
    let bytes = new Uint8Array(0);
    const journal = createTrainingJournal(PLAN, undefined, (saved) => {
      bytes = Uint8Array.from(saved);
    });
    await journal.step('teach', async () => Float32Array.of(1, 2));
    const open = (saved: Uint8Array, plan = PLAN) => createTrainingJournal(plan, saved, () => undefined);
    expect(() => open(bytes)).not.toThrow();
    expect(() => open(bytes, 'three networks')).toThrow(/another network/);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => open(bytes.subarray(0, length))).toThrow(/damaged|no saved training/);
    }
  });
});
