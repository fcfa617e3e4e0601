#include "model/http/signature.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace lodestone::model {
namespace {

constexpr std::string_view kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const Credentials kCredentials{"AKIDEXAMPLE", std::string(kSecret), "", {}};

std::string hex(const SigningKey& key) {
  std::string text;
  for (const unsigned char byte : key) {
    text.push_back("0123456789abcdef"[byte >> 4]);
    text.push_back("0123456789abcdef"[byte & 15]);
  }
  return text;
}

// The example of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
// and of the pages before it: ListUsers.
constexpr std::string_view kListUsersTime = "20150830T123600Z";
const std::vector<Header> kListUsersHeaders = {
    {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
    {"Host", "iam.amazonaws.com"},
    {"X-Amz-Date", kListUsersTime}};
const RequestToSign kListUsers{"GET", "/", "Action=ListUsers&Version=2010-05-08", kListUsersHeaders, ""};
constexpr std::string_view kListUsersCanonical =
    "GET\n"
    "/\n"
    "Action=ListUsers&Version=2010-05-08\n"
    "content-type:application/x-www-form-urlencoded; charset=utf-8\n"
    "host:iam.amazonaws.com\n"
    "x-amz-date:20150830T123600Z\n"
    "\n"
    "content-type;host;x-amz-date\n"
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kListUsersStringToSign =
    "AWS4-HMAC-SHA256\n"
    "20150830T123600Z\n"
    "20150830/us-east-1/iam/aws4_request\n"
    "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59";

TEST(Signature, StepsAreThoseOfTheDocumentation) {
  std::string signed_headers;
  EXPECT_EQ(canonical_request(kListUsers, signed_headers), kListUsersCanonical);
  EXPECT_EQ(signed_headers, "content-type;host;x-amz-date");
  EXPECT_EQ(string_to_sign(kListUsersTime, "20150830/us-east-1/iam/aws4_request", kListUsersCanonical),
            kListUsersStringToSign);
  const SigningKey key = signing_key(kSecret, "20150830", "us-east-1", "iam");
  EXPECT_EQ(hex(key), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
  EXPECT_EQ(signature(key, kListUsersStringToSign),
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

TEST(Signature, AnotherDaysKeyIsThatOfTheDocumentation) {
  EXPECT_EQ(hex(signing_key(kSecret, "20120215", "us-east-1", "iam")),
            "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
}

/// A case of AWS's Signature Version 4 test suite: the service is `service`, each has Host and X-Amz-Date
/// besides.
struct SuiteCase {
  std::string name;
  std::string method;
  std::string path;
  std::string query;
  std::vector<Header> headers;
  std::string body;
  std::string signed_headers;
  std::string signature;
};

constexpr std::string_view kToken =
    "AQoDYXdzEPT//////////"
    "wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwth"
    "Ax7mSEI/qkPpKPi/"
    "kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAk"
    "iY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/"
    "oLxBA==";

constexpr std::string_view kPlain = "host;x-amz-date";
constexpr std::string_view kUnreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::vector<SuiteCase> suite() {
  const std::string plain(kPlain);
  const std::string unreserved(kUnreserved);
  const std::string with_header = "host;my-header1;x-amz-date";
  const std::string vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
  return {
      {"get-vanilla", "GET", "/", "", {}, "", plain, vanilla},
      {"get-header-key-duplicate",
       "GET",
       "/",
       "",
       {{"My-Header1", "value2"}, {"My-Header1", "value2"}, {"My-Header1", "value1"}},
       "",
       with_header,
       "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
      // Its value is folded over three lines, which means three values.
      {"get-header-value-multiline",
       "GET",
       "/",
       "",
       {{"My-Header1", "value1"}, {"My-Header1", "  value2"}, {"My-Header1", "     value3"}},
       "",
       with_header,
       "ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790"},
      {"get-header-value-order",
       "GET",
       "/",
       "",
       {{"My-Header1", "value4"},
        {"My-Header1", "value1"},
        {"My-Header1", "value3"},
        {"My-Header1", "value2"}},
       "",
       with_header,
       "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
      {"get-header-value-trim",
       "GET",
       "/",
       "",
       {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
       "",
       "host;my-header1;my-header2;x-amz-date",
       "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
      {"get-unreserved",
       "GET",
       "/" + unreserved,
       "",
       {},
       "",
       plain,
       "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
      {"get-utf8",
       "GET",
       "/ሴ",
       "",
       {},
       "",
       plain,
       "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
      {"get-vanilla-empty-query-key",
       "GET",
       "/",
       "Param1=value1",
       {},
       "",
       plain,
       "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
      {"get-vanilla-query", "GET", "/", "", {}, "", plain, vanilla},
      {"get-vanilla-query-order-key-case",
       "GET",
       "/",
       "Param2=value2&Param1=value1",
       {},
       "",
       plain,
       "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
      {"get-vanilla-query-order-key",
       "GET",
       "/",
       "Param1=value2&Param1=Value1",
       {},
       "",
       plain,
       "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
      {"get-vanilla-query-order-value",
       "GET",
       "/",
       "Param1=value2&Param1=value1",
       {},
       "",
       plain,
       "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
      {"get-vanilla-query-unreserved",
       "GET",
       "/",
       unreserved + "=" + unreserved,
       {},
       "",
       plain,
       "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
      {"get-vanilla-utf8-query",
       "GET",
       "/",
       "ሴ=bar",
       {},
       "",
       plain,
       "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
      {"get-relative-relative", "GET", "/example1/example2/../..", "", {}, "", plain, vanilla},
      {"get-slash-pointless-dot",
       "GET",
       "/./example",
       "",
       {},
       "",
       plain,
       "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
      {"get-slashes",
       "GET",
       "//example//",
       "",
       {},
       "",
       plain,
       "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
      {"get-space",
       "GET",
       "/example space/",
       "",
       {},
       "",
       plain,
       "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
      {"post-vanilla",
       "POST",
       "/",
       "",
       {},
       "",
       plain,
       "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
      {"post-header-key-sort",
       "POST",
       "/",
       "",
       {{"My-Header1", "value1"}},
       "",
       with_header,
       "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
      {"post-header-value-case",
       "POST",
       "/",
       "",
       {{"My-Header1", "VALUE1"}},
       "",
       with_header,
       "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
      {"post-sts-header-before",
       "POST",
       "/",
       "",
       {{"X-Amz-Security-Token", kToken}},
       "",
       "host;x-amz-date;x-amz-security-token",
       "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
      {"post-vanilla-empty-query-value",
       "POST",
       "/",
       "Param1=value1",
       {},
       "",
       plain,
       "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
      {"post-x-www-form-urlencoded",
       "POST",
       "/",
       "",
       {{"Content-Type", "application/x-www-form-urlencoded"}},
       "Param1=value1",
       "content-type;host;x-amz-date",
       "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
      {"post-x-www-form-urlencoded-parameters",
       "POST",
       "/",
       "",
       {{"Content-Type", "application/x-www-form-urlencoded; charset=utf8"}},
       "Param1=value1",
       "content-type;host;x-amz-date",
       "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"},
  };
}

class SignatureSuite : public testing::TestWithParam<SuiteCase> {};

TEST_P(SignatureSuite, IsAsAwsHasIt) {
  const SuiteCase& given = GetParam();
  std::vector<Header> headers = given.headers;
  headers.push_back({"X-Amz-Date", "20150830T123600Z"});
  headers.push_back({"Host", "example.amazonaws.com"});
  Signer signer("us-east-1", "service");
  EXPECT_EQ(
      signer.authorization(kCredentials, "20150830T123600Z",
                           {given.method, given.path, given.query, headers, given.body}),
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=" +
          given.signed_headers + ", Signature=" + given.signature);
}

INSTANTIATE_TEST_SUITE_P(AwsSigV4TestSuite, SignatureSuite, testing::ValuesIn(suite()), [](const auto& test) {
  std::string name = test.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Signer, SignsACallAsTheSdkForPythonDoes) {
  const Credentials temporary{"AKIDEXAMPLE", std::string(kSecret), "a/token+of=some-kind", {}};
  const std::vector<Header> headers = {{"X-Amz-Target", "DynamoDB_20120810.GetItem"},
                                       {"X-Amz-Security-Token", temporary.session_token},
                                       {"X-Amz-Date", "20150830T123600Z"},
                                       {"Host", "dynamodb.eu-west-1.amazonaws.com"},
                                       {"Content-Type", "application/x-amz-json-1.0"}};
  Signer signer("eu-west-1", "dynamodb");
  EXPECT_EQ(signer.authorization(
                temporary, "20150830T123600Z",
                {"POST", "/", "", headers, R"({"TableName":"films","Key":{"title":{"S":"Amélie"}}})"}),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/dynamodb/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
            "Signature=1f5019709dd678ee8d656e71677b2cd435a5e9d13bbef392d80484be03c4ed62");
}

TEST(Signer, MakesANewKeyForAnotherDayAndForAnotherSecret) {
  const std::vector<Header> headers = {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", "20150830T123600Z"}};
  const RequestToSign request{"GET", "/", "", headers, ""};
  const Credentials others{"AKIDEXAMPLE", "another", "", {}};
  Signer signer("us-east-1", "service");
  const std::string first = signer.authorization(kCredentials, "20150830T123600Z", request);
  EXPECT_NE(signer.authorization(kCredentials, "20150831T123600Z", request), first);
  EXPECT_NE(signer.authorization(others, "20150830T123600Z", request), first);
  EXPECT_EQ(signer.authorization(kCredentials, "20150830T123600Z", request), first);
}

}  // namespace
}  // namespace lodestone::model
