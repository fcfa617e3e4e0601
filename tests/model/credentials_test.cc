#include "model/http/credentials.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/http/profile.h"
#include "model/http/time_text.h"
#include "tests/model/scripted_server.h"
#include "tests/model/test_environment.h"

namespace lodestone::model {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::string_view kNobody = "http://127.0.0.1:1";

class CredentialsTest : public testing::Test {
 protected:
  CredentialsTest() { world_.set("HOME", "/home/ann"); }

  Result<Credentials, CredentialsError> find() {
    return default_credentials(world_.environment(), settings_)();
  }
  /// "key secret token", or the error.
  std::string found() {
    const auto found = find();
    if (!found.ok()) return "error: " + found.error().message;
    return found->access_key_id + " " + found->secret_access_key + " " + found->session_token;
  }

  TestEnvironment world_;
  CredentialsSettings settings_{"", false, std::string(kNobody), std::string(kNobody)};
};

TEST_F(CredentialsTest, ComeFromVariablesFirst) {
  world_.set("AWS_ACCESS_KEY_ID", "A");
  world_.set("AWS_SECRET_ACCESS_KEY", "s");
  world_.write("/home/ann/.aws/credentials", "[default]\naws_access_key_id=B\naws_secret_access_key=t\n");
  EXPECT_EQ(found(), "A s ");
  world_.set("AWS_SESSION_TOKEN", "T");
  EXPECT_EQ(found(), "A s T");
}

TEST_F(CredentialsTest, HalfAPairOfVariablesIsAnError) {
  world_.set("AWS_ACCESS_KEY_ID", "A");
  EXPECT_THAT(found(), HasSubstr("only one is set"));
}

TEST_F(CredentialsTest, AProfileThatTheProgramChoosesGoesBeforeVariables) {
  world_.set("AWS_ACCESS_KEY_ID", "A");
  world_.set("AWS_SECRET_ACCESS_KEY", "s");
  world_.write("/home/ann/.aws/config",
               "[profile dev]\naws_access_key_id = B\naws_secret_access_key = t\naws_session_token = U\n");
  settings_.profile = "dev";
  EXPECT_EQ(found(), "B t U");
}

TEST_F(CredentialsTest, TheFileOfCredentialsGoesBeforeTheOther) {
  world_.set("AWS_PROFILE", "dev");
  world_.write("/home/ann/.aws/config", "[profile dev]\naws_access_key_id=B\naws_secret_access_key=t\n");
  EXPECT_EQ(found(), "B t ");
  world_.write("/home/ann/.aws/credentials", "[dev]\naws_access_key_id=C\naws_secret_access_key=u\n");
  EXPECT_EQ(found(), "C u ");
}

TEST_F(CredentialsTest, FilesMayLieElsewhere) {
  world_.set("AWS_SHARED_CREDENTIALS_FILE", "~/keys");
  world_.set("AWS_CONFIG_FILE", "/etc/aws");
  world_.write("/home/ann/keys", "[default]\naws_access_key_id=B\n");
  world_.write("/etc/aws", "[default]\naws_secret_access_key=t\n");
  EXPECT_EQ(found(), "B t ");
}

TEST_F(CredentialsTest, AProfileThatIsChosenAndNotThereIsAnError) {
  world_.set("AWS_PROFILE", "production");
  EXPECT_EQ(found(),
            "error: the profile 'production' is in none of the files (/home/ann/.aws/credentials or "
            "/home/ann/.aws/config)");
  world_.write("/home/ann/.aws/config", "[profile production]\nregion = eu-west-1\n");
  EXPECT_THAT(found(), HasSubstr("has no credentials"));
}

TEST_F(CredentialsTest, AProfileThatNeedsMoreSaysWhatToDo) {
  world_.write("/home/ann/.aws/config",
               "[default]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = base\n");
  EXPECT_THAT(found(),
              HasSubstr("by role_arn, which is not done here; use a profile with `credential_process = aws "
                        "configure export-credentials --profile default --format process`"));
}

TEST_F(CredentialsTest, AProcessMayWriteThem) {
  world_.write("/home/ann/.aws/config", "[default]\ncredential_process = \"/opt/keys\" --for me\n");
  world_.on_command("\"/opt/keys\" --for me",
                    R"({"Version":1,"AccessKeyId":"P","SecretAccessKey":"q","SessionToken":"R",)"
                    R"("Expiration":"2015-08-30T13:36:00Z"})");
  EXPECT_EQ(found(), "P q R");
  EXPECT_EQ(find()->expiry, world_.now() + 1h);
  world_.write("/home/ann/.aws/config", "[default]\ncredential_process = /opt/others\n");
  EXPECT_EQ(found(), "error: the credential_process '/opt/others' failed");
}

TEST_F(CredentialsTest, NoneAnywhereSaysWhatToDo) {
  EXPECT_THAT(found(), HasSubstr("error: no credentials found: set AWS_ACCESS_KEY_ID"));
  settings_.may_invent = true;
  EXPECT_EQ(found(), "local local ");
}

constexpr std::string_view kEndpointsAnswer =
    R"({"Code":"Success","AccessKeyId":"E","SecretAccessKey":"f","Token":"G","Expiration":"2015-08-30T18:00:00Z"})";

TEST_F(CredentialsTest, AContainerAsksItsEndpoint) {
  ScriptedServer server;
  server.add_reply(200, kEndpointsAnswer);
  settings_.container_endpoint = server.url();
  world_.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials?id=7");
  EXPECT_EQ(found(), "E f G");
  ASSERT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(server.requests()[0].line(), "GET /v2/credentials?id=7");
  EXPECT_EQ(server.requests()[0].field("Host"), "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(server.requests()[0].field("Authorization"), "");
}

TEST_F(CredentialsTest, AContainersEndpointMayWantAToken) {
  ScriptedServer server;
  server.add_reply(200, kEndpointsAnswer);
  server.add_reply(200, kEndpointsAnswer);
  world_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url() + "/creds");
  world_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "plain");
  EXPECT_EQ(found(), "E f G");
  EXPECT_EQ(server.requests()[0].field("Authorization"), "plain");
  // The file is read anew each time: the pod's agent replaces it.
  world_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/var/token");
  EXPECT_THAT(found(), HasSubstr("'/var/token' can not be read"));
  world_.write("/var/token", "from-file\n");
  EXPECT_EQ(found(), "E f G");
  EXPECT_EQ(server.requests()[1].field("Authorization"), "from-file");
  world_.write("/var/token", "two\r\nX-Lines: of it");
  EXPECT_THAT(found(), HasSubstr("more than one word"));
}

TEST_F(CredentialsTest, AContainersEndpointElsewhereMustBeHttps) {
  world_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/creds");
  EXPECT_THAT(found(), HasSubstr("is neither https nor on this machine"));
}

TEST_F(CredentialsTest, AContainersEndpointIsAskedAgainWhereItFails) {
  ScriptedServer server;
  settings_.container_endpoint = server.url();
  world_.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/c");
  server.add_reply(500, "");
  server.add_reply(200, kEndpointsAnswer);
  EXPECT_EQ(found(), "E f G");
  server.add_reply(404, "{}");
  EXPECT_THAT(found(), HasSubstr("/c answered with status 404"));
  server.add_reply(200, "<html>");
  EXPECT_EQ(found(), "error: the container's endpoint wrote no JSON");
  server.add_reply(200, R"({"AccessKeyId":"E"})");
  EXPECT_EQ(found(), "error: the container's endpoint wrote no AccessKeyId and SecretAccessKey");
}

TEST_F(CredentialsTest, AMachineAsksItsEndpointWithASession) {
  ScriptedServer server;
  settings_.instance_endpoint = server.url();
  server.add_reply(200, "the-token");
  server.add_reply(200, "the-role\n");
  server.add_reply(200, kEndpointsAnswer);
  EXPECT_EQ(found(), "E f G");
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0].line(), "PUT /latest/api/token");
  EXPECT_EQ(requests[0].field("X-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(requests[1].line(), "GET /latest/meta-data/iam/security-credentials/");
  EXPECT_EQ(requests[1].field("X-aws-ec2-metadata-token"), "the-token");
  EXPECT_EQ(requests[2].line(), "GET /latest/meta-data/iam/security-credentials/the-role");
  EXPECT_EQ(requests[2].field("X-aws-ec2-metadata-token"), "the-token");
}

TEST_F(CredentialsTest, AMachinesOldCredentialsGoOnWhereItHasNoNewOnes) {
  ScriptedServer server;
  world_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url());
  server.add_reply(200, "the-token");
  server.add_reply(200, "the-role");
  server.add_reply(200, R"({"Code":"Success","AccessKeyId":"E","SecretAccessKey":"f","Token":"G",)"
                        R"("Expiration":"2015-08-30T12:00:00Z"})");
  const auto credentials = find();
  ASSERT_TRUE(credentials.ok());
  EXPECT_EQ(credentials->expiry, world_.now() + 15min);
}

TEST_F(CredentialsTest, AMachineWithoutARoleSaysSo) {
  ScriptedServer server;
  settings_.instance_endpoint = server.url();
  server.add_reply(200, "the-token");
  server.add_reply(404, "");
  EXPECT_THAT(found(), HasSubstr("has the machine a role?"));
  server.add_reply(200, "the-token");
  server.add_reply(200, "the-role");
  server.add_reply(200, R"({"Code":"AssumeRoleUnauthorizedAccess"})");
  EXPECT_EQ(found(), "error: the machine's endpoint failed: AssumeRoleUnauthorizedAccess");
  world_.set("AWS_EC2_METADATA_DISABLED", "true");
  EXPECT_THAT(found(), HasSubstr("no credentials found"));
}

class CredentialsCacheTest : public testing::Test {
 protected:
  std::string get() {
    const auto got = cache_.get();
    return got.ok() ? (*got)->access_key_id : "error: " + got.error().message;
  }

  TestEnvironment world_;
  int fetches_ = 0;
  std::chrono::minutes lifetime_{60};
  std::optional<WallTime> ends_at_;
  bool fails_ = false;
  CredentialsCache cache_{[this]() -> Result<Credentials, CredentialsError> {
                            ++fetches_;
                            if (fails_) return failure(CredentialsError{"gone", true});
                            std::optional<WallTime> expiry;
                            if (lifetime_ > 0min) expiry = world_.now() + lifetime_;
                            if (ends_at_) expiry = ends_at_;
                            return Credentials{"key" + std::to_string(fetches_), "s", "", expiry};
                          },
                          world_.environment().now};
};

TEST_F(CredentialsCacheTest, FetchesNewOnesShortlyBeforeTheOldOnesEnd) {
  EXPECT_EQ(get(), "key1");
  world_.pass(54min);
  EXPECT_EQ(get(), "key1");
  world_.pass(1min);
  EXPECT_EQ(get(), "key2");
  EXPECT_EQ(get(), "key2");
}

TEST_F(CredentialsCacheTest, KeepsThoseWithoutAnEnd) {
  lifetime_ = 0min;
  EXPECT_EQ(get(), "key1");
  world_.pass(24h * 365);
  EXPECT_EQ(get(), "key1");
}

TEST_F(CredentialsCacheTest, UsesTheOldOnesAsLongAsItCan) {
  EXPECT_EQ(get(), "key1");
  fails_ = true;
  world_.pass(56min);
  EXPECT_EQ(get(), "key1");
  EXPECT_EQ(get(), "key1");
  EXPECT_EQ(fetches_, 2);
  world_.pass(30s);
  EXPECT_EQ(get(), "key1");
  EXPECT_EQ(fetches_, 3);
  world_.pass(5min);
  EXPECT_EQ(get(), "error: gone");
  fails_ = false;
  EXPECT_EQ(get(), "key5");
}

TEST_F(CredentialsCacheTest, DoesNotUseExpiredOnes) {
  ends_at_ = world_.now();
  EXPECT_EQ(get(), "error: the credentials found have expired");
}

TEST_F(CredentialsCacheTest, FetchesAnewWhatIsRefused) {
  const auto first = cache_.get();
  ASSERT_TRUE(first.ok());
  cache_.refuse(**first);
  EXPECT_EQ(get(), "key2");
  // A thread that comes late with those of before changes nothing.
  cache_.refuse(**first);
  EXPECT_EQ(get(), "key2");
}

TEST(CredentialsCacheThreads, OneFetchesForAll) {
  std::atomic<int> fetches = 0;
  CredentialsCache cache(
      [&fetches]() -> Result<Credentials, CredentialsError> {
        ++fetches;
        return Credentials{"k", "s", "", WallTime::clock::now() + 1h};
      },
      [] { return WallTime::clock::now(); });
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&cache] {
      for (int j = 0; j < 100; ++j) EXPECT_TRUE(cache.get().ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fetches, 1);
}

TEST(Profile, ReadsTheFilesAsTheSdksDo) {
  const Sections sections = parse_sections(
      "# a comment\n"
      "; another\n"
      "lost = 1\n"
      "[default]\r\n"
      "Region = eu-west-1   # where\r\n"
      "key=a#b;c\n"
      "empty =\n"
      "s3 =\n"
      "  addressing_style = path\n"
      "after = x\n"
      "  continued\n"
      "[ profile   dev ]\n"
      "no equals sign\n"
      "region = us-west-2\n"
      "[broken\n"
      "region = nowhere\n"
      "[services local]\n"
      "dynamodb =\n"
      "\tendpoint_url = http://localhost:8000\n");
  const Sections expected = {
      {"default",
       {{"region", "eu-west-1"},
        {"key", "a#b;c"},
        {"empty", ""},
        {"s3", ""},
        {"s3.addressing_style", "path"},
        {"after", "x"}}},
      {"profile dev", {{"region", "us-west-2"}}},
      {"services local", {{"dynamodb", ""}, {"dynamodb.endpoint_url", "http://localhost:8000"}}},
  };
  EXPECT_EQ(sections, expected);
  EXPECT_TRUE(parse_sections("").empty());
}

TEST(TimeText, IsReadAndWritten) {
  const WallTime time{1'440'938'160s};
  EXPECT_EQ(basic_time(time), "20150830T123600Z");
  EXPECT_EQ(parse_iso_time("2015-08-30T12:36:00Z"), time);
  EXPECT_EQ(parse_iso_time("2015-08-30T12:36:00.123456Z"), time);
  EXPECT_EQ(parse_iso_time("2015-08-30T14:36:00+02:00"), time);
  EXPECT_EQ(parse_iso_time("2015-08-30T10:06:00-0230"), time);
  EXPECT_EQ(parse_http_time("Sun, 30 Aug 2015 12:36:00 GMT"), time);
  // What the clock can not count is the nearest that it can.
  EXPECT_EQ(parse_iso_time("9999-12-31T23:59:59Z"), parse_iso_time("2261-12-31T23:59:59Z"));
  EXPECT_EQ(parse_iso_time("1007-08-30T18:00:00.5+02:00"), parse_iso_time("1678-01-01T18:00:00+02:00"));
  for (const std::string_view text :
       {"", "2015-08-30", "2015-08-30T12:36:00", "2015-13-30T12:36:00Z", "2015-02-30T12:36:00Z",
        "2015-08-30T24:36:00Z", "2015-08-30T12:36:00Zx", "-015-08-30T12:36:00Z", "2015-08-30T12:36:00+2"}) {
    EXPECT_FALSE(parse_iso_time(text)) << text;
  }
  for (const std::string_view text :
       {"", "Sun", "Sun, 30 Foo 2015 12:36:00 GMT", "Sun, 31 Feb 2015 12:36:00 GMT",
        "Sun, 30 Aug 2015 12:36:00", "Sunday, 30-Aug-15 12:36:00 GMT"}) {
    EXPECT_FALSE(parse_http_time(text)) << text;
  }
}

}  // namespace
}  // namespace lodestone::model
