// ReturnConsumedCapacity, by the rules of "Read and write operations" in the developer guide.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable, putAll} from '../lib/tables.mjs';

const kTotal = {
  ReturnConsumedCapacity: 'TOTAL'
};
const kIndexes = {
  ReturnConsumedCapacity: 'INDEXES'
};

describeWithServer('consumed capacity', (server) => {
  const units = async (call) => (await call).ConsumedCapacity.CapacityUnits;
  /** An item of exactly `size` bytes under the key pk = 'a'. */
  const sized = (size, fields = {}) => {
    const own = Object.entries({pk: 'a', ...fields})
                    .reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    return {pk: 'a', ...fields, fill: 'x'.repeat(size - own - 'fill'.length)};
  };

  test('reads cost 4 KB units, half of one if eventually consistent', async () => {
    const TableName = await createTable(server.db, 'pk');
    const get = (ConsistentRead, others) =>
        units(server.doc.get({TableName, Key: {pk: 'a'}, ConsistentRead, ...kTotal, ...others}));
    assert.deepEqual([await get(true), await get(false)], [1, 0.5]);
    await server.doc.put({TableName, Item: sized(4096)});
    assert.deepEqual([await get(true), await get(false)], [1, 0.5]);
    await server.doc.put({TableName, Item: sized(4097)});
    assert.deepEqual([await get(true), await get(false)], [2, 1]);
    assert.equal(await get(true, {ProjectionExpression: 'pk'}), 2);
    const {ConsumedCapacity} = await server.doc.get({TableName, Key: {pk: 'a'}, ...kTotal});
    assert.equal(ConsumedCapacity.TableName, TableName);
    assert.equal(ConsumedCapacity.Table, undefined);
    assert.equal((await server.doc.get({TableName, Key: {pk: 'a'}})).ConsumedCapacity, undefined);
    assert.equal(
        (await server.doc.get({TableName, Key: {pk: 'a'}, ReturnConsumedCapacity: 'NONE'})).ConsumedCapacity,
        undefined);
    await invalid(
        server.doc.get({TableName, Key: {pk: 'a'}, ReturnConsumedCapacity: 'total'}),
        /returnConsumedCapacity/);
  });

  test('writes cost 1 KB units of the larger of the item before and after', async () => {
    const TableName = await createTable(server.db, 'pk');
    const put = (size) => units(server.doc.put({TableName, Item: sized(size), ...kTotal}));
    assert.equal(await put(1024), 1);
    assert.equal(await put(1025), 2);
    assert.equal(await put(100), 2);
    assert.equal(await put(2100), 3);
    const update = (UpdateExpression, values) => units(server.doc.update({
      TableName,
      Key: {pk: 'a'},
      UpdateExpression,
      ...(values ? {ExpressionAttributeValues: values} : {}),
      ...kTotal
    }));
    assert.equal(await update('SET more = :m', {':m': 'y'.repeat(1024)}), 4);
    assert.equal(await update('REMOVE fill'), 4);
    const remove = () => units(server.doc.delete({TableName, Key: {pk: 'a'}, ...kTotal}));
    assert.equal(await remove(), 2);
    assert.equal(await remove(), 1);
  });

  test('every index whose row changes is charged', async () => {
    const TableName = await createTable(server.db, 'pk sk', {
      gsi: {byOwner: {keys: 'owner', project: ['a']}, byOther: {keys: 'other'}},
      lsi: {byDate: {keys: 'pk date', project: 'KEYS_ONLY'}},
    });
    const key = {pk: 'p', sk: 's'};
    const charge = async (call) => {
      const {ConsumedCapacity: c} = await call;
      const entries = (map) => Object.fromEntries(
          Object.entries(map ?? {}).map(([name, {CapacityUnits}]) => [name, CapacityUnits]));
      return [
        c.CapacityUnits, c.Table?.CapacityUnits,
        {...entries(c.GlobalSecondaryIndexes), ...entries(c.LocalSecondaryIndexes)}
      ];
    };
    const put = (fields) => charge(server.doc.put({TableName, Item: {...key, ...fields}, ...kIndexes}));
    assert.deepEqual(await put({x: 1}), [1, 1, {}]);
    assert.deepEqual(await put({owner: 'o'}), [2, 1, {byOwner: 1}]);
    assert.deepEqual(await put({owner: 'o', unprojected: 1}), [1, 1, {}]);
    assert.deepEqual(await put({owner: 'o', a: 1}), [2, 1, {byOwner: 1}]);
    assert.deepEqual(await put({owner: 'moved', a: 1}), [3, 1, {byOwner: 2}]);
    assert.deepEqual(
        await put({owner: 'moved', a: 1, date: 'd', other: 'x'}), [3, 1, {byDate: 1, byOther: 1}]);
    assert.deepEqual(await put({a: 1}), [4, 1, {byOwner: 1, byDate: 1, byOther: 1}]);
    const total = await server.doc.put({TableName, Item: {...key, owner: 'o'}, ...kTotal});
    assert.equal(total.ConsumedCapacity.CapacityUnits, 2);
    assert.equal(total.ConsumedCapacity.GlobalSecondaryIndexes, undefined);
    assert.deepEqual(
        await charge(server.doc.delete({TableName, Key: key, ...kIndexes})), [2, 1, {byOwner: 1}]);
  });

  test('a query sums what it read and rounds once', async () => {
    const TableName = await createTable(
        server.db, 'pk sk:N',
        {gsi: {byOwner: {keys: 'owner'}}, lsi: {byDate: {keys: 'pk date', project: 'KEYS_ONLY'}}});
    await putAll(
        server.doc, TableName,
        Array.from(
            {length: 10}, (_, sk) => ({pk: 'p', sk, owner: 'o', date: `d${sk}`, fill: 'x'.repeat(1000)})));
    const query = (others, hash = 'pk', value = 'p') => server.doc.query({
      TableName,
      KeyConditionExpression: '#h = :h',
      ExpressionAttributeNames: {'#h': hash},
      ExpressionAttributeValues: {':h': value},
      ...others
    });
    assert.equal(await units(query(kTotal)), 1.5);
    assert.equal(await units(query({...kTotal, ConsistentRead: true})), 3);
    assert.equal(await units(query({...kTotal, Limit: 1})), 0.5);
    assert.equal(await units(query({...kTotal, Select: 'COUNT'})), 1.5);
    assert.equal(await units(query(kTotal, 'pk', 'nobody')), 0.5);

    const onGlobal = (await query({...kIndexes, IndexName: 'byOwner'}, 'owner', 'o')).ConsumedCapacity;
    assert.equal(onGlobal.CapacityUnits, 1.5);
    assert.equal(onGlobal.GlobalSecondaryIndexes.byOwner.CapacityUnits, 1.5);
    const onLocal = (await query({...kIndexes, IndexName: 'byDate'})).ConsumedCapacity;
    assert.equal(onLocal.CapacityUnits, 0.5);
    assert.equal(onLocal.LocalSecondaryIndexes.byDate.CapacityUnits, 0.5);
    const fetched =
        (await query({...kIndexes, IndexName: 'byDate', Select: 'ALL_ATTRIBUTES'})).ConsumedCapacity;
    assert.equal(fetched.LocalSecondaryIndexes.byDate.CapacityUnits, 0.5);
    assert.equal(fetched.Table.CapacityUnits, 5);
    assert.equal(fetched.CapacityUnits, 5.5);
  });

  test('batches answer for each table and round each item', async () => {
    const one = await createTable(server.db, 'pk');
    const two = await createTable(server.db, 'pk', {gsi: {byOwner: {keys: 'owner'}}});
    const written = await server.doc.batchWrite({
      ...kIndexes,
      RequestItems: {
        [one]: [{PutRequest: {Item: sized(1500)}}, {PutRequest: {Item: {pk: 'b'}}}],
        [two]: [{PutRequest: {Item: {pk: 'a', owner: 'o'}}}]
      }
    });
    const byTable = Object.fromEntries(written.ConsumedCapacity.map((entry) => [entry.TableName, entry]));
    assert.equal(byTable[one].CapacityUnits, 3);
    assert.equal(byTable[two].CapacityUnits, 2);
    assert.equal(byTable[two].GlobalSecondaryIndexes.byOwner.CapacityUnits, 1);
    const read = await server.doc.batchGet({
      ...kTotal,
      RequestItems: {
        [one]: {Keys: [{pk: 'a'}, {pk: 'b'}, {pk: 'none'}], ConsistentRead: true},
        [two]: {Keys: [{pk: 'a'}]}
      }
    });
    const readUnits = Object.fromEntries(
        read.ConsumedCapacity.map(({TableName, CapacityUnits}) => [TableName, CapacityUnits]));
    assert.deepEqual(readUnits, {[one]: 3, [two]: 0.5});
  });
});
