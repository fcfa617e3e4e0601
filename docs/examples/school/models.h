/// A school's data in one table: users, courses, sessions, enrolments, posts, tokens.
///
/// Structs are items; the class beside each says how it is kept: which members make keys, which have
/// defaults, what is checked. Every access pattern of the application has a name here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/model.h"

namespace school {

namespace model = lodestone::model;
using lodestone::model::Given;
using lodestone::model::Moment;

enum class Role : std::uint8_t { ADMIN, TEACHER, STUDENT };

struct User {
  std::string userId;
  std::string email;
  std::string name;
  Role role = Role::STUDENT;
  bool verified = false;
  std::string orgId = {};
  std::int64_t version = 0;
  std::optional<std::string> deletedAt = {};
  std::string createdAt = {};
  std::string updatedAt = {};
};

struct Users {
  using Item = User;
  static constexpr auto name = model::name("school", "user", "1");
  static constexpr auto attributes =
      model::attributes<&User::userId, &User::name, &User::orgId, &User::deletedAt>(
          model::attr<&User::email>().matches(R"(^[^\s@]+@[^\s@]+\.[^\s@]+$)"),
          model::attr<&User::role>().default_to(Role::STUDENT),
          model::attr<&User::verified>().default_to(false),
          model::attr<&User::version>().default_to(std::int64_t{0}),
          model::attr<&User::createdAt>().default_to([](const Moment& now) { return now.iso(); }).read_only(),
          model::attr<&User::updatedAt>().watch_all().set(
              [](const Given<User>& item) -> std::string { return item.now().iso(); }));

  static constexpr auto by_id = model::index().pk<&User::userId>("pk").sk<>("sk");
  static constexpr auto by_email = model::index("gsi1").pk<&User::email>("gsi1pk").sk<>("gsi1sk");
  static constexpr auto by_role =
      model::index("gsi2").pk<&User::role>("gsi2pk").sk<&User::createdAt>("gsi2sk");
  /// Who is there: users that have been deleted softly are not in it.
  static constexpr auto by_org =
      model::index("gsi3")
          .pk<&User::orgId>("gsi3pk")
          .sk<&User::userId>("gsi3sk")
          .collection<"organization">()
          .only_if([](const Given<User>& user) { return !user.get<&User::deletedAt>().has_value(); });
  static constexpr auto indexes = model::indexes(by_id, by_email, by_role, by_org);
};

struct Course {
  std::string courseId;
  std::string orgId;
  std::string title;
  std::int64_t enrolled = 0;
  std::int64_t places = 0;
};

struct Courses {
  using Item = Course;
  static constexpr auto name = model::name("school", "course", "1");
  static constexpr auto attributes = model::attributes<&Course::courseId, &Course::orgId, &Course::title,
                                                       &Course::enrolled, &Course::places>();
  static constexpr auto by_id = model::index().pk<&Course::courseId>("pk").sk<>("sk");
  static constexpr auto by_org = model::index("gsi3")
                                     .pk<&Course::orgId>("gsi3pk")
                                     .sk<&Course::courseId>("gsi3sk")
                                     .collection<"organization">();
  static constexpr auto indexes = model::indexes(by_id, by_org);
};

enum class Status : std::uint8_t { SCHEDULED, IN_PROGRESS, COMPLETED, CANCELLED };

struct Metadata {
  std::optional<std::string> zoomMeetingId = {};
  std::optional<std::string> recordingUrl = {};
  std::optional<std::string> notes = {};
  static constexpr auto attributes() {
    return model::attributes<&Metadata::zoomMeetingId, &Metadata::recordingUrl, &Metadata::notes>();
  }
};

struct Session {
  std::string sessionId;
  std::string userId;
  std::string courseId;
  std::string scheduledDate;
  int durationMinutes = 0;
  Status status = Status::SCHEDULED;
  std::optional<Metadata> metadata = {};
  std::vector<std::string> tags = {};
  /// Never stored: made from the others when an item is read.
  std::optional<std::string> userCourse = {};
};

struct Sessions {
  using Item = Session;
  static constexpr auto name = model::name("school", "session", "1");
  static constexpr auto attributes = model::attributes<
      &Session::sessionId, &Session::userId, &Session::courseId, &Session::scheduledDate, &Session::metadata>(
      model::attr<&Session::durationMinutes>().validate([](const int& minutes) -> std::optional<std::string> {
        if (minutes >= 15 && minutes <= 480) return std::nullopt;
        return "Duration must be between 15 and 480 minutes";
      }),
      model::attr<&Session::status>().default_to(Status::SCHEDULED),
      model::attr<&Session::tags>().default_to([] { return std::vector<std::string>(); }),
      model::attr<&Session::userCourse>().computed([](const Given<Session>& item) {
        return item.get<&Session::userId>().value_or("") + "#" + item.get<&Session::courseId>().value_or("");
      }));
  static constexpr auto by_id = model::index().pk<&Session::sessionId>("pk").sk<>("sk");
  static constexpr auto by_course =
      model::index("gsi1").pk<&Session::courseId>("gsi1pk").sk<&Session::scheduledDate>("gsi1sk");
  static constexpr auto by_user = model::index("gsi2")
                                      .pk<&Session::userId>("gsi2pk")
                                      .sk<&Session::scheduledDate>("gsi2sk")
                                      .collection<"timetable">();
  static constexpr auto indexes = model::indexes(by_id, by_course, by_user);
};

struct Enrolment {
  std::string userId;
  std::string courseId;
  std::string enrolledAt = {};
};

struct Enrolments {
  using Item = Enrolment;
  static constexpr auto name = model::name("school", "enrolment", "1");
  static constexpr auto attributes = model::attributes<&Enrolment::userId, &Enrolment::courseId>(
      model::attr<&Enrolment::enrolledAt>()
          .default_to([](const Moment& now) { return now.iso(); })
          .read_only());
  static constexpr auto by_user_and_course =
      model::index().pk<&Enrolment::userId>("pk").sk<&Enrolment::courseId>("sk");
  static constexpr auto by_course =
      model::index("gsi1").pk<&Enrolment::courseId>("gsi1pk").sk<&Enrolment::userId>("gsi1sk");
  static constexpr auto by_user = model::index("gsi2")
                                      .pk<&Enrolment::userId>("gsi2pk")
                                      .sk<&Enrolment::courseId>("gsi2sk")
                                      .collection<"timetable">();
  static constexpr auto indexes = model::indexes(by_user_and_course, by_course, by_user);
};

struct Post {
  std::string postId;
  std::string title;
  bool published = false;
  std::optional<std::string> publishedAt = {};
};

struct Posts {
  using Item = Post;
  static constexpr auto name = model::name("school", "post", "1");
  static constexpr auto attributes = model::attributes<&Post::postId, &Post::title, &Post::publishedAt>(
      model::attr<&Post::published>().default_to(false));
  static constexpr auto by_id = model::index().pk<&Post::postId>("pk").sk<>("sk");
  /// A sparse index with one partition: drafts are not in it.
  static constexpr auto published =
      model::index("gsi1")
          .pk_template<>("gsi1pk", "PUBLISHED#POST")
          .sk<&Post::publishedAt>("gsi1sk")
          .only_if([](const Given<Post>& post) { return post.get<&Post::published>().value_or(false); });
  static constexpr auto indexes = model::indexes(by_id, published);
};

struct Token {
  std::string token;
  std::string userId;
  std::int64_t expiresAt = 0;
};

struct Tokens {
  using Item = Token;
  static constexpr auto name = model::name("school", "sessionToken", "1");
  static constexpr auto attributes =
      model::attributes<&Token::token, &Token::userId>(model::attr<&Token::expiresAt>().expires().default_to(
          [](const Moment& now) -> std::int64_t { return now.seconds() + 86400; }));
  static constexpr auto by_token = model::index().pk<&Token::token>("pk").sk<>("sk");
  static constexpr auto indexes = model::indexes(by_token);
};

using School = model::Service<Users, Courses, Sessions, Enrolments, Posts, Tokens>;

}  // namespace school
