import { describe, expect, it } from 'vitest';
import { runTarget } from './campaign.js';
import { TARGETS } from './targets.js';

/** A bounded share of what `npm run fuzz` does; every run of the tests tries the same inputs. */
const INPUTS_A_SHARE = 12;
const SEED = 20_260_101;

describe('damaged and hostile inputs', () => {
  it.each(TARGETS.map(({ name, share }) => [name, share * INPUTS_A_SHARE] as const))(
    'end in points that a slow reader gives too, or in a refusal: %s (%i inputs)',
    async (name, inputs) => {
      const { findings, accepted, refused } = await runTarget(name, 0, inputs, { seed: SEED });
      expect(findings).toEqual([]);
      expect(accepted + refused).toBe(inputs);
      // Were everything refused, nothing would have been compared.
      expect(accepted).toBeGreaterThan(0);
    },
    180_000,
  );
});
