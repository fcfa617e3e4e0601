// UpdateTable without indexes, tags, time to live as a setting.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, kInvalid, refused, sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable, eventually, newName} from '../lib/tables.mjs';

const units = (ReadCapacityUnits, WriteCapacityUnits) => ({ReadCapacityUnits, WriteCapacityUnits});
const provisioned = (read, write) =>
    ({BillingMode: 'PROVISIONED', ProvisionedThroughput: units(read, write)});

describeWithServer('table settings', (server) => {
  const describe = async (TableName) => (await server.db.describeTable({TableName})).Table;
  const update = (TableName, change) => server.db.updateTable({TableName, ...change});

  test('throughput goes up and down', async () => {
    const name = await createTable(server.db, 'pk', provisioned(5, 5));
    await update(name, {ProvisionedThroughput: units(10, 5)});
    const raised = await eventually(async () => {
      const {TableStatus, ProvisionedThroughput} = await describe(name);
      return TableStatus === 'ACTIVE' && ProvisionedThroughput;
    });
    assert.equal(raised.ReadCapacityUnits, 10);
    assert.ok(raised.LastIncreaseDateTime instanceof Date);
    assert.equal(raised.NumberOfDecreasesToday, 0);

    await update(name, {ProvisionedThroughput: units(2, 5)});
    const lowered = (await describe(name)).ProvisionedThroughput;
    assert.equal(lowered.ReadCapacityUnits, 2);
    assert.ok(lowered.LastDecreaseDateTime instanceof Date);
    assert.equal(lowered.NumberOfDecreasesToday, 1);

    await invalid(
        update(name, {ProvisionedThroughput: units(2, 5)}),
        'The provisioned throughput for the table will not change. The requested value equals the current value. ' +
            'Current ReadCapacityUnits provisioned for the table: 2. Requested ReadCapacityUnits: 2. ' +
            'Current WriteCapacityUnits provisioned for the table: 5. Requested WriteCapacityUnits: 5. ' +
            'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.');
  });

  test('billing mode there and back', async () => {
    const name = await createTable(server.db, 'pk', provisioned(5, 5));
    await update(name, {BillingMode: 'PAY_PER_REQUEST'});
    const onDemand = await describe(name);
    assert.equal(onDemand.BillingModeSummary.BillingMode, 'PAY_PER_REQUEST');
    assert.ok(onDemand.BillingModeSummary.LastUpdateToPayPerRequestDateTime instanceof Date);
    assert.equal(onDemand.ProvisionedThroughput.ReadCapacityUnits, 0);

    await update(name, {BillingMode: 'PAY_PER_REQUEST'});
    await invalid(
        update(name, {ProvisionedThroughput: units(1, 1)}),
        `${kInvalid}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`);
    await invalid(
        update(name, {BillingMode: 'PROVISIONED'}),
        `${kInvalid}ProvisionedThroughput must be specified when BillingMode is PROVISIONED`);
    await update(name, provisioned(7, 8));
    const back = await describe(name);
    assert.notEqual(back.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
    assert.equal(back.ProvisionedThroughput.ReadCapacityUnits, 7);
    assert.equal(back.ProvisionedThroughput.WriteCapacityUnits, 8);
  });

  test('table class', async () => {
    const name = await createTable(server.db, 'pk');
    await update(name, {TableClass: 'STANDARD_INFREQUENT_ACCESS'});
    assert.equal((await describe(name)).TableClassSummary.TableClass, 'STANDARD_INFREQUENT_ACCESS');
    await update(name, {TableClass: 'STANDARD'});
    assert.equal((await describe(name)).TableClassSummary.TableClass, 'STANDARD');
    await invalid(update(name, {TableClass: 'GLACIER'}), /tableClass/);
  });

  test('deletion protection', async () => {
    const name = await createTable(server.db, 'pk');
    assert.equal((await describe(name)).DeletionProtectionEnabled, false);
    await update(name, {DeletionProtectionEnabled: true});
    assert.equal((await describe(name)).DeletionProtectionEnabled, true);
    await invalid(
        server.db.deleteTable({TableName: name}),
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.');
    await update(name, {DeletionProtectionEnabled: false});
    await server.db.deleteTable({TableName: name});
  });

  test('on-demand maxima', async () => {
    const name = await createTable(server.db, 'pk');
    await update(name, {OnDemandThroughput: {MaxReadRequestUnits: 100, MaxWriteRequestUnits: 50}});
    assert.deepEqual(
        (await describe(name)).OnDemandThroughput, {MaxReadRequestUnits: 100, MaxWriteRequestUnits: 50});
    const fixed = await createTable(server.db, 'pk', provisioned(1, 1));
    await invalid(
        update(fixed, {OnDemandThroughput: {MaxReadRequestUnits: 100}}),
        /MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED/);
  });

  test('an update of nothing is refused', async () => {
    const name = await createTable(server.db, 'pk');
    await invalid(
        update(name, {}),
        /^At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates/);
    await invalid(update(name, {GlobalSecondaryIndexUpdates: []}), /At least one of ProvisionedThroughput/);
  });

  test('a stream specification is stored', async () => {
    const name = await createTable(server.db, 'pk');
    await update(name, {StreamSpecification: {StreamEnabled: true, StreamViewType: 'NEW_IMAGE'}});
    assert.deepEqual(
        (await describe(name)).StreamSpecification, {StreamEnabled: true, StreamViewType: 'NEW_IMAGE'});
    await invalid(
        update(name, {StreamSpecification: {StreamEnabled: true, StreamViewType: 'KEYS_ONLY'}}),
        `Table already has an enabled stream: TableName: ${name}`);
  });

  test('tags are added, overwritten, removed', async () => {
    const name = await createTable(server.db, 'pk');
    const ResourceArn = (await describe(name)).TableArn;
    const tags = async () => (await server.db.listTagsOfResource({ResourceArn})).Tags ?? [];
    assert.deepEqual(await tags(), []);
    await server.db.tagResource({
      ResourceArn,
      Tags: [{Key: 'one', Value: '1'}, {Key: 'two', Value: ''}, {Key: 'größe +-=._:/', Value: 'ü'}]
    });
    await server.db.tagResource({ResourceArn, Tags: [{Key: 'one', Value: 'uno'}]});
    sameMembers(
        await tags(),
        [{Key: 'one', Value: 'uno'}, {Key: 'two', Value: ''}, {Key: 'größe +-=._:/', Value: 'ü'}]);
    await server.db.untagResource({ResourceArn, TagKeys: ['two', 'never']});
    sameMembers(await tags(), [{Key: 'one', Value: 'uno'}, {Key: 'größe +-=._:/', Value: 'ü'}]);

    await invalid(
        server.db.tagResource({ResourceArn, Tags: []}), /Atleast one Tag needs to be provided as Input\./);
    await invalid(
        server.db.untagResource({ResourceArn, TagKeys: []}),
        /Atleast one Tag Key needs to be provided as Input\./);
    await invalid(server.db.tagResource({ResourceArn, Tags: [{Key: 'k'.repeat(129), Value: 'v'}]}), /128/);
    await invalid(server.db.tagResource({ResourceArn, Tags: [{Key: 'k', Value: 'v'.repeat(257)}]}), /256/);
    const many = (from, count) =>
        Array.from({length: count}, (_, i) => ({Key: `many${from + i}`, Value: 'v'}));
    await server.db.tagResource({ResourceArn, Tags: many(0, 40)});
    await invalid(server.db.tagResource({ResourceArn, Tags: many(40, 20)}));
    assert.equal((await tags()).length, 42);
    await refused(
        server.db.tagResource({ResourceArn: `${ResourceArn}x`, Tags: many(0, 1)}),
        'ResourceNotFoundException');
  });

  test('time to live is switched on once', async () => {
    const name = await createTable(server.db, 'pk');
    const set = (Enabled, AttributeName = 'expires') =>
        server.db.updateTimeToLive({TableName: name, TimeToLiveSpecification: {Enabled, AttributeName}});
    const current = async () => (await server.db.describeTimeToLive({TableName: name})).TimeToLiveDescription;
    assert.deepEqual(await current(), {TimeToLiveStatus: 'DISABLED'});
    await invalid(set(false), 'TimeToLive is already disabled');

    const reply = await set(true);
    assert.deepEqual(reply.TimeToLiveSpecification, {Enabled: true, AttributeName: 'expires'});
    await eventually(async () => (await current()).TimeToLiveStatus === 'ENABLED');
    assert.deepEqual(await current(), {TimeToLiveStatus: 'ENABLED', AttributeName: 'expires'});
    await invalid(set(true), 'TimeToLive is already enabled');
    await invalid(
        set(true, 'other'),
        'TimeToLive is active on a different AttributeName: current AttributeName is expires');
    await invalid(set(true, ''), /length/);
    await invalid(set(true, 'a'.repeat(256)), /length/);

    const missing = newName('missing');
    await refused(
        server.db.describeTimeToLive({TableName: missing}), 'ResourceNotFoundException',
        `Requested resource not found: Table: ${missing} not found`);
    await refused(
        server.db.updateTimeToLive(
            {TableName: missing, TimeToLiveSpecification: {Enabled: true, AttributeName: 'x'}}),
        'ResourceNotFoundException');
  });
});
