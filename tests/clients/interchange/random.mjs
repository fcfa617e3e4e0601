// Random values out of a seed, so that what failed can be seen again: LODESTONE_TEST_SEED chooses another one.

export const kSeed = Number(process.env.LODESTONE_TEST_SEED ?? 20261122);

/** Always the same numbers for the same seed. */
export function newRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  const one = (list) => list[below(list.length)];
  const chance = (probability) => next() < probability;
  const times = (count, make) => Array.from({length: count}, (_, i) => make(i));
  const shuffled = (list) => {
    const left = [...list];
    return times(left.length, () => left.splice(below(left.length), 1)[0]);
  };
  return {below, one, chance, times, shuffled, text: () => text({below, one, chance, times}), number: () => number({below, one, chance})};
}

const kWords = ['a', 'B', 'Zed', 'x y', '#', '_', 'a#b_c', '$', 'é', 'İßΣ', 'Ǆ', '日本', '😀', '"', '\\', '${x}', '0', '-1', 'ΑΣ', 'null'];

const text = ({below, one, times}) => times(1 + below(3), () => one(kWords)).join('');

// Not beyond what JavaScript's SDK takes.
const kNumbers = [0, 1, -1, 7, 42, 0.5, -2.25, 0.1 + 0.2, 1e-7, 123456789012, 2 ** 53 - 1, 5e-20];

const number = ({below, one, chance}) => (chance(0.5) ? one(kNumbers) : below(2000) - 1000);
