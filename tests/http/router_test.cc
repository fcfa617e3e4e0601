#include "server/http/router.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace lodestone::http {
namespace {

struct Case {
  Method method;
  std::string target;
  std::string content_type;
  std::string body;
  Route route;
  bool origin = false;
};

TEST(Router, finds_the_way_by_method_path_and_content_type) {
  const std::string json = "application/x-amz-json-1.0";
  const std::vector<Case> cases = {
      {Method::kPost, "/", json, "{}", Route::kCall},
      {Method::kPost, "/", "application/x-amz-json-1.1", "{}", Route::kCall},
      {Method::kPost, "/", "application/json; charset=utf-8", "{}", Route::kCall},
      {Method::kPost, "/", " Application/JSON ;x", "{}", Route::kCall},
      {Method::kPost, "/?X-Amz-Date=1", json, "{}", Route::kCall},
      {Method::kPost, "http://localhost:8000/", json, "{}", Route::kCall},
      {Method::kPost, "http://localhost:8000", json, "{}", Route::kCall},
      {Method::kPost, "http://localhost:8000/x", json, "{}", Route::kNotFound},
      {Method::kPost, "/", "text/plain", "", Route::kCall},
      {Method::kPost, "/", "text/plain", "{}", Route::kNotFound},
      {Method::kPost, "/", "application/x-amz-json-1.2", "{}", Route::kNotFound},
      {Method::kPost, "/", "", "{}", Route::kNotFound},
      {Method::kPost, "/tables", json, "{}", Route::kNotFound},
      {Method::kPost, "//", json, "{}", Route::kNotFound},
      {Method::kGet, "/", "", "", Route::kHealth},
      {Method::kGet, "/?verbose", "", "", Route::kHealth},
      {Method::kGet, "/shell", "", "", Route::kNotFound},
      {Method::kHead, "/", "", "", Route::kNotFound},
      {Method::kOptions, "/", "", "", Route::kNotFound},
      {Method::kOptions, "/", "", "", Route::kPreflight, true},
      {Method::kOther, "/", json, "{}", Route::kNotFound},
  };
  for (const Case& example : cases) {
    Request request;
    request.method = example.method;
    request.body = example.body;
    request.note(Field::kRequestTarget, example.target);
    if (!example.content_type.empty()) request.note(Field::kContentType, example.content_type);
    if (example.origin) request.note(Field::kOrigin, "https://example.org");
    EXPECT_EQ(route(request), example.route) << example.target << " as " << example.content_type;
  }
}

TEST(Router, replies_in_the_content_type_of_the_request) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"application/x-amz-json-1.0", "application/x-amz-json-1.0"},
      {"application/x-amz-json-1.1;charset=utf-8", "application/x-amz-json-1.1"},
      {"APPLICATION/JSON", "application/json"},
      {"text/html", "application/json"},
      {"", "application/json"},
  };
  for (const auto& [sent, expected] : cases) {
    Request request;
    if (!sent.empty()) request.note(Field::kContentType, sent);
    EXPECT_EQ(reply_content_type(request), expected) << sent;
  }
}

}  // namespace
}  // namespace lodestone::http
