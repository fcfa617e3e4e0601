// Tests with models out of a seed, of either library.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {kSeed, newRandom} from './random.mjs';

/** How many items are written with each model. */
export const kItems = 12;
const kRandomModels = 18;

/** `exchange` does everything with a model; `meet` and `writeBoth` begin with it. */
export function testRandomModels({randomModel, exchange, meet, writeBoth}) {
  for (let i = 0; i < kRandomModels; ++i) {
    test(`random model ${i} of seed ${kSeed}`, async (t) => {
      const random = newRandom(kSeed + 1000 * (i + 1));
      const model = randomModel(random, i);
      t.diagnostic(JSON.stringify(model));
      await exchange(`random${i}`, model, random);
    });
  }

  test('most random items are taken', async () => {
    const random = newRandom(kSeed);
    const side = await meet('most', randomModel(random, 0));
    assert.ok((await writeBoth(side, random)).length > kItems / 3);
  });
}
