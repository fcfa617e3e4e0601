// ElectroDB: queries by access pattern, their options, filters, scans, collections.

import {Service} from 'electrodb';
import assert from 'node:assert/strict';
import {before, test} from 'node:test';

import {sameMembers} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';

import * as entities from './entities.mjs';

const kStatuses = ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED'];
const users = Array.from({length: 30}, (_, i) => ({
                                         userId: `user_${i}`,
                                         email: `user${i}@${i % 3 ? 'example.com' : 'gmail.com'}`,
                                         name: `User ${i}`,
                                         role: i < 24 ? 'STUDENT' : 'TEACHER',
                                         verified: i % 2 === 0,
                                         createdAt: `2025-01-01T00:00:${String(i).padStart(2, '0')}.000Z`,
                                       }));
const sessions = Array.from(
    {length: 40}, (_, i) => ({
                    sessionId: `session_${i}`,
                    userId: `user_${i % 4}`,
                    courseId: i < 31 ? 'course_123' : 'course_9',
                    scheduledDate: `2025-0${1 + Math.floor(i / 15)}-${String(1 + (i % 15)).padStart(2, '0')}`,
                    durationMinutes: 15 + i * 5,
                    status: kStatuses[i % 4],
                  }));

describeWithServer('ElectroDB queries', (server) => {
  let config;
  let User;
  let Session;
  before(async () => {
    config = {client: server.db, table: await entities.createAppTable(server.db)};
    User = entities.newUser(config);
    Session = entities.newSession(config);
    await User.put(users).go();
    await Session.put(sessions).go();
  });

  const ids = ({data}) => data.map(({sessionId}) => sessionId);
  const ofCourse = sessions.filter(({courseId}) => courseId === 'course_123');
  const course = () => Session.query.byCourse({courseId: 'course_123'});
  const expect = (condition) => ofCourse.filter(condition).map(({sessionId}) => sessionId);

  test('by primary key and by the indexes', async () => {
    assert.deepEqual(
        (await User.query.primary({userId: 'user_7'}).go()).data.map(({name}) => name), ['User 7']);
    assert.deepEqual(
        (await User.query.byEmail({email: 'user7@example.com'}).go()).data.map(({userId}) => userId),
        ['user_7']);
    assert.deepEqual(ids(await course().go({pages: 'all'})), expect(() => true));
    assert.deepEqual(
        (await User.find({email: 'user7@example.com'}).go()).data.map(({userId}) => userId), ['user_7']);
    assert.deepEqual((await User.match({name: 'User 8'}).go()).data.map(({userId}) => userId), ['user_8']);
  });

  test('sort-key operators', async () => {
    const date = (scheduledDate) => ({scheduledDate});
    assert.deepEqual(
        ids(await course().begins(date('2025-01')).go()),
        expect(({scheduledDate: d}) => d.startsWith('2025-01')));
    assert.deepEqual(
        ids(await course().between(date('2025-01-05'), date('2025-02-03')).go()),
        expect(({scheduledDate: d}) => d >= '2025-01-05' && d <= '2025-02-03'));
    assert.deepEqual(
        ids(await course().gt(date('2025-02-14')).go()), expect(({scheduledDate: d}) => d > '2025-02-14'));
    assert.deepEqual(
        ids(await course().gte(date('2025-02-14')).go()), expect(({scheduledDate: d}) => d >= '2025-02-14'));
    assert.deepEqual(
        ids(await course().lt(date('2025-01-03')).go()), expect(({scheduledDate: d}) => d < '2025-01-03'));
    assert.deepEqual(
        ids(await course().lte(date('2025-01-03')).go()), expect(({scheduledDate: d}) => d <= '2025-01-03'));
  });

  test('limit, cursor, order, selected attributes', async () => {
    const students = () => User.query.byRole({role: 'STUDENT'});
    const expected = users.filter(({role}) => role === 'STUDENT').map(({userId}) => userId);
    const pages = [];
    for (let cursor = null;;) {
      const page = await students().go({limit: 10, cursor});
      assert.ok(page.data.length <= 10);
      pages.push(page.data.map(({userId}) => userId));
      cursor = page.cursor;
      if (!cursor) break;
    }
    assert.deepEqual(pages.flat(), expected);
    assert.equal(pages[0].length, 10);
    assert.deepEqual(
        (await students().go({order: 'desc', limit: 3})).data.map(({userId}) => userId),
        [...expected].reverse().slice(0, 3));
    const some = await students().go({attributes: ['userId', 'name', 'email'], limit: 1});
    assert.deepEqual(some.data, [{userId: 'user_0', name: 'User 0', email: 'user0@gmail.com'}]);
    assert.equal((await students().go({count: 7})).data.length, 7);
  });

  test('filters', async () => {
    assert.deepEqual(
        ids(await course().where(({status}, {eq}) => eq(status, 'IN_PROGRESS')).go()),
        expect(({status}) => status === 'IN_PROGRESS'));
    assert.deepEqual(
        ids(await course()
                .where(
                    ({status, durationMinutes}, {eq, gte}) =>
                        `${eq(status, 'COMPLETED')} AND ${gte(durationMinutes, 60)}`)
                .go()),
        expect((s) => s.status === 'COMPLETED' && s.durationMinutes >= 60));
    assert.deepEqual(
        ids(await course()
                .where(({status}, {eq}) => `${eq(status, 'SCHEDULED')} OR ${eq(status, 'IN_PROGRESS')}`)
                .go()),
        expect(({status}) => ['SCHEDULED', 'IN_PROGRESS'].includes(status)));
    assert.deepEqual(
        ids(await course().where(({durationMinutes}, {between}) => between(durationMinutes, 30, 120)).go()),
        expect(({durationMinutes: d}) => d >= 30 && d <= 120));
    const unverified = await User.query.byRole({role: 'STUDENT'})
                           .where(({verified}, {eq}) => `NOT ${eq(verified, true)}`)
                           .go();
    assert.deepEqual(
        unverified.data.map(({userId}) => userId),
        users.filter((u) => u.role === 'STUDENT' && !u.verified).map(({userId}) => userId));
  });

  test('scans: all, filtered, paged, in segments', async () => {
    const names = (list) => list.map(({userId}) => userId);
    sameMembers(names((await User.scan.go({pages: 'all'})).data), names(users));
    sameMembers(
        names((await User.scan.where(({email}, {contains}) => contains(email, '@gmail.com')).go({
                pages: 'all'
              })).data),
        names(users.filter(({email}) => email.endsWith('@gmail.com'))));
    sameMembers(
        names((await User.scan.where(({verified}, {eq}) => eq(verified, true)).go({pages: 'all'})).data),
        names(users.filter(({verified}) => verified)));
    const found = [];
    for (let cursor = null;;) {
      const page = await User.scan.go({limit: 9, cursor});
      found.push(...page.data);
      cursor = page.cursor;
      if (!cursor) break;
    }
    sameMembers(names(found), names(users));
    const segments = await Promise.all(
        [0, 1, 2, 3].map((Segment) => User.scan.go({pages: 'all', params: {Segment, TotalSegments: 4}})));
    sameMembers(segments.flatMap(({data}) => names(data)), names(users));
  });

  test('collections gather several entities', async () => {
    const organization =
        entities.newOrganization({...config, table: await entities.createAppTable(server.db)});
    const {user, course: Course} = organization.entities;
    await user
        .put([
          {userId: 'u1', orgId: 'org_123', email: 'a@b.c', name: 'A'},
          {userId: 'u2', orgId: 'other', email: 'b@b.c', name: 'B'}
        ])
        .go();
    await Course
        .put([
          {courseId: 'c1', orgId: 'org_123', title: 'One'}, {courseId: 'c2', orgId: 'org_123', title: 'Two'}
        ])
        .go();
    const {data} = await organization.collections.organization({orgId: 'org_123'}).go();
    assert.deepEqual(data.user.map(({userId}) => userId), ['u1']);
    assert.deepEqual(data.course.map(({courseId}) => courseId), ['c1', 'c2']);

    const app = new Service({session: entities.newSession(), enrollment: entities.newEnrollment()}, config);
    await app.entities.enrollment
        .create({enrollmentId: 'e1', userId: 'user_2', courseId: 'course_123', enrolledAt: '2025-01-01'})
        .go();
    const userData = (await app.collections.userCourses({userId: 'user_2'}).go({pages: 'all'})).data;
    assert.deepEqual(userData.enrollment.map(({enrollmentId}) => enrollmentId), ['e1']);
    sameMembers(
        userData.session.map(({sessionId}) => sessionId),
        sessions.filter(({userId}) => userId === 'user_2').map(({sessionId}) => sessionId));
  });
});
