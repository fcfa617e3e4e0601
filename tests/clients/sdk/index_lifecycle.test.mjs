// Global secondary indexes added to and taken from a table in use.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, kInvalid, refused, sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable, eventually, putAll} from '../lib/tables.mjs';

const definition = (AttributeName, AttributeType = 'S') => ({AttributeName, AttributeType});
const creation = (IndexName, hash, range, extra = {}) => ({
  Create: {
    IndexName,
    KeySchema: [
      {AttributeName: hash, KeyType: 'HASH'}, ...(range ? [{AttributeName: range, KeyType: 'RANGE'}] : [])
    ],
    Projection: {ProjectionType: 'ALL'},
    ...extra,
  },
});

describeWithServer('index lifecycle', (server) => {
  const describe = async (TableName) => (await server.db.describeTable({TableName})).Table;
  const update = (TableName, AttributeDefinitions, ...GlobalSecondaryIndexUpdates) =>
      server.db.updateTable({TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates});
  const settled = (name) => eventually(async () => {
    const table = await describe(name);
    const indexes = table.GlobalSecondaryIndexes ?? [];
    return table.TableStatus === 'ACTIVE' && indexes.every(({IndexStatus}) => IndexStatus === 'ACTIVE') &&
        table;
  });
  const drop = async (name, IndexName) => {
    await update(name, undefined, {Delete: {IndexName}});
    await eventually(
        async () =>
            !(await describe(name)).GlobalSecondaryIndexes?.some((index) => index.IndexName === IndexName));
  };

  test('a new index is filled with the items that fit it', async () => {
    const name = await createTable(server.db, 'pk');
    const items = Array.from({length: 60}, (_, i) => ({pk: `p${i}`, owner: `o${i % 3}`, rank: i}));
    await putAll(server.doc, name, [
      ...items,
      {pk: 'no owner', rank: 1},
      {pk: 'no rank', owner: 'o0'},
      {pk: 'owner is a number', owner: 5, rank: 1},
      {pk: 'rank is a string', owner: 'o0', rank: '1'},
      {pk: 'empty owner', owner: '', rank: 1},
    ]);
    const reply = await update(
        name, [definition('pk'), definition('owner'), definition('rank', 'N')],
        creation('byOwner', 'owner', 'rank'));
    assert.ok(['UPDATING', 'ACTIVE'].includes(reply.TableDescription.TableStatus));
    assert.equal(reply.TableDescription.GlobalSecondaryIndexes[0].IndexName, 'byOwner');
    const table = await settled(name);
    sameMembers(table.AttributeDefinitions, [definition('pk'), definition('owner'), definition('rank', 'N')]);
    assert.equal(table.GlobalSecondaryIndexes[0].Backfilling, undefined);

    for (const owner of ['o0', 'o1', 'o2']) {
      const {Items} = await server.doc.query({
        TableName: name,
        IndexName: 'byOwner',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: {'#o': 'owner'},
        ExpressionAttributeValues: {':o': owner},
      });
      assert.deepEqual(Items, items.filter((item) => item.owner === owner));
    }
    assert.equal((await server.doc.scan({TableName: name, IndexName: 'byOwner'})).Count, 60);

    await invalid(
        server.doc.put({TableName: name, Item: {pk: 'x', owner: 1, rank: 1}}),
        `${kInvalid}Type mismatch for Index Key owner Expected: S Actual: N IndexName: byOwner`);
  });

  test('writes that run while an index is built all arrive in it', async () => {
    const name = await createTable(server.db, 'pk');
    const items = Array.from({length: 1500}, (_, i) => ({pk: `p${i}`, owner: `o${i % 7}`, version: 0}));
    await putAll(server.doc, name, items);

    let building = true;
    const writer = async (first) => {
      for (let i = first; building || i < 300; i += 4) {
        const pk = `p${i % 1500}`;
        if (i % 3 === 0)
          await server.doc.delete({TableName: name, Key: {pk}});
        else
          await server.doc.put({TableName: name, Item: {pk, owner: `moved${i % 5}`, version: i}});
      }
    };
    const writers = [0, 1, 2, 3].map(writer);
    await update(name, [definition('pk'), definition('owner')], creation('byOwner', 'owner'));
    await settled(name);
    building = false;
    await Promise.all(writers);

    const all = async (input) => {
      const found = [];
      for (let ExclusiveStartKey;;) {
        const page = await server.doc.scan({TableName: name, ExclusiveStartKey, ...input});
        found.push(...page.Items);
        ExclusiveStartKey = page.LastEvaluatedKey;
        if (!ExclusiveStartKey) return found;
      }
    };
    sameMembers(await all({IndexName: 'byOwner'}), await all({}));
  });

  test('a deleted index can not be queried, and its attributes are free again', async () => {
    const name =
        await createTable(server.db, 'pk', {gsi: {byOwner: {keys: 'owner'}, byRank: {keys: 'rank:N'}}});
    await server.doc.put({TableName: name, Item: {pk: 'a', owner: 'o', rank: 1}});
    await drop(name, 'byOwner');
    const table = await settled(name);
    sameMembers(table.AttributeDefinitions, [definition('pk'), definition('rank', 'N')]);
    await invalid(
        server.doc.scan({TableName: name, IndexName: 'byOwner'}),
        /The table does not have the specified index: byOwner/);
    await server.doc.put({TableName: name, Item: {pk: 'b', owner: 5, rank: 2}});
    assert.equal((await server.doc.scan({TableName: name, IndexName: 'byRank'})).Count, 2);

    await update(name, [definition('pk'), definition('owner', 'N')], creation('byOwner', 'owner'));
    await settled(name);
    const {Items} = await server.doc.scan({TableName: name, IndexName: 'byOwner'});
    assert.deepEqual(Items, [{pk: 'b', owner: 5, rank: 2}]);
    await drop(name, 'byRank');
    await drop(name, 'byOwner');
    assert.equal((await describe(name)).GlobalSecondaryIndexes, undefined);
  });

  test('the throughput of an index is updated', async () => {
    const throughput = {ReadCapacityUnits: 1, WriteCapacityUnits: 1};
    const name =
        await createTable(server.db, 'pk', {BillingMode: 'PROVISIONED', ProvisionedThroughput: throughput});
    await update(
        name, [definition('owner')],
        creation('byOwner', 'owner', undefined, {ProvisionedThroughput: throughput}));
    await settled(name);
    await update(name, undefined, {
      Update: {IndexName: 'byOwner', ProvisionedThroughput: {ReadCapacityUnits: 9, WriteCapacityUnits: 8}}
    });
    const {ProvisionedThroughput} = (await settled(name)).GlobalSecondaryIndexes[0];
    assert.equal(ProvisionedThroughput.ReadCapacityUnits, 9);
    assert.equal(ProvisionedThroughput.WriteCapacityUnits, 8);
  });

  test('what is refused', async (context) => {
    const name = await createTable(
        server.db, 'pk sk', {gsi: {byOwner: {keys: 'owner'}}, lsi: {byDate: {keys: 'pk date'}}});
    const limit =
        'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table';
    const cases = [
      [
        'two creations', 'LimitExceededException', limit, [definition('a'), definition('b')],
        creation('ia1', 'a'), creation('ib1', 'b')
      ],
      [
        'a creation and a deletion', 'LimitExceededException', limit, [definition('a')], creation('ia1', 'a'),
        {Delete: {IndexName: 'byOwner'}}
      ],
      [
        'the name of a global index', 'ValidationException', /already exists/, [definition('a')],
        creation('byOwner', 'a')
      ],
      [
        'the name of a local index', 'ValidationException', /already exists/, [definition('a')],
        creation('byDate', 'a')
      ],
      ['no action', 'ValidationException', /GlobalSecondaryIndexUpdate/, undefined, {}],
      [
        'a key without definition', 'ValidationException', /definition|AttributeDefinitions/i,
        [definition('pk')], creation('ia1', 'a')
      ],
      [
        'another type for a known attribute', 'ValidationException', /Attributes cannot be redefined/,
        [definition('owner', 'N')], creation('ia1', 'owner')
      ],
      [
        'deleting what is not there', 'ResourceNotFoundException', undefined, undefined,
        {Delete: {IndexName: 'never'}}
      ],
      [
        'units on demand', 'ValidationException', /./, [definition('a')],
        creation(
            'ia1', 'a', undefined, {ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}})
      ],
    ];
    await invalid(update(name, undefined, {Delete: {IndexName: 'byDate'}}));
    for (const [what, exception, message, definitions, ...updates] of cases) {
      await context.test(what, async () => {
        await refused(update(name, definitions, ...updates), exception, message);
        assert.equal((await describe(name)).GlobalSecondaryIndexes.length, 1);
      });
    }
  });
});
