wrk.method = "POST"
wrk.body = '{"TableName":"bench","Key":{"pk":{"S":"user#0000012345"},"sk":{"N":"17"}},"pad":"' .. string.rep("x", 250) .. '"}'
wrk.headers["Content-Type"] = "application/x-amz-json-1.0"
wrk.headers["X-Amz-Target"] = "DynamoDB_20120810.GetItem"
wrk.headers["X-Amz-Date"] = "20250101T000000Z"
wrk.headers["User-Agent"] = "aws-sdk-js/3.450.0 ua/2.0 os/linux#6.1.0 lang/js md/nodejs#18.19.0 api/dynamodb#3.450.0"
wrk.headers["amz-sdk-invocation-id"] = "0b1f6f2e-8d1c-4f4b-9a6e-3d6f9d0f0a11"
wrk.headers["amz-sdk-request"] = "attempt=1; max=3"
wrk.headers["x-amz-user-agent"] = "aws-sdk-js/3.450.0"
wrk.headers["x-amz-content-sha256"] = string.rep("0", 64)
wrk.headers["Authorization"] = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20250101/us-east-1/dynamodb/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target;x-amz-user-agent, Signature=" .. string.rep("0", 64)
