// ElectroDB and typed entities change the same items: updates of every form, conditions, transactions, with random values.
// What is stored must be equal after each of them, and what is refused must be refused for the same reason.

import {Service} from 'electrodb';
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {describeWithServer} from '../lib/server.mjs';

import {itemForm, itemsForm} from './compare.mjs';
import {randomItem, randomValue, typed} from './electro_models.mjs';
import {meetBoth, outcome, pick, storedAlike} from './electro_side.mjs';
import {startProgram} from './model_program.mjs';
import {kSeed, newRandom} from './random.mjs';
import {tasks} from './typed_models.mjs';

const kItems = 16;
const kRounds = 30;

/**
 * What can be done where. In updates ElectroDB finds members of maps by the names that they are given, even where they are stored
 * under others: so not `number`.
 */
const kSteps = {
  'project': ['set', 'remove'],
  'priority': ['set', 'remove'],
  'status': ['set', 'remove'],
  'done': ['set', 'remove', 'ifNotExists'],
  'tags': ['set', 'remove', 'add', 'delete'],
  'sizes': ['set', 'remove', 'add', 'delete'],
  'scores': ['set', 'remove', 'append', 'ifNotExists'],
  'scores[0]': ['set'],
  'parts': ['set', 'append'],
  'parts[0].text': ['set'],
  'outer': ['set', 'remove'],
  'outer.words': ['set', 'append'],
  'outer.secret': ['set', 'remove'],
  'outer.inner.text': ['set'],
  'outer.level': ['set', 'remove', 'add', 'subtract', 'ifNotExists'],
  'anything': ['set', 'remove'],
  'renamed': ['set', 'remove', 'ifNotExists'],
  'effort': ['set', 'remove', 'add', 'subtract', 'ifNotExists'],
  'word': ['set'],
};

/** What goes comes back soon. */
const kHow = ['update', 'update', 'update', 'update', 'patch', 'patch', 'patch', 'patch', 'put', 'put', 'upsert', 'upsert', 'delete', 'remove'];

/** What keys of indexes are made from. */
const kInKeys = ['project', 'priority', 'status'];

const kConditions = [
  ['eq', 'done'], ['eq', 'status'], ['eq', 'word'], ['ne', 'word'], ['begins', 'word'], ['contains', 'word'], ['contains', 'tags'],
  ['gt', 'effort'], ['lte', 'effort'], ['between', 'effort'], ['exists', 'effort'], ['notExists', 'effort'],
  ['eqOrNotExists', 'renamed'], ['eq', 'outer.inner.text'],
];

const stepsOf = (path) => path.split(/\.|\[(\d+)\]/).filter(Boolean);

/** The attribute at a path. */
const attributeAt = (path) => stepsOf(path).slice(1).reduce(
    (at, step) => (/^\d+$/.test(step) ? at.items : at.properties[step]), tasks.attributes[stepsOf(path)[0]]);

const valueAt = (item, path) => stepsOf(path).reduce((at, step) => at?.[step], item);

const wrapped = (value, attribute) => ({value: typed(value, attribute)});

/** One of each attribute at most: DynamoDB refuses paths that overlap. */
function randomSteps(random) {
  const byRoot = new Map(random.shuffled(Object.keys(kSteps)).map((path) => [stepsOf(path)[0], path]));
  return [...byRoot.values()].filter(() => random.chance(0.25)).map((path) => {
    const step = random.one(kSteps[path]);
    return step === 'remove' ? [step, path] : [step, path, randomValue(random, attributeAt(path))];
  });
}

function randomConditions(random, item) {
  return random.shuffled(kConditions).slice(0, random.chance(0.5) ? 0 : 1 + random.below(2)).map(([what, path]) => {
    const attribute = what === 'contains' && path === 'tags' ? {type: 'string'} : attributeAt(path);
    if (what.endsWith('xists') && what !== 'eqOrNotExists') return {what, path, attribute, values: []};
    const there = valueAt(item, path);
    const known = Array.isArray(there) ? there[0] : there;
    const one = () => (known !== undefined && random.chance(0.7) ? known : randomValue(random, attribute));
    const values = what === 'between' ? [one(), one()].sort((a, b) => a - b) : [one()];
    return {what, path, attribute, values};
  });
}

const withConditions = (operation, conditions) => (conditions.length ?
    operation.where((attributes, functions) => conditions
        .map(({what, path, values}) => functions[what](valueAt(attributes, path), ...values))
        .join(' AND ')) :
    operation);

/** A change as ElectroDB is asked for it. */
function theirs(entity, {how, key, item, steps = [], composites = {}, conditions}) {
  let operation = item ? entity[how](item) : entity[how === 'remove' ? 'remove' : how](key);
  for (const [step, path, value] of steps) operation = operation[step](step === 'remove' ? [path] : {[path]: value});
  if (Object.keys(composites).length) operation = operation.composite(composites);
  return withConditions(operation, conditions);
}

/** The same as the program is asked for it. */
const ours = (side, {how, key, item, steps = [], composites = {}, conditions}) => ({
  how,
  ...(item ? {item: side.typed(item)} : {key: side.typed(key)}),
  steps: steps.map(([step, path, ...values]) => [step, path, ...values.map((value) => wrapped(value, attributeAt(path)))]),
  composites: side.typed(composites),
  where: conditions.map(({what, path, attribute, values}) => [what, path, ...values.map((value) => wrapped(value, attribute))]),
});

/** ElectroDB has one code for all that the service refuses; here a condition has its own. */
async function kindOf(call) {
  return outcome(async () => {
    try {
      return await call();
    } catch (error) {
      if (error.code >= 4000) error.code = error.cause?.name === 'ConditionalCheckFailedException' ? 5003 : 5001;
      throw error;
    }
  });
}

describeWithServer('ElectroDB and typed entities change items', (server) => {
  let program;
  before(() => (program = startProgram(server.endpoint)));
  after(() => program.stop());

  async function begin(random) {
    const side = await meetBoth({server, program}, 'typed tasks', tasks, {isTyped: true});
    const items = [];
    for (const item of random.times(kItems, () => randomItem(random, tasks))) {
      const done = await outcome(() => side.theirs().put(item).go());
      assert.equal(await outcome(() => side.ask({do: 'put', item: side.typed(item)})), done);
      if (done === 'done') items.push(item);
    }
    assert.ok(items.length > kItems / 3);
    return {side, items};
  }

  function randomChange(random, side, item) {
    const key = pick(item, side.keyNames);
    const how = random.one(kHow);
    const conditions = randomConditions(random, item);
    if (how === 'put' || how === 'upsert') return {how, item: {...randomItem(random, tasks), ...key}, conditions};
    if (how === 'delete' || how === 'remove') return {how, key, conditions};
    const steps = randomSteps(random);
    const given = new Set(steps.map(([, path]) => path));
    // Here composite() also vouches for what stays while a key goes; ElectroDB does not let it.
    const isVouched = random.chance(0.5) && !steps.some(([step, path]) => step === 'remove' && kInKeys.includes(path));
    const composites = isVouched ? pick(item, kInKeys.filter((name) => !given.has(name))) : {};
    return {how, key, steps, composites, conditions};
  }

  async function seeAlike(side) {
    await storedAlike(server.db, side);
    // An item that an update began has no defaults; structs show them.
    const scanned = (await side.theirs(side.tables.ours).scan.go({pages: 'all'})).data.map((item) => ({word: 'dflt', ...item}));
    assert.deepEqual(itemsForm((await side.ask({do: 'scan'}, side.tables.theirs)).items), itemsForm(scanned.map(side.typed)));
  }

  test('updates of every form', async (t) => {
    const random = newRandom(kSeed);
    const {side, items} = await begin(random);
    const counts = {};
    for (let round = 0; round < kRounds; ++round) {
      for (const item of items) {
        const change = randomChange(random, side, item);
        const what = JSON.stringify(change);
        const theirOutcome = await kindOf(() => theirs(side.theirs(), change).go());
        const ourOutcome = await kindOf(() => side.ask({do: 'change', ...ours(side, change)}));
        assert.equal(ourOutcome, theirOutcome, what);
        const kind = `${change.how} ${ourOutcome}`;
        counts[kind] = (counts[kind] ?? 0) + 1;
        await storedAlike(server.db, side, what);
      }
    }
    await seeAlike(side);
    t.diagnostic(JSON.stringify(counts));
    for (const how of ['update', 'patch', 'put', 'upsert', 'delete', 'remove']) assert.ok(counts[`${how} done`] > 0, how);
    assert.ok(counts['update 5003'] > 0);
  });

  test('transactions', async (t) => {
    const random = newRandom(kSeed + 1);
    const {side, items} = await begin(random);
    const service = (table) => new Service({task: side.theirs(table)});
    const distinct = [...new Map(items.map((item) => [JSON.stringify(pick(item, side.keyNames)).toLowerCase(), item])).values()];
    const counts = {done: 0, canceled: 0};
    for (let round = 0; round < 3 * kRounds; ++round) {
      const actions = random.shuffled(distinct).slice(0, 1 + random.below(4)).map((item) => {
        const key = pick(item, side.keyNames);
        if (random.chance(0.2)) {
          return {how: 'check', key, conditions: [{what: 'notExists', path: 'effort', attribute: {}, values: []}]};
        }
        const change = randomChange(random, side, item);
        if (change.how === 'upsert' || change.how === 'remove') return {how: 'create', item, conditions: []};
        return change;
      });
      const what = JSON.stringify(actions);
      let their;
      const theirOutcome = await kindOf(async () => {
        their = await service(side.tables.theirs)
                    .transaction.write(({task}) => actions.map((action) => theirs(task, action).commit({response: 'all_old'})))
                    .go();
      });
      let our;
      const ourOutcome = await kindOf(async () => {
        our = await side.ask({do: 'transact', actions: actions.map((action) => ours(side, action))});
      });
      assert.equal(ourOutcome, theirOutcome, what);
      await storedAlike(server.db, side, what);
      if (ourOutcome !== 'done') continue;
      assert.equal(our.canceled, their.canceled, what);
      ++counts[our.canceled ? 'canceled' : 'done'];
      if (!our.canceled) continue;
      assert.deepEqual(
          our.actions.map(({rejected, code, item}) => ({rejected, code, item: itemForm(item)})),
          their.data.map(({rejected, code, item}) => ({rejected, code, item: itemForm(side.typed(item ?? null))})), what);
    }
    t.diagnostic(JSON.stringify(counts));
    assert.ok(counts.done > 0 && counts.canceled > 0);
    await seeAlike(side);

    const keys = distinct.map((item) => pick(item, side.keyNames));
    const {data} = await service(side.tables.ours).transaction.get(({task}) => keys.map((key) => task.get(key).commit())).go();
    const {items: found} = await side.ask({do: 'transactGet', keys: keys.map(side.typed)}, side.tables.theirs);
    assert.deepEqual(found.map(itemForm), data.map(({item}) => itemForm(side.typed(item))));
  });
});
