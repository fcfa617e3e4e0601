// PutItem, GetItem, UpdateItem, DeleteItem: what they do and everything they can return.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {conditionFailed, invalid, kInvalid} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable} from '../lib/tables.mjs';

describeWithServer('items', (server) => {
  let table;
  const newItem = async (fields) => {
    table ??= await createTable(server.db, 'pk sk:N');
    const key = {pk: `item${Math.random()}`, sk: 1};
    if (fields) await server.doc.put({TableName: table, Item: {...key, ...fields}});
    return key;
  };
  const get = async (Key, options) => (await server.doc.get({TableName: table, Key, ...options})).Item;
  const update = (Key, UpdateExpression, values, options = {}) => server.doc.update({
    TableName: table,
    Key,
    ...(UpdateExpression ? {UpdateExpression} : {}),
    ...(values ? {ExpressionAttributeValues: values} : {}),
    ...options,
  });

  test('put replaces the whole item', async () => {
    const key = await newItem({a: 1, b: 2});
    assert.deepEqual(await get(key), {...key, a: 1, b: 2});
    await server.doc.put({TableName: table, Item: {...key, c: 3}});
    assert.deepEqual(await get(key, {ConsistentRead: true}), {...key, c: 3});
  });

  test('a missing item has no Item, an item without the wanted attributes an empty one', async () => {
    const key = await newItem();
    const reply = await server.doc.get({TableName: table, Key: key});
    assert.ok(!('Item' in reply) || reply.Item === undefined);
    const there = await newItem({a: 1});
    assert.deepEqual(await get(there, {ProjectionExpression: 'never'}), {});
  });

  test('projections keep the structure and close the gaps of lists', async () => {
    const key =
        await newItem({a: {b: [0, 1, {c: 2, d: 3}], e: 4}, list: [10, 11, 12, 13], f: 'f', 'dotted.name': 1});
    const project = (ProjectionExpression, ExpressionAttributeNames) =>
        get(key, {ProjectionExpression, ExpressionAttributeNames});
    assert.deepEqual(await project('f, sk'), {f: 'f', sk: 1});
    assert.deepEqual(
        await project('a.b[2].c, a.b[0], #list[3], #list[1]', {'#list': 'list'}),
        {a: {b: [0, {c: 2}]}, list: [11, 13]});
    assert.deepEqual(await project('#d, a.never, a.b[9]', {'#d': 'dotted.name'}), {'dotted.name': 1});
    await invalid(
        project('a.b, a.b[0]'),
        'Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; ' +
            'path one: [a, b], path two: [a, b, [0]]');
    await invalid(
        project('a.b, a[1]'),
        'Invalid ProjectionExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; ' +
            'path one: [a, b], path two: [a, [1]]');
  });

  test('put: NONE and ALL_OLD, nothing else', async () => {
    const key = await newItem({a: 1});
    const put = (ReturnValues, a) => server.doc.put({TableName: table, Item: {...key, a}, ReturnValues});
    assert.equal((await put(undefined, 2)).Attributes, undefined);
    assert.equal((await put('NONE', 3)).Attributes, undefined);
    assert.deepEqual((await put('ALL_OLD', 4)).Attributes, {...key, a: 3});
    const fresh = await server.doc.put({TableName: table, Item: await newItem(), ReturnValues: 'ALL_OLD'});
    assert.equal(fresh.Attributes, undefined);
    for (const wrong of ['ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'])
      await invalid(put(wrong, 5), 'ReturnValues can only be ALL_OLD or NONE');
    await invalid(put('all_old', 5), /returnValues.*enum value set/);
    assert.equal((await get(key)).a, 4);
  });

  test('delete: NONE and ALL_OLD; deleting nothing succeeds', async () => {
    const key = await newItem({a: 1});
    const remove = (ReturnValues) => server.doc.delete({TableName: table, Key: key, ReturnValues});
    await invalid(remove('ALL_NEW'));
    assert.deepEqual((await remove('ALL_OLD')).Attributes, {...key, a: 1});
    assert.equal(await get(key), undefined);
    assert.equal((await remove('ALL_OLD')).Attributes, undefined);
    assert.equal((await remove()).Attributes, undefined);
  });

  test('update: every kind of return', async () => {
    const key = await newItem({n: 1, gone: 'x', same: 's', other: 'o'});
    const change = async (ReturnValues) => {
      await server.doc.put({TableName: table, Item: {...key, n: 1, gone: 'x', same: 's', other: 'o'}});
      const reply = await update(
          key, 'SET n = n + :one, same = :s, added = :one REMOVE gone', {':one': 1, ':s': 's'},
          {ReturnValues});
      return reply.Attributes;
    };
    assert.equal(await change(), undefined);
    assert.equal(await change('NONE'), undefined);
    assert.deepEqual(await change('ALL_OLD'), {...key, n: 1, gone: 'x', same: 's', other: 'o'});
    assert.deepEqual(await change('ALL_NEW'), {...key, n: 2, same: 's', added: 1, other: 'o'});
    assert.deepEqual(await change('UPDATED_OLD'), {n: 1, gone: 'x', same: 's'});
    assert.deepEqual(await change('UPDATED_NEW'), {n: 2, same: 's', added: 1});
    await invalid(update(key, 'SET n = :n', {':n': 1}, {ReturnValues: 'EVERYTHING'}), /returnValues/);
  });

  test('update: nothing to return is no Attributes', async () => {
    const fresh = async (ReturnValues) =>
        (await update(await newItem(), 'SET a = :a', {':a': 1}, {ReturnValues})).Attributes;
    assert.equal(await fresh('ALL_OLD'), undefined);
    assert.equal(await fresh('UPDATED_OLD'), undefined);
    const key = await newItem({a: 1});
    assert.equal(
        (await update(key, 'REMOVE a', undefined, {ReturnValues: 'UPDATED_NEW'})).Attributes, undefined);
    assert.equal(
        (await update(key, 'REMOVE a', undefined, {ReturnValues: 'UPDATED_OLD'})).Attributes, undefined);
  });

  test('update: nested paths come back as fragments', async () => {
    const key = await newItem({a: {b: 1, c: [1, 2, 3], d: 'd'}});
    const nested = async (expression, values, ReturnValues) =>
        (await update(key, expression, values, {ReturnValues})).Attributes;
    assert.deepEqual(await nested('SET a.b = :v', {':v': 2}, 'UPDATED_NEW'), {a: {b: 2}});
    assert.deepEqual(await nested('SET a.b = :v', {':v': 3}, 'UPDATED_OLD'), {a: {b: 2}});
    assert.deepEqual(await nested('SET a.c[1] = :v', {':v': 20}, 'UPDATED_NEW'), {a: {c: [20]}});
    assert.equal(await nested('SET a.fresh = :v', {':v': 1}, 'UPDATED_OLD'), undefined);
    assert.equal(await nested('SET a.c[100] = :v', {':v': 4}, 'UPDATED_NEW'), undefined);
    assert.deepEqual((await get(key)).a, {b: 3, c: [1, 20, 3, 4], d: 'd', fresh: 1});
    assert.deepEqual(await nested('REMOVE a.c[1]', undefined, 'UPDATED_NEW'), {a: {c: [3]}});
  });

  test('update creates the item from its key, but not for a removal alone', async () => {
    const bare = await newItem();
    await update(bare);
    assert.deepEqual(await get(bare), bare);
    const withValue = await newItem();
    const {Attributes} = await update(withValue, 'SET a = :a ADD n :a', {':a': 1}, {ReturnValues: 'ALL_NEW'});
    assert.deepEqual(Attributes, {...withValue, a: 1, n: 1});
    const removed = await newItem();
    const reply = await update(removed, 'REMOVE a', undefined, {ReturnValues: 'ALL_NEW'});
    assert.equal(reply.Attributes, undefined);
    assert.equal(await get(removed), undefined);
    await update(removed, 'DELETE tags :t', {':t': new Set(['x'])});
    assert.equal(await get(removed), undefined);
  });

  test('a failed condition changes nothing and shows the item if asked', async () => {
    const key = await newItem({n: 1, deep: {set: new Set(['a'])}});
    const condition = {
      ConditionExpression: 'n > :min',
      ExpressionAttributeValues: {':min': 5},
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    const item = {pk: {S: key.pk}, sk: {N: '1'}, n: {N: '1'}, deep: {M: {set: {SS: ['a']}}}};
    const shown = async (call) => (await conditionFailed(call)).Item;
    assert.deepEqual(
        await shown(server.doc.put({TableName: table, Item: {...key, n: 9}, ...condition})), item);
    assert.deepEqual(await shown(server.doc.delete({TableName: table, Key: key, ...condition})), item);
    assert.deepEqual(
        await shown(
            server.doc.update({TableName: table, Key: key, UpdateExpression: 'SET n = :min', ...condition})),
        item);
    const silent = {...condition, ReturnValuesOnConditionCheckFailure: 'NONE'};
    assert.equal(await shown(server.doc.put({TableName: table, Item: {...key, n: 9}, ...silent})), undefined);
    assert.equal(
        await shown(server.doc.put({TableName: table, Item: {...await newItem(), n: 9}, ...condition})),
        undefined);
    assert.equal((await get(key)).n, 1);
    await invalid(
        server.doc.put(
            {TableName: table, Item: key, ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_NEW'}),
        /returnValuesOnConditionCheckFailure/);
  });

  test('keys can not be updated', async () => {
    const key = await newItem({a: 1});
    for (const expression of ['SET sk = :v', 'ADD sk :v', 'SET a = :v REMOVE pk']) {
      await invalid(
          update(key, expression, {':v': 1}),
          new RegExp(`${kInvalid}Cannot update attribute (pk|sk). This attribute is part of the key`));
    }
  });

  test('conditions on put, update and delete', async () => {
    const key = await newItem();
    const create = {
      TableName: table,
      Item: {...key, version: 1},
      ConditionExpression: 'attribute_not_exists(pk)'
    };
    await server.doc.put(create);
    await conditionFailed(server.doc.put(create));
    const raise = {ConditionExpression: 'version = :old'};
    await update(key, 'SET version = :new', {':old': 1, ':new': 2}, raise);
    await conditionFailed(update(key, 'SET version = :new', {':old': 1, ':new': 2}, raise));
    const missing = await newItem();
    await conditionFailed(
        update(missing, 'SET version = :v', {':v': 1}, {ConditionExpression: 'attribute_exists(pk)'}));
    await conditionFailed(
        server.doc.delete({TableName: table, Key: missing, ConditionExpression: 'attribute_exists(pk)'}));
    await server.doc.delete({
      TableName: table,
      Key: key,
      ConditionExpression: 'version IN (:a, :b)',
      ExpressionAttributeValues: {':a': 1, ':b': 2}
    });
    assert.equal(await get(key), undefined);
  });
});

describeWithServer('item collection metrics', (server) => {
  test('SIZE answers for tables with a local index only', async () => {
    const plain = await createTable(server.db, 'pk sk');
    const local = await createTable(server.db, 'pk sk', {lsi: {byDate: {keys: 'pk date'}}});
    const item = {pk: 'a', sk: 'b', date: '2026'};
    const asked = {ReturnItemCollectionMetrics: 'SIZE'};
    assert.equal(
        (await server.doc.put({TableName: plain, Item: item, ...asked})).ItemCollectionMetrics, undefined);
    const check = ({ItemCollectionMetrics: metrics}) => {
      assert.deepEqual(metrics.ItemCollectionKey, {pk: 'a'});
      assert.equal(metrics.SizeEstimateRangeGB.length, 2);
      assert.ok(metrics.SizeEstimateRangeGB[0] <= metrics.SizeEstimateRangeGB[1]);
    };
    check(await server.doc.put({TableName: local, Item: item, ...asked}));
    check(await server.doc.update({TableName: local, Key: {pk: 'a', sk: 'b'}, ...asked}));
    const batch =
        await server.doc.batchWrite({RequestItems: {[local]: [{PutRequest: {Item: item}}]}, ...asked});
    check({ItemCollectionMetrics: batch.ItemCollectionMetrics[local][0]});
    check(await server.doc.delete({TableName: local, Key: {pk: 'a', sk: 'b'}, ...asked}));
    assert.equal((await server.doc.put({TableName: local, Item: item})).ItemCollectionMetrics, undefined);
  });
});
