// ElectroDB: entities created, read, updated, deleted, in batches too.

import {ElectroError} from 'electrodb';
import assert from 'node:assert/strict';
import {before, test} from 'node:test';

import {sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {eventually} from '../lib/tables.mjs';

import * as entities from './entities.mjs';

const john = {
  userId: 'user_123',
  email: 'john@example.com',
  name: 'John Doe',
  role: 'STUDENT'
};
const lesson = {
  sessionId: 'session_123',
  userId: 'user_123',
  courseId: 'course_123',
  scheduledDate: '2025-01-15',
  durationMinutes: 60,
};

/** ElectroDB wraps what the client throws: its code 4001 with the service's exception as the cause. */
async function refusedByTheService(call, exception) {
  const error = await call.then(() => assert.fail(`expected ${exception}`), (caught) => caught);
  assert.ok(error instanceof ElectroError, error.stack);
  assert.equal(error.code, 4001);
  assert.equal(error.cause.name, exception);
}

describeWithServer('ElectroDB entities', (server) => {
  let User;
  let Session;
  let config;
  before(async () => {
    config = {client: server.db, table: await entities.createAppTable(server.db)};
    User = entities.newUser(config);
    Session = entities.newSession(config);
  });

  test('create, and create again', async () => {
    const created = await User.create(john).go();
    const {createdAt, updatedAt, ...rest} = created.data;
    assert.deepEqual(rest, {...john, verified: false});
    assert.ok(Math.abs(new Date(createdAt) - Date.now()) < 60_000);
    assert.ok(updatedAt);
    await refusedByTheService(
        User.create({...john, name: 'Someone Else'}).go(), 'ConditionalCheckFailedException');
    assert.equal((await User.get({userId: 'user_123'}).go()).data.name, 'John Doe');

    const {Item} =
        await server.doc.get({TableName: config.table, Key: {pk: '$myapp#userid_user_123', sk: '$user_1'}});
    assert.equal(Item.__edb_e__, 'user');
    assert.equal(Item.__edb_v__, '1');
    assert.equal(Item.gsi1pk, '$myapp#email_john@example.com');
    assert.equal(Item.gsi2pk, '$myapp#role_student');
  });

  test('get: whole, some attributes, consistent, missing', async () => {
    await User.put({...john, userId: 'reader'}).go();
    assert.equal((await User.get({userId: 'reader'}).go()).data.email, john.email);
    assert.deepEqual(
        (await User.get({userId: 'reader'}).go({attributes: ['name', 'email']})).data,
        {name: john.name, email: john.email});
    assert.equal((await User.get({userId: 'reader'}).go({consistent: true})).data.name, john.name);
    assert.equal((await User.get({userId: 'nobody'}).go()).data, null);
  });

  test('required, enum and validated attributes are refused before the service sees them', async () => {
    const invalid = async (make) => {
      const error = await Promise.resolve().then(() => make().go()).catch((caught) => caught);
      assert.ok(error instanceof ElectroError, `${error}`);
      assert.equal(error.code, 3001);
    };
    await invalid(() => User.create({userId: 'x', name: 'no email'}));
    await invalid(() => User.create({...john, email: 'not an address'}));
    await invalid(() => User.create({...john, role: 'GUEST'}));
    await invalid(() => Session.create({...lesson, durationMinutes: 5}));
    await invalid(() => Session.create({...lesson, scheduledDate: 'someday'}));
    await invalid(() => User.update({userId: 'x'}).set({createdAt: '2020'}));
  });

  test('maps, lists and sets; a virtual attribute is not stored', async () => {
    const full = {
      ...lesson,
      sessionId: 'full',
      status: 'IN_PROGRESS',
      metadata: {zoomMeetingId: 'z1', notes: 'first'},
      tags: ['a', 'b'],
      watchedAttributes: ['x', 'y'],
    };
    await Session.create(full).go();
    const {data} = await Session.get({sessionId: 'full'}).go();
    sameMembers(data.watchedAttributes, ['x', 'y']);
    assert.deepEqual({...data, watchedAttributes: full.watchedAttributes}, full);
    assert.ok(!('userCourse' in data));

    await Session.update({sessionId: 'full'}).append({tags: ['c']}).add({watchedAttributes: ['z']}).go();
    await Session.update({sessionId: 'full'}).delete({watchedAttributes: ['x']}).go();
    await Session.update({sessionId: 'full'})
        .data(({metadata}, {set, remove}) => {
          set(metadata.recordingUrl, 'https://example.com/r');
          remove(metadata.notes);
        })
        .go();
    const updated = (await Session.get({sessionId: 'full'}).go()).data;
    assert.deepEqual(updated.tags, ['a', 'b', 'c']);
    sameMembers(updated.watchedAttributes, ['y', 'z']);
    assert.deepEqual(updated.metadata, {zoomMeetingId: 'z1', recordingUrl: 'https://example.com/r'});
  });

  test('update: set, add, remove, what it returns', async () => {
    await User.put({...john, userId: 'changing', temporaryToken: 't'}).go();
    const original = (await User.get({userId: 'changing'}).go()).data;
    const {data} = await User.update({userId: 'changing'}).set({name: 'Jane Doe', verified: true}).go({
      response: 'all_new'
    });
    assert.deepEqual([data.name, data.verified], ['Jane Doe', true]);
    assert.ok(data.updatedAt >= original.updatedAt);
    assert.equal(data.createdAt, original.createdAt);
    assert.equal(
        (await User.update({userId: 'changing'}).set({name: 'Once More'}).go({response: 'updated_old'}))
            .data.name,
        'Jane Doe');
    await User.update({userId: 'changing'}).remove(['temporaryToken']).go();
    assert.equal((await User.get({userId: 'changing'}).go()).data.temporaryToken, undefined);

    await Session.create({...lesson, sessionId: 'counting'}).go();
    await Session.update({sessionId: 'counting'}).add({attendeeCount: 1}).go();
    const counted =
        await Session.update({sessionId: 'counting'}).add({attendeeCount: 1}).go({response: 'updated_new'});
    assert.equal(counted.data.attendeeCount, 2);
    await Session.update({sessionId: 'counting'}).subtract({attendeeCount: 5}).go();
    await Session.update({sessionId: 'counting'}).append({tags: ['one']}).go();
    await Session.update({sessionId: 'counting'}).append({tags: ['two']}).go();
    const final = (await Session.get({sessionId: 'counting'}).go()).data;
    assert.deepEqual([final.attendeeCount, final.tags], [-3, ['one', 'two']]);
  });

  test('conditional update and delete', async () => {
    await User.put({...john, userId: 'guarded'}).go();
    const verify = () => User.update({userId: 'guarded'})
                             .set({verified: true})
                             .where(({verified}, {eq}) => eq(verified, false))
                             .go();
    await verify();
    await refusedByTheService(verify(), 'ConditionalCheckFailedException');
    await refusedByTheService(
        User.update({userId: 'guarded'})
            .set({name: 'New Name'})
            .where(({role}, {eq}) => eq(role, 'ADMIN'))
            .go(),
        'ConditionalCheckFailedException');
    await refusedByTheService(
        User.delete({userId: 'guarded'}).where(({role}, {eq}) => eq(role, 'ADMIN')).go(),
        'ConditionalCheckFailedException');
    const deleted = await User.delete({userId: 'guarded'}).where(({role}, {eq}) => eq(role, 'STUDENT')).go({
      response: 'all_old'
    });
    assert.equal(deleted.data.name, 'John Doe');
    assert.equal((await User.get({userId: 'guarded'}).go()).data, null);
    assert.equal((await User.delete({userId: 'guarded'}).go({response: 'all_old'})).data, null);
  });

  test('patch and remove need the item, upsert makes it', async () => {
    await refusedByTheService(
        User.patch({userId: 'absent'}).set({name: 'x'}).go(), 'ConditionalCheckFailedException');
    await refusedByTheService(User.remove({userId: 'absent'}).go(), 'ConditionalCheckFailedException');
    const upsert = (name) =>
        User.upsert({userId: 'upserted', email: 'u@example.com', name}).go({response: 'all_new'});
    assert.equal((await upsert('one')).data.name, 'one');
    assert.equal((await upsert('two')).data.name, 'two');
    await User.remove({userId: 'upserted'}).go();
    assert.equal((await User.get({userId: 'upserted'}).go()).data, null);
  });

  test('batches of more than one call', async () => {
    const many = Array.from(
        {length: 60},
        (_, i) =>
            ({userId: `batch_${i}`, email: `user${i}@example.com`, name: `User ${i}`, role: 'TEACHER'}));
    assert.deepEqual((await User.put(many).go()).unprocessed, []);
    const keys = many.map(({userId}) => ({userId}));
    const read = await User.get([...keys, {userId: 'nobody'}]).go({consistent: true, unprocessed: 'raw'});
    sameMembers(read.data.map(({name}) => name), many.map(({name}) => name));
    assert.deepEqual(read.unprocessed, []);
    const ordered = await User.get([keys[2], {userId: 'nobody'}, keys[1]]).go({preserveBatchOrder: true});
    assert.deepEqual(ordered.data.map((user) => user?.userId ?? null), ['batch_2', null, 'batch_1']);
    assert.deepEqual((await User.delete(keys).go()).unprocessed, []);
    assert.deepEqual((await User.get(keys).go()).data, []);
  });

  test('optimistic locking by a version', async () => {
    const Document = entities.newVersioned(config);
    await Document.create({documentId: 'd1', name: 'first'}).go();
    const save = (name, seen) => Document.update({documentId: 'd1'})
                                     .set({name})
                                     .add({version: 1})
                                     .where(({version}, {eq}) => eq(version, seen))
                                     .go();
    const {data} = await Document.get({documentId: 'd1'}).go();
    await save('second', data.version);
    await refusedByTheService(save('lost', data.version), 'ConditionalCheckFailedException');
    assert.deepEqual(
        (await Document.get({documentId: 'd1'}).go()).data, {documentId: 'd1', name: 'second', version: 1});
  });

  test('a soft delete moves the account out of the active ones', async () => {
    const Account = entities.newSoftDeleted(config);
    await Account.put([{userId: 'a1', name: 'One'}, {userId: 'a2', name: 'Two'}]).go();
    const active = async () =>
        (await Account.query.active({deletedAt: 'ACTIVE'}).go()).data.map(({userId}) => userId);
    assert.deepEqual(await active(), ['a1', 'a2']);
    await Account.update({userId: 'a1'}).set({deletedAt: new Date().toISOString()}).go();
    assert.deepEqual(await active(), ['a2']);
    assert.equal((await Account.get({userId: 'a1'}).go()).data.name, 'One');
  });

  test('only published posts are in the index', async () => {
    const Post = entities.newPost(config);
    await Post.create({postId: 'draft', title: 'Draft'}).go();
    await Post.create({postId: 'late', title: 'Late', published: true, publishedAt: '2026-02-01'}).go();
    await Post.create({postId: 'early', title: 'Early', published: true, publishedAt: '2026-01-01'}).go();
    const published = async () => (await Post.query.published({}).go()).data.map(({postId}) => postId);
    assert.deepEqual(await published(), ['early', 'late']);
    await Post.update({postId: 'early'}).set({published: false, publishedAt: '2026-01-01'}).go();
    assert.deepEqual(await published(), ['late']);
  });

  test('tokens expire by the table\'s time to live', async () => {
    const Token = entities.newSessionToken(config);
    await server.db.updateTimeToLive(
        {TableName: config.table, TimeToLiveSpecification: {Enabled: true, AttributeName: 'expiresAt'}});
    await Token.create({token: 'fresh', userId: 'u'}).go();
    await Token.create({token: 'stale', userId: 'u', expiresAt: Math.floor(Date.now() / 1000) - 5}).go();
    await eventually(async () => (await Token.get({token: 'stale'}).go()).data === null, {withinMs: 15_000});
    assert.ok((await Token.get({token: 'fresh'}).go()).data.expiresAt > Date.now() / 1000 + 80_000);
  });
});
