// Keys and regions: one namespace by default, apart with --isolate.

import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {refused} from '../lib/check.mjs';
import {describeWithServer, newClient} from '../lib/server.mjs';
import {newName, tableInput} from '../lib/tables.mjs';

/** Clients of the given regions and access keys, closed with the group. */
function clientsOf(server) {
  const open = [];
  after(() => open.forEach((client) => client.destroy()));
  return (region, accessKeyId = 'AKIDEXAMPLE') => {
    const client =
        newClient(server.endpoint, {region, credentials: {accessKeyId, secretAccessKey: 'secret'}});
    open.push(client);
    return client;
  };
}

describeWithServer('one namespace', (server) => {
  const client = clientsOf(server);

  test('a table is there for every region and key, with the region of the caller in its ARN', async () => {
    const TableName = newName();
    await client('us-east-1', 'FIRST').createTable(tableInput(TableName, 'pk'));
    await client('eu-west-1', 'SECOND').putItem({TableName, Item: {pk: {S: 'a'}}});
    assert.equal((await client('us-east-1', 'FIRST').scan({TableName})).Count, 1);
    const {Table} = await client('eu-west-1', 'SECOND').describeTable({TableName});
    assert.match(Table.TableArn, /^arn:aws:dynamodb:eu-west-1:\d{12}:table\//);
  });
});

describeWithServer('separate namespaces', (server) => {
  const client = clientsOf(server);

  test('regions and keys see their own tables only', async () => {
    const TableName = newName();
    const owner = client('us-east-1', 'FIRST');
    await owner.createTable(tableInput(TableName, 'pk'));
    await owner.putItem({TableName, Item: {pk: {S: 'a'}}});
    for (const stranger of [client('eu-west-1', 'FIRST'), client('us-east-1', 'SECOND')]) {
      assert.deepEqual((await stranger.listTables({})).TableNames, []);
      await refused(stranger.scan({TableName}), 'ResourceNotFoundException', 'Requested resource not found');
      await stranger.createTable(tableInput(TableName, 'pk'));
      assert.equal((await stranger.scan({TableName})).Count, 0);
    }
    assert.equal((await owner.scan({TableName})).Count, 1);
  });
}, {args: ['--isolate', 'region,access-key']});
