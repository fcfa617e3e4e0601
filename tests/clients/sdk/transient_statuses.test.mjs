// With --delay-transient-statuses CREATING, UPDATING and DELETING last, and refuse what they refuse on the
// service.

import {waitUntilTableExists, waitUntilTableNotExists} from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {refused} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {eventually, newName, tableInput} from '../lib/tables.mjs';

describeWithServer('transient statuses', (server) => {
  const waiting = () => ({client: server.db, maxWaitTime: 30, minDelay: 1, maxDelay: 1});
  const status = async (TableName) => (await server.db.describeTable({TableName})).Table.TableStatus;
  const inUse = (call) => refused(call, 'ResourceInUseException');

  test('creating, updating, deleting', async () => {
    const TableName = newName();
    const reply = await server.db.createTable(tableInput(TableName, 'pk'));
    assert.equal(reply.TableDescription.TableStatus, 'CREATING');
    assert.equal(await status(TableName), 'CREATING');
    await inUse(server.db.createTable(tableInput(TableName, 'pk')));
    await inUse(server.db.deleteTable({TableName}));
    await inUse(server.db.updateTable({TableName, TableClass: 'STANDARD_INFREQUENT_ACCESS'}));
    await refused(
        server.doc.put({TableName, Item: {pk: 'a'}}), 'ResourceNotFoundException',
        'Requested resource not found');
    assert.ok((await server.db.listTables({})).TableNames.includes(TableName));
    assert.equal((await waitUntilTableExists(waiting(), {TableName})).state, 'SUCCESS');
    await server.doc.put({TableName, Item: {pk: 'a', owner: 'o'}});

    await server.db.updateTable({
      TableName,
      AttributeDefinitions: [{AttributeName: 'owner', AttributeType: 'S'}],
      GlobalSecondaryIndexUpdates: [{
        Create: {
          IndexName: 'byOwner',
          KeySchema: [{AttributeName: 'owner', KeyType: 'HASH'}],
          Projection: {ProjectionType: 'ALL'}
        }
      }]
    });
    const updating = (await server.db.describeTable({TableName})).Table;
    assert.equal(updating.TableStatus, 'UPDATING');
    assert.equal(updating.GlobalSecondaryIndexes[0].IndexStatus, 'CREATING');
    assert.equal(typeof updating.GlobalSecondaryIndexes[0].Backfilling, 'boolean');
    await server.doc.put({TableName, Item: {pk: 'b', owner: 'o'}});
    await inUse(server.db.deleteTable({TableName}));
    await eventually(async () => {
      const {Table} = await server.db.describeTable({TableName});
      return Table.TableStatus === 'ACTIVE' && Table.GlobalSecondaryIndexes[0].IndexStatus === 'ACTIVE';
    }, {withinMs: 30_000, everyMs: 100});
    assert.equal((await server.doc.scan({TableName, IndexName: 'byOwner'})).Count, 2);

    assert.equal((await server.db.deleteTable({TableName})).TableDescription.TableStatus, 'DELETING');
    assert.equal(await status(TableName), 'DELETING');
    await inUse(server.db.createTable(tableInput(TableName, 'pk')));
    await refused(
        server.doc.get({TableName, Key: {pk: 'a'}}), 'ResourceNotFoundException',
        'Requested resource not found');
    assert.equal((await waitUntilTableNotExists(waiting(), {TableName})).state, 'SUCCESS');
    await refused(server.db.describeTable({TableName}), 'ResourceNotFoundException');
  });
}, {args: ['--delay-transient-statuses']});
