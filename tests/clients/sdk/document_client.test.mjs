// lib-dynamodb's document client: native values there and back, its commands, its paginators, an abort.

import {DynamoDBDocumentClient, GetCommand, paginateQuery, paginateScan, PutCommand} from '@aws-sdk/lib-dynamodb';
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {describeWithServer, newClient} from '../lib/server.mjs';
import {createTable, putAll} from '../lib/tables.mjs';

describeWithServer('document client', (server) => {
  test('native values there and back', async () => {
    const TableName = await createTable(server.db, 'pk');
    const item = {
      pk: 'a',
      text: '',
      n: -1.5,
      big: Number.MAX_SAFE_INTEGER,
      yes: true,
      nothing: null,
      list: [1, 'a', [null]],
      map: {x: {y: []}},
      strings: new Set(['a']),
      numbers: new Set([1, 2]),
      bytes: Uint8Array.from([0, 255]),
    };
    await server.doc.put({TableName, Item: {...item, dropped: undefined}});
    assert.deepEqual((await server.doc.get({TableName, Key: {pk: 'a'}})).Item, item);
  });

  test('bare commands over a client of their own', async () => {
    const TableName = await createTable(server.db, 'pk');
    const client = DynamoDBDocumentClient.from(
        newClient(server.endpoint), {marshallOptions: {convertEmptyValues: true}});
    await client.send(new PutCommand({TableName, Item: {pk: 'a', empty: ''}}));
    const {Item, $metadata} = await client.send(new GetCommand({TableName, Key: {pk: 'a'}}));
    assert.deepEqual(Item, {pk: 'a', empty: null});
    assert.equal($metadata.httpStatusCode, 200);
    assert.match($metadata.requestId, /^[0-9A-Z]{52}$/);
    client.destroy();
  });

  test('paginators with a page size and a start', async () => {
    const TableName = await createTable(server.db, 'pk sk:N');
    await putAll(server.doc, TableName, Array.from({length: 30}, (_, sk) => ({pk: 'p', sk})));
    const query = {TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: {':p': 'p'}};
    const sks = [];
    for await (const page of paginateQuery(
        {client: server.doc, pageSize: 8, startingToken: {pk: 'p', sk: 9}}, query)) {
      assert.ok(page.Items.length <= 8);
      sks.push(...page.Items.map(({sk}) => sk));
    }
    assert.deepEqual(sks, Array.from({length: 20}, (_, i) => i + 10));
    let scanned = 0;
    for await (const page of paginateScan({client: server.doc, pageSize: 11}, {TableName}))
      scanned += page.Count;
    assert.equal(scanned, 30);
  });

  test('an aborted call leaves the server well', async () => {
    const TableName = await createTable(server.db, 'pk');
    const controller = new AbortController();
    const call = server.doc.send(
        new PutCommand({TableName, Item: {pk: 'a', payload: 'x'.repeat(300_000)}}),
        {abortSignal: controller.signal});
    controller.abort();
    await assert.rejects(call, {name: 'AbortError'});
    await server.doc.put({TableName, Item: {pk: 'b'}});
    assert.deepEqual((await server.doc.get({TableName, Key: {pk: 'b'}})).Item, {pk: 'b'});
  });

  test('errors are the SDK\'s classes', async () => {
    const {ConditionalCheckFailedException, ResourceInUseException, ResourceNotFoundException} =
        await import('@aws-sdk/client-dynamodb');
    const TableName = await createTable(server.db, 'pk');
    await assert.rejects(
        server.doc.get({TableName: 'never-made', Key: {pk: 'a'}}), ResourceNotFoundException);
    await assert.rejects(
        server.db.createTable({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{AttributeName: 'pk', KeyType: 'HASH'}],
          AttributeDefinitions: [{AttributeName: 'pk', AttributeType: 'S'}],
        }),
        ResourceInUseException);
    await assert.rejects(
        server.doc.delete({TableName, Key: {pk: 'a'}, ConditionExpression: 'attribute_exists(pk)'}),
        (error) => {
          assert.ok(error instanceof ConditionalCheckFailedException);
          assert.equal(error.$fault, 'client');
          assert.match(error.$metadata.requestId, /^[0-9A-Z]{52}$/);
          return true;
        });
  });
});
