"""boto3's low-level client: typed values, paginators, waiters, exceptions."""

import time
import unittest

from support import ServerTest, eventually


class Tables(ServerTest):

    def test_life_of_a_table(self):
        name = "music"
        created = self.client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "SongTitle", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": a, "AttributeType": "S"} for a in ("Artist", "SongTitle", "Genre")],
            GlobalSecondaryIndexes=[{
                "IndexName": "GenreIndex", "KeySchema": [{"AttributeName": "Genre", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}],
            ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
            Tags=[{"Key": "Owner", "Value": "me"}])["TableDescription"]
        self.assertEqual(created["TableName"], name)
        self.client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 10})
        table = self.client.describe_table(TableName=name)["Table"]
        self.assertEqual(table["TableStatus"], "ACTIVE")
        self.assertEqual(table["GlobalSecondaryIndexes"][0]["IndexStatus"], "ACTIVE")
        self.assertEqual(table["CreationDateTime"].tzinfo is not None, True)
        tags = self.client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
        self.assertEqual(tags, [{"Key": "Owner", "Value": "me"}])
        with self.assertRaises(self.client.exceptions.ResourceInUseException):
            self.client.create_table(
                TableName=name, KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}])
        self.client.delete_table(TableName=name)
        self.client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 10})
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException):
            self.client.describe_table(TableName=name)

    def test_list_tables_paginator(self):
        names = [self.table().name for _ in range(7)]
        pages = list(self.client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 3}))
        self.assertTrue(all(len(page["TableNames"]) <= 3 for page in pages))
        self.assertLessEqual(set(names), {name for page in pages for name in page["TableNames"]})

    def test_time_to_live(self):
        table = self.table()
        self.client.update_time_to_live(TableName=table.name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
        self.client.put_item(TableName=table.name, Item={"pk": {"S": "old"}, "expires": {"N": str(int(time.time()) - 10)}})
        self.client.put_item(TableName=table.name, Item={"pk": {"S": "new"}})
        eventually(lambda: "Item" not in self.client.get_item(TableName=table.name, Key={"pk": {"S": "old"}}))
        self.assertIn("Item", self.client.get_item(TableName=table.name, Key={"pk": {"S": "new"}}))
        status = self.client.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
        self.assertEqual(status, {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"})


class Items(ServerTest):

    def test_typed_values(self):
        table = self.table()
        item = {
            "pk": {"S": "a"}, "n": {"N": "1.5"}, "b": {"B": b"\x00\xff"}, "ss": {"SS": ["x"]}, "ns": {"NS": ["1"]}, "bs": {"BS": [b"\x01"]},
            "l": {"L": [{"NULL": True}, {"BOOL": False}]}, "m": {"M": {"k": {"S": ""}}}}
        self.assertNotIn("Attributes", self.client.put_item(TableName=table.name, Item=item))
        self.assertEqual(self.client.get_item(TableName=table.name, Key={"pk": {"S": "a"}})["Item"], item)
        old = self.client.delete_item(TableName=table.name, Key={"pk": {"S": "a"}}, ReturnValues="ALL_OLD")["Attributes"]
        self.assertEqual(old, item)
        self.assertNotIn("Item", self.client.get_item(TableName=table.name, Key={"pk": {"S": "a"}}))

    def test_query_and_scan_paginators(self):
        table = self.table("pk sk:N")
        for i in range(23):
            self.client.put_item(TableName=table.name, Item={"pk": {"S": "p"}, "sk": {"N": str(i)}})
        query = {"TableName": table.name, "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "p"}}}
        pages = list(self.client.get_paginator("query").paginate(PaginationConfig={"PageSize": 5}, **query))
        self.assertEqual([int(item["sk"]["N"]) for page in pages for item in page["Items"]], list(range(23)))
        self.assertEqual(len(pages), 5)
        pages = self.client.get_paginator("query").paginate(PaginationConfig={"PageSize": 5, "MaxItems": 7}, **query)
        first = pages.build_full_result()
        self.assertEqual(len(first["Items"]), 7)
        rest = self.client.get_paginator("query").paginate(PaginationConfig={"StartingToken": first["NextToken"]}, **query)
        self.assertEqual([int(item["sk"]["N"]) for item in rest.build_full_result()["Items"]], list(range(7, 23)))
        scan = self.client.get_paginator("scan").paginate(
            TableName=table.name, FilterExpression="sk < :n", ExpressionAttributeValues={":n": {"N": "10"}}, PaginationConfig={"PageSize": 4})
        self.assertEqual(len(list(scan.search("Items[]"))), 10)

    def test_exceptions(self):
        table = self.table()
        key = {"pk": {"S": "a"}}
        self.client.put_item(TableName=table.name, Item={**key, "v": {"N": "1"}})
        with self.assertRaises(self.client.exceptions.ConditionalCheckFailedException) as caught:
            self.client.put_item(TableName=table.name, Item=key, ConditionExpression="attribute_not_exists(pk)")
        self.assertEqual(caught.exception.response["Error"]["Message"], "The conditional request failed")
        self.assertRegex(caught.exception.response["ResponseMetadata"]["RequestId"], "^[0-9A-Z]{52}$")
        self.assert_refused("ValidationException", "The provided key element does not match the schema",
                            self.client.get_item, TableName=table.name, Key={"pk": {"N": "1"}})
        self.assert_refused("ResourceNotFoundException", "Requested resource not found",
                            self.client.get_item, TableName="never-made", Key=key)
        self.assert_refused("ValidationException", 'Invalid UpdateExpression: Syntax error; token: "<EOF>"', self.client.update_item,
                            TableName=table.name, Key=key, UpdateExpression="SET v =")
        error = self.assert_refused("UnknownOperationException", "", self.client.list_backups)
        self.assertEqual(error["ResponseMetadata"]["HTTPStatusCode"], 400)

    def test_the_checksum_of_a_reply_is_right(self):
        # botocore compares x-amz-crc32 with the body itself and retries on a difference; the client here does not retry.
        table = self.table()
        reply = self.client.scan(TableName=table.name)
        headers = reply["ResponseMetadata"]["HTTPHeaders"]
        self.assertIn("x-amz-crc32", headers)
        self.assertEqual(headers["content-type"], "application/x-amz-json-1.0")


if __name__ == "__main__":
    unittest.main()
