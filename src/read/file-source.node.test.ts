import { describe, expect, it } from 'vitest';
import { tryFile } from './file-source.node.js';

describe('tryFile', () => {
  const failing = (code: string | undefined) => () =>
    Promise.reject(Object.assign(new Error(`${code}: it went wrong`), { code }));

  it('says in words what the system says in codes', async () => {
    await expect(tryFile('a.csv', failing('EACCES'))).rejects.toMatchObject({
      code: 'input',
      message: 'a.csv: The file may not be read (permissions).',
    });
    await expect(tryFile('a.csv', failing('EIO'))).rejects.toMatchObject({
      code: 'input',
      message: 'a.csv: The disk reports an error.',
    });
    await expect(tryFile('a.csv', failing('EBUSY'))).rejects.toMatchObject({
      code: 'input',
      message: 'a.csv: The file cannot be read: EBUSY: it went wrong.',
    });
  });

  it('leaves our own mistakes alone', async () => {
    await expect(tryFile('a.csv', failing(undefined))).rejects.toThrow('undefined: it went wrong');
  });
});
