// The AWS CLI: tables from JSON, items, batches from files, client-side paging and queries, exit codes.

import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {awsCli} from '../lib/aws_cli.mjs';
import {sameMembers} from '../lib/check.mjs';
import {describeWithServer, newFolder, removeFolder} from '../lib/server.mjs';

const kTable = 'MusicCollection';
const song = (artist, title, year, fields = {}) =>
    ({Artist: {S: artist}, SongTitle: {S: title}, Year: {N: String(year)}, ...fields});

describeWithServer('AWS CLI', (server) => {
  const folder = newFolder();
  const file = (name, content) => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return `file://${join(folder, name)}`;
  };
  const forTable = ['--table-name', kTable];
  let aws;
  before(async () => {
    aws = awsCli(server.endpoint);
    const definition = file('table.json', {
      TableName: kTable,
      AttributeDefinitions: [
        {AttributeName: 'Artist', AttributeType: 'S'}, {AttributeName: 'SongTitle', AttributeType: 'S'},
        {AttributeName: 'Year', AttributeType: 'N'}
      ],
      KeySchema: [{AttributeName: 'Artist', KeyType: 'HASH'}, {AttributeName: 'SongTitle', KeyType: 'RANGE'}],
      GlobalSecondaryIndexes: [{
        IndexName: 'ByYear',
        KeySchema: [{AttributeName: 'Year', KeyType: 'HASH'}],
        Projection: {ProjectionType: 'ALL'}
      }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    const created = await aws.json('create-table', '--cli-input-json', definition);
    assert.equal(created.TableDescription.TableName, kTable);
    assert.equal((await aws('wait', 'table-exists', ...forTable)).code, 0);
    const puts = Array.from(
        {length: 24},
        (_, i) => ({PutRequest: {Item: song('Ann', `Song ${String(i).padStart(2, '0')}`, 2000 + i % 3)}}));
    const written =
        await aws.json('batch-write-item', '--request-items', file('batch.json', {[kTable]: puts}));
    assert.deepEqual(written.UnprocessedItems, {});
  });
  after(() => removeFolder(folder));

  test('describe and list', async () => {
    const [described, listed] = await Promise.all([
      aws.json(
          'describe-table', ...forTable, '--query',
          'Table.[TableStatus, KeySchema[].AttributeName, GlobalSecondaryIndexes[0].IndexStatus]'),
      aws.json('list-tables', '--query', 'TableNames'),
    ]);
    assert.deepEqual(described, ['ACTIVE', ['Artist', 'SongTitle'], 'ACTIVE']);
    assert.deepEqual(listed, [kTable]);
  });

  test('put, get, update, delete', async () => {
    const key = {Artist: {S: 'Bob'}, SongTitle: {S: 'Grüße "Ω"'}};
    const item = {
      ...key,
      Year: {N: '1999'},
      Cover: {B: 'AAH/'},
      Tags: {SS: ['a']},
      More: {M: {x: {L: [{NULL: true}, {BOOL: false}]}}}
    };
    await aws.json('put-item', ...forTable, '--item', item);
    assert.deepEqual((await aws.json('get-item', ...forTable, '--key', key, '--consistent-read')).Item, item);
    const updated = await aws.json(
        'update-item', ...forTable, '--key', key, '--update-expression',
        'SET #y = #y + :one, Plays = if_not_exists(Plays, :one)', '--expression-attribute-names',
        {'#y': 'Year'}, '--expression-attribute-values', {':one': {N: '1'}}, '--return-values', 'UPDATED_NEW',
        '--return-consumed-capacity', 'INDEXES');
    assert.deepEqual(updated.Attributes, {Year: {N: '2000'}, Plays: {N: '1'}});
    assert.equal(updated.ConsumedCapacity.GlobalSecondaryIndexes.ByYear.CapacityUnits, 2);
    const removed = await aws.json(
        'delete-item', ...forTable, '--key', key, '--return-values', 'ALL_OLD', '--query',
        'Attributes.Year.N');
    assert.equal(removed, '2000');
    assert.equal(await aws.json('get-item', ...forTable, '--key', key), undefined);
  });

  test('query on table and index', async () => {
    const query = (...args) => aws.json('query', ...forTable, ...args);
    const [some, byYear, count] = await Promise.all([
      query(
          '--key-condition-expression', 'Artist = :a AND begins_with(SongTitle, :s)',
          '--no-scan-index-forward', '--expression-attribute-values', {':a': {S: 'Ann'}, ':s': {S: 'Song 0'}},
          '--query', 'Items[].SongTitle.S'),
      query(
          '--index-name', 'ByYear', '--key-condition-expression', '#y = :y', '--expression-attribute-names',
          {'#y': 'Year'}, '--filter-expression', 'SongTitle < :t', '--expression-attribute-values',
          {':y': {N: '2001'}, ':t': {S: 'Song 10'}}, '--query', '[Count, ScannedCount]'),
      query(
          '--key-condition-expression', 'Artist = :a', '--expression-attribute-values', {':a': {S: 'Ann'}},
          '--select', 'COUNT'),
    ]);
    assert.deepEqual(some, Array.from({length: 10}, (_, i) => `Song 0${9 - i}`));
    assert.deepEqual(byYear, [3, 8]);
    assert.equal(count.Count, 24);
    assert.equal(count.Items, undefined);
  });

  test('scan: the CLI pages by itself, and by tokens', async () => {
    const titles = async (...args) =>
        aws.json('scan', ...forTable, '--query', '{titles: Items[].SongTitle.S, token: NextToken}', ...args);
    const filter =
        ['--filter-expression', 'Artist = :a', '--expression-attribute-values', {':a': {S: 'Ann'}}];
    const expected = Array.from({length: 24}, (_, i) => `Song ${String(i).padStart(2, '0')}`);
    const [all, first] =
        await Promise.all([titles(...filter, '--page-size', '5'), titles(...filter, '--max-items', '10')]);
    sameMembers(all.titles, expected);
    assert.equal(first.titles.length, 10);
    const rest = await titles(...filter, '--starting-token', first.token);
    sameMembers([...first.titles, ...rest.titles], expected);
  });

  test('batch-get-item', async () => {
    const wanted = {
      [kTable]: {
        Keys: [3, 4].map((i) => ({Artist: {S: 'Ann'}, SongTitle: {S: `Song 0${i}`}})),
        ProjectionExpression: 'SongTitle'
      }
    };
    const {Responses, UnprocessedKeys} =
        await aws.json('batch-get-item', '--request-items', file('get.json', wanted));
    sameMembers(Responses[kTable], [{SongTitle: {S: 'Song 03'}}, {SongTitle: {S: 'Song 04'}}]);
    assert.deepEqual(UnprocessedKeys, {});
  });

  test('refusals have exit code 254 and name the operation', async () => {
    const expectRefusal = async (name, operation, text, ...args) => {
      const {code, out, err} = await aws(...args);
      assert.equal(code, 254);
      assert.equal(out, '');
      assert.ok(
          err.includes(`An error occurred (${name}) when calling the ${operation} operation: ${text}`), err);
    };
    const item = JSON.stringify(song('Ann', 'Song 00', 1));
    await Promise.all([
      expectRefusal(
          'ConditionalCheckFailedException', 'PutItem', 'The conditional request failed', 'put-item',
          ...forTable, '--item', item, '--condition-expression', 'attribute_not_exists(Artist)'),
      expectRefusal(
          'ResourceNotFoundException', 'GetItem', 'Requested resource not found', 'get-item', '--table-name',
          'never-made', '--key', {Artist: {S: 'a'}}),
      expectRefusal(
          'ValidationException', 'GetItem', 'The provided key element does not match the schema', 'get-item',
          ...forTable, '--key', {Artist: {S: 'a'}}),
      expectRefusal(
          'ResourceInUseException', 'CreateTable', `Table already exists: ${kTable}`, 'create-table',
          ...forTable, '--attribute-definitions', 'AttributeName=a,AttributeType=S', '--key-schema',
          'AttributeName=a,KeyType=HASH', '--billing-mode', 'PAY_PER_REQUEST'),
    ]);
  });

  test('time to live, tags, and the end of a table', async () => {
    const name = ['--table-name', 'Short.Lived'];
    const created = await aws.json(
        'create-table', ...name, '--attribute-definitions', 'AttributeName=id,AttributeType=N',
        '--key-schema', 'AttributeName=id,KeyType=HASH', '--provisioned-throughput',
        'ReadCapacityUnits=2,WriteCapacityUnits=1', '--tags', 'Key=a,Value=1');
    const arn = created.TableDescription.TableArn;
    const [ttl, tags] = await Promise.all([
      aws.json(
          'update-time-to-live', ...name, '--time-to-live-specification',
          'Enabled=true,AttributeName=expires'),
      aws.json('list-tags-of-resource', '--resource-arn', arn),
    ]);
    assert.deepEqual(ttl.TimeToLiveSpecification, {Enabled: true, AttributeName: 'expires'});
    assert.deepEqual(tags.Tags, [{Key: 'a', Value: '1'}]);
    assert.equal((await aws('tag-resource', '--resource-arn', arn, '--tags', 'Key=b,Value=2')).code, 0);
    assert.equal((await aws.json('delete-table', ...name)).TableDescription.TableStatus, 'DELETING');
    assert.equal((await aws('wait', 'table-not-exists', ...name)).code, 0);
  });
});
