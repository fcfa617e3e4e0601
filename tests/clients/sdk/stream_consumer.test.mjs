// A consumer that follows a stream of several shards, which end and split, while items are written and the
// server is killed, stopped and started again: it sees every change once, and those of an item in order.

import {DynamoDBStreams} from '@aws-sdk/client-dynamodb-streams';
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {newClient, newDocumentClient, newFolder, removeFolder, spawnServer} from '../lib/server.mjs';
import {createTable} from '../lib/tables.mjs';

const kItems = 12;
const kWriters = 3;

/** Reads shards after their parents, and remembers how far it came by sequence numbers alone. */
class Consumer {
  constructor(streamArn) {
    this.streamArn = streamArn;
    this.records = [];
    this.shards = new Map();
  }

  /** What was open at the server before is of no use any more. */
  connect(streams) {
    this.streams = streams;
    for (const shard of this.shards.values()) shard.iterator = undefined;
  }

  async listShards() {
    const all = [];
    let start;
    do {
      const {StreamDescription} = await this.streams.describeStream(
          {StreamArn: this.streamArn, Limit: 2, ExclusiveStartShardId: start});
      all.push(...StreamDescription.Shards);
      start = StreamDescription.LastEvaluatedShardId;
    } while (start);
    return all;
  }

  /** Reads a page of every shard that may be read. Returns the number of records. */
  async poll() {
    const before = this.records.length;
    for (const {ShardId, ParentShardId} of await this.listShards()) {
      if (!this.shards.has(ShardId)) this.shards.set(ShardId, {});
      if (ParentShardId && this.shards.has(ParentShardId) && !this.shards.get(ParentShardId).done) continue;
      await this.readPage(ShardId, this.shards.get(ShardId));
    }
    return this.records.length - before;
  }

  async readPage(ShardId, shard) {
    if (shard.done) return;
    if (!shard.iterator) {
      const from = shard.last ? {ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: shard.last} :
                                {ShardIteratorType: 'TRIM_HORIZON'};
      const {ShardIterator} =
          await this.streams.getShardIterator({StreamArn: this.streamArn, ShardId, ...from});
      shard.iterator = ShardIterator;
    }
    const {Records, NextShardIterator} =
        await this.streams.getRecords({ShardIterator: shard.iterator, Limit: 10});
    this.records.push(...Records);
    if (Records.length > 0) shard.last = Records.at(-1).dynamodb.SequenceNumber;
    shard.iterator = NextShardIterator;
    shard.done = !NextShardIterator;
  }

  async drain() {
    for (let idle = 0; idle < 2;) idle = await this.poll() === 0 ? idle + 1 : 0;
  }
}

/** Counts items up until told to stop, or until the server is gone. */
async function write(doc, TableName, acknowledged, isDone) {
  for (let i = 0; !isDone(); ++i) {
    const pk = `item-${(i * 5 + Math.floor(i / kItems)) % kItems}`;
    const update = {
      TableName,
      Key: {pk},
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: {':one': 1},
    };
    try {
      await (i % 4 === 0 ? doc.transactWrite({TransactItems: [{Update: update}]}) : doc.update(update));
      acknowledged[pk] = (acknowledged[pk] ?? 0) + 1;
    } catch (error) {
      const conflict =
          error.name === 'TransactionConflictException' || error.name === 'TransactionCanceledException';
      if (!conflict && error.$metadata?.httpStatusCode) throw error;
    }
  }
}

test('a consumer follows shards that end and split, through restarts', async () => {
  const folder = newFolder();
  const acknowledged = {};
  let consumer;
  let table;
  let server;
  const rounds = [
    {shards: 2, end: 'stop'}, {shards: 3, end: 'kill'}, {shards: 3, end: 'kill while written'}, {shards: 1}
  ];
  try {
    for (const {shards, end} of rounds) {
      server = await spawnServer({
        dataDir: folder,
        args: ['--stream-shards', String(shards), '--stream-shard-lifetime-ms', '150'],
      });
      const db = newClient(server.endpoint);
      const doc = newDocumentClient(db);
      const streams = new DynamoDBStreams({
        endpoint: server.endpoint,
        region: 'us-east-1',
        credentials: {accessKeyId: 'local', secretAccessKey: 'local'},
        maxAttempts: 1
      });
      table ??= await createTable(
          db, 'pk', {StreamSpecification: {StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES'}});
      consumer ??= new Consumer((await db.describeTable({TableName: table})).Table.LatestStreamArn);
      consumer.connect(streams);
      let done = false;
      const writers = Array.from({length: kWriters}, () => write(doc, table, acknowledged, () => done));
      const until = Date.now() + 700;
      while (Date.now() < until) await consumer.poll();
      if (end === 'kill while written') {
        await server.kill();
        done = true;
        await Promise.all(writers);
      } else {
        done = true;
        await Promise.all(writers);
        if (end === 'stop') await server.stop();
        if (end === 'kill') await server.kill();
      }
      if (end) {
        db.destroy();
        continue;
      }
      await consumer.drain();
      const seen = {};
      for (const {eventID, dynamodb: {Keys, NewImage, OldImage}} of consumer.records) {
        const pk = Keys.pk.S;
        const before = seen[pk] ?? 0;
        assert.equal(Number(NewImage.n.N), before + 1, `${pk} in ${eventID}`);
        assert.equal(OldImage === undefined ? 0 : Number(OldImage.n.N), before);
        seen[pk] = before + 1;
      }
      const {Items} = await doc.scan({TableName: table});
      assert.equal(Items.length, kItems);
      for (const {pk, n} of Items) {
        assert.equal(seen[pk], n, pk);
        // What was on its way when the server was killed may have come through or not.
        assert.ok(
            n >= acknowledged[pk] && n <= acknowledged[pk] + kWriters, `${pk}: ${n}, ${acknowledged[pk]}`);
      }
      assert.equal(new Set(consumer.records.map(({eventID}) => eventID)).size, consumer.records.length);
      const parents = (await consumer.listShards()).filter(({ParentShardId}) => ParentShardId);
      assert.ok(parents.length >= 4, `${parents.length} shards have parents`);
      // Of two children of one parent, one splits it.
      assert.ok(new Set(parents.map(({ParentShardId}) => ParentShardId)).size < parents.length);
      db.destroy();
      await server.stop();
    }
  } finally {
    await server?.kill();
    removeFolder(folder);
  }
});
