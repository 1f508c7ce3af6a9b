import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { findFailureReason } from './failure-reason.js';

it('finds the error between the code and the stack that Node prints around it', () => {
  const script =
    "class GroundTrendError extends Error { name = 'GroundTrendError' }; throw new GroundTrendError('No map.')";
  const { stderr, status } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  expect(stderr.trim().split('\n').pop()).toMatch(/^Node\.js/);
  expect(findFailureReason(stderr, status)).toBe('GroundTrendError: No map.');
});

it('finds the error below the stack that Python prints, or else takes the first line', () => {
  const python =
    'Traceback (most recent call last):\n  File "a.py", line 1\n    import torch\nModuleNotFoundError: No module named torch\n';
  expect(findFailureReason(python, 1)).toBe('ModuleNotFoundError: No module named torch');
  expect(findFailureReason('\nneeds pandas\nand more\n', 3)).toBe('needs pandas');
  expect(findFailureReason('', 9)).toBe('status 9');
  expect(findFailureReason('', null)).toBe('it was killed');
});
