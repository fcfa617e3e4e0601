// The constraints of the API model: what is missing, too long, or no member of its set is told in one
// message.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, refused} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable} from '../lib/tables.mjs';

const kOne = '1 validation error detected: ';
const missing = (path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`;
const kPattern =
    'failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+';

describeWithServer('constraints', (server) => {
  const exactly = async (call, message) => {
    const error = await refused(call, 'ValidationException');
    assert.equal(error.message, message);
  };

  test('required members', async () => {
    const TableName = await createTable(server.db, 'pk');
    const {db} = server;
    await exactly(db.getItem({TableName}), kOne + missing('key'));
    await exactly(db.putItem({TableName}), kOne + missing('item'));
    await exactly(db.deleteItem({TableName}), kOne + missing('key'));
    await exactly(db.updateItem({TableName}), kOne + missing('key'));
    await exactly(db.scan({}), kOne + missing('tableName'));
    await exactly(
        db.createTable({}), 'The parameter \'TableName\' is required but was not present in the request');
    await exactly(
        db.describeTable({}), 'The parameter \'TableName\' is required but was not present in the request');
    await exactly(db.updateTimeToLive({TableName}), kOne + missing('timeToLiveSpecification'));
    await exactly(
        db.updateTimeToLive({TableName, TimeToLiveSpecification: {AttributeName: 'expires'}}),
        kOne + missing('timeToLiveSpecification.enabled'));
  });

  test('names of tables and indexes', async () => {
    const TableName = await createTable(server.db, 'pk');
    const Key = {pk: {S: 'a'}};
    await exactly(
        server.db.getItem({TableName: 'a b!', Key}), `${kOne}Value 'a b!' at 'tableName' ${kPattern}`);
    await exactly(
        server.db.describeTable({TableName: 'a b!'}), `${kOne}Value 'a b!' at 'tableName' ${kPattern}`);
    await exactly(
        server.db.describeTable({TableName: 'ab'}),
        'TableName must be at least 3 characters long and at most 255 characters long');
    await refused(server.db.getItem({TableName: 'ab', Key}), 'ResourceNotFoundException');
    await exactly(
        server.db.scan({TableName, IndexName: 'a b'}), `${kOne}Value 'a b' at 'indexName' ${kPattern}`);
    await invalid(
        server.db.scan({TableName, IndexName: 'ab'}),
        /Value 'ab' at 'indexName' failed to satisfy constraint: Member must have length greater than or equal to 3/);
  });

  test('enumerations and ranges', async () => {
    const TableName = await createTable(server.db, 'pk');
    const Item = {pk: {S: 'a'}};
    await exactly(
        server.db.getItem({TableName, Key: Item, ReturnConsumedCapacity: 'ALL'}),
        `${kOne}Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: ` +
            'Member must satisfy enum value set: [INDEXES, TOTAL, NONE]');
    const both =
        await invalid(server.db.putItem({TableName, Item, ReturnConsumedCapacity: 'a', ReturnValues: 'b'}));
    assert.match(both.message, /^2 validation errors detected: Value '.' at '.*; Value '.' at '/);
    await invalid(
        server.db.scan({TableName, Limit: 0}),
        /limit' failed to satisfy constraint: Member must have value greater than or equal to 1/i);
    await invalid(
        server.db.scan({TableName, TotalSegments: 0, Segment: 0}),
        /totalSegments' failed to satisfy constraint/i);
    await invalid(
        server.db.query({TableName, Limit: -1, KeyConditionExpression: 'pk = :p'}),
        /limit' failed to satisfy constraint/i);
    await invalid(
        server.db.query({TableName, Select: 'SOME', KeyConditionExpression: 'pk = :p'}),
        /Value 'SOME' at 'select' failed to satisfy constraint: Member must satisfy enum value set: \[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES\]/);
  });

  test('constraints come before the table is looked for', async () => {
    await invalid(server.db.getItem({TableName: 'never-made'}), kOne + missing('key'));
    await invalid(server.db.scan({TableName: 'never-made', FilterExpression: 'a ='}), /Syntax error/);
    await invalid(
        server.db.updateItem({TableName: 'never-made', Key: {pk: {S: 'a'}}, UpdateExpression: 'SET a = :v'}),
        /An expression attribute value used in expression is not defined; attribute value: :v/);
  });
});
