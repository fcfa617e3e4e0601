/// Credentials from the endpoints that AWS offers inside of containers and machines.
#pragma once

#include <optional>
#include <string>

#include "model/http/credentials.h"
#include "model/http/environment.h"
#include "storage/result.h"

namespace lodestone::model {

/// Of an ECS task or an EKS pod
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html). Nothing where
/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are not set. `endpoint` is what relative ones are
/// relative to.
[[nodiscard]] std::optional<Result<Credentials, CredentialsError>> container_credentials(
    const Environment& environment, const std::string& endpoint);

/// Of an EC2 machine, by IMDSv2
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html). Nothing where
/// AWS_EC2_METADATA_DISABLED is "true" or nobody answers at `endpoint`, which
/// AWS_EC2_METADATA_SERVICE_ENDPOINT overrides.
[[nodiscard]] std::optional<Result<Credentials, CredentialsError>> instance_credentials(
    const Environment& environment, const std::string& endpoint);

}  // namespace lodestone::model
