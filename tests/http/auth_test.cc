#include "server/http/auth.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace lodestone::http {
namespace {

constexpr std::string_view kCredential = "AKID/20250131/eu-central-1/dynamodb/aws4_request";

Request signed_by_header(std::string_view authorization, std::string_view amz_date = "20250131T120000Z") {
  Request request;
  request.note(Field::kRequestTarget, "/");
  if (!authorization.empty()) request.note(Field::kAuthorization, authorization);
  if (!amz_date.empty()) request.note(Field::kAmzDate, amz_date);
  return request;
}

Request signed_by_query(std::string_view query) {
  Request request;
  request.note(Field::kRequestTarget, "/?" + std::string(query));
  return request;
}

/// "Name: message", or "" where there is nothing to refuse.
std::string failure_of(const Request& request) {
  Identity identity;
  identify(request, identity);
  return identity.failure ? std::string(identity.failure->name) + ": " + identity.failure->message
                          : std::string();
}

std::string authorization(std::string_view credential) {
  return "AWS4-HMAC-SHA256 Credential=" + std::string(credential) +
         ", SignedHeaders=host;x-amz-date, Signature=abc";
}

TEST(Auth, reads_the_caller_from_the_scope) {
  struct Case {
    std::string credential, region, account, key;
  };
  const std::vector<Case> cases = {
      {"AKID/20250131/eu-central-1/dynamodb/aws4_request", "eu-central-1", "000000000000", "AKID"},
      {"123456789012/20250131/local/dynamodb/aws4_request", "local", "123456789012", "123456789012"},
      {"12345678901/20250131/us-west-2/dynamodb/aws4_request", "us-west-2", "000000000000", "12345678901"},
      {"/20250131//dynamodb/aws4_request", "us-east-1", "000000000000", "local"},
      {"AKID/20250131/not a region/dynamodb/aws4_request", "us-east-1", "000000000000", "AKID"},
      {"AKID/20250131/a\"b/dynamodb/aws4_request", "us-east-1", "000000000000", "AKID"},
  };
  for (const Case& wanted : cases) {
    const Request request = signed_by_header(authorization(wanted.credential));
    Identity identity;
    identify(request, identity);
    EXPECT_FALSE(identity.failure.has_value()) << wanted.credential;
    EXPECT_EQ(identity.caller.region, wanted.region) << wanted.credential;
    EXPECT_EQ(identity.caller.account, wanted.account) << wanted.credential;
    EXPECT_EQ(identity.caller.access_key, wanted.key) << wanted.credential;
  }
}

TEST(Auth, takes_the_parts_in_any_order_with_or_without_blanks) {
  const std::string credential(kCredential);
  EXPECT_EQ(failure_of(signed_by_header("AWS4-HMAC-SHA256 Signature=abc,SignedHeaders=a;Host,Credential=" +
                                        credential)),
            "");
  EXPECT_EQ(failure_of(signed_by_header(
                "AWS4-HMAC-SHA256  SignedHeaders=host,\t Signature=abc , Credential=" + credential)),
            "");
}

TEST(Auth, takes_a_date_field_for_the_date) {
  Request request = signed_by_header(authorization(kCredential), "");
  request.note(Field::kDate, "Fri, 31 Jan 2025 12:00:00 GMT");
  EXPECT_EQ(failure_of(request), "");
}

TEST(Auth, reads_the_caller_from_a_query) {
  const Request request = signed_by_query(
      "X-Amz-Date=20250131T120000Z&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=123456789012%2F20250131%"
      "2feu-west-1%2F"
      "dynamodb%2Faws4_request&X-Amz-SignedHeaders=host%3Bx-amz-target&X-Amz-Signature=abc");
  Identity identity;
  identify(request, identity);
  EXPECT_FALSE(identity.failure.has_value());
  EXPECT_EQ(identity.caller.region, "eu-west-1");
  EXPECT_EQ(identity.caller.account, "123456789012");
}

TEST(Auth, refuses_an_absent_or_foreign_signature) {
  const std::string missing = "MissingAuthenticationTokenException: Request is missing Authentication Token";
  EXPECT_EQ(failure_of(signed_by_header("")), missing);
  EXPECT_EQ(failure_of(signed_by_header("Basic dXNlcjpwYXNz")), missing);
  EXPECT_EQ(failure_of(signed_by_header("aws4-hmac-sha256 x")), missing);
  EXPECT_EQ(failure_of(signed_by_query("X-Amz-Signature=abc")), missing);
}

TEST(Auth, refuses_a_signature_in_both_places) {
  Request request = signed_by_query("a=b&X-Amz-Algorithm=");
  request.note(Field::kAuthorization, "x");
  EXPECT_EQ(failure_of(request),
            "InvalidSignatureException: Found both 'X-Amz-Algorithm' as a query-string param and "
            "'Authorization' as HTTP "
            "header.");
}

TEST(Auth, names_everything_that_an_incomplete_header_lacks) {
  EXPECT_EQ(failure_of(signed_by_header("AWS4-", "")),
            "IncompleteSignatureException: Authorization header requires 'Credential' parameter. "
            "Authorization header "
            "requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
            "Authorization header "
            "requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-");
  EXPECT_EQ(failure_of(signed_by_header("AWS4-HMAC-SHA256 Credential=a, SignedHeaders=, Signature=b")),
            "IncompleteSignatureException: Authorization header requires 'SignedHeaders' parameter. "
            "Authorization=AWS4-HMAC-SHA256 Credential=a, SignedHeaders=, Signature=b");
}

TEST(Auth, names_everything_that_an_incomplete_query_lacks) {
  EXPECT_EQ(
      failure_of(signed_by_query("X-Amz-Algorithm")),
      "IncompleteSignatureException: AWS query-string parameters must include 'X-Amz-Algorithm'. AWS "
      "query-string "
      "parameters must include 'X-Amz-Credential'. AWS query-string parameters must include "
      "'X-Amz-Signature'. AWS "
      "query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include "
      "'X-Amz-Date'. Re-examine the query-string parameters.");
  EXPECT_EQ(failure_of(
                signed_by_query("X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=&X-Amz-SignedHeaders=d&"
                                "X-Amz-Date=e")),
            "IncompleteSignatureException: AWS query-string parameters must include 'X-Amz-Signature'. "
            "Re-examine the "
            "query-string parameters.");
}

TEST(Auth, refuses_parts_of_another_form) {
  const std::string credential(kCredential);
  EXPECT_EQ(failure_of(signed_by_header("AWS4-HMAC-SHA1 SignedHeaders=host, Signature=abc, Credential=" +
                                        credential)),
            "IncompleteSignatureException: Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1' (only "
            "AWS4-HMAC-SHA256 for now). ");
  EXPECT_EQ(failure_of(signed_by_header(authorization("AKID/20250131/eu-central-1/dynamodb"))),
            "IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements, e.g. "
            "keyid/date/region/service/term, got 'AKID/20250131/eu-central-1/dynamodb'");
  EXPECT_EQ(failure_of(signed_by_header(authorization("a/b/c/d/e/f"))),
            "IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements, e.g. "
            "keyid/date/region/service/term, got 'a/b/c/d/e/f'");
  EXPECT_EQ(failure_of(signed_by_header(authorization(credential), "2025-01-31T12:00:00Z")),
            "IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got "
            "'2025-01-31T12:00:00Z'. See "
            "http://en.wikipedia.org/wiki/ISO_8601");
  EXPECT_EQ(failure_of(signed_by_header(
                "AWS4-HMAC-SHA256 SignedHeaders=x-amz-date, Signature=abc, Credential=" + credential)),
            "InvalidSignatureException: 'Host' must be a 'SignedHeader' in the AWS Authorization.");
}

}  // namespace
}  // namespace lodestone::http
