// DynamoDB-Toolbox and typed entities change the same items: updates of every form, conditions, transactions, with random
// values. What is stored must be equal after each of them, and what is refused must be refused for the same reason.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {given, givenItem, toolbox, toolboxEntity} from '../../model/vectors/toolbox_entity.mjs';
import {describeWithServer} from '../lib/server.mjs';

import {itemsForm, storedItems} from './compare.mjs';
import {Refused, startProgram} from './model_program.mjs';
import {kSeed, newRandom} from './random.mjs';
import {createTableFor, randomItem, randomValue, typed, typedItem} from './toolbox_models.mjs';
import {things} from './typed_models.mjs';

const {
  $add, $append, $delete, $get, $prepend, $remove, $set, $subtract, $sum,
  ConditionCheck, DeleteItemCommand, DeletePartitionCommand, DeleteTransaction, PutItemCommand, PutTransaction,
  UpdateAttributesCommand, UpdateItemCommand, UpdateTransaction, executeTransactWrite,
} = toolbox;

const kItems = 16;
const kRounds = 25;

/** What can be done where. */
const kSteps = {
  'level': ['set', 'add', 'sum', 'subtract', 'get'],
  'flag': ['set', 'remove'],
  'status': ['set', 'remove'],
  'bytes': ['set', 'remove'],
  'tags': ['set', 'remove', 'add', 'delete'],
  'sizes': ['set', 'remove', 'add', 'delete'],
  'parts': ['set', 'remove', 'append', 'prepend'],
  'parts[0]': ['set', 'remove'],
  'parts[0].text': ['set'],
  'outer': ['set', 'remove'],
  'outer.words': ['set', 'remove', 'append', 'prepend'],
  'outer.secret': ['set', 'remove'],
  'outer.inner.text': ['set'],
  'outer.inner.number': ['set', 'remove', 'add', 'sum', 'subtract', 'get'],
  'counts': ['set', 'remove'],
  'counts.k': ['set', 'remove', 'add'],
  'pair': ['set', 'remove'],
  'either': ['set', 'remove'],
  'anything': ['set', 'remove'],
  'as_json': ['set', 'remove'],
  'word': ['set', 'get'],
  'group': ['set', 'remove'],
  'rank': ['set', 'remove'],
};
const kHow = ['update', 'update', 'update', 'update', 'update', 'attributes', 'attributes', 'put', 'delete'];

const stepsOf = (path) => path.split(/\.|\[(\d+)\]/).filter(Boolean);
const attributeAt = (path) => stepsOf(path).slice(1).reduce(
    (at, step) => at.properties?.[step] ?? at.items, things.attributes[stepsOf(path)[0]]);

/** Any JSON there, but a list of words in the struct. */
const valueOf = (random, path) => (path === 'as_json' ? random.times(2, random.text) : randomValue(random, attributeAt(path)));
const newItem = (random) => ({...randomItem(random, things), as_json: valueOf(random, 'as_json')});

/** What is calculated with: another attribute, with what it is where there is none, or a number. */
function randomOperand(random) {
  const path = random.one(['rank', 'outer.inner.number']);
  return random.one([{value: random.below(100)}, {path}, {path, otherwise: random.below(100)}]);
}

function randomStep(random, path) {
  const step = random.one(kSteps[path]);
  switch (step) {
    case 'remove': return {step, path};
    case 'sum': case 'subtract': {
      const [a, b] = [randomOperand(random), randomOperand(random)];
      return {step, path, operands: a.path || b.path ? [a, b] : [{path: 'rank', otherwise: 1}, b]};
    }
    case 'get':
      if (path === 'word') return {step, path, operands: [{path: 'group', ...(random.chance(0.7) ? {otherwise: random.text()} : {})}]};
      return {step, path, operands: [{path: 'rank', ...(random.chance(0.7) ? {otherwise: random.below(100)} : {})}]};
    // Not beyond 38 digits, and what both add alike.
    case 'add': return {step, path, value: attributeAt(path).type === 'number' ? random.below(100) : valueOf(random, path)};
    default: return {step, path, value: valueOf(random, path)};
  }
}

/** One of each attribute at most: DynamoDB refuses paths that overlap. */
function randomSteps(random, isWhole) {
  // Of any JSON with a transform the Toolbox stores what its $set is made of, and of alternatives it refuses it.
  const paths = random.shuffled(Object.keys(kSteps)).filter((path) => (isWhole ? !/[.[]/.test(path) : path !== 'as_json' && path !== 'either'));
  const byRoot = new Map(paths.map((path) => [stepsOf(path)[0], path]));
  return [...byRoot.values()].filter(() => random.chance(0.25)).map((path) => randomStep(random, path));
}

const theirOperand = ({value, path, otherwise}) =>
    (path === undefined ? value : otherwise === undefined ? $get(path) : $get(path, otherwise));

/** A step as the Toolbox is asked for it; maps, lists and records are set as a whole. */
function theirStep({step, path, value, operands}, isWhole) {
  const attribute = attributeAt(path);
  const one = () => given(value, attribute);
  switch (step) {
    case 'set': return ['list', 'map', 'record', 'tuple', 'any', 'anyOf'].includes(attribute.type) && !isWhole ? $set(one()) : one();
    case 'remove': return $remove();
    case 'add': return $add(one());
    case 'delete': return $delete(one());
    case 'append': return $append(one());
    case 'prepend': return $prepend(one());
    case 'sum': return $sum(...operands.map(theirOperand));
    case 'subtract': return $subtract(...operands.map(theirOperand));
    default: return theirOperand(operands[0]);
  }
}

function theirChanges(steps, isWhole) {
  const changes = {};
  for (const step of steps) {
    const names = stepsOf(step.path);
    const last = names.pop();
    const at = names.reduce((above, name) => (above[name] ??= {}), changes);
    at[last] = theirStep(step, isWhole);
  }
  return changes;
}

const kNumber = {type: 'number'};
const wrapped = (value, attribute) => ({value: typed(value, attribute)});
const ourOperand = ({value, path, otherwise}, attribute) => ({
  ...(path === undefined ? wrapped(value, attribute) : {path}),
  ...(otherwise === undefined ? {} : {otherwise: wrapped(otherwise, attribute)}),
});
const ourStep = ({step, path, value, operands}) => ({
  step,
  path,
  ...(value === undefined ? {} : {value: wrapped(value, attributeAt(path))}),
  ...(operands ? {operands: operands.map((one) => ourOperand(one, attributeAt(path)))} : {}),
});

/** Conditions in the Toolbox's words, on what is there as often as not. */
function randomCondition(random, item, depth = 2) {
  if (depth > 0 && random.chance(0.4)) {
    const some = () => random.times(2, () => randomCondition(random, item, depth - 1));
    return random.one([() => ({and: some()}), () => ({or: some()}), () => ({not: randomCondition(random, item, depth - 1)})])();
  }
  const number = () => (random.chance(0.5) ? item.level : random.number());
  const word = () => (random.chance(0.5) ? item.word ?? 'dflt' : random.text());
  return random.one([
    () => ({attr: 'level', [random.one(['eq', 'ne', 'lt', 'lte', 'gt', 'gte'])]: number()}),
    () => ({attr: 'level', between: [number(), number()].sort((a, b) => a - b)}),
    () => ({attr: 'level', in: [number(), number()]}),
    () => ({attr: 'level', [random.one(['eq', 'lt', 'gte'])]: {attr: 'rank'}}),
    () => ({attr: 'word', [random.one(['eq', 'beginsWith', 'contains', 'gt'])]: word()}),
    () => ({attr: 'tags', contains: item.tags?.[0] ?? random.text()}),
    () => ({attr: 'rank', exists: random.chance(0.5)}),
    () => ({attr: 'word', type: random.one(['S', 'N'])}),
    () => ({size: 'word', [random.one(['gt', 'lte', 'ne'])]: random.below(6)}),
    () => ({size: 'parts', gte: random.below(3)}),
    () => ({attr: 'status', eq: random.one(['open', 'Closed'])}),
    () => ({attr: 'outer.inner.text', ne: word()}),
    () => ({attr: 'either.size', gt: number()}),
  ])();
}

/** The same with typed values. */
function ourCondition(condition) {
  for (const name of ['and', 'or']) if (condition[name]) return {[name]: condition[name].map(ourCondition)};
  if (condition.not) return {not: ourCondition(condition.not)};
  const {attr, size, ...rest} = condition;
  const [[operator, operand]] = Object.entries(rest);
  const one = (value) => (value?.attr ? value : wrapped(value, size ? kNumber : undefined));
  const plain = operator === 'exists' || operator === 'type';
  return {path: attr ?? size, isSize: size !== undefined, operator, operand: plain ? operand : Array.isArray(operand) ? operand.map(one) : one(operand)};
}

/** What came of a call: nothing, a condition, or a refusal. */
async function outcome(call) {
  try {
    await call();
    return 'done';
  } catch (error) {
    if (error instanceof Refused) return error.number === 5003 || error.number === 5004 ? 'condition' : 'refused';
    if (error.name === 'ConditionalCheckFailedException' || error.name === 'TransactionCanceledException') return 'condition';
    if (error.code?.startsWith?.('parsing.') || error.code?.startsWith?.('actions.') || error.name === 'ValidationException') return 'refused';
    throw error;
  }
}

const pick = (item, names) => Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]]));
const kKey = ['owner', 'id'];
const kIndexes = {gsi: {type: 'global', partitionKey: {name: 'gpk', type: 'string'}, sortKey: {name: 'gsk', type: 'number'}}};

describeWithServer('DynamoDB-Toolbox and typed entities change items', (server) => {
  let program;
  before(() => (program = startProgram(server.endpoint)));
  after(() => program.stop());

  async function begin(random) {
    const tables = {theirs: await createTableFor(server.db, things), ours: await createTableFor(server.db, things)};
    const side = {
      tables,
      theirs: (table = tables.theirs) => toolboxEntity(things, {name: table, documentClient: server.doc, indexes: kIndexes}),
      ask: (question, table = tables.ours) => program.ask({entity: 'typed things', table, ...question}),
    };
    const items = [];
    for (const item of random.times(kItems, () => newItem(random))) {
      const theirs = await outcome(() => side.theirs().build(PutItemCommand).item(givenItem(things, item)).send());
      assert.equal(await outcome(() => side.ask({do: 'put', item: typedItem(things, item)})), theirs);
      if (theirs === 'done') items.push(item);
    }
    assert.ok(items.length > kItems / 3);
    return {side, items};
  }

  /** Each side reads the clock for itself. */
  async function same(side, what) {
    const stored = async (table) => itemsForm((await storedItems(server.db, table)).map(({__b: _, _md: __, ...rest}) => rest));
    assert.deepEqual(await stored(side.tables.ours), await stored(side.tables.theirs), what);
  }

  function randomChange(random, item) {
    const key = pick(item, kKey);
    const how = random.one(kHow);
    const condition = random.chance(0.4) ? randomCondition(random, item) : undefined;
    if (how === 'put') return {how, item: {...newItem(random), ...key}, condition};
    if (how === 'delete') return {how, key, condition};
    return {how, key, steps: randomSteps(random, how === 'attributes'), condition};
  }

  /** The Toolbox's command or action of a transaction. */
  function theirs(entity, {how, key, item, steps, condition}, actions) {
    const build = (action, verb, input) => entity.build(action)[verb](input).options(condition ? {condition} : {});
    const whole = givenItem(things, key ?? item);
    switch (how) {
      case 'put': return build(actions.put, 'item', whole);
      case 'delete': return build(actions.delete, 'key', whole);
      case 'check': return entity.build(ConditionCheck).key(whole).condition(condition);
      case 'attributes': return build(actions.attributes, 'item', {...whole, ...theirChanges(steps, true)});
      default: return build(actions.update, 'item', {...whole, ...theirChanges(steps, false)});
    }
  }
  const ours = ({how, key, item, steps, condition}) => ({
    how: how === 'attributes' ? 'update' : how,
    ...(key ? {key: typedItem(things, key)} : {item: typedItem(things, item)}),
    ...(steps ? {steps: steps.map(ourStep)} : {}),
    ...(condition ? {condition: ourCondition(condition)} : {}),
  });

  const kCommands = {put: PutItemCommand, delete: DeleteItemCommand, update: UpdateItemCommand, attributes: UpdateAttributesCommand};
  const kActions = {put: PutTransaction, delete: DeleteTransaction, update: UpdateTransaction};

  test('updates of every form', async (t) => {
    const random = newRandom(kSeed);
    const {side, items} = await begin(random);
    const counts = {};
    for (let round = 0; round < kRounds; ++round) {
      for (const item of items) {
        const change = randomChange(random, item);
        const what = JSON.stringify(change);
        const theirOutcome = await outcome(() => theirs(side.theirs(), change, kCommands).send());
        const ourOutcome = await outcome(() => side.ask({do: 'change', ...ours(change)}));
        assert.equal(ourOutcome, theirOutcome, what);
        const kind = `${change.how} ${ourOutcome}`;
        counts[kind] = (counts[kind] ?? 0) + 1;
        await same(side, what);
      }
    }
    t.diagnostic(JSON.stringify(counts));
    for (const how of ['update', 'attributes', 'put', 'delete']) assert.ok(counts[`${how} done`] > 3, how);
    assert.ok(counts['update condition'] > 3 && counts['update refused'] > 3);
  });

  test('transactions', async (t) => {
    const random = newRandom(kSeed + 1);
    const {side, items} = await begin(random);
    const distinct = [...new Map(items.map((item) => [JSON.stringify(pick(item, kKey)), item])).values()];
    const counts = {};
    for (let round = 0; round < 2 * kRounds; ++round) {
      const actions = random.shuffled(distinct).slice(0, 1 + random.below(4)).map((item) => {
        if (random.chance(0.2)) return {how: 'check', key: pick(item, kKey), condition: {attr: 'word', exists: true}};
        // Transactions have no UpdateAttributes.
        const changes = random.times(9, () => randomChange(random, item));
        return changes.find(({how}) => how !== 'attributes') ?? changes[0];
      });
      const what = JSON.stringify(actions);
      const theirOutcome = await outcome(() => executeTransactWrite(...actions.map((one) => theirs(side.theirs(), one, kActions))));
      let our;
      const ourOutcome = await outcome(async () => (our = await side.ask({do: 'transact', actions: actions.map(ours)})));
      assert.equal(our?.canceled ? 'condition' : ourOutcome, theirOutcome, what);
      counts[theirOutcome] = (counts[theirOutcome] ?? 0) + 1;
      await same(side, what);
    }
    t.diagnostic(JSON.stringify(counts));
    assert.ok(counts.done > 5 && counts.condition > 5);
  });

  test('partitions are deleted', async () => {
    const random = newRandom(kSeed + 2);
    const {side, items} = await begin(random);
    for (const {owner} of items) {
      const partition = `O#${owner}`;
      const entity = side.theirs();
      await entity.table.build(DeletePartitionCommand).entities(entity).query({partition}).send();
      await side.ask({do: 'erasePartition', key: {owner: {S: owner}}});
      await same(side, owner);
    }
    assert.deepEqual(await storedItems(server.db, side.tables.ours), []);
  });
});
