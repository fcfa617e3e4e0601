// ElectroDB: transactional writes with conditions, transactional reads.

import {Service} from 'electrodb';
import assert from 'node:assert/strict';
import {before, test} from 'node:test';

import * as entities from '../electrodb/entities.mjs';
import {describeWithServer} from '../lib/server.mjs';

describeWithServer('ElectroDB transactions', (server) => {
  let app;
  before(async () => {
    const config = {client: server.db, table: await entities.createAppTable(server.db)};
    app = new Service(
        {user: entities.newUser(), session: entities.newSession(), enrollment: entities.newEnrollment()},
        config);
  });
  const john = {userId: 'user_123', email: 'john@example.com', name: 'John Doe', role: 'STUDENT'};
  const lesson = {
    sessionId: 'session_456',
    userId: 'user_123',
    courseId: 'course_789',
    scheduledDate: '2025-01-15',
    durationMinutes: 60
  };

  test('all or nothing', async () => {
    const create = () =>
        app.transaction
            .write(({user, session}) => [user.create(john).commit(), session.create(lesson).commit()])
            .go();
    assert.equal((await create()).canceled, false);
    const again = await create();
    assert.equal(again.canceled, true);
    assert.deepEqual(
        again.data.map(({rejected, code}) => [rejected, code]),
        [[true, 'ConditionalCheckFailed'], [true, 'ConditionalCheckFailed']]);

    const verify = () => app.transaction
                             .write(
                                 ({user, enrollment}) =>
                                     [user.update({userId: 'user_123'})
                                          .set({verified: true})
                                          .where(({verified}, {eq}) => eq(verified, false))
                                          .commit(),
                                      enrollment
                                          .put({
                                            enrollmentId: 'enroll_456',
                                            userId: 'user_123',
                                            courseId: 'course_789',
                                            enrolledAt: '2025-01-01'
                                          })
                                          .commit(),
    ]).go();
    assert.equal((await verify()).canceled, false);
    await app.entities.enrollment.delete({enrollmentId: 'enroll_456'}).go();
    const refused = await verify();
    assert.equal(refused.canceled, true);
    assert.deepEqual(refused.data.map(({code}) => code), ['ConditionalCheckFailed', 'None']);
    assert.equal((await app.entities.enrollment.get({enrollmentId: 'enroll_456'}).go()).data, null);
  });

  test('reads of several entities', async () => {
    const {canceled, data} = await app.transaction
                                 .get(
                                     ({user, session}) =>
                                         [user.get({userId: 'user_123'}).commit(),
                                          session.get({sessionId: 'session_456'}).commit(),
                                          user.get({userId: 'nobody'}).commit(),
    ]).go();
    assert.equal(canceled, false);
    assert.equal(data[0].item.name, 'John Doe');
    assert.equal(data[1].item.courseId, 'course_789');
    assert.equal(data[2].item, null);
  });
});
