// ElectroDB and the modelling layer on the same tables: what one writes, the other writes to the byte, reads, finds,
// changes. With the models of tests/model/vectors and with random ones.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {entities} from '../../model/vectors/electrodb_cases.mjs';
import {describeWithServer} from '../lib/server.mjs';

import {itemForm, itemsForm, storedItems} from './compare.mjs';
import {compositesOf, randomItem, randomModel, randomValue} from './electro_models.mjs';
import {meetBoth, outcome, pick, storedAlike} from './electro_side.mjs';
import {startProgram} from './model_program.mjs';
import {kSeed, newRandom} from './random.mjs';
import {kItems, testRandomModels} from './random_models.mjs';
import {tasks} from './typed_models.mjs';

const hasHooks = (part) => typeof part === 'object' && part !== null &&
    ['set', 'get', 'validate', 'condition', 'watch'].some((hook) => typeof part[hook] === 'string') ||
    (typeof part === 'object' && part !== null && Object.values(part).some(hasHooks));

/** The service's names of indexes have three letters at least. */
const withLongNames = (model) => ({
  ...model,
  indexes: Object.fromEntries(Object.entries(model.indexes).map(
      ([name, one]) => [name, one.index ? {...one, index: `index-${one.index}`} : one])),
});

describeWithServer('ElectroDB and the modelling layer', (server) => {
  let program;
  before(() => (program = startProgram(server.endpoint)));
  after(() => program.stop());

  const meet = (name, model, options) => meetBoth({server, program}, name, model, options);
  const same = (side, what) => storedAlike(server.db, side, what);

  /** Writes the same items with both, and returns those that were taken. */
  async function writeBoth(side, random) {
    const taken = [];
    for (const item of random.times(kItems, () => randomItem(random, side.model))) {
      const theirs = await outcome(() => side.theirs().put(item).go());
      const ours = await outcome(() => side.ask({do: 'put', item: side.typed(item)}));
      assert.equal(ours, theirs, `put ${JSON.stringify(item)}`);
      if (ours === 'done') taken.push(item);
    }
    await same(side, 'put');
    return taken;
  }

  async function readAcross(side, items) {
    for (const item of items) {
      const key = pick(item, side.keyNames);
      const theirs = (await side.theirs(side.tables.ours).get(key).go()).data;
      const ours = (await side.ask({do: 'get', key: side.typed(key)}, side.tables.theirs)).item;
      assert.notEqual(theirs, null);
      assert.deepEqual(itemForm(ours), itemForm(side.typed(theirs)), JSON.stringify(key));
    }
    const scanned = (await side.theirs(side.tables.ours).scan.go({pages: 'all'})).data;
    assert.deepEqual(
        itemsForm((await side.ask({do: 'scan'}, side.tables.theirs)).items), itemsForm(scanned.map(side.typed)));
  }

  /** Whole partitions. */
  async function queryPartitions(side, items) {
    for (const [index, {pk}] of Object.entries(side.model.indexes)) {
      for (const item of items.filter((one) => compositesOf(pk).every((part) => part in one))) {
        const key = pick(item, compositesOf(pk));
        const theirs = (await side.theirs(side.tables.ours).query[index](key).go({pages: 'all'})).data;
        const ours = (await side.ask({do: 'query', index, key: side.typed(key)}, side.tables.theirs)).items;
        assert.deepEqual(ours.map(itemForm), theirs.map((one) => itemForm(side.typed(one))), `${index} ${JSON.stringify(key)}`);
      }
    }
  }

  async function queryAcross(side, items, random) {
    for (const [name, index] of Object.entries(side.model.indexes)) {
      for (const item of items.slice(0, 5)) {
        const pk = compositesOf(index.pk);
        const sk = compositesOf(index.sk);
        if (![...pk, ...sk].every((one) => one in item)) continue;
        const reach = random.below(sk.length + 1);
        const key = pick(item, [...pk, ...sk.slice(0, reach)]);
        const next = sk[reach];
        const operator = next !== undefined && random.chance(0.7) ? random.one(['begins', 'gt', 'gte', 'lt', 'lte']) : undefined;
        const bound = operator && {[next]: random.chance(0.5) ? item[next] : randomValue(random, side.model.attributes[next])};
        const their = () => {
          const query = side.theirs(side.tables.ours).query[name](key);
          return operator ? query[operator](bound) : query;
        };
        const our = {
          do: 'query',
          index: name,
          key: side.typed(key),
          ...(operator ? {sk: [operator, side.typed(bound)]} : {}),
        };
        const what = `${name} ${JSON.stringify(key)} ${operator} ${JSON.stringify(bound)}`;
        let found;
        const theirs = await outcome(async () => (found = (await their().go({pages: 'all'})).data));
        let items = [];
        const ours = await outcome(async () => ({items} = await side.ask(our, side.tables.theirs)));
        if (theirs !== 'done') {
          assert.notEqual(ours, 'done', what);
          continue;
        }
        assert.equal(ours, 'done', what);
        assert.deepEqual(items.map(itemForm), found.map((one) => itemForm(side.typed(one))), what);

        // A page of one side's, the next one of the other's.
        const first = await their().go({limit: 1});
        if (first.cursor === null) continue;
        const second = await their().go({limit: 1, cursor: first.cursor});
        const ourFirst = await side.ask({...our, limit: 1});
        const ourSecond = await side.ask({...our, limit: 1, cursor: first.cursor});
        assert.deepEqual(ourSecond.items.map(itemForm), second.data.map((one) => itemForm(side.typed(one))), what);
        const theirSecond = await their().go({limit: 1, cursor: ourFirst.cursor});
        assert.deepEqual(theirSecond.data, second.data, what);
      }
    }
  }

  async function changeBoth(side, items, random) {
    const {attributes, indexes} = side.model;
    const inKeys = new Set(Object.values(indexes).flatMap(({pk, sk}) => [...compositesOf(pk), ...compositesOf(sk)]));
    for (const item of items) {
      const key = pick(item, side.keyNames);
      const others = Object.keys(attributes).filter((name) => !side.keyNames.includes(name));
      const named = others.filter(() => random.chance(0.4));
      const removed = named.filter((name) => !attributes[name].required && !inKeys.has(name) && random.chance(0.3));
      const set = Object.fromEntries(
          named.filter((name) => !removed.includes(name)).map((name) => [name, randomValue(random, attributes[name])]));
      const known = random.chance(0.6) ? [...inKeys].filter((name) => !side.keyNames.includes(name) && !(name in set)) : [];
      const composites = pick(item, known);
      const theirs = await outcome(() => {
        let update = side.theirs().update(key);
        if (Object.keys(set).length) update = update.set(set);
        if (removed.length) update = update.remove(removed);
        if (Object.keys(composites).length) update = update.composite(composites);
        return update.go();
      });
      const ours = await outcome(
          () => side.ask({do: 'update', key: side.typed(key), set: side.typed(set), remove: removed, composites: side.typed(composites)}));
      const what = `update ${JSON.stringify({key, set, removed, composites})}`;
      // What the service refuses has no number of its own here.
      assert.equal(ours === 0 ? 5001 : ours, theirs >= 4000 ? 5001 : theirs, what);
    }
    await same(side, 'update');
  }

  async function manyAtOnce(side, items) {
    if (!items.length) return;
    const keys = items.map((item) => pick(item, side.keyNames));
    const distinct = [...new Map(keys.map((key) => [JSON.stringify(side.keyNames.map((name) => `${key[name]}`.toLowerCase())), key])).values()];
    const theirs = (await side.theirs(side.tables.ours).get(distinct).go()).data;
    const ours = (await side.ask({do: 'batchGet', keys: distinct.map(side.typed)}, side.tables.theirs)).items;
    assert.deepEqual(itemsForm(ours), itemsForm(theirs.map(side.typed)));
    const [first, ...rest] = distinct;
    await side.theirs().delete(first).go();
    await side.ask({do: 'delete', key: side.typed(first)});
    if (rest.length) {
      await side.theirs().delete(rest).go();
      await side.ask({do: 'batchDelete', keys: rest.map(side.typed)});
    }
    assert.deepEqual(await storedItems(server.db, side.tables.ours), []);
    await same(side, 'delete');
  }

  async function exchange(name, model, random) {
    const side = await meet(name, model);
    const items = await writeBoth(side, random);
    await readAcross(side, items);
    await queryAcross(side, items, random);
    await changeBoth(side, items, random);
    await manyAtOnce(side, items);
    return items.length;
  }

  test('typed entities', async () => {
    const side = await meet('typed tasks', tasks, {isTyped: true});
    const items = await writeBoth(side, newRandom(kSeed));
    await readAcross(side, items);
    await queryPartitions(side, items);
    await manyAtOnce(side, items);
    assert.ok(items.length > kItems / 3);
  });

  // ElectroDB's own placeholders for `weird` are refused by the service; its updates of `itselfGsi` leave the key in
  // another case than its queries look for.
  const isLeftOut = (name) => ['weird', 'itselfGsi'].includes(name);
  for (const [name, model] of Object.entries(entities).filter(([name, one]) => !isLeftOut(name) && !hasHooks(one))) {
    test(`the model ${name}`, () => exchange(name, withLongNames(model), newRandom(kSeed)));
  }

  testRandomModels({randomModel, exchange, meet, writeBoth});
});
