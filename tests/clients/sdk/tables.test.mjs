// CreateTable, DescribeTable, ListTables, DeleteTable, DescribeLimits, DescribeEndpoints, the paginator and
// the waiters.

import {paginateListTables, waitUntilTableExists, waitUntilTableNotExists} from '@aws-sdk/client-dynamodb';
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, kInvalid, refused, sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable, newName, tableInput} from '../lib/tables.mjs';

describeWithServer('tables', (server) => {
  const describe = async (TableName) => (await server.db.describeTable({TableName})).Table;

  test('a table with every kind of index is described as it was created', async () => {
    const input = tableInput(newName(), 'pk sk:N', {
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 4},
      lsi: {
        byTitle: {keys: 'pk title', project: 'KEYS_ONLY'},
        byRank: {keys: 'pk rank:N', project: ['title', 'year']}
      },
      gsi: {byOwner: {keys: 'owner'}, byHash: {keys: 'digest:B rank:N', project: ['year']}},
    });
    for (const index of input.GlobalSecondaryIndexes) {
      index.ProvisionedThroughput = {ReadCapacityUnits: 3, WriteCapacityUnits: 2};
    }
    const before = Date.now();
    const reply = (await server.db.createTable(input)).TableDescription;
    assert.equal(reply.TableName, input.TableName);
    assert.ok(['CREATING', 'ACTIVE'].includes(reply.TableStatus));

    const table = await describe(input.TableName);
    assert.equal(table.TableStatus, 'ACTIVE');
    assert.match(table.TableArn, /^arn:aws:dynamodb:us-east-1:\d{12}:table\//);
    assert.ok(table.TableArn.endsWith(`:table/${input.TableName}`));
    assert.match(table.TableId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.ok(Math.abs(table.CreationDateTime.getTime() - before) < 60_000);
    assert.deepEqual(table.KeySchema, input.KeySchema);
    sameMembers(table.AttributeDefinitions, input.AttributeDefinitions);
    assert.equal(table.ItemCount, 0);
    assert.equal(table.TableSizeBytes, 0);
    const {ReadCapacityUnits, WriteCapacityUnits, NumberOfDecreasesToday} = table.ProvisionedThroughput;
    assert.deepEqual([ReadCapacityUnits, WriteCapacityUnits, NumberOfDecreasesToday], [5, 4, 0]);
    assert.equal(table.StreamSpecification, undefined);
    assert.equal(table.SSEDescription, undefined);

    for (const kind of ['LocalSecondaryIndexes', 'GlobalSecondaryIndexes']) {
      assert.equal(table[kind].length, input[kind].length);
      for (const wanted of input[kind]) {
        const index = table[kind].find(({IndexName}) => IndexName === wanted.IndexName);
        assert.deepEqual(index.KeySchema, wanted.KeySchema);
        assert.deepEqual(index.Projection, wanted.Projection);
        assert.equal(index.IndexArn, `${table.TableArn}/index/${wanted.IndexName}`);
        assert.equal(index.ItemCount, 0);
        assert.equal(index.IndexSizeBytes, 0);
        if (kind === 'LocalSecondaryIndexes') {
          assert.equal(index.IndexStatus, undefined);
          assert.equal(index.ProvisionedThroughput, undefined);
        } else {
          assert.equal(index.IndexStatus, 'ACTIVE');
          assert.equal(index.Backfilling, undefined);
          assert.equal(index.ProvisionedThroughput.ReadCapacityUnits, 3);
          assert.equal(index.ProvisionedThroughput.WriteCapacityUnits, 2);
        }
      }
    }
  });

  test('an on-demand table has a billing mode summary and no provisioned units', async () => {
    const name = await createTable(server.db, 'pk', {gsi: {byOwner: {keys: 'owner'}}});
    const table = await describe(name);
    assert.equal(table.BillingModeSummary.BillingMode, 'PAY_PER_REQUEST');
    assert.ok(table.BillingModeSummary.LastUpdateToPayPerRequestDateTime instanceof Date);
    assert.equal(table.ProvisionedThroughput.ReadCapacityUnits, 0);
    assert.equal(table.ProvisionedThroughput.WriteCapacityUnits, 0);
    assert.equal(table.ProvisionedThroughput.NumberOfDecreasesToday, 0);
    assert.equal(table.GlobalSecondaryIndexes[0].ProvisionedThroughput.ReadCapacityUnits, 0);
    assert.equal(table.LocalSecondaryIndexes, undefined);
  });

  test('the rarer settings of CreateTable are kept', async () => {
    const name = await createTable(server.db, 'pk', {
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      DeletionProtectionEnabled: true,
      StreamSpecification: {StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES'},
      SSESpecification: {Enabled: true, SSEType: 'KMS'},
      OnDemandThroughput: {MaxReadRequestUnits: 50, MaxWriteRequestUnits: 40},
      Tags: [{Key: 'team', Value: 'search'}, {Key: 'empty', Value: ''}],
    });
    const table = await describe(name);
    assert.equal(table.TableClassSummary.TableClass, 'STANDARD_INFREQUENT_ACCESS');
    assert.equal(table.DeletionProtectionEnabled, true);
    assert.deepEqual(table.StreamSpecification, {StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES'});
    assert.equal(table.SSEDescription.Status, 'ENABLED');
    assert.equal(table.SSEDescription.SSEType, 'KMS');
    assert.deepEqual(table.OnDemandThroughput, {MaxReadRequestUnits: 50, MaxWriteRequestUnits: 40});
    const {Tags} = await server.db.listTagsOfResource({ResourceArn: table.TableArn});
    sameMembers(Tags, [{Key: 'team', Value: 'search'}, {Key: 'empty', Value: ''}]);
  });

  test('disabled stream and encryption settings are accepted as nothing', async () => {
    const name = await createTable(server.db, 'pk', {
      StreamSpecification: {StreamEnabled: false},
      SSESpecification: {Enabled: false},
    });
    const table = await describe(name);
    assert.equal(table.StreamSpecification, undefined);
    assert.equal(table.SSEDescription, undefined);
  });

  test('five local and twenty global indexes are allowed, one more is not', async () => {
    const indexes = (count, prefix, keys) => Object.fromEntries(
        Array.from({length: count}, (_, i) => [`${prefix}-${i}`, {keys: keys(i), project: 'KEYS_ONLY'}]));
    const lsi = (count) => indexes(count, 'local', (i) => `pk l${i}`);
    const gsi = (count) => indexes(count, 'global', (i) => `g${i}`);
    const name = await createTable(server.db, 'pk sk', {lsi: lsi(5), gsi: gsi(20)});
    const table = await describe(name);
    assert.equal(table.LocalSecondaryIndexes.length, 5);
    assert.equal(table.GlobalSecondaryIndexes.length, 20);

    await invalid(
        server.db.createTable(tableInput(newName(), 'pk sk', {lsi: lsi(6)})),
        `${kInvalid}Number of LocalSecondaryIndexes exceeds per-table limit of 5`);
    await invalid(
        server.db.createTable(tableInput(newName(), 'pk sk', {gsi: gsi(21)})),
        `${kInvalid}GlobalSecondaryIndex count exceeds the per-table limit of 20`);
  });

  test('what CreateTable refuses, and how', async (context) => {
    const hash = {AttributeName: 'pk', KeyType: 'HASH'};
    const range = {AttributeName: 'sk', KeyType: 'RANGE'};
    const pk = {AttributeName: 'pk', AttributeType: 'S'};
    const sk = {AttributeName: 'sk', AttributeType: 'S'};
    const owner = {AttributeName: 'owner', AttributeType: 'S'};
    const index = (fields = {}) => ({
      IndexName: 'byOwner',
      KeySchema: [{AttributeName: 'owner', KeyType: 'HASH'}],
      Projection: {ProjectionType: 'ALL'},
      ...fields,
    });
    const local = (fields = {}) =>
        index({KeySchema: [hash, {AttributeName: 'owner', KeyType: 'RANGE'}], ...fields});
    const base = {KeySchema: [hash], AttributeDefinitions: [pk], BillingMode: 'PAY_PER_REQUEST'};
    const withRange = {...base, KeySchema: [hash, range], AttributeDefinitions: [pk, sk]};
    const cases = [
      [
        'units on demand', {...base, ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}},
        `${kInvalid}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`
      ],
      [
        'no units when provisioned', {...base, BillingMode: 'PROVISIONED'},
        `${kInvalid}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`
      ],
      [
        'no billing mode means provisioned', {...base, BillingMode: undefined},
        `${kInvalid}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`
      ],
      [
        'zero units', {
          ...base,
          BillingMode: 'PROVISIONED',
          ProvisionedThroughput: {ReadCapacityUnits: 0, WriteCapacityUnits: 1}
        },
        /provisionedThroughput\.readCapacityUnits/
      ],
      [
        'unknown billing mode', {...base, BillingMode: 'FREE'},
        /Value 'FREE' at 'billingMode' failed to satisfy constraint: Member must satisfy enum value set: \[/
      ],
      [
        'unused definition', {...base, AttributeDefinitions: [pk, sk]},
        `${kInvalid}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`
      ],
      [
        'unused definition beside an index',
        {...base, AttributeDefinitions: [pk, sk, owner], GlobalSecondaryIndexes: [index()]},
        /AttributeDefinitions/
      ],
      ['missing definition', {...base, KeySchema: [hash, range]}, /definition/i],
      [
        'definition under another name', {...base, AttributeDefinitions: [owner]},
        `${kInvalid}Some index key attributes are not defined in AttributeDefinitions. Keys: [pk], AttributeDefinitions: [owner]`
      ],
      [
        'hash and range the same', {...base, KeySchema: [hash, {AttributeName: 'pk', KeyType: 'RANGE'}]},
        /same name|definition/
      ],
      [
        'two hashes', {...withRange, KeySchema: [hash, {AttributeName: 'sk', KeyType: 'HASH'}]},
        'Invalid KeySchema: The second KeySchemaElement is not a RANGE key type'
      ],
      [
        'range alone', {...base, KeySchema: [{AttributeName: 'pk', KeyType: 'RANGE'}]},
        'Invalid KeySchema: The first KeySchemaElement is not a HASH key type'
      ],
      ['three elements', {...withRange, KeySchema: [hash, range, range]}, /keySchema/],
      [
        'key of type BOOL', {...base, AttributeDefinitions: [{AttributeName: 'pk', AttributeType: 'BOOL'}]},
        /Value 'BOOL' at 'attributeDefinitions\.1\.member\.attributeType' failed to satisfy constraint/
      ],
      ['definition twice', {...base, AttributeDefinitions: [pk, pk]}, /./],
      [
        'empty list of global indexes', {...base, GlobalSecondaryIndexes: []},
        `${kInvalid}List of GlobalSecondaryIndexes is empty`
      ],
      [
        'empty list of local indexes', {...withRange, LocalSecondaryIndexes: []},
        `${kInvalid}List of LocalSecondaryIndexes is empty`
      ],
      [
        'local index without a table range',
        {...base, AttributeDefinitions: [pk, owner], LocalSecondaryIndexes: [local()]},
        `${kInvalid}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`
      ],
      [
        'local index without range', {...withRange, LocalSecondaryIndexes: [local({KeySchema: [hash]})]},
        `${kInvalid}Index KeySchema does not have a range key for index: byOwner`
      ],
      [
        'local index with another hash', {
          ...withRange,
          AttributeDefinitions: [pk, sk, owner],
          LocalSecondaryIndexes: [local({KeySchema: [{AttributeName: 'owner', KeyType: 'HASH'}, range]})]
        },
        `${kInvalid}Index KeySchema does not have the same leading hash key as table KeySchema for index: byOwner. ` +
            'index hash key: owner, table hash key: pk'
      ],
      [
        'include without names', {
          ...base,
          AttributeDefinitions: [pk, owner],
          GlobalSecondaryIndexes: [index({Projection: {ProjectionType: 'INCLUDE'}})]
        },
        `${kInvalid}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`
      ],
      [
        'all with names', {
          ...base,
          AttributeDefinitions: [pk, owner],
          GlobalSecondaryIndexes: [index({Projection: {ProjectionType: 'ALL', NonKeyAttributes: ['x']}})]
        },
        `${kInvalid}ProjectionType is ALL, but NonKeyAttributes is specified`
      ],
      [
        'keys only with names', {
          ...base,
          AttributeDefinitions: [pk, owner],
          GlobalSecondaryIndexes:
              [index({Projection: {ProjectionType: 'KEYS_ONLY', NonKeyAttributes: ['x']}})]
        },
        `${kInvalid}ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified`
      ],
      [
        'no projection type',
        {...base, AttributeDefinitions: [pk, owner], GlobalSecondaryIndexes: [index({Projection: {}})]},
        `${kInvalid}Unknown ProjectionType: null`
      ],
      [
        'index name twice',
        {...base, AttributeDefinitions: [pk, owner], GlobalSecondaryIndexes: [index(), index()]},
        `${kInvalid}Duplicate index name: byOwner`
      ],
      [
        'index name shared by both kinds', {
          ...withRange,
          AttributeDefinitions: [pk, sk, owner],
          LocalSecondaryIndexes: [local()],
          GlobalSecondaryIndexes: [index()]
        },
        `${kInvalid}Duplicate index name: byOwner`
      ],
      [
        'index units on demand', {
          ...base,
          AttributeDefinitions: [pk, owner],
          GlobalSecondaryIndexes:
              [index({ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}})]
        },
        `${kInvalid}ProvisionedThroughput should not be specified for index: byOwner when BillingMode is PAY_PER_REQUEST`
      ],
      [
        'view type of a disabled stream',
        {...base, StreamSpecification: {StreamEnabled: false, StreamViewType: 'KEYS_ONLY'}},
        `${kInvalid}Table is being created with a stream disabled, UpdateViewType should not be specified`
      ],
      [
        'on-demand maximum when provisioned', {
          ...base,
          BillingMode: 'PROVISIONED',
          ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1},
          OnDemandThroughput: {MaxReadRequestUnits: 5}
        },
        `${kInvalid}MaxReadRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED.`
      ],
      [
        'key name of 256 bytes', {
          ...base,
          KeySchema: [{AttributeName: 'k'.repeat(256), KeyType: 'HASH'}],
          AttributeDefinitions: [{AttributeName: 'k'.repeat(256), AttributeType: 'S'}]
        },
        /255/
      ],
      [
        'over 50 tags', {...base, Tags: Array.from({length: 51}, (_, i) => ({Key: `k${i}`, Value: 'v'}))}, /./
      ],
    ];
    for (const [what, input, message] of cases) {
      const TableName = newName();
      await context.test(what, async () => {
        await invalid(server.db.createTable({TableName, ...input}), message);
        await refused(server.db.describeTable({TableName}), 'ResourceNotFoundException');
      });
    }
  });

  test('several broken constraints are gathered into one message', async () => {
    const error = await invalid(server.db.createTable({
      TableName: newName(),
      KeySchema: [],
      AttributeDefinitions: [{AttributeName: '', AttributeType: 'X'}],
      BillingMode: 'cheap',
    }));
    assert.match(error.message, /^[4-9] validation errors detected: Value/);
    for (const path
             of ['keySchema', 'attributeDefinitions.1.member.attributeName',
                 'attributeDefinitions.1.member.attributeType', 'billingMode']) {
      assert.ok(
          error.message.includes(`at '${path}' failed to satisfy constraint: Member must`), error.message);
    }
  });

  test('table names: length and letters', async () => {
    await invalid(server.db.createTable(tableInput('ab', 'pk')), /3/);
    await invalid(server.db.createTable(tableInput('a'.repeat(256), 'pk')), /255/);
    await invalid(
        server.db.createTable(tableInput('no blanks', 'pk')),
        /Value 'no blanks' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: \[a-zA-Z0-9_.-\]\+/);
    const longest = 'Az09_.-'.padEnd(255, 'x');
    await server.db.createTable(tableInput(longest, 'pk'));
    assert.equal((await describe(longest)).TableName, longest);
  });

  test('a name in use, a name that is not there', async () => {
    const name = await createTable(server.db, 'pk');
    const missing = newName('missing');
    const notFound = `Requested resource not found: Table: ${missing} not found`;
    await refused(
        server.db.createTable(tableInput(name, 'pk')), 'ResourceInUseException',
        `Table already exists: ${name}`);
    await refused(server.db.describeTable({TableName: missing}), 'ResourceNotFoundException', notFound);
    await refused(server.db.deleteTable({TableName: missing}), 'ResourceNotFoundException', notFound);
    await refused(
        server.db.updateTable({TableName: missing, BillingMode: 'PAY_PER_REQUEST'}),
        'ResourceNotFoundException', notFound);
    await refused(
        server.db.getItem({TableName: missing, Key: {pk: {S: 'a'}}}), 'ResourceNotFoundException',
        'Requested resource not found');
  });

  test('an ARN is accepted wherever a table name is', async () => {
    const name = await createTable(server.db, 'pk');
    const {TableArn} = await describe(name);
    assert.equal((await describe(TableArn)).TableName, name);
    await server.doc.put({TableName: TableArn, Item: {pk: 'a', n: 1}});
    assert.deepEqual((await server.doc.get({TableName: TableArn, Key: {pk: 'a'}})).Item, {pk: 'a', n: 1});
    assert.equal((await server.doc.scan({TableName: TableArn})).Count, 1);
  });

  test('a deleted table is gone, and one of the same name starts empty', async () => {
    const name =
        await createTable(server.db, 'pk', {gsi: {byOwner: {keys: 'owner'}}, Tags: [{Key: 'a', Value: 'b'}]});
    await server.doc.put({TableName: name, Item: {pk: 'a', owner: 'o'}});
    const reply = (await server.db.deleteTable({TableName: name})).TableDescription;
    assert.equal(reply.TableName, name);
    assert.equal(reply.TableStatus, 'DELETING');
    await waitUntilTableNotExists(
        {client: server.db, maxWaitTime: 10, minDelay: 1, maxDelay: 1}, {TableName: name});
    await refused(
        server.doc.get({TableName: name, Key: {pk: 'a'}}), 'ResourceNotFoundException',
        'Requested resource not found');

    await server.db.createTable(tableInput(name, 'id:N', {gsi: {byOwner: {keys: 'owner:N'}}}));
    assert.equal((await server.doc.scan({TableName: name})).Count, 0);
    assert.equal((await server.doc.scan({TableName: name, IndexName: 'byOwner'})).Count, 0);
    await server.doc.put({TableName: name, Item: {id: 1, owner: 2}});
    assert.equal((await server.doc.scan({TableName: name, IndexName: 'byOwner'})).Count, 1);
    const {Tags = []} = await server.db.listTagsOfResource({ResourceArn: (await describe(name)).TableArn});
    assert.deepEqual(Tags, []);
  });

  test('the waiter sees a new table', async () => {
    const name = newName();
    const waiting = waitUntilTableExists(
        {client: server.db, maxWaitTime: 10, minDelay: 1, maxDelay: 1}, {TableName: name});
    await server.db.createTable(tableInput(name, 'pk'));
    assert.equal((await waiting).state, 'SUCCESS');
  });

  test('limits and endpoints', async () => {
    const limits = await server.db.describeLimits({});
    assert.ok(limits.TableMaxReadCapacityUnits >= 40_000 && limits.TableMaxWriteCapacityUnits >= 40_000);
    assert.ok(limits.AccountMaxReadCapacityUnits >= limits.TableMaxReadCapacityUnits);
    assert.ok(limits.AccountMaxWriteCapacityUnits >= limits.TableMaxWriteCapacityUnits);
    const {Endpoints} = await server.db.describeEndpoints({});
    assert.equal(Endpoints.length, 1);
    assert.ok(Endpoints[0].CachePeriodInMinutes > 0);
    assert.ok(!Endpoints[0].Address.includes('://'));
  });

  test('operations that are not there are refused as unknown', async () => {
    await refused(server.db.listBackups({}), 'UnknownOperationException');
  });
});

describeWithServer('listing tables', (server) => {
  test('pages of names', async () => {
    const names = [];
    for (let i = 0; i < 12; ++i) names.push(`list-${String(i).padStart(2, '0')}`);
    assert.deepEqual(await server.db.listTables({}).then(({TableNames}) => TableNames), []);
    await Promise.all(names.map((name) => server.db.createTable(tableInput(name, 'pk'))));

    assert.deepEqual((await server.db.listTables({})).TableNames, names);
    const first = await server.db.listTables({Limit: 5});
    assert.deepEqual(first.TableNames, names.slice(0, 5));
    assert.equal(first.LastEvaluatedTableName, names[4]);
    const rest = await server.db.listTables({ExclusiveStartTableName: names[4]});
    assert.deepEqual(rest.TableNames, names.slice(5));
    assert.equal(rest.LastEvaluatedTableName, undefined);

    const paged = [];
    for await (const page of paginateListTables({client: server.db, pageSize: 5}, {})) {
      assert.ok(page.TableNames.length <= 5);
      paged.push(...page.TableNames);
    }
    assert.deepEqual(paged, names);
    await invalid(server.db.listTables({Limit: 0}), /limit/i);
    await invalid(server.db.listTables({Limit: 101}), /100/);
  });
});
