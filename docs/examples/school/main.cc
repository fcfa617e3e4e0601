// A term at a school: the same program on a database inside this process, or on an endpoint, Amazon's
// included.
//
//     school
//     school http://localhost:8000
//     school https://dynamodb.eu-west-1.amazonaws.com
//
// It makes a table of its own, tells what happens in it, and deletes it.
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/connection.h"
#include "model/http/connect.h"
#include "models.h"
#include "server/api/database.h"
#include "server/api/database_connection.h"

namespace school {
namespace {

using lodestone::model::field;

constexpr auto kUserId = field<&User::userId>;
constexpr auto kCourseId = field<&Course::courseId>;

/// A helper as applications write them: whoever needs the user can not do without.
model::Result<User> require_user(const School& school, const std::string& id) {
  return school.of<Users>().get(kUserId = id).require();
}

void fill(const School& school) {
  const auto& users = school.of<Users>();
  users.create({.userId = "u1", .email = "ada@example.com", .name = "Ada", .orgId = "o1"}).go().value();
  users
      .create({.userId = "u2",
               .email = "charles@example.com",
               .name = "Charles",
               .role = Role::TEACHER,
               .orgId = "o1"})
      .go()
      .value();
  users.create({.userId = "u3", .email = "mary@example.com", .name = "Mary", .orgId = "o1"}).go().value();
  school.of<Courses>()
      .put_all({{.courseId = "c1", .orgId = "o1", .title = "Analysis", .places = 1},
                {.courseId = "c2", .orgId = "o1", .title = "Engines", .places = 20}})
      .value();
  for (const std::string month : {"01", "02", "03"}) {
    school.of<Sessions>()
        .create({.sessionId = "s" + month,
                 .userId = "u2",
                 .courseId = "c1",
                 .scheduledDate = "2026-" + month + "-15",
                 .durationMinutes = 60})
        .go()
        .value();
  }
  std::cout << users.scan().all().go().value().size() << " users\n";
}

/// A place in a course is taken together with the enrolment, or not at all.
bool enrol(const School& school, const std::string& user, const std::string& course) {
  const auto outcome =
      model::transaction(school.of<Users>().check(kUserId = user).where(kUserId.exists()),
                         school.of<Courses>()
                             .update(kCourseId = course)
                             .add(field<& Course::enrolled> = 1)
                             .where(field<&Course::enrolled> < field<&Course::places>),
                         school.of<Enrolments>().create({.userId = user, .courseId = course}))
          .go()
          .value();
  std::cout << user << " in " << course << ": " << (outcome.canceled ? "no" : "yes");
  if (std::get<1>(outcome.actions).rejected) std::cout << ", the course is full";
  if (std::get<2>(outcome.actions).rejected) std::cout << ", is enrolled already";
  std::cout << '\n';
  return !outcome.canceled;
}

/// Two people change one user: the second learns that somebody was faster.
void rename(const School& school) {
  const auto rename_to = [&](const User& seen, const std::string& name) {
    return school.of<Users>()
        .patch(kUserId = seen.userId)
        .set(field<&User::name> = name, field<&User::version> = seen.version + 1)
        .where(field<&User::version> == seen.version)
        .go();
  };
  const User seen = require_user(school, "u1").value();
  rename_to(seen, "Ada L.").value();
  const auto late = rename_to(seen, "Augusta");
  std::cout << require_user(school, "u1")->name << "; too late: " << late.error().number() << '\n';
}

void read_timetables(const School& school) {
  const auto& sessions = school.of<Sessions>();
  constexpr auto kDate = field<&Session::scheduledDate>;
  const auto of_course = sessions.query(Sessions::by_course, field<& Session::courseId> = "c1");

  std::optional<std::string> cursor;
  do {
    const auto page = sessions.query(Sessions::by_course, field<& Session::courseId> = "c1")
                          .descending()
                          .limit(2)
                          .from(cursor)
                          .go()
                          .value();
    for (const Session& session : page) std::cout << session.scheduledDate << ' ';
    std::cout << "| ";
    cursor = page.cursor;
  } while (cursor);
  std::cout << "\nspring: " << of_course.between(kDate = "2026-02-01", kDate = "2026-03-31").go()->size()
            << '\n';

  sessions.patch(field<& Session::sessionId> = "s02")
      .set(field<& Session::status> = Status::COMPLETED,
           field<& Session::metadata> = Metadata{.notes = "limits"})
      .append(field<& Session::tags> = std::vector<std::string>{"recorded"})
      .go()
      .value();
  const auto done = sessions.query(Sessions::by_course, field<& Session::courseId> = "c1")
                        .where(field<&Session::status> == Status::COMPLETED)
                        .go()
                        .value();
  std::cout << "done: " << done.items[0].metadata->notes.value_or("") << ", " << done.items[0].tags[0] << ", "
            << done.items[0].userCourse.value_or("") << '\n';

  const auto timetable = school.collection<"timetable">(field<& Session::userId> = "u2").all().go().value();
  std::cout << "Charles: " << timetable.get<Sessions>().size() << " sessions, "
            << timetable.get<Enrolments>().size() << " enrolments\n";
}

/// Who leaves is kept, and found by id, but no longer in the organization.
void leave(const School& school) {
  school.of<Users>()
      .patch(kUserId = "u3")
      .set(field<& User::deletedAt> = "2026-03-31T00:00:00.000Z")
      .composite(field<& User::orgId> = "o1")
      .go()
      .value();
  const auto organization = school.collection<"organization">(field<& User::orgId> = "o1").all().go().value();
  std::cout << "o1:";
  for (const User& user : organization.get<Users>()) std::cout << ' ' << user.name;
  for (const Course& course : organization.get<Courses>()) std::cout << ' ' << course.title;
  std::cout << "; " << require_user(school, "u3")->name << " left\n";
}

void publish(const School& school) {
  const auto& posts = school.of<Posts>();
  posts.create({.postId = "p1", .title = "Welcome"}).go().value();
  posts.create({.postId = "p2", .title = "A draft"}).go().value();
  posts.patch(field<& Post::postId> = "p1")
      .set(field<& Post::published> = true, field<& Post::publishedAt> = "2026-01-01T08:00:00.000Z")
      .go()
      .value();
  std::cout << "published:";
  for (const Post& post : posts.query(Posts::published).go().value()) std::cout << ' ' << post.title;
  std::cout << '\n';
}

void sign_in(const School& school) {
  const Token token = school.of<Tokens>().create({.token = "t1", .userId = "u1"}).go().value();
  std::cout << "a token " << (token.expiresAt > 0 ? "that expires" : "for ever") << '\n';
}

void refuse(const School& school) {
  const auto user =
      school.of<Users>().create({.userId = "u4", .email = "no address", .name = "?", .orgId = "o1"}).go();
  std::cout << to_string(user.error()) << '\n';
  const auto session = school.of<Sessions>()
                           .create({.sessionId = "s9",
                                    .userId = "u1",
                                    .courseId = "c1",
                                    .scheduledDate = "2026-01-01",
                                    .durationMinutes = 5})
                           .go();
  std::cout << to_string(session.error()) << '\n';
  std::cout << to_string(require_user(school, "nobody").error()) << '\n';
}

void run_term(const School& school) {
  fill(school);
  enrol(school, "u1", "c1");
  enrol(school, "u3", "c1");
  enrol(school, "u1", "c1");
  rename(school);
  read_timetables(school);
  leave(school);
  publish(school);
  sign_in(school);
  refuse(school);
}

int run(model::Connection& connection) {
  const model::Table table(connection, "school-example");
  const School school(table);
  school.create_table().value();
  run_term(school);
  table.execute("DeleteTable", R"({"TableName":"school-example"})").value();
  return 0;
}

}  // namespace
}  // namespace school

int main(int argc, char** argv) {
  namespace model = lodestone::model;
  try {
    if (argc == 1) {
      const auto database = *lodestone::Database::open({});
      lodestone::DatabaseConnection connection(*database);
      return school::run(connection);
    }
    auto connected = model::connect({.endpoint = argv[1]});
    if (!connected.ok()) {
      std::cerr << connected.error().message << '\n';
      return 1;
    }
    return school::run(**connected);
  } catch (const model::Failed& failed) {
    std::cerr << failed.what() << '\n';
    return 1;
  }
}
