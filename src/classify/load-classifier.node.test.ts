import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from './load-classifier.node.js';

describe('readModel', () => {
  it('says that a file is not there, and what may be given', async () => {
    await expect(readModel('defualt')).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('There is no such model file'),
      advice: expect.stringContaining('default, lite, test-tree'),
    });
  });

  it('says where a file is there that it cannot read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'groundtrend-model-'));
    try {
      await expect(readModel(folder)).rejects.toMatchObject({
        code: 'model',
        message: expect.stringContaining('cannot be read'),
        place: { file: folder },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
