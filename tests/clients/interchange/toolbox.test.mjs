// DynamoDB-Toolbox and the modelling layer on the same tables: what one writes, the other writes to the byte, reads,
// finds, changes. With the models of tests/model/vectors and with random ones; both profiles in one table.

import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {entities} from '../../model/vectors/toolbox_cases.mjs';
import {attributeMap, givenItem, toolbox, toolboxEntity} from '../../model/vectors/toolbox_entity.mjs';
import {describeWithServer} from '../lib/server.mjs';

import {itemForm, itemsForm, storedItems} from './compare.mjs';
import * as electro from './electro_models.mjs';
import {Refused, startProgram} from './model_program.mjs';
import {kSeed, newRandom} from './random.mjs';
import {kItems, testRandomModels} from './random_models.mjs';
import {things} from './typed_models.mjs';
import {createTableFor, randomItem, randomModel, randomValue, typedItem} from './toolbox_models.mjs';

const {$remove, DeleteItemCommand, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand, UpdateAttributesCommand} = toolbox;

const kIsoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** What came of a call: nothing, or that it was refused. */
async function outcome(call) {
  try {
    await call();
    return 'done';
  } catch (error) {
    if (error instanceof Refused || error.code?.startsWith?.('parsing.') || error.name === 'ValidationException') return 'refused';
    throw error;
  }
}

const pick = (item, names) => Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]]));

describeWithServer('DynamoDB-Toolbox and the modelling layer', (server) => {
  let program;
  before(() => (program = startProgram(server.endpoint)));
  after(() => program.stop());

  const indexes = {
    gsi: {type: 'global', partitionKey: {name: 'gpk', type: 'string'}, sortKey: {name: 'gsk', type: 'number'}},
  };

  async function meet(name, model, tables, {isTyped = false} = {}) {
    tables ??= {theirs: await createTableFor(server.db, model), ours: await createTableFor(server.db, model)};
    if (!isTyped) await program.define(name, 'toolbox', model);
    const theirs = (table = tables.theirs) =>
        toolboxEntity(model, {name: table, documentClient: server.doc, ...(model.table ? {} : {indexes})});
    const timestamps = Object.entries(theirs().schema.attributes)
                           .filter(([attribute]) => !(attribute in model.attributes))
                           .map(([attribute, {props}]) => ({attribute, field: props.savedAs}))
                           .filter(({field}) => field !== '_et');
    return {
      tables,
      model,
      theirs,
      timestamps,
      ask: (question, table = tables.ours) => program.ask({entity: name, table, ...question}),
      given: (item) => givenItem(model, item),
      typed: (item) => typedItem(model, item),
      keyNames: Object.keys(model.attributes).filter((one) => model.attributes[one].key),
    };
  }

  /** Each side reads the clock for itself: times are looked at, and left out. */
  function withoutTimes(side, items, name) {
    return items.map((item) => {
      const rest = {...item};
      for (const one of side.timestamps) {
        if (name === 'field') assert.match(rest[one[name]].S, kIsoTime);
        delete rest[one[name]];
      }
      return rest;
    });
  }

  async function same(side, what) {
    const stored = async (table) => itemsForm(withoutTimes(side, await storedItems(server.db, table), 'field'));
    assert.deepEqual(await stored(side.tables.ours), await stored(side.tables.theirs), what);
    if (side.timestamps.length < 2) return;
    // One reading of the clock for both of a new item's times.
    for (const item of what === 'put' ? await storedItems(server.db, side.tables.ours) : []) {
      assert.equal(item[side.timestamps[0].field].S, item[side.timestamps[1].field].S);
    }
  }

  async function writeBoth(side, random, newItem = () => randomItem(random, side.model)) {
    const taken = new Map();
    for (const item of random.times(kItems, newItem)) {
      const theirs = await outcome(() => side.theirs().build(PutItemCommand).item(side.given(item)).send());
      const ours = await outcome(() => side.ask({do: 'put', item: side.typed(item)}));
      assert.equal(ours, theirs, `put ${JSON.stringify(item)}`);
      if (ours === 'done') taken.set(JSON.stringify(pick(item, side.keyNames)), item);
    }
    await same(side, 'put');
    return [...taken.values()];
  }

  const forms = (items) => items.map(itemForm);

  async function readAcross(side, items) {
    for (const item of items) {
      const key = pick(item, side.keyNames);
      const theirs = (await side.theirs(side.tables.ours).build(GetItemCommand).key(side.given(key)).options({consistent: true}).send()).Item;
      const ours = (await side.ask({do: 'get', key: side.typed(key)}, side.tables.theirs)).item;
      const [their, our] = [[attributeMap(theirs)], [ours]].map((one) => forms(withoutTimes(side, one, 'attribute')));
      assert.deepEqual(our, their, JSON.stringify(key));
    }
    const all = await side.theirs(side.tables.ours).table.build(ScanCommand).entities(side.theirs(side.tables.ours)).options({maxPages: Infinity}).send();
    const ours = (await side.ask({do: 'scan'}, side.tables.theirs)).items;
    assert.deepEqual(
        itemsForm(withoutTimes(side, ours, 'attribute')),
        itemsForm(withoutTimes(side, (all.Items ?? []).map(attributeMap), 'attribute')));
  }

  async function queryAcross(side, items, random) {
    const entity = side.theirs(side.tables.ours);
    const ask = async (query, ours, what) => {
      const theirs = (await entity.table.build(QueryCommand).query(query).entities(entity).options({maxPages: Infinity}).send()).Items ?? [];
      const {items: found} = await side.ask({do: 'query', ...ours}, side.tables.theirs);
      assert.deepEqual(
          forms(withoutTimes(side, found, 'attribute')), forms(withoutTimes(side, theirs.map(attributeMap), 'attribute')), what);
    };
    for (const item of items.slice(0, 6)) {
      const {Item: stored} = await entity.build(PutItemCommand).item(side.given(item)).params();
      if (item.gpk !== undefined) {
        const operator = random.one([undefined, 'gt', 'gte', 'lt', 'lte', 'between']);
        const from = random.below(1000) - 500.5;
        const bounds = operator === 'between' ? [from, from + 500] : [from];
        await ask(
            {
              index: 'gsi',
              partition: stored.gpk,
              ...(operator ? {range: {[operator]: operator === 'between' ? bounds : from}} : {}),
            },
            {
              index: 'byG',
              key: side.typed(pick(item, ['gpk'])),
              ...(operator ? {sk: [operator, ...bounds.map((gsk) => side.typed({gsk}))]} : {}),
            },
            `${operator} ${bounds}`);
      }
      if (side.model.computeKey) continue;
      const [pk, sk] = side.keyNames;
      const table = entity.table;
      const partition = stored[table.partitionKey.name];
      const range = stored[table.sortKey.name];
      const operator = random.one([undefined, 'gt', 'gte', 'lt', 'lte']);
      const key = side.typed(pick(item, [pk]));
      await ask(
          {partition, ...(operator ? {range: {[operator]: range}} : {})},
          {index: 'primary', key, ...(operator ? {sk: [operator, side.typed(pick(item, [sk]))]} : {})}, `primary ${operator}`);
    }
  }

  async function changeBoth(side, items, random) {
    const {attributes} = side.model;
    for (const item of items) {
      const key = pick(item, side.keyNames);
      const others = Object.keys(attributes).filter((name) => !attributes[name].key);
      const named = others.filter(() => random.chance(0.4));
      const removed = named.filter((name) => attributes[name].required === 'never' && random.chance(0.3));
      const set = Object.fromEntries(
          named.filter((name) => !removed.includes(name)).map((name) => [name, randomValue(random, attributes[name])]));
      // An update of nothing is an empty expression there, which the service refuses.
      if (!named.length) continue;
      const changes = Object.fromEntries(removed.map((name) => [name, $remove()]));
      const what = `update ${JSON.stringify({key, set, removed})}`;
      const theirs = await outcome(
          () => side.theirs().build(UpdateAttributesCommand).item({...side.given({...key, ...set}), ...changes}).send());
      const ours = await outcome(() => side.ask({do: 'update', key: side.typed(key), set: side.typed(set), remove: removed}));
      assert.equal(ours, theirs, what);
    }
    await same(side, 'update');
  }

  /** Whole partitions, of the table and of the index. */
  async function queryPartitions(side, items) {
    const entity = side.theirs(side.tables.ours);
    for (const item of items) {
      const {Item: stored} = entity.build(PutItemCommand).item(side.given(item)).params();
      for (const {index, part, query} of [
             {index: 'primary', part: 'owner', query: {partition: stored.pk}},
             {index: 'by_group', part: 'group', query: {index: 'gsi', partition: stored.gpk}},
      ].filter(({query}) => query.partition !== undefined)) {
        const theirs = (await entity.table.build(QueryCommand).query(query).entities(entity).options({maxPages: Infinity}).send()).Items ?? [];
        const ours = (await side.ask({do: 'query', index, key: side.typed(pick(item, [part]))}, side.tables.theirs)).items;
        assert.deepEqual(
            forms(withoutTimes(side, ours, 'attribute')), forms(withoutTimes(side, theirs.map(attributeMap), 'attribute')), index);
      }
    }
  }

  async function manyAtOnce(side, items) {
    const keys = items.map((item) => pick(item, side.keyNames));
    if (!keys.length) return;
    const {items: found} = await side.ask({do: 'batchGet', keys: keys.map(side.typed)}, side.tables.theirs);
    assert.equal(found.length, keys.length);
    const {items: read} = await side.ask({do: 'transactGet', keys: keys.map(side.typed)}, side.tables.theirs);
    assert.deepEqual(itemsForm(read), itemsForm(found));
    for (const key of keys) await side.theirs().build(DeleteItemCommand).key(side.given(key)).send();
    await side.ask({do: 'batchDelete', keys: keys.map(side.typed)});
    assert.deepEqual(await storedItems(server.db, side.tables.theirs), []);
    assert.deepEqual(await storedItems(server.db, side.tables.ours), []);

    // Written anew in batches and in a transaction, and read by the Toolbox.
    const [first, ...rest] = items;
    await side.ask({do: 'transactPut', items: [side.typed(first)]});
    if (rest.length) await side.ask({do: 'batchPut', items: rest.map(side.typed)});
    for (const item of items) await side.theirs().build(PutItemCommand).item(side.given(item)).send();
    await same(side, 'many');
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

  const longNames = (model) => (model.indexes ? {...model, indexes: {byG: {...model.indexes.byG, index: 'gsi'}}} : model);
  // What `post` stores is made from the time at which each side writes.
  for (const [name, model] of Object.entries(entities).filter(([name]) => name !== 'post')) {
    test(`the model ${name}`, () => exchange(name, longNames(model), newRandom(kSeed)));
  }

  testRandomModels({randomModel, exchange, meet, writeBoth});

  test('typed entities', async () => {
    const random = newRandom(kSeed);
    const side = await meet('typed things', things, undefined, {isTyped: true});
    // Any JSON there, but a list of words in the struct.
    const items = await writeBoth(side, random, () => ({...randomItem(random, things), as_json: random.times(2, random.text)}));
    await readAcross(side, items);
    await queryPartitions(side, items);
    await side.ask({do: 'batchDelete', keys: items.map((item) => side.typed(pick(item, side.keyNames)))});
    assert.deepEqual(await storedItems(server.db, side.tables.ours), []);
    await side.ask({do: 'batchPut', items: items.map(side.typed)});
    await same(side, 'many');
    assert.ok(items.length > kItems / 3);
  });

  test('both profiles in one table', async () => {
    const random = newRandom(kSeed);
    const table = await createTableFor(server.db, {});
    const tables = {theirs: table, ours: table};
    const toolboxSide = await meet('inOne', {entity: 'InOne', attributes: {pk: {type: 'string', key: true}, sk: {type: 'string', key: true}, n: {type: 'number'}}}, tables);
    const model = {
      model: {entity: 'Other', version: '1', service: 'MyApp'},
      attributes: {id: {type: 'string', required: true}, n: {type: 'number'}},
      indexes: {main: {pk: {field: 'pk', composite: ['id']}, sk: {field: 'sk', composite: []}}},
    };
    await program.define('other', 'electro', model);
    const theirElectro = electro.newEntity(model, server.db, table);
    const ask = (question) => program.ask({entity: 'other', table, ...question});

    const toolboxItems = random.times(6, (i) => ({pk: `p${i}`, sk: 's', n: random.number()}));
    const electroItems = random.times(6, (i) => ({id: `e${i}`, n: random.number()}));
    for (const [i, item] of toolboxItems.entries()) {
      if (i % 2) await toolboxSide.ask({do: 'put', item: toolboxSide.typed(item)});
      else await toolboxSide.theirs().build(PutItemCommand).item(item).send();
    }
    for (const [i, item] of electroItems.entries()) {
      if (i % 2) await ask({do: 'put', item: electro.typedItem(model, item)});
      else await theirElectro.put(item).go();
    }
    // Each sees its own and nothing of the other's.
    const own = async (ours, theirs, wanted) => {
      assert.deepEqual(itemsForm(ours), itemsForm(theirs));
      assert.equal(ours.length, wanted.length);
    };
    const {Items} = await toolboxSide.theirs().table.build(ScanCommand).entities(toolboxSide.theirs()).send();
    await own((await toolboxSide.ask({do: 'scan'})).items, Items.map(attributeMap), toolboxItems);
    await own((await ask({do: 'scan'})).items, (await theirElectro.scan.go()).data.map((item) => electro.typedItem(model, item)), electroItems);
    assert.equal((await ask({do: 'get', key: {id: {S: 'p1'}}})).item, null);
  });
});
