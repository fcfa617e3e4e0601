#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/http/connect.h"
#include "model/http/endpoint.h"
#include "tests/model/scripted_server.h"
#include "tests/model/test_environment.h"

namespace lodestone::model {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ConnectionOptionsTest : public testing::Test {
 protected:
  ConnectionOptionsTest() {
    world_.set("HOME", "/home/ann");
    world_.set("AWS_ACCESS_KEY_ID", "A");
    world_.set("AWS_SECRET_ACCESS_KEY", "s");
    options_.environment = world_.environment();
  }

  /// The access key and region that a call to the server is signed for, "A/eu-west-1"; or the error.
  std::string signed_for() {
    const auto connection = connect(options_);
    if (!connection.ok()) {
      EXPECT_EQ(connection.error().kind, FailureKind::kOptions);
      return "error: " + connection.error().message;
    }
    server_.add_reply(200, "{}");
    const auto asked = (*connection)->execute("ListTables", "{}");
    if (!asked.ok()) return "error: " + asked.error().message;
    const std::string field = server_.requests().back().field("Authorization");
    const std::size_t begin = field.find("Credential=") + 11;
    const std::size_t slash = field.find('/', begin);
    const std::size_t region = field.find('/', slash + 1);
    return field.substr(begin, slash - begin) + field.substr(region, field.find('/', region + 1) - region);
  }
  std::string fault() {
    const auto connection = connect(options_);
    return connection.ok() ? "none" : connection.error().message;
  }

  ScriptedServer server_;
  TestEnvironment world_;
  ConnectionOptions options_;
};

TEST_F(ConnectionOptionsTest, AnEndpointOfOnesOwnNeedsNoMore) {
  TestEnvironment empty;
  options_ = {.endpoint = server_.url(), .environment = empty.environment()};
  EXPECT_EQ(signed_for(), "local/us-east-1");
}

TEST_F(ConnectionOptionsTest, WhatTheProgramSaysGoesFirst) {
  options_.endpoint = server_.url();
  options_.region = "ap-south-1";
  options_.credentials = Credentials{"mine", "s", "", {}};
  world_.set("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
  world_.set("AWS_REGION", "eu-west-1");
  EXPECT_EQ(signed_for(), "mine/ap-south-1");
}

TEST_F(ConnectionOptionsTest, VariablesGoBeforeTheProfile) {
  world_.write("/home/ann/.aws/config", "[default]\nregion = us-west-2\nendpoint_url = http://127.0.0.1:1\n");
  world_.set("AWS_ENDPOINT_URL", server_.url());
  EXPECT_EQ(signed_for(), "A/us-west-2");
  world_.set("AWS_DEFAULT_REGION", "eu-west-2");
  EXPECT_EQ(signed_for(), "A/eu-west-2");
  world_.set("AWS_REGION", "eu-west-1");
  EXPECT_EQ(signed_for(), "A/eu-west-1");
  world_.set("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
  world_.set("AWS_ENDPOINT_URL_DYNAMODB", server_.url());
  EXPECT_EQ(signed_for(), "A/eu-west-1");
}

TEST_F(ConnectionOptionsTest, AProfileMayHoldEverything) {
  world_.write("/home/ann/.aws/config", "[profile dev]\nregion = us-west-2\nendpoint_url = " + server_.url() +
                                            "\naws_access_key_id = B\naws_secret_access_key = t\n");
  options_.profile = "dev";
  EXPECT_EQ(signed_for(), "B/us-west-2");
  world_.write("/home/ann/.aws/config",
               "[profile dev]\nregion = us-west-2\nendpoint_url = http://127.0.0.1:1\nservices = here\n"
               "aws_access_key_id = B\naws_secret_access_key = t\n"
               "[services here]\ndynamodb =\n  endpoint_url = " +
                   server_.url() + "\n");
  EXPECT_EQ(signed_for(), "B/us-west-2");
}

TEST_F(ConnectionOptionsTest, WhatCanNotBeUsedIsSaid) {
  EXPECT_THAT(fault(), HasSubstr("no region: say ConnectionOptions::region, or set AWS_REGION"));
  options_.region = "eu west";
  EXPECT_EQ(fault(), "'eu west' is no region such as eu-west-1");
  options_.region = "europe";
  EXPECT_EQ(fault(), "'europe' is no region such as eu-west-1");
  options_.region = "eu-west-1";
  EXPECT_EQ(fault(), "none");
  options_.profile = "prod";
  EXPECT_EQ(fault(), "there is no profile 'prod' in /home/ann/.aws/credentials or /home/ann/.aws/config");
  options_.profile = "";
  options_.max_connections = 0;
  EXPECT_THAT(fault(), HasSubstr("max_connections is 0"));
  options_.max_connections = 1;
  options_.ca_file = "/no/such/file.pem";
  EXPECT_THAT(fault(), HasSubstr("the authorities in '/no/such/file.pem' can not be read"));
  options_.ca_file = "";
  options_.endpoint = "localhost:8000";
  EXPECT_EQ(fault(), "the endpoint 'localhost:8000' begins with neither http:// nor https://");
}

std::string parsed(std::string_view url) {
  const auto endpoint = parse_endpoint(url);
  if (!endpoint.ok()) return endpoint.error();
  return std::string(endpoint->tls ? "tls " : "plain ") + endpoint->host + " " +
         std::to_string(endpoint->port) + " " + endpoint->path + " " + endpoint->authority() +
         (endpoint->is_amazons() ? " amazon" : "") + (endpoint->region() ? " " + *endpoint->region() : "");
}

TEST(EndpointTest, IsAUrlTakenApart) {
  EXPECT_EQ(parsed("http://localhost:8000"), "plain localhost 8000 / localhost:8000");
  EXPECT_EQ(parsed("http://localhost"), "plain localhost 80 / localhost");
  EXPECT_EQ(parsed("http://localhost:443/"), "plain localhost 443 / localhost:443");
  EXPECT_EQ(parsed("https://db.example.com/a/b"), "tls db.example.com 443 /a/b db.example.com");
  EXPECT_EQ(parsed("http://[::1]:8000"), "plain ::1 8000 / [::1]:8000");
  EXPECT_EQ(parsed("https://dynamodb.eu-west-1.amazonaws.com"),
            "tls dynamodb.eu-west-1.amazonaws.com 443 / dynamodb.eu-west-1.amazonaws.com amazon eu-west-1");
  EXPECT_EQ(parsed("https://vpce-1a2b.dynamodb.us-gov-west-1.vpce.amazonaws.com"),
            "tls vpce-1a2b.dynamodb.us-gov-west-1.vpce.amazonaws.com 443 / "
            "vpce-1a2b.dynamodb.us-gov-west-1.vpce.amazonaws.com amazon us-gov-west-1");
  EXPECT_EQ(parsed("https://dynamodb.cn-north-1.amazonaws.com.cn"),
            "tls dynamodb.cn-north-1.amazonaws.com.cn 443 / dynamodb.cn-north-1.amazonaws.com.cn amazon "
            "cn-north-1");
  EXPECT_EQ(parsed("http://eu-west-1.notamazonaws.com"),
            "plain eu-west-1.notamazonaws.com 80 / eu-west-1.notamazonaws.com");
}

TEST(EndpointTest, WhatIsNoUrlIsSaid) {
  EXPECT_THAT(parsed(""), HasSubstr("begins with neither"));
  EXPECT_THAT(parsed("ftp://x"), HasSubstr("begins with neither"));
  EXPECT_THAT(parsed("http://"), HasSubstr("has no host"));
  EXPECT_THAT(parsed("http://:80"), HasSubstr("has no host"));
  for (const std::string_view url :
       {"http://x:", "http://x:0", "http://x:65536", "http://x:8o", "http://[::1]8"}) {
    EXPECT_THAT(parsed(url), HasSubstr("has no port between 1 and 65535")) << url;
  }
  for (const std::string_view url :
       {"http://x?y", "http://x/?y", "http://x/a b", "http://x/\r\nEvil: 1", "http://x#y"}) {
    EXPECT_THAT(parsed(url), HasSubstr("has more than a path behind its host")) << url;
  }
  EXPECT_THAT(parsed("http://user@x"), HasSubstr("has characters in its host that no host has"));
  EXPECT_THAT(parsed("http://[::1"), HasSubstr("has no ]"));
  EXPECT_THAT(parsed("http://[x]"), HasSubstr("has no address between its brackets"));
}

TEST(EndpointTest, OfAmazonIsThatOfTheRegionsPartition) {
  EXPECT_EQ(amazons_endpoint("eu-west-1")->host, "dynamodb.eu-west-1.amazonaws.com");
  EXPECT_EQ(amazons_endpoint("us-gov-west-1")->host, "dynamodb.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(amazons_endpoint("cn-north-1")->host, "dynamodb.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(amazons_endpoint("us-isob-east-1")->host, "dynamodb.us-isob-east-1.sc2s.sgov.gov");
  EXPECT_EQ(amazons_endpoint("eusc-de-east-1")->host, "dynamodb.eusc-de-east-1.amazonaws.eu");
  for (const std::string_view region :
       {"", "eu", "eu-west", "eu-1", "-west-1", "eu--1", "EU-west-1", "eu-west-1x", "eu.west-1"}) {
    EXPECT_FALSE(amazons_endpoint(region).ok()) << region;
  }
}

}  // namespace
}  // namespace lodestone::model
