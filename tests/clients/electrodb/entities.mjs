// The entities of a small school application in one table, and the table they live in.

import {Entity, Service} from 'electrodb';

import {createTable} from '../lib/tables.mjs';

const kService = 'myapp';

/** The single table: pk, sk and two overloaded indexes. */
export const createAppTable = (db) =>
    createTable(db, 'pk sk', {gsi: {gsi1: {keys: 'gsi1pk gsi1sk'}, gsi2: {keys: 'gsi2pk gsi2sk'}}});

const model = (entity) => ({entity, version: '1', service: kService});
const primary = (composite) => ({pk: {field: 'pk', composite}, sk: {field: 'sk', composite: []}});
const access = (index, pk, sk, collection) => ({
  index,
  ...(collection ? {collection} : {}),
  pk: {field: `${index}pk`, composite: pk},
  sk: {field: `${index}sk`, composite: sk},
});

export const newUser = (config) => new Entity(
    {
      model: model('user'),
      attributes: {
        userId: {type: 'string', required: true},
        email: {
          type: 'string',
          required: true,
          validate: (email) => {
            if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) throw new Error('Invalid email format');
            return true;
          },
        },
        name: {type: 'string', required: true},
        role: {type: ['ADMIN', 'TEACHER', 'STUDENT'], required: true, default: 'STUDENT'},
        verified: {type: 'boolean', default: false},
        temporaryToken: {type: 'string'},
        createdAt: {type: 'string', required: true, default: () => new Date().toISOString(), readOnly: true},
        updatedAt: {
          type: 'string',
          required: true,
          default: () => new Date().toISOString(),
          set: () => new Date().toISOString(),
          watch: '*',
        },
      },
      indexes: {
        primary: primary(['userId']),
        byEmail: access('gsi1', ['email'], []),
        byRole: access('gsi2', ['role'], ['createdAt']),
      },
    },
    config);

export const newSession =
    (config) =>
        new Entity(
            {
              model: model('session'),
              attributes: {
                sessionId: {type: 'string', required: true},
                userId: {type: 'string', required: true},
                courseId: {type: 'string', required: true},
                userCourse: {
                  type: 'string',
                  hidden: true,
                  readOnly: true,
                  set: () => undefined,
                  get: (_, item) => `${item.userId}#${item.courseId}`
                },
                scheduledDate: {
                  type: 'string',
                  required: true,
                  validate: (value) => {
                    if (isNaN(new Date(value).getTime())) throw new Error('Invalid date format');
                    return true;
                  },
                },
                durationMinutes: {
                  type: 'number',
                  required: true,
                  validate: (value) => {
                    if (value < 15 || value > 480)
                      throw new Error('Duration must be between 15 and 480 minutes');
                    return true;
                  },
                },
                status: {
                  type: ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED'],
                  required: true,
                  default: 'SCHEDULED'
                },
                attendeeCount: {type: 'number'},
                metadata: {
                  type: 'map',
                  properties: {
                    zoomMeetingId: {type: 'string'},
                    recordingUrl: {type: 'string'},
                    notes: {type: 'string'}
                  },
                },
                tags: {type: 'list', items: {type: 'string'}},
                watchedAttributes: {type: 'set', items: 'string'},
              },
              indexes:
                  {
                    primary: primary(['sessionId']),
                    byCourse: access('gsi1', ['courseId'], ['scheduledDate']),
                    byUser: access('gsi2', ['userId'], ['scheduledDate'], 'userCourses'),
                  },
            },
            config);

export const newEnrollment = (config) => new Entity(
    {
      model: model('enrollment'),
      attributes: {
        enrollmentId: {type: 'string', required: true},
        userId: {type: 'string', required: true},
        courseId: {type: 'string', required: true},
        enrolledAt: {type: 'string', required: true},
      },
      indexes: {
        primary: primary(['enrollmentId']),
        byUser: access('gsi2', ['userId'], ['enrolledAt'], 'userCourses')
      },
    },
    config);

/** Members and courses of an organization share a partition of gsi1: a collection. */
export const
    newOrganization =
        (config) =>
            new Service(
                {
                  user:
                      new Entity(
                          {
                            model: model('user'),
                            attributes: {
                              userId: {type: 'string', required: true},
                              orgId: {type: 'string', required: true},
                              email: {type: 'string', required: true},
                              name: {type: 'string', required: true},
                            },
                            indexes:
                                {
                                  primary: primary(['userId']),
                                  byOrg: access('gsi1', ['orgId'], ['userId'], 'organization')
                                },
                          }),
                  course: new Entity(
                      {
                        model: model('course'),
                        attributes: {
                          courseId: {type: 'string', required: true},
                          orgId: {type: 'string', required: true},
                          title: {type: 'string', required: true},
                        },
                        indexes:
                            {
                              primary: primary(['courseId']),
                              byOrg: access('gsi1', ['orgId'], ['courseId'], 'organization')
                            },
                      }),
                },
                config);

/** Each write raises `version`: the caller reads it, and the condition on it loses no update. */
export const newVersioned = (config) => new Entity(
    {
      model: model('document'),
      attributes: {
        documentId: {type: 'string', required: true},
        name: {type: 'string', required: true},
        version: {type: 'number', required: true, default: 0},
      },
      indexes: {primary: primary(['documentId'])},
    },
    config);

export const newSoftDeleted = (config) => new Entity(
    {
      model: model('account'),
      attributes: {
        userId: {type: 'string', required: true},
        name: {type: 'string', required: true},
        deletedAt: {type: 'string', default: 'ACTIVE'},
      },
      indexes: {primary: primary(['userId']), active: access('gsi1', ['deletedAt'], ['userId'])},
    },
    config);

/** Only published posts are in the index, all of them in one constant partition. */
export const newPost = (config) => new Entity(
    {
      model: model('post'),
      attributes: {
        postId: {type: 'string', required: true},
        title: {type: 'string', required: true},
        published: {type: 'boolean', default: false},
        publishedAt: {type: 'string'},
      },
      indexes: {
        primary: primary(['postId']),
        published: {
          index: 'gsi1',
          condition: ({published}) => published === true,
          pk: {field: 'gsi1pk', composite: [], template: 'PUBLISHED#POST'},
          sk: {field: 'gsi1sk', composite: ['publishedAt']},
        },
      },
    },
    config);

export const newSessionToken = (config) => new Entity(
    {
      model: model('sessionToken'),
      attributes: {
        token: {type: 'string', required: true},
        userId: {type: 'string', required: true},
        expiresAt: {type: 'number', required: true, default: () => Math.floor(Date.now() / 1000) + 86400},
      },
      indexes: {primary: primary(['token'])},
    },
    config);
