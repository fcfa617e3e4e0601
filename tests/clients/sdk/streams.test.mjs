// Streams: what is recorded of which write, iterators, switching, and a consumer that misses nothing through a
// restart.

import {DynamoDB} from '@aws-sdk/client-dynamodb';
import {DynamoDBStreams} from '@aws-sdk/client-dynamodb-streams';
import {DynamoDBDocument} from '@aws-sdk/lib-dynamodb';
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, refused} from '../lib/check.mjs';
import {describeWithServer, newFolder, removeFolder, spawnServer} from '../lib/server.mjs';
import {createTable} from '../lib/tables.mjs';

const kClient = {region: 'us-east-1', credentials: {accessKeyId: 'local', secretAccessKey: 'local'}};
const streamsOf = (endpoint) => new DynamoDBStreams({...kClient, endpoint});

const stream = (StreamViewType = 'NEW_AND_OLD_IMAGES') => ({
  StreamSpecification: {StreamEnabled: true, StreamViewType}
});

async function shardsOf(streams, StreamArn) {
  return (await streams.describeStream({StreamArn})).StreamDescription.Shards;
}

/** All records of a stream's first shard from an iterator of that type on. */
async function recordsOf(streams, StreamArn, ShardIteratorType = 'TRIM_HORIZON', more = {}) {
  const [{ShardId}] = await shardsOf(streams, StreamArn);
  let {ShardIterator} = await streams.getShardIterator({StreamArn, ShardId, ShardIteratorType, ...more});
  const records = [];
  for (;;) {
    const {Records, NextShardIterator} = await streams.getRecords({ShardIterator, Limit: 3});
    records.push(...Records);
    if (Records.length === 0 || !NextShardIterator) return records;
    ShardIterator = NextShardIterator;
  }
}

describeWithServer('streams', (server) => {
  const setUp = async (viewType) => {
    const table = await createTable(server.db, 'pk', stream(viewType));
    const {Table} = await server.db.describeTable({TableName: table});
    return {table, arn: Table.LatestStreamArn, label: Table.LatestStreamLabel, streams: streamsOf(server.endpoint)};
  };

  test('every effect is one record, in order, and what has none is none', async () => {
    const {table, arn, streams} = await setUp();
    const Key = {pk: 'a'};
    await server.doc.put({TableName: table, Item: {pk: 'a', n: 1}});
    await server.doc.put({TableName: table, Item: {pk: 'a', n: 1}});
    await server.doc.update(
        {TableName: table, Key, UpdateExpression: 'SET n = :n', ExpressionAttributeValues: {':n': 1}});
    await server.doc.update(
        {TableName: table, Key, UpdateExpression: 'ADD n :n', ExpressionAttributeValues: {':n': 4}});
    await server.doc.update({TableName: table, Key: {pk: 'b'}, UpdateExpression: 'REMOVE n'});
    await assert.rejects(server.doc.put(
        {TableName: table, Item: {pk: 'a'}, ConditionExpression: 'attribute_not_exists(pk)'}));
    await server.doc.delete({TableName: table, Key});
    await server.doc.delete({TableName: table, Key});
    const records = await recordsOf(streams, arn);
    const one = {pk: {S: 'a'}, n: {N: '1'}};
    const five = {pk: {S: 'a'}, n: {N: '5'}};
    assert.deepEqual(
        records.map(({eventName, dynamodb: {Keys, OldImage, NewImage}}) => [eventName, Keys, OldImage, NewImage]), [
          ['INSERT', {pk: {S: 'a'}}, undefined, one],
          ['MODIFY', {pk: {S: 'a'}}, one, five],
          ['REMOVE', {pk: {S: 'a'}}, five, undefined],
        ]);
    const [first] = records;
    assert.equal(first.eventVersion, '1.1');
    assert.equal(first.eventSource, 'aws:dynamodb');
    assert.equal(first.dynamodb.StreamViewType, 'NEW_AND_OLD_IMAGES');
    assert.equal(first.dynamodb.SizeBytes, 3 + 3 + 3);
    const numbers = records.map(({dynamodb}) => dynamodb.SequenceNumber);
    assert.deepEqual(numbers, [...numbers].sort());
    assert.ok(numbers.every((number) => /^\d{21,40}$/.test(number)));
    assert.equal(new Set(records.map(({eventID}) => eventID)).size, 3);
  });

  for (const [viewType, old, fresh] of
           [['KEYS_ONLY', false, false], ['NEW_IMAGE', false, true], ['OLD_IMAGE', true, false]]) {
    test(`${viewType} holds just that`, async () => {
      const {table, arn, streams} = await setUp(viewType);
      await server.doc.put({TableName: table, Item: {pk: 'a', n: 1}});
      await server.doc.put({TableName: table, Item: {pk: 'a', n: 2}});
      const [, {dynamodb}] = await recordsOf(streams, arn);
      assert.equal(dynamodb.OldImage !== undefined, old);
      assert.equal(dynamodb.NewImage !== undefined, fresh);
    });
  }

  test('iterators of all types', async () => {
    const {table, arn, streams} = await setUp();
    const put = (pk) => server.doc.put({TableName: table, Item: {pk}});
    const names = (records) => records.map(({dynamodb}) => dynamodb.Keys.pk.S);
    for (const pk of ['a', 'b', 'c']) await put(pk);
    const all = await recordsOf(streams, arn);
    assert.deepEqual(names(all), ['a', 'b', 'c']);
    const SequenceNumber = all[1].dynamodb.SequenceNumber;
    assert.deepEqual(names(await recordsOf(streams, arn, 'AT_SEQUENCE_NUMBER', {SequenceNumber})), ['b', 'c']);
    assert.deepEqual(names(await recordsOf(streams, arn, 'AFTER_SEQUENCE_NUMBER', {SequenceNumber})), ['c']);
    const [{ShardId}] = await shardsOf(streams, arn);
    const {ShardIterator} =
        await streams.getShardIterator({StreamArn: arn, ShardId, ShardIteratorType: 'LATEST'});
    await put('d');
    const {Records, NextShardIterator} = await streams.getRecords({ShardIterator});
    assert.deepEqual(names(Records), ['d']);
    assert.ok(NextShardIterator);
    await invalid(streams.getShardIterator({StreamArn: arn, ShardId, ShardIteratorType: 'AT_SEQUENCE_NUMBER'}));
    await invalid(
        streams.getShardIterator({StreamArn: arn, ShardId, ShardIteratorType: 'LATEST', SequenceNumber}));
    await invalid(streams.getRecords({ShardIterator: 'bogus'}));
    await refused(
        streams.getShardIterator(
            {StreamArn: arn, ShardId: 'shardId-00000000000000000000-00000000', ShardIteratorType: 'LATEST'}),
        'ResourceNotFoundException');
  });

  test('switched off a stream stays readable, and closed; on again it is another one', async () => {
    const {table, arn, label, streams} = await setUp();
    await server.doc.put({TableName: table, Item: {pk: 'a'}});
    const turn = (StreamSpecification) => server.db.updateTable({TableName: table, StreamSpecification});
    await invalid(turn({StreamEnabled: true, StreamViewType: 'KEYS_ONLY'}), `Table already has an enabled stream: TableName: ${table}`);
    await turn({StreamEnabled: false});
    await server.doc.put({TableName: table, Item: {pk: 'unseen'}});
    const {StreamDescription} = await streams.describeStream({StreamArn: arn});
    assert.equal(StreamDescription.StreamStatus, 'DISABLED');
    assert.ok(StreamDescription.Shards[0].SequenceNumberRange.EndingSequenceNumber);
    assert.equal((await recordsOf(streams, arn)).length, 1);
    await turn({StreamEnabled: true, StreamViewType: 'KEYS_ONLY'});
    const {Table} = await server.db.describeTable({TableName: table});
    assert.notEqual(Table.LatestStreamArn, arn);
    assert.notEqual(Table.LatestStreamLabel, label);
    const {Streams} = await streams.listStreams({TableName: table});
    assert.deepEqual(Streams.map(({StreamArn}) => StreamArn).sort(), [arn, Table.LatestStreamArn].sort());
    await server.db.deleteTable({TableName: table});
    assert.equal((await recordsOf(streams, arn)).length, 1);
  });

  test('a transaction and a batch are recorded item by item', async () => {
    const {table, arn, streams} = await setUp('KEYS_ONLY');
    const put = (pk) => ({Put: {TableName: table, Item: {pk}}});
    await server.doc.transactWrite({TransactItems: [put('a'), put('b')]});
    await server.doc.batchWrite(
        {RequestItems: {[table]: [{DeleteRequest: {Key: {pk: 'a'}}}, {PutRequest: {Item: {pk: 'c'}}}]}});
    const told = (await recordsOf(streams, arn)).map(({eventName, dynamodb}) => eventName + dynamodb.Keys.pk.S);
    assert.deepEqual(told.sort(), ['INSERTa', 'INSERTb', 'INSERTc', 'REMOVEa']);
  });

  test('an expired item is removed by the service', async () => {
    const {table, arn, streams} = await setUp();
    await server.db.updateTimeToLive(
        {TableName: table, TimeToLiveSpecification: {Enabled: true, AttributeName: 'ttl'}});
    await server.doc.put({TableName: table, Item: {pk: 'a', ttl: Math.floor(Date.now() / 1000) - 5}});
    let records = [];
    for (const end = Date.now() + 15_000; records.length < 2 && Date.now() < end;) {
      records = await recordsOf(streams, arn);
    }
    assert.equal(records[1].eventName, 'REMOVE');
    assert.deepEqual(records[1].userIdentity, {Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com'});
  });
});

test('a consumer sees everything once, through a restart', async () => {
  const folder = newFolder();
  let server;
  try {
    server = await spawnServer({dataDir: folder});
    const connect = () => ({
      db: DynamoDBDocument.from(new DynamoDB({...kClient, endpoint: server.endpoint})),
      streams: streamsOf(server.endpoint),
    });
    let {db, streams} = connect();
    const raw = new DynamoDB({...kClient, endpoint: server.endpoint});
    const TableName = await createTable(raw, 'pk', stream('NEW_IMAGE'));
    const StreamArn = (await raw.describeTable({TableName})).Table.LatestStreamArn;
    const [{ShardId}] = await shardsOf(streams, StreamArn);
    let {ShardIterator} =
        await streams.getShardIterator({StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON'});
    const seen = [];
    const consume = async () => {
      for (;;) {
        const {Records, NextShardIterator} = await streams.getRecords({ShardIterator, Limit: 7});
        ShardIterator = NextShardIterator;
        seen.push(...Records.map(({dynamodb}) => Number(dynamodb.NewImage.n.N)));
        if (Records.length === 0) return;
      }
    };
    const kWrites = 120;
    const write = async (from, to) => {
      for (let n = from; n < to; ++n) await db.put({TableName, Item: {pk: `item-${n % 10}`, n}});
    };
    await Promise.all([write(0, kWrites / 2), consume()]);
    await consume();
    await server.kill();
    server = await spawnServer({dataDir: folder});
    ({db, streams} = connect());
    await Promise.all([write(kWrites / 2, kWrites), consume()]);
    await consume();
    assert.deepEqual(seen, Array.from({length: kWrites}, (_, n) => n));
    await server.stop();
  } finally {
    await server?.kill();
    removeFolder(folder);
  }
});
