// Posts and comments as DynamoDB-Toolbox keeps them, in one table.
#pragma once

#include <optional>
#include <string>

#include "model/model.h"
#include "model/transform.h"

namespace model = lodestone::model;
using model::field;

struct Post {
  std::string ownerId;
  std::string postId;
  int likes = 0;
  std::string created = {};
  std::optional<std::string> modified = {};
  std::optional<std::string> byDay = {};
};

// What its entities have in common.
constexpr auto kBlog = model::toolbox().modified_saved_as("__lastMod__");

struct Posts {
  using Item = Post;
  static constexpr auto name = kBlog.named("POST");
  static constexpr auto attributes = model::attributes(
      model::attr<&Post::ownerId>().saved_as("pk").transform([] { return model::prefix("OWNER"); }),
      model::attr<&Post::postId>().saved_as("sk").transform([] { return model::prefix("POST"); }),
      model::attr<&Post::likes>().update_default_to([] { return 1; }),
      model::attr<&Post::created>().shows_created(),
      model::attr<&Post::modified>().shows_modified(),
      model::attr<&Post::byDay>()
          .saved_as("gsi1sk")
          .hidden()
          .link([](const model::Given<Post>& post) {
            return post.get<&Post::created>().value() + "#" + post.get<&Post::postId>().value();
          }));
  static constexpr auto by_owner = model::index().pk<&Post::ownerId>("pk").sk<&Post::postId>("sk");
  static constexpr auto by_day = model::index("gsi1").pk<&Post::ownerId>("pk").sk<&Post::byDay>("gsi1sk");
  static constexpr auto indexes = model::indexes(by_owner, by_day);
};

struct Profile {
  std::string ownerId;
  std::string part = {};
  std::optional<std::string> motto = {};
};

struct Profiles {
  using Item = Profile;
  static constexpr auto name = kBlog.named("PROFILE").without_timestamps();
  static constexpr auto attributes = model::attributes<&Profile::motto>(
      model::attr<&Profile::ownerId>().saved_as("pk").transform([] { return model::prefix("OWNER"); }),
      model::attr<&Profile::part>().saved_as("sk").key_default_to("profile"));
  static constexpr auto by_owner = model::index().pk<&Profile::ownerId>("pk").sk<&Profile::part>("sk");
  static constexpr auto indexes = model::indexes(by_owner);
};

using Blog = model::Service<Posts, Profiles>;
