/// A small application in one table: users, sessions, courses, enrolments, posts, tokens.
///
/// What the tests of the typed surface work with: every kind of attribute, index and hook.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "model/model.h"

namespace lodestone::model::school {

namespace model = lodestone::model;

enum class Role : std::uint8_t { ADMIN, TEACHER, STUDENT };

struct User {
  std::string userId;
  std::string email;
  std::string name;
  Role role = Role::STUDENT;
  bool verified = false;
  std::optional<std::string> orgId = {};
  std::optional<std::string> temporaryToken = {};
  std::optional<std::string> deletedAt = {};
  std::string createdAt = {};
  std::string updatedAt = {};
  std::int64_t version = 0;
};

struct Users {
  using Item = User;
  static constexpr auto name = model::name("myapp", "user", "1");
  static constexpr auto attributes =
      model::attributes<&User::userId, &User::name, &User::orgId, &User::temporaryToken, &User::deletedAt>(
          model::attr<&User::email>().matches(R"(^[^\s@]+@[^\s@]+\.[^\s@]+$)"),
          model::attr<&User::role>().default_to(Role::STUDENT),
          model::attr<&User::verified>().default_to(false),
          model::attr<&User::createdAt>().default_to([](const Moment& now) { return now.iso(); }).read_only(),
          model::attr<&User::updatedAt>().watch_all().set(
              [](const Given<User>& item) -> std::string { return item.now().iso(); }),
          model::attr<&User::version>().default_to(std::int64_t{0}));
  static constexpr auto by_id = model::index().pk<&User::userId>("pk").sk<>("sk");
  static constexpr auto by_email = model::index("gsi1").pk<&User::email>("gsi1pk").sk<>("gsi1sk");
  static constexpr auto by_role =
      model::index("gsi2").pk<&User::role>("gsi2pk").sk<&User::createdAt>("gsi2sk");
  static constexpr auto by_org = model::index("gsi3")
                                     .pk<&User::orgId>("gsi3pk")
                                     .sk<&User::userId>("gsi3sk")
                                     .collection<"organization">();
  static constexpr auto indexes = model::indexes(by_id, by_email, by_role, by_org);
};

struct Metadata {
  std::optional<std::string> zoomMeetingId = {};
  std::optional<std::string> recordingUrl = {};
  std::optional<std::string> notes = {};
  static constexpr auto attributes() {
    return model::attributes<&Metadata::zoomMeetingId, &Metadata::recordingUrl, &Metadata::notes>();
  }
};

enum class Status : std::uint8_t { SCHEDULED, IN_PROGRESS, COMPLETED, CANCELLED };

struct Session {
  std::string sessionId;
  std::string userId;
  std::string courseId;
  std::string scheduledDate;
  int durationMinutes = 0;
  Status status = Status::SCHEDULED;
  std::optional<Metadata> metadata = {};
  std::vector<std::string> tags = {};
  std::set<std::string> watchers = {};
  std::optional<int> attendeeCount = {};
  std::optional<std::string> userCourse = {};
};

struct Sessions {
  using Item = Session;
  static constexpr auto name = model::name("myapp", "session", "1");
  static constexpr auto attributes =
      model::attributes<&Session::sessionId, &Session::userId, &Session::courseId, &Session::scheduledDate,
                        &Session::metadata, &Session::watchers, &Session::attendeeCount>(
          model::attr<&Session::durationMinutes>().validate(
              [](const int& minutes) -> std::optional<std::string> {
                if (minutes >= 15 && minutes <= 480) return std::nullopt;
                return "Duration must be between 15 and 480 minutes";
              }),
          model::attr<&Session::status>().default_to(Status::SCHEDULED),
          model::attr<&Session::tags>().default_to([] { return std::vector<std::string>(); }),
          model::attr<&Session::userCourse>().computed([](const Given<Session>& item) {
            return item.get<&Session::userId>().value_or("") + "#" +
                   item.get<&Session::courseId>().value_or("");
          }));
  static constexpr auto by_id = model::index().pk<&Session::sessionId>("pk").sk<>("sk");
  static constexpr auto by_course =
      model::index("gsi1").pk<&Session::courseId>("gsi1pk").sk<&Session::scheduledDate>("gsi1sk");
  static constexpr auto by_user =
      model::index("gsi2").pk<&Session::userId>("gsi2pk").sk<&Session::scheduledDate>("gsi2sk");
  static constexpr auto indexes = model::indexes(by_id, by_course, by_user);
};

struct Course {
  std::string courseId;
  std::string orgId;
  std::string title;
};

struct Courses {
  using Item = Course;
  static constexpr auto name = model::name("myapp", "course", "1");
  static constexpr auto attributes = model::attributes<&Course::courseId, &Course::orgId, &Course::title>();
  static constexpr auto by_id = model::index().pk<&Course::courseId>("pk").sk<>("sk");
  static constexpr auto by_org = model::index("gsi3")
                                     .pk<&Course::orgId>("gsi3pk")
                                     .sk<&Course::courseId>("gsi3sk")
                                     .collection<"organization">();
  static constexpr auto indexes = model::indexes(by_id, by_org);
};

struct Post {
  std::string postId;
  std::string title;
  bool published = false;
  std::optional<std::string> publishedAt = {};
};

struct Posts {
  using Item = Post;
  static constexpr auto name = model::name("myapp", "post", "1");
  static constexpr auto attributes = model::attributes<&Post::postId, &Post::title, &Post::publishedAt>(
      model::attr<&Post::published>().default_to(false));
  static constexpr auto by_id = model::index().pk<&Post::postId>("pk").sk<>("sk");
  static constexpr auto published =
      model::index("gsi1").pk_template<>("gsi1pk", "PUBLISHED#POST").sk<&Post::publishedAt>("gsi1sk");
  static constexpr auto indexes = model::indexes(by_id, published);
};

struct Token {
  std::string token;
  std::string userId;
  std::int64_t expiresAt = 0;
};

struct Tokens {
  using Item = Token;
  static constexpr auto name = model::name("myapp", "sessionToken", "1");
  static constexpr auto attributes =
      model::attributes<&Token::token, &Token::userId>(model::attr<&Token::expiresAt>().expires().default_to(
          [](const Moment& now) -> std::int64_t { return now.seconds() + 86400; }));
  static constexpr auto by_token = model::index().pk<&Token::token>("pk").sk<>("sk");
  static constexpr auto indexes = model::indexes(by_token);
};

using School = model::Service<Users, Sessions, Courses, Posts, Tokens>;

}  // namespace lodestone::model::school
