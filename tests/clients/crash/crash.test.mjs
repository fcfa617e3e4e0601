// kill -9 while writers are in flight: after the restart every acknowledged write is there, whole, in table
// and indexes.

import {paginateScan} from '@aws-sdk/lib-dynamodb';
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {isDeepStrictEqual} from 'node:util';

import {invalid, sameMembers} from '../lib/check.mjs';
import {newFolder, openServer, removeFolder} from '../lib/server.mjs';
import {eventually, tableInput} from '../lib/tables.mjs';

const TableName = 'survivors';
const kRounds = 4;
const kWritersOfAKind = 4;
const kAcknowledgedPerRound = 600;

const scanAll = async (doc, input = {}) => {
  const items = [];
  for await (const {Items} of paginateScan({client: doc}, {TableName, ...input})) items.push(...Items);
  return items;
};

/**
 * Writers that run until the server is gone. What was acknowledged is in `items` and `counters`; what was
 * under way when the server went may or may not have happened and is in `doubtful`.
 */
function startWriters(doc, round, {items, counters, doubtful}) {
  let acknowledged = 0;
  const until = async (step) => {
    for (let i = 0;; ++i) {
      try {
        await step(i);
        ++acknowledged;
      } catch (error) {
        // Only the loss of the server may end a writer: a refusal by the service is a failure of the test.
        if (error.$metadata?.httpStatusCode) throw error;
        return;
      }
    }
  };
  const putter = (writer) => until(async (i) => {
    const pk = `${round}-${writer}-${i}`;
    const item = {pk, owner: `o${i % 5}`, number: i, payload: 'x'.repeat((i * 37) % 3000)};
    doubtful.set(pk, [undefined, item]);
    await doc.put({TableName, Item: item});
    doubtful.delete(pk);
    items.set(pk, item);
  });
  const batcher = (writer) => until(async (i) => {
    const batch = Array.from(
        {length: 10}, (_, j) => ({pk: `${round}-batch-${writer}-${i}-${j}`, owner: 'batch', number: j}));
    for (const item of batch) doubtful.set(item.pk, [undefined, item]);
    await doc.batchWrite({RequestItems: {[TableName]: batch.map((Item) => ({PutRequest: {Item}}))}});
    for (const item of batch) {
      doubtful.delete(item.pk);
      items.set(item.pk, item);
    }
  });
  const mover = (writer) => until(async (i) => {
    const pk = `mover-${writer}`;
    const before = items.get(pk);
    const after = {pk, owner: `${round}-${i}`, number: i};
    doubtful.set(pk, [before, after]);
    await doc.put({TableName, Item: after});
    doubtful.delete(pk);
    items.set(pk, after);
  });
  const remover = (writer) => until(async (i) => {
    const item = {pk: `${round}-gone-${writer}-${i}`, owner: 'gone', number: i};
    doubtful.set(item.pk, [undefined, item]);
    await doc.put({TableName, Item: item});
    await doc.delete({TableName, Key: {pk: item.pk}});
    doubtful.delete(item.pk);
  });
  const counter = (writer) => until(async () => {
    const pk = `counter-${writer % 2}`;
    await doc.update(
        {TableName, Key: {pk}, UpdateExpression: 'ADD hits :one', ExpressionAttributeValues: {':one': 1}});
    counters.set(pk, (counters.get(pk) ?? 0) + 1);
  });
  const each = Array.from({length: kWritersOfAKind}, (_, writer) => writer);
  const writers = [putter, batcher, mover, remover, counter].flatMap((make) => each.map(make));
  return {done: Promise.all(writers), acknowledged: () => acknowledged};
}

test('every acknowledged write survives kill -9', async () => {
  const folder = newFolder();
  const written = {items: new Map(), counters: new Map(), doubtful: new Map()};
  const hits = new Map();
  let server = await openServer({dataDir: folder});
  try {
    await server.db.createTable(tableInput(TableName, 'pk', {gsi: {byOwner: {keys: 'owner number:N'}}}));
    for (let round = 0; round < kRounds; ++round) {
      const writers = startWriters(server.doc, round, written);
      await eventually(() => writers.acknowledged() >= kAcknowledgedPerRound, {withinMs: 30_000});
      await server.kill();
      await writers.done;
      server = await openServer({dataDir: folder});

      const all = await scanAll(server.doc);
      const found = new Map(all.map((item) => [item.pk, item]));
      for (const [pk, item] of written.items) {
        if (!written.doubtful.has(pk)) assert.deepEqual(found.get(pk), item, pk);
      }
      for (const [pk, outcomes] of written.doubtful) {
        const outcome = found.get(pk);
        assert.ok(outcomes.some((possible) => isDeepStrictEqual(possible, outcome)), pk);
        // From here on the item is what the server says it is.
        if (outcome)
          written.items.set(pk, outcome);
        else
          written.items.delete(pk);
      }
      written.doubtful.clear();
      for (const [pk, acknowledged] of written.counters) {
        const stored = found.get(pk).hits;
        assert.ok(
            stored >= acknowledged && stored <= acknowledged + kWritersOfAKind,
            `${pk}: ${acknowledged} acknowledged, ${stored} stored`);
        written.counters.set(pk, stored);
        hits.set(pk, {pk, hits: stored});
      }
      sameMembers([...found.keys()], [...written.items.keys(), ...hits.keys()]);
      sameMembers(
          await scanAll(server.doc, {IndexName: 'byOwner'}), all.filter(({owner}) => owner !== undefined));
    }
    await server.stop();
    server = await openServer({dataDir: folder});
    assert.equal((await scanAll(server.doc)).length, written.items.size + hits.size);
  } finally {
    await server.kill();
    removeFolder(folder);
  }
});

test('tables, indexes and settings survive kill -9', async () => {
  const folder = newFolder();
  let server = await openServer({dataDir: folder});
  try {
    const {TableDescription} = await server.db.createTable(
        tableInput('kept', 'pk', {Tags: [{Key: 'a', Value: 'b'}], DeletionProtectionEnabled: true}));
    await server.db.createTable(tableInput('dropped', 'pk'));
    await server.doc.put({TableName: 'kept', Item: {pk: 'a', owner: 'o'}});
    await server.doc.put({TableName: 'dropped', Item: {pk: 'a'}});
    await server.db.updateTable({
      TableName: 'kept',
      AttributeDefinitions: [{AttributeName: 'owner', AttributeType: 'S'}],
      GlobalSecondaryIndexUpdates: [{
        Create: {
          IndexName: 'byOwner',
          KeySchema: [{AttributeName: 'owner', KeyType: 'HASH'}],
          Projection: {ProjectionType: 'ALL'}
        }
      }]
    });
    await server.db.updateTimeToLive(
        {TableName: 'kept', TimeToLiveSpecification: {Enabled: true, AttributeName: 'expires'}});
    await server.db.deleteTable({TableName: 'dropped'});
    await server.kill();
    server = await openServer({dataDir: folder});

    assert.deepEqual((await server.db.listTables({})).TableNames, ['kept']);
    const {Table} = await server.db.describeTable({TableName: 'kept'});
    assert.equal(Table.TableId, TableDescription.TableId);
    assert.equal(Table.TableArn, TableDescription.TableArn);
    assert.equal(Table.DeletionProtectionEnabled, true);
    assert.deepEqual(
        (await server.db.listTagsOfResource({ResourceArn: Table.TableArn})).Tags, [{Key: 'a', Value: 'b'}]);
    await eventually(
        async () => (await server.db.describeTable({TableName: 'kept'}))
                        .Table.GlobalSecondaryIndexes[0]
                        .IndexStatus === 'ACTIVE');
    assert.deepEqual(
        (await server.doc.scan({TableName: 'kept', IndexName: 'byOwner'})).Items, [{pk: 'a', owner: 'o'}]);
    await invalid(
        server.doc.put({TableName: 'kept', Item: {pk: 'b', owner: 1}}), /Type mismatch for Index Key owner/);
    await server.doc.put(
        {TableName: 'kept', Item: {pk: 'expired', expires: Math.floor(Date.now() / 1000) - 5}});
    await eventually(
        async () => (await server.doc.scan({TableName: 'kept'})).Count === 1, {withinMs: 15_000});
    await server.db.createTable(tableInput('dropped', 'pk'));
    assert.equal((await server.doc.scan({TableName: 'dropped'})).Count, 0);
  } finally {
    await server.kill();
    removeFolder(folder);
  }
});
